-- Verify btsql:functions/search_conditions on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.search_conditions(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, text[])', 'EXECUTE'), 'btsql.search_conditions(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, text[]) cannot be called';
END $verify$;

ROLLBACK;
