-- Tests of indexes/run_parameter_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'run_parameter', 'run_parameter_run', 'there is an index run_parameter_run');
SELECT index_is_type('btsql', 'run_parameter', 'run_parameter_run', 'brin');
SELECT is(regexp_replace(pg_get_indexdef('btsql.run_parameter_run'::regclass), '^.* USING ', ''),
          'brin (run_id) WITH (pages_per_range=''16'', autosummarize=''on'')', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index WHERE indexrelid = 'btsql.run_parameter_run'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
