-- Tests of types/history_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

SELECT has_composite('btsql', 'history_run', 'there is a type history_run');

SELECT results_eq(
    'SELECT name, type FROM pg_temp.columns_of(''btsql.history_run'')',
    $$ VALUES
        ('run_id', 'uuid'),
        ('short_id', 'text'),
        ('started_at', 'timestamp with time zone'),
        ('strategy_type', 'text'),
        ('strategy_name', 'text'),
        ('status', 'text'),
        ('instruments', 'text[]'),
        ('data_start', 'timestamp with time zone'),
        ('data_end', 'timestamp with time zone'),
        ('changed_parameters', 'jsonb'),
        ('total_return', 'double precision'),
        ('sharpe_ratio', 'double precision'),
        ('max_drawdown', 'double precision'),
        ('metric_changes', 'jsonb'),
        ('metrics', 'jsonb') $$,
    'attributes: name, type, in this order');

SELECT is_empty(
    $$ SELECT attribute.name, attribute.type
         FROM pg_temp.columns_of('btsql.history_run') AS attribute
         LEFT JOIN (SELECT name, type FROM pg_temp.columns_of('btsql.backtest_run')
                     UNION
                    SELECT name, type FROM pg_temp.columns_of('btsql.performance_metrics')) AS stored USING (name, type)
        WHERE stored.name IS NULL
          AND attribute.name NOT IN ('short_id', 'changed_parameters', 'metric_changes', 'metrics') $$,
    'what comes from a table has its name and type there');

SELECT * FROM finish();
ROLLBACK;
