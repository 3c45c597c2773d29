-- Verify btsql:functions/metric_definition on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.metric_definition()', 'EXECUTE'), 'btsql.metric_definition() cannot be called';
END $verify$;

ROLLBACK;
