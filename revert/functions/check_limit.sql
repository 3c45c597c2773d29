-- Revert btsql:functions/check_limit from pg
BEGIN;

DROP FUNCTION btsql.check_limit(integer);

COMMIT;
