-- Tests of indexes/backtest_run_origin
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_origin', 'there is an index backtest_run_origin');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_origin', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.backtest_run_origin'::regclass), '^.* USING ', ''),
          'btree (origin_run_id, run_id) WHERE (origin_run_id IS NOT NULL)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.backtest_run_origin'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
