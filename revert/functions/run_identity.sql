-- Revert btsql:functions/run_identity from pg
BEGIN;

DROP FUNCTION btsql.run_identity(text);

COMMIT;
