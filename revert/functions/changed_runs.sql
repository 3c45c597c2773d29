-- Revert btsql:functions/changed_runs from pg
BEGIN;

DROP FUNCTION btsql.changed_runs(uuid, uuid);

COMMIT;
