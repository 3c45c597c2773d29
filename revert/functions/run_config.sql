-- Revert btsql:functions/run_config from pg
BEGIN;

DROP FUNCTION btsql.run_config(text);

COMMIT;
