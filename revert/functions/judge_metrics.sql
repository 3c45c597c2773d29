-- Revert btsql:functions/judge_metrics from pg
BEGIN;

DROP FUNCTION btsql.judge_metrics(jsonb, jsonb);

COMMIT;
