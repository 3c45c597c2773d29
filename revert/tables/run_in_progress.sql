-- Revert btsql:tables/run_in_progress from pg
BEGIN;

DROP TABLE btsql.run_in_progress;

COMMIT;
