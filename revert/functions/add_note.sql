-- Revert btsql:functions/add_note from pg
BEGIN;

DROP FUNCTION btsql.add_note(text, text);

COMMIT;
