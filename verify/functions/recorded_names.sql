-- Verify btsql:functions/recorded_names on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.recorded_names(text, text[])', 'EXECUTE'), 'btsql.recorded_names(text, text[]) cannot be called';
END $verify$;

ROLLBACK;
