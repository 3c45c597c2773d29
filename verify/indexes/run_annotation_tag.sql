-- Verify btsql:indexes/run_annotation_tag on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.run_annotation_tag'::regclass),
           'index btsql.run_annotation_tag is not valid';
END $verify$;

ROLLBACK;
