-- Revert btsql:functions/run_config_hash from pg
BEGIN;

DROP FUNCTION btsql.run_config_hash(text, jsonb);

COMMIT;
