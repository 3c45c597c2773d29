-- Revert btsql:functions/run_id_milliseconds from pg
BEGIN;

DROP FUNCTION btsql.run_id_milliseconds(uuid);

COMMIT;
