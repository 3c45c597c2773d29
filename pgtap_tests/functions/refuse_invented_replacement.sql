-- Tests of functions/refuse_invented_replacement: the contract and what it says. That the table is guarded: pgtap_tests/triggers/.
BEGIN;
\ir ../fixtures.psql
SELECT plan(6);

SELECT has_function('btsql', 'refuse_invented_replacement', '{}'::name[]);
SELECT function_returns('btsql', 'refuse_invented_replacement', '{}'::name[], 'trigger');
SELECT function_lang_is('btsql', 'refuse_invented_replacement', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'refuse_invented_replacement', '{}'::name[], 'volatile');

SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_run(%L)', '{"replaced_interrupted_at": "2020-01-01T00:00:00Z"}'))
          - 'detail',
          '{"sqlstate": "23001", "rule": "backtest_run_replaces_nothing", "table": "backtest_run",
            "message": "a new row of btsql.backtest_run replaces none",
            "hint": "Leave replaced_interrupted_at out: record_run() sets it when it replaces a run called interrupted."}',
          'a row that claims to have replaced one is refused');
SELECT lives_ok('SELECT pg_temp.insert_run()', 'any other is not');

SELECT * FROM finish();
ROLLBACK;
