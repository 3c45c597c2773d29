-- Revert btsql:functions/searchable_parameters from pg
BEGIN;

DROP FUNCTION btsql.searchable_parameters(jsonb);

COMMIT;
