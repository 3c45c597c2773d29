-- Verify btsql:triggers/performance_metrics on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT count(*) = 4
              FROM pg_trigger
             WHERE tgrelid = 'btsql.performance_metrics'::regclass AND tgenabled = 'O'
               AND tgname IN ('performance_metrics_are_stamped',
                              'performance_metrics_are_immutable',
                              'performance_metrics_are_deleted_with_the_run',
                              'performance_metrics_are_not_truncated')),
           'a trigger of btsql.performance_metrics is missing or disabled';
END $verify$;

ROLLBACK;
