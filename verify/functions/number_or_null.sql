-- Verify btsql:functions/number_or_null on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.number_or_null(jsonb)', 'EXECUTE'), 'btsql.number_or_null(jsonb) cannot be called';
END $verify$;

ROLLBACK;
