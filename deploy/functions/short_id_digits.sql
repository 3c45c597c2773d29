-- Deploy btsql:functions/short_id_digits to pg
-- requires: functions/short_id
BEGIN;

CREATE FUNCTION btsql.short_id_digits(run_ids uuid[])
RETURNS integer
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    FOR digits IN 8..11 LOOP
        IF (SELECT count(DISTINCT left(short_id(one), digits) COLLATE "C") = count(*)
              FROM unnest(short_id_digits.run_ids) AS one) THEN
            RETURN digits;
        END IF;
    END LOOP;
    RETURN 12;
END;
$function$;

COMMENT ON FUNCTION btsql.short_id_digits(uuid[]) IS
    'How many leading digits of their short ids are needed to tell these runs apart: 8 to 12.';

COMMIT;
