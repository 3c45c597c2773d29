-- Tests of functions/refuse_update_of_final_run: the contract and what it says. That each table is guarded: pgtap_tests/triggers/.
BEGIN;
\ir ../fixtures.psql
SELECT plan(22);

SELECT has_function('btsql', 'refuse_update_of_final_run', '{}'::name[]);
SELECT function_returns('btsql', 'refuse_update_of_final_run', '{}'::name[], 'trigger');
SELECT function_lang_is('btsql', 'refuse_update_of_final_run', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'refuse_update_of_final_run', '{}'::name[], 'volatile');

SELECT pg_temp.insert_earlier('btsql.backtest_run', pg_temp.interrupted_record('{"record_digest": "old"}'));
SELECT is(recorded_at, timestamptz '2026-03-02 09:31:00+00', 'a run called interrupted, by an earlier transaction')
  FROM backtest_run;

-- What only record_run() does: the one way to replace it.
CREATE FUNCTION pg_temp.update_of(assignments text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT 'UPDATE btsql.backtest_run SET ' || assignments;
$$;

SELECT is(pg_temp.refusal(pg_temp.update_of(assignments)), 'accepted', assignments)
  FROM (VALUES
        ('status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1, '
         'replaced_interrupted_at = recorded_at'),
        ('status = ''success'', duration_seconds = 1, instruments = ''{AAPL.XNAS}'', data_start = ''2020-01-01 00:00:00+00'', '
         'data_end = ''2020-01-02 00:00:00+00'', initial_capital = 1, currency = ''USD'', data_source = ''csv'', '
         'error_type = NULL, error_message = NULL, '
         'replaced_interrupted_at = recorded_at')
       ) AS example (assignments);

SELECT is(pg_temp.refusal(
              'DELETE FROM btsql.backtest_run; '
              || format('SELECT pg_temp.insert_earlier(''btsql.backtest_run'', %L); ', pg_temp.interrupted_record(
                     '{"record_digest": "old", "error": {"type": "KeyboardInterrupt", "message": ""}}'))
              || pg_temp.update_of('status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1, '
                                   'replaced_interrupted_at = recorded_at')),
          '23001 backtest_run_is_immutable', 'what a run said of itself is its last word, an interrupt too');

-- Anything less, or more, is refused.
SELECT is(pg_temp.refusal(pg_temp.update_of(assignments)), '23001 backtest_run_is_immutable', assignments)
  FROM (VALUES
        ('strategy_name = strategy_name'),
        ('error_type = ''E'', error_message = ''m'''),
        ('replaced_interrupted_at = recorded_at'),
        ('status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1'),
        ('status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1, '
         'replaced_interrupted_at = now()'),
        ('status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1, '
         'replaced_interrupted_at = recorded_at, run_id = ''019cade2-123b-7abc-8def-000000000001'''),
        ('error_message = ''m'', replaced_interrupted_at = recorded_at'),
        ('status = ''running'', replaced_interrupted_at = recorded_at')
       ) AS example (assignments);

SELECT is(pg_temp.refusal(pg_temp.update_of(
              'status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1, '
              'replaced_interrupted_at = recorded_at, started_at = started_at + ' || quote_literal(later) || '::interval')),
          verdict, 'another start, later by ' || later)
  FROM (VALUES
        ('1 microsecond',  'accepted'),
        ('1 millisecond', '23514 backtest_run_id_carries_start')
       ) AS example (later, verdict);

SELECT lives_ok(pg_temp.update_of('status = ''failure'', error_type = ''E'', error_message = ''m'', duration_seconds = 1, '
                                  'replaced_interrupted_at = recorded_at'), 'the run is replaced');
SELECT results_eq('SELECT replaced_interrupted_at, recorded_at FROM backtest_run',
                  $$ VALUES (timestamptz '2026-03-02 09:31:00+00', transaction_timestamp()) $$,
                  'the row says when the replaced one had been recorded, and carries the time of its own transaction');
SELECT is(pg_temp.refusal(pg_temp.update_of('strategy_name = strategy_name, replaced_interrupted_at = recorded_at')),
          '23001 backtest_run_is_immutable', 'from then on it is final');
SELECT is(pg_temp.diagnostics(pg_temp.update_of('strategy_name = ''x''')) - '{detail,rule}'::text[],
          '{"sqlstate": "23001", "table": "backtest_run",
            "message": "UPDATE of btsql.backtest_run is refused: what is recorded is never changed",
            "hint": "Record a new run instead; a whole run may be deleted."}',
          'the refusal says what to do instead');

SELECT * FROM finish();
ROLLBACK;
