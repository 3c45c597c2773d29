-- Revert btsql:functions/canonical_text from pg
BEGIN;

DROP FUNCTION btsql.canonical_text(jsonb);

COMMIT;
