-- Revert btsql:functions/metric_definition from pg
BEGIN;

DROP FUNCTION btsql.metric_definition();

COMMIT;
