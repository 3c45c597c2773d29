-- Revert btsql:functions/reproduction_verdict from pg
BEGIN;

DROP FUNCTION btsql.reproduction_verdict(text, text);

COMMIT;
