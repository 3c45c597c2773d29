-- Revert btsql:functions/number_or_null from pg
BEGIN;

DROP FUNCTION btsql.number_or_null(jsonb);

COMMIT;
