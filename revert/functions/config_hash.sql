-- Revert btsql:functions/config_hash from pg
BEGIN;

DROP FUNCTION btsql.config_hash(jsonb);

COMMIT;
