-- Revert btsql:functions/run_lock_key from pg
BEGIN;

DROP FUNCTION btsql.run_lock_key(uuid);

COMMIT;
