-- Verify btsql:functions/short_id_digits on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.short_id_digits(uuid[])', 'EXECUTE'),
           'btsql.short_id_digits() cannot be called';
END $verify$;

ROLLBACK;
