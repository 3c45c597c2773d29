-- Deploy btsql:functions/set_tags to pg
-- requires: triggers/run_annotation
-- requires: functions/current_tags
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.set_tags(reference text, add text[] DEFAULT '{}', remove text[] DEFAULT '{}')
RETURNS text[]
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(set_tags.reference);
    present  CONSTANT text[] := current_tags(found_id);
    bad      CONSTANT text := (SELECT coalesce(left(tag, 110), 'NULL')
                                 FROM (SELECT unnest(set_tags.add) UNION ALL SELECT unnest(set_tags.remove)) AS given (tag)
                                WHERE tag IS NULL OR tag !~ '^[[:alnum:]_][[:alnum:]_.:/-]*$' OR length(tag) > 100
                                LIMIT 1);
BEGIN
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'not a tag: "%"', bad
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A tag is one word of letters, digits and _ . : / -, of at most 100 characters.';
    ELSIF set_tags.add && set_tags.remove THEN
        RAISE EXCEPTION 'the same tag is to be added and removed: %', set_tags.add
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Decide for one.';
    END IF;

    -- So that it is not deleted meanwhile.
    PERFORM run.run_id FROM backtest_run AS run WHERE run.run_id = found_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM find_run(found_id::text);
    END IF;
    INSERT INTO run_annotation (run_id, kind, content)
    SELECT DISTINCT found_id, 'tag', tag
      FROM unnest(set_tags.add) AS tag
     WHERE NOT tag = ANY (present)
     UNION ALL
    SELECT DISTINCT found_id, 'untag', tag
      FROM unnest(set_tags.remove) AS tag
     WHERE tag = ANY (present);
    RETURN current_tags(found_id);
END;
$function$;

COMMENT ON FUNCTION btsql.set_tags(text, text[], text[]) IS
    'Adds tags to a run and removes others, and returns the tags that it then has. Adding a tag that is there, or '
    'removing one that is not, changes nothing. reference: see find_run and what it raises. Raises '
    'invalid_parameter_value for a text that cannot be a tag.';

COMMIT;
