-- Verify btsql:indexes/performance_metrics_type_total_return on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.performance_metrics_type_total_return'::regclass),
           'index btsql.performance_metrics_type_total_return is not valid';
END $verify$;

ROLLBACK;
