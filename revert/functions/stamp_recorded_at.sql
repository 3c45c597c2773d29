-- Revert btsql:functions/stamp_recorded_at from pg
BEGIN;

DROP FUNCTION btsql.stamp_recorded_at();

COMMIT;
