-- Deploy btsql:functions/is_same_data to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.is_same_data(one jsonb, other jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN is_same_data.one -> 'environment' ->> 'data_fingerprint'
             <> is_same_data.other -> 'environment' ->> 'data_fingerprint' THEN false
        WHEN is_same_data.one -> 'environment' ->> 'data_fingerprint'
             = is_same_data.other -> 'environment' ->> 'data_fingerprint'
             -- The fingerprint of much data is of a sample; the digests of files are of all of it.
             AND (is_same_data.other -> 'environment' ->> 'data_fingerprint_covers' ~ '^every value of [0-9,]+ items$'
                  OR jsonb_path_exists(is_same_data.one, '$.snapshot.data[*]')
                     AND NOT jsonb_path_exists(is_same_data.one, '$.snapshot.data[*] ? (!exists (@.sha256))')
                     AND jsonb_path_query_array(is_same_data.one, '$.snapshot.data[*].sha256')
                         = jsonb_path_query_array(is_same_data.other, '$.snapshot.data[*].sha256')) THEN true
    END;
END;

COMMENT ON FUNCTION btsql.is_same_data(jsonb, jsonb) IS
    'Whether two runs had the same market data, wherever it came from, by the fingerprints (and digests of files) in two record '
    'documents or rows of runs as JSON. NULL where that is not known: a fingerprint is missing, or equal ones are of a '
    'sample of the data.';

COMMIT;
