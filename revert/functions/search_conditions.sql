-- Revert btsql:functions/search_conditions from pg
BEGIN;

DROP FUNCTION btsql.search_conditions(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, text[]);

COMMIT;
