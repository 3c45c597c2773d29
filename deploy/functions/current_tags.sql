-- Deploy btsql:functions/current_tags to pg
-- requires: tables/run_annotation
BEGIN;

CREATE FUNCTION btsql.current_tags(run_id uuid)
RETURNS text[]
LANGUAGE plpgsql STABLE STRICT
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    RETURN ARRAY(SELECT latest.content
                   FROM (SELECT DISTINCT ON (annotation.content) annotation.content, annotation.kind
                           FROM run_annotation AS annotation
                          WHERE annotation.run_id = current_tags.run_id
                            AND annotation.kind <> 'note'
                          ORDER BY annotation.content, annotation.annotation_id DESC) AS latest
                  WHERE latest.kind = 'tag'
                  ORDER BY latest.content);
END;
$function$;

COMMENT ON FUNCTION btsql.current_tags(uuid) IS 'The tags that a run has now, in alphabetical order.';

COMMIT;
