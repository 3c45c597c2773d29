-- Deploy btsql:functions/json_differences to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.json_differences(wanted jsonb, recorded jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(
        jsonb_object_agg(
            coalesce(wanted.key, recorded.key),
            CASE WHEN wanted.key IS NULL THEN jsonb_build_object('recorded', recorded.value)
                 WHEN recorded.key IS NULL THEN jsonb_build_object('wanted', wanted.value)
                 ELSE jsonb_build_object('wanted', wanted.value, 'recorded', recorded.value) END),
        '{}')
      FROM jsonb_each(json_differences.wanted) AS wanted
      FULL JOIN jsonb_each(json_differences.recorded) AS recorded ON recorded.key = wanted.key
     WHERE wanted.value IS DISTINCT FROM recorded.value;
END;

COMMENT ON FUNCTION btsql.json_differences(jsonb, jsonb) IS
    'How two JSON objects differ: {name: {"wanted": value, "recorded": value}}. A side that does not have the name is '
    'left out. Numbers are compared by value: 10 and 10.0 are the same.';

COMMIT;
