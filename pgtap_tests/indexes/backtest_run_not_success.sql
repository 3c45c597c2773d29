-- Tests of indexes/backtest_run_not_success
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_not_success', 'there is an index backtest_run_not_success');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_not_success', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.backtest_run_not_success'::regclass), '^.* USING ', ''),
          'btree (status, run_id) WHERE (status <> ''success''::text)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.backtest_run_not_success'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
