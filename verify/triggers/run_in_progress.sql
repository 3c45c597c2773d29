-- Verify btsql:triggers/run_in_progress on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT count(*) = 3
              FROM pg_trigger
             WHERE tgrelid = 'btsql.run_in_progress'::regclass AND tgenabled = 'O'
               AND tgname IN ('run_in_progress_is_stamped',
                              'run_in_progress_is_immutable',
                              'run_in_progress_is_not_truncated')),
           'a trigger of btsql.run_in_progress is missing or disabled';
END $verify$;

ROLLBACK;
