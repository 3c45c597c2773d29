-- Deploy btsql:functions/write_parameters to pg
-- requires: triggers/run_parameter
-- requires: functions/searchable_parameters
BEGIN;

CREATE FUNCTION btsql.write_parameters(run_id uuid, parameters jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    -- A record that replaces an interrupted one finds most of its rows here already.
    INSERT INTO run_parameter (run_id, name, value)
    SELECT write_parameters.run_id, parameter.row ->> 'name', parameter.row -> 'value'
      FROM jsonb_array_elements(searchable_parameters(write_parameters.parameters)) AS parameter (row)
        ON CONFLICT DO NOTHING;
END;
$function$;

COMMENT ON FUNCTION btsql.write_parameters(uuid, jsonb) IS
    'Writes the search index of a run''s parameters for record_run().';

COMMIT;
