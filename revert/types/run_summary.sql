-- Revert btsql:types/run_summary from pg
BEGIN;

DROP TYPE btsql.run_summary;

COMMIT;
