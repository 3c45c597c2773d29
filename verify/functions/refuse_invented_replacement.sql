-- Verify btsql:functions/refuse_invented_replacement on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.refuse_invented_replacement()', 'EXECUTE'),
           'btsql.refuse_invented_replacement() cannot be called';
END $verify$;

ROLLBACK;
