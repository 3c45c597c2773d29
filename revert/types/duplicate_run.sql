-- Revert btsql:types/duplicate_run from pg
BEGIN;

DROP TYPE btsql.duplicate_run;

COMMIT;
