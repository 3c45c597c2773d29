-- Revert btsql:types/ranked_run from pg
BEGIN;

DROP TYPE btsql.ranked_run;

COMMIT;
