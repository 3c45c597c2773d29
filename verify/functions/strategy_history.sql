-- Verify btsql:functions/strategy_history on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.strategy_history(text, text, text, timestamptz, timestamptz, integer)', 'EXECUTE'), 'btsql.strategy_history(text, text, text, timestamptz, timestamptz, integer) cannot be called';
END $verify$;

ROLLBACK;
