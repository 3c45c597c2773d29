-- Verify btsql:functions/judge_metrics on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.judge_metrics(jsonb, jsonb)', 'EXECUTE'), 'btsql.judge_metrics(jsonb, jsonb) cannot be called';
END $verify$;

ROLLBACK;
