-- Tests of types/duplicate_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

SELECT has_composite('btsql', 'duplicate_run', 'there is a type duplicate_run');

SELECT results_eq(
    'SELECT name, type FROM pg_temp.columns_of(''btsql.duplicate_run'')',
    $$ VALUES
        ('run_id', 'uuid'),
        ('short_id', 'text'),
        ('started_at', 'timestamp with time zone'),
        ('total_return', 'double precision'),
        ('sharpe_ratio', 'double precision'),
        ('max_drawdown', 'double precision'),
        ('differences', 'jsonb') $$,
    'attributes: name, type, in this order');

SELECT is_empty(
    $$ SELECT attribute.name, attribute.type
         FROM pg_temp.columns_of('btsql.duplicate_run') AS attribute
         LEFT JOIN (SELECT name, type FROM pg_temp.columns_of('btsql.backtest_run')
                     UNION
                    SELECT name, type FROM pg_temp.columns_of('btsql.performance_metrics')) AS stored USING (name, type)
        WHERE stored.name IS NULL
          AND attribute.name NOT IN ('short_id', 'differences') $$,
    'what comes from a table has its name and type there');

SELECT * FROM finish();
ROLLBACK;
