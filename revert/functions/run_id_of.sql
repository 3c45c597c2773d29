-- Revert btsql:functions/run_id_of from pg
BEGIN;

DROP FUNCTION btsql.run_id_of(jsonb, text);

COMMIT;
