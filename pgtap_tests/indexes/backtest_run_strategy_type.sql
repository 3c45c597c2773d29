-- Tests of indexes/backtest_run_strategy_type
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_strategy_type', 'there is an index backtest_run_strategy_type');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_strategy_type', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.backtest_run_strategy_type'::regclass), '^.* USING ', ''),
          'btree (strategy_type, run_id)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.backtest_run_strategy_type'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
