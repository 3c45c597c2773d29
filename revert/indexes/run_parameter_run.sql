-- Revert btsql:indexes/run_parameter_run from pg
BEGIN;

DROP INDEX btsql.run_parameter_run;

COMMIT;
