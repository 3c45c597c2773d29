-- Verify btsql:triggers/run_annotation on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT count(*) = 3
              FROM pg_trigger
             WHERE tgrelid = 'btsql.run_annotation'::regclass AND tgenabled = 'O'
               AND tgname IN ('run_annotation_is_immutable',
                              'run_annotation_is_deleted_with_the_run',
                              'run_annotation_is_not_truncated')),
           'a trigger of btsql.run_annotation is missing or disabled';
END $verify$;

ROLLBACK;
