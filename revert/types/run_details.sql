-- Revert btsql:types/run_details from pg
BEGIN;

DROP TYPE btsql.run_details;

COMMIT;
