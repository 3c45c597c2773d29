-- Verify btsql:functions/searchable_parameters on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.searchable_parameters(jsonb)', 'EXECUTE'), 'btsql.searchable_parameters(jsonb) cannot be called';
END $verify$;

ROLLBACK;
