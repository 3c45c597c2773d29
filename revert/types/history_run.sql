-- Revert btsql:types/history_run from pg
BEGIN;

DROP TYPE btsql.history_run;

COMMIT;
