-- Revert btsql:functions/check_sort_key from pg
BEGIN;

DROP FUNCTION btsql.check_sort_key(text);

COMMIT;
