-- Tests of indexes/backtest_run_config_hash
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_config_hash', 'there is an index backtest_run_config_hash');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_config_hash', 'hash');
SELECT is(regexp_replace(pg_get_indexdef('btsql.backtest_run_config_hash'::regclass), '^.* USING ', ''),
          'hash (config_hash)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.backtest_run_config_hash'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
