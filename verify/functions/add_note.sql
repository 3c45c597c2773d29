-- Verify btsql:functions/add_note on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.add_note(text, text)', 'EXECUTE'), 'btsql.add_note(text, text) cannot be called';
END $verify$;

ROLLBACK;
