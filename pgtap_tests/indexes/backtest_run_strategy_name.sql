-- Tests of indexes/backtest_run_strategy_name
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_strategy_name', 'there is an index backtest_run_strategy_name');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_strategy_name', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.backtest_run_strategy_name'::regclass), '^.* USING ', ''),
          'btree (strategy_name, run_id)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.backtest_run_strategy_name'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
