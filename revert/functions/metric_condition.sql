-- Revert btsql:functions/metric_condition from pg
BEGIN;

DROP FUNCTION btsql.metric_condition(text, text, jsonb);

COMMIT;
