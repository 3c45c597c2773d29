-- Revert btsql:functions/check_metric from pg
BEGIN;

DROP FUNCTION btsql.check_metric(text);

COMMIT;
