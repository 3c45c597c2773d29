-- Tests of indexes/backtest_run_test_bed
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_test_bed', 'there is an index backtest_run_test_bed');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_test_bed', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.backtest_run_test_bed'::regclass), '^.* USING ', ''),
          'btree (test_bed(strategy_path, instruments, data_start, data_end), run_id) WHERE (status = ''success''::text)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.backtest_run_test_bed'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
