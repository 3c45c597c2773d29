-- Verify btsql:indexes/performance_metrics_type_sharpe_ratio on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.performance_metrics_type_sharpe_ratio'::regclass),
           'index btsql.performance_metrics_type_sharpe_ratio is not valid';
END $verify$;

ROLLBACK;
