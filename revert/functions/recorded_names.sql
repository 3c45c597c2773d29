-- Revert btsql:functions/recorded_names from pg
BEGIN;

DROP FUNCTION btsql.recorded_names(text, text[]);

COMMIT;
