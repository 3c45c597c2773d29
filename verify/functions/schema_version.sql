-- Verify btsql:functions/schema_version on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.schema_version()', 'EXECUTE'), 'btsql.schema_version() cannot be called';
END $verify$;

ROLLBACK;
