-- Revert btsql:functions/current_tags from pg
BEGIN;

DROP FUNCTION btsql.current_tags(uuid);

COMMIT;
