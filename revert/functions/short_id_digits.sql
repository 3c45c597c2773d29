-- Revert btsql:functions/short_id_digits from pg
BEGIN;

DROP FUNCTION btsql.short_id_digits(uuid[]);

COMMIT;
