-- Verify btsql:functions/canonical_text on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.canonical_text(jsonb)', 'EXECUTE'), 'btsql.canonical_text(jsonb) cannot be called';
END $verify$;

ROLLBACK;
