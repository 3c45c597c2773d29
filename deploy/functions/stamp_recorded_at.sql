-- Deploy btsql:functions/stamp_recorded_at to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.stamp_recorded_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    NEW.recorded_at := transaction_timestamp();
    RETURN NEW;
END;
$function$;

COMMENT ON FUNCTION btsql.stamp_recorded_at() IS
    'Trigger function: sets recorded_at of a new row to the time of its transaction, whatever was given. Child rows '
    'refer to their run by this time too, so none can be added to a run of an earlier transaction.';

COMMIT;
