-- Revert btsql:tables/run_parameter from pg
BEGIN;

DROP TABLE btsql.run_parameter;

COMMIT;
