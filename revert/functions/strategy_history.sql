-- Revert btsql:functions/strategy_history from pg
BEGIN;

DROP FUNCTION btsql.strategy_history(text, text, text, timestamptz, timestamptz, integer);

COMMIT;
