-- Deploy btsql:functions/canonical_text to pg
-- requires: schemas/btsql
BEGIN;

-- jsonb already sorts the keys, keeps the last of equal ones and never writes an exponent, so the scale of a number is
-- all that is left of how a document was written. Strings are matched first and put back as they are.
CREATE FUNCTION btsql.canonical_text(document jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT regexp_replace(
        canonical_text.document::text,
        '("(?:[^"\\]|\\.)*")|(\.[0-9]*[1-9])0+(?![0-9])|\.0+(?![0-9])',
        '\1\2',
        'g');
END;

COMMENT ON FUNCTION btsql.canonical_text(jsonb) IS
    'The canonical text of a JSON value: equal values give the same text however they were written (10, 10.0 and 1e1; '
    'any order of keys), different values never do ("10" and 10, null and absent). config_hash and the record digest '
    'are made of it.';

COMMIT;
