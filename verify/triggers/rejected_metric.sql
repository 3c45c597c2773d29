-- Verify btsql:triggers/rejected_metric on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT count(*) = 4
              FROM pg_trigger
             WHERE tgrelid = 'btsql.rejected_metric'::regclass AND tgenabled = 'O'
               AND tgname IN ('rejected_metric_is_stamped',
                              'rejected_metric_is_immutable',
                              'rejected_metric_is_deleted_with_the_run',
                              'rejected_metric_is_not_truncated')),
           'a trigger of btsql.rejected_metric is missing or disabled';
END $verify$;

ROLLBACK;
