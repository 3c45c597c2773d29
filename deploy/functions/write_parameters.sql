-- Deploy btsql:functions/write_parameters to pg
-- requires: triggers/run_parameter
BEGIN;

CREATE FUNCTION btsql.write_parameters(run_id uuid, parameters jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    -- Criteria of up to 200 characters are looked up here. A longer value is stood in for by a shorter one that compares
    -- with each of them in the same way: the beginning of a text; a number cut behind its 200th decimal place, or 1e201.
    -- A record that replaces one that called the run interrupted finds most of its rows here already.
    INSERT INTO run_parameter (run_id, name, value)
    SELECT write_parameters.run_id, parameter.key,
           CASE WHEN length(parameter.value::text) <= 200 THEN parameter.value
                WHEN jsonb_typeof(parameter.value) = 'string' THEN to_jsonb(left(parameter.value #>> '{}', 201))
                ELSE (SELECT to_jsonb(CASE WHEN scale(number) <= 200 THEN number
                                           ELSE trunc(number, 200) + sign(number) * 5e-201 END)
                        FROM trim_scale(least(greatest(parameter.value::numeric, -1e201), 1e201)) AS number)
           END
      FROM jsonb_each(write_parameters.parameters) AS parameter
     WHERE jsonb_typeof(parameter.value) IN ('number', 'string', 'boolean')
       AND length(parameter.key) <= 200
        ON CONFLICT DO NOTHING;
END;
$function$;

COMMENT ON FUNCTION btsql.write_parameters(uuid, jsonb) IS
    'Writes the search index of a run''s parameters for record_run().';

COMMIT;
