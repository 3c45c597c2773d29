-- Verify btsql:triggers/run_parameter on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT count(*) = 3
              FROM pg_trigger
             WHERE tgrelid = 'btsql.run_parameter'::regclass AND tgenabled = 'O'
               AND tgname IN ('run_parameter_is_immutable',
                              'run_parameter_is_deleted_with_the_run',
                              'run_parameter_is_not_truncated')),
           'a trigger of btsql.run_parameter is missing or disabled';
END $verify$;

ROLLBACK;
