-- Verify btsql:indexes/run_parameter_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.run_parameter_run'::regclass),
           'index btsql.run_parameter_run is not valid';
END $verify$;

ROLLBACK;
