-- Tests of indexes/run_annotation_tag
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'run_annotation', 'run_annotation_tag', 'there is an index run_annotation_tag');
SELECT index_is_type('btsql', 'run_annotation', 'run_annotation_tag', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.run_annotation_tag'::regclass), '^.* USING ', ''),
          'btree (content, run_id DESC) WHERE (kind = ''tag''::text)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index WHERE indexrelid = 'btsql.run_annotation_tag'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
