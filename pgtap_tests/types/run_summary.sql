-- Tests of types/run_summary
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

SELECT has_composite('btsql', 'run_summary', 'there is a type run_summary');

SELECT results_eq(
    'SELECT name, type FROM pg_temp.columns_of(''btsql.run_summary'')',
    $$ VALUES
        ('run_id', 'uuid'),
        ('short_id', 'text'),
        ('started_at', 'timestamp with time zone'),
        ('duration_seconds', 'numeric'),
        ('status', 'text'),
        ('strategy_type', 'text'),
        ('strategy_name', 'text'),
        ('instruments', 'text[]'),
        ('data_start', 'timestamp with time zone'),
        ('data_end', 'timestamp with time zone'),
        ('initial_capital', 'numeric'),
        ('currency', 'text'),
        ('total_return', 'double precision'),
        ('sharpe_ratio', 'double precision'),
        ('max_drawdown', 'double precision'),
        ('total_trades', 'integer'),
        ('error_type', 'text'),
        ('parameters', 'jsonb'),
        ('sort_value', 'double precision') $$,
    'attributes: name, type, in this order');

SELECT is_empty(
    $$ SELECT attribute.name, attribute.type
         FROM pg_temp.columns_of('btsql.run_summary') AS attribute
         LEFT JOIN (SELECT name, type FROM pg_temp.columns_of('btsql.backtest_run')
                     UNION
                    SELECT name, type FROM pg_temp.columns_of('btsql.performance_metrics')) AS stored USING (name, type)
        WHERE stored.name IS NULL
          AND attribute.name NOT IN ('short_id', 'sort_value') $$,
    'what comes from a table has its name and type there');

SELECT * FROM finish();
ROLLBACK;
