-- Tests of schemas/btsql
BEGIN;
\ir ../fixtures.psql
SELECT plan(2);

SELECT has_schema('btsql');
SELECT isnt(obj_description('btsql'::regnamespace, 'pg_namespace'), NULL, 'the schema says what it is for');

SELECT * FROM finish();
ROLLBACK;
