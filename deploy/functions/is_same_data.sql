-- Deploy btsql:functions/is_same_data to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.is_same_data(one jsonb, other jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH side AS (
        SELECT run.place, run.record -> 'environment' ->> 'data_fingerprint' AS fingerprint,
               run.record -> 'environment' ->> 'data_fingerprint_covers' ~ '^every value of [0-9,]+ items$' AS is_complete,
               -- The files by their contents, wherever they are and whatever range was read; NULL unless all are known.
               CASE WHEN NOT jsonb_path_exists(run.record, '$.snapshot.data[*] ? (!exists (@.sha256))')
                    THEN (SELECT jsonb_agg(file.value - '{path,range}'::text[] ORDER BY file.place)
                            FROM jsonb_path_query(run.record, '$.snapshot.data[*] ? (@.type() == "object")')
                                 WITH ORDINALITY AS file (value, place))
               END AS files
          FROM (VALUES (1, is_same_data.one), (2, is_same_data.other)) AS run (place, record))
    SELECT CASE WHEN one_side.fingerprint <> other_side.fingerprint THEN false
                WHEN one_side.fingerprint = other_side.fingerprint
                     AND coalesce(one_side.is_complete, other_side.is_complete)
                     AND coalesce(other_side.is_complete, one_side.is_complete) THEN true
                WHEN one_side.files = other_side.files THEN true
           END
      FROM side AS one_side
      JOIN side AS other_side ON one_side.place = 1 AND other_side.place = 2;
END;

COMMENT ON FUNCTION btsql.is_same_data(jsonb, jsonb) IS
    'Whether two runs on the same dates had the same market data, wherever it came from, by the fingerprints and the '
    'digests of files in two record documents or rows of runs as JSON. NULL where that is not known: a fingerprint is '
    'missing, or equal fingerprints cover a sample of the data, and the files are not known to be the same.';

COMMIT;
