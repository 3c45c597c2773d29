-- Tests of types/ranked_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

SELECT has_composite('btsql', 'ranked_run', 'there is a type ranked_run');

SELECT results_eq(
    'SELECT name, type FROM pg_temp.columns_of(''btsql.ranked_run'')',
    $$ VALUES
        ('rank', 'bigint'),
        ('run_id', 'uuid'),
        ('short_id', 'text'),
        ('value', 'double precision'),
        ('strategy_name', 'text'),
        ('instruments', 'text[]'),
        ('data_start', 'timestamp with time zone'),
        ('data_end', 'timestamp with time zone'),
        ('currency', 'text'),
        ('parameters', 'jsonb'),
        ('total_return', 'double precision'),
        ('sharpe_ratio', 'double precision'),
        ('max_drawdown', 'double precision'),
        ('total_trades', 'integer'),
        ('metrics', 'jsonb') $$,
    'attributes: name, type, in this order');

SELECT is_empty(
    $$ SELECT attribute.name, attribute.type
         FROM pg_temp.columns_of('btsql.ranked_run') AS attribute
         LEFT JOIN (SELECT name, type FROM pg_temp.columns_of('btsql.backtest_run')
                     UNION
                    SELECT name, type FROM pg_temp.columns_of('btsql.performance_metrics')) AS stored USING (name, type)
        WHERE stored.name IS NULL
          AND attribute.name NOT IN ('rank', 'short_id', 'value', 'metrics') $$,
    'what comes from a table has its name and type there');

SELECT * FROM finish();
ROLLBACK;
