-- Tests of functions/matching_runs: the contract and how the page is put together. What each filter means: functions/list_runs.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(18);

\set arguments 'ARRAY[\'text\', \'text\', \'text\', \'text\', \'timestamp with time zone\', \'timestamp with time zone\', \'timestamp with time zone\', \'timestamp with time zone\', \'jsonb\', \'jsonb\', \'text[]\', \'text\', \'boolean\', \'integer\', \'text\', \'boolean\']'
SELECT has_function('btsql', 'matching_runs', :arguments);
SELECT function_returns('btsql', 'matching_runs', :arguments, 'uuid[]');
SELECT function_lang_is('btsql', 'matching_runs', :arguments, 'plpgsql');
SELECT volatility_is('btsql', 'matching_runs', :arguments, 'stable');

CREATE FUNCTION pg_temp.matching(
    strategy_type text DEFAULT NULL, status text DEFAULT NULL, parameters jsonb DEFAULT NULL, metrics jsonb DEFAULT NULL,
    sort_by text DEFAULT 'sharpe_ratio', result_limit integer DEFAULT 20, after text DEFAULT NULL,
    only_measured boolean DEFAULT false)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT unnest(%L::uuid[]) AS run_id', btsql.matching_runs(
        NULL, strategy_type, NULL, status, NULL, NULL, NULL, NULL, parameters, metrics, NULL, sort_by, true,
        result_limit, after, only_measured)));
$$;
SELECT is(pg_temp.matching(), '', 'no run, no id');

SELECT pg_temp.record_at(1, '{"metrics": {"sharpe_ratio": 1}}'), pg_temp.record_at(2, '{"metrics": {"sharpe_ratio": null}}'),
       pg_temp.record_at(3, '{"strategy_type": "momentum", "metrics": {"sharpe_ratio": 3}, "parameters": {"p": 1}}'),
       pg_temp.record_at(4, '{}', 'failure'), pg_temp.record_at(5, '{"strategy_name": "run.x", "metrics": {"sharpe_ratio": 2}}');

SELECT is(pg_temp.matching(sort_by => 'started_at'), '5 4 3 2 1', 'by their start');
SELECT is(pg_temp.matching(), '3 5 1 4 2', 'those with the metric by it, then the others, newest first');
SELECT is(pg_temp.matching(result_limit => 4), '3 5 1 4', 'as many as fit');
SELECT is(pg_temp.matching(after => '5aaa'), '1 4 2', 'a page goes on among those with the metric');
SELECT is(pg_temp.matching(after => '4aaa'), '2', 'and among those without');
SELECT is(pg_temp.matching(only_measured => true), '3 5 1', 'only those with the metric');
SELECT is(pg_temp.matching(only_measured => true, metrics => '{"sharpe_ratio": {"exists": false}}'), '',
          'of those without there is none among them');
SELECT is(pg_temp.matching(strategy_type => 'momentum'), '3', 'of one type');
SELECT is(pg_temp.matching(status => 'success'), '3 5 1 2', 'successes');
SELECT is(pg_temp.matching(status => 'failure'), '4', 'failures have no metrics');
SELECT is(pg_temp.matching(parameters => '{"p": 1}'), '3', 'with a parameter');
SELECT is(pg_temp.matching(metrics => '{"sharpe_ratio": {"<": 3}}'), '5 1',
          'what is asked of the metric leaves out those without');
SELECT is(pg_temp.matching(metrics => '{"sharpe_ratio": {"exists": false}}'), '4 2', 'or those with it');

SELECT * FROM finish();
ROLLBACK;
