-- Revert btsql:schemas/btsql from pg
BEGIN;

DROP SCHEMA btsql;

COMMIT;
