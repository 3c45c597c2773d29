-- Revert btsql:functions/schema_version from pg
BEGIN;

DROP FUNCTION btsql.schema_version();

COMMIT;
