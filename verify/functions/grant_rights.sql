-- Verify btsql:functions/grant_rights on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.grant_rights()', 'EXECUTE'), 'btsql.grant_rights() cannot be called';
END $verify$;

ROLLBACK;
