-- Verify btsql:functions/set_tags on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.set_tags(text, text[], text[])', 'EXECUTE'), 'btsql.set_tags(text, text[], text[]) cannot be called';
END $verify$;

ROLLBACK;
