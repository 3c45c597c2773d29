-- Verify btsql:indexes/performance_metrics_type_max_drawdown on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.performance_metrics_type_max_drawdown'::regclass),
           'index btsql.performance_metrics_type_max_drawdown is not valid';
END $verify$;

ROLLBACK;
