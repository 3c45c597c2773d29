-- Verify btsql:functions/json_leaves on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.json_leaves(jsonb)', 'EXECUTE'), 'btsql.json_leaves(jsonb) cannot be called';
END $verify$;

ROLLBACK;
