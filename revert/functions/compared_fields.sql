-- Revert btsql:functions/compared_fields from pg
BEGIN;

DROP FUNCTION btsql.compared_fields(text[]);

COMMIT;
