-- Deploy btsql:functions/json_leaves to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.json_leaves(document jsonb)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    flat jsonb := coalesce(json_leaves.document, '{}');
BEGIN
    WHILE jsonb_path_exists(flat, 'strict $.* ? (@.type() == "object" && exists (@.*))') LOOP
        flat := (SELECT coalesce(jsonb_object_agg(leaf.path, leaf.value), '{}')
                   FROM (SELECT item.key AS path, item.value
                           FROM jsonb_each(flat) AS item
                          WHERE jsonb_typeof(item.value) <> 'object' OR item.value = '{}'
                          UNION ALL
                         SELECT item.key || ' / ' || part.key, part.value
                           FROM jsonb_each(flat) AS item
                          CROSS JOIN jsonb_each(CASE jsonb_typeof(item.value) WHEN 'object' THEN item.value ELSE '{}' END)
                                AS part) AS leaf);
    END LOOP;
    RETURN flat;
END;
$function$;

COMMENT ON FUNCTION btsql.json_leaves(jsonb) IS
    'The values of nested JSON objects as one flat object. Each name is the path to the value, joined by " / ". An '
    'array counts as one value, and so does an empty object.';

COMMIT;
