-- Revert btsql:functions/epoch_milliseconds from pg
BEGIN;

DROP FUNCTION btsql.epoch_milliseconds(timestamptz);

COMMIT;
