-- Revert btsql:functions/set_tags from pg
BEGIN;

DROP FUNCTION btsql.set_tags(text, text[], text[]);

COMMIT;
