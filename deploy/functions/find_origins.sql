-- Deploy btsql:functions/find_origins to pg
-- requires: functions/find_run
-- requires: functions/short_id
BEGIN;

CREATE FUNCTION btsql.find_origins(reference text)
RETURNS TABLE (
    generation integer, run_id uuid, short_id text, started_at timestamptz, status text, changes jsonb, is_recorded boolean
)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    seen        uuid[] := ARRAY[find_run(find_origins.reference)];
    next_id     uuid;
    own_changes jsonb;
BEGIN
    SELECT run.origin_run_id, run.changes
      INTO next_id, changes
      FROM backtest_run AS run
     WHERE run.run_id = seen[1];
    generation := 0;
    WHILE next_id IS NOT NULL AND NOT next_id = ANY (seen) LOOP
        seen := seen || next_id;
        generation := generation + 1;
        run_id := next_id;
        short_id := btsql.short_id(next_id);
        SELECT run.started_at, run.status, run.origin_run_id, run.changes
          INTO started_at, status, next_id, own_changes
          FROM backtest_run AS run
         WHERE run.run_id = find_origins.run_id;
        is_recorded := FOUND;
        RETURN NEXT;
        changes := own_changes;
    END LOOP;
END;
$function$;

COMMENT ON FUNCTION btsql.find_origins(text) IS
    'The run that a run reproduces or varies (generation 1), the run that this one reproduces or varies (2), and so on '
    'to the first: id, start, status, what was changed (NULL for a plain reproduction), and whether it is recorded '
    'here. The chain ends at a run that is not recorded here, or was deleted. No rows for a run that reproduces none. '
    'reference: see find_run and what it raises.';

COMMIT;
