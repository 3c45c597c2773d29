-- Tests of types/run_details
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

SELECT has_composite('btsql', 'run_details', 'there is a type run_details');

SELECT results_eq(
    'SELECT name, type FROM pg_temp.columns_of(''btsql.run_details'')',
    $$ VALUES
        ('run_id', 'uuid'),
        ('short_id', 'text'),
        ('status', 'text'),
        ('started_at', 'timestamp with time zone'),
        ('duration_seconds', 'numeric'),
        ('strategy_type', 'text'),
        ('strategy_name', 'text'),
        ('strategy_path', 'text'),
        ('parameters', 'jsonb'),
        ('instruments', 'text[]'),
        ('data_start', 'timestamp with time zone'),
        ('data_end', 'timestamp with time zone'),
        ('data_source', 'text'),
        ('initial_capital', 'numeric'),
        ('currency', 'text'),
        ('total_return', 'double precision'),
        ('cagr', 'double precision'),
        ('annualized_return', 'double precision'),
        ('sharpe_ratio', 'double precision'),
        ('sortino_ratio', 'double precision'),
        ('max_drawdown', 'double precision'),
        ('volatility', 'double precision'),
        ('total_trades', 'integer'),
        ('winning_trades', 'integer'),
        ('losing_trades', 'integer'),
        ('win_rate', 'double precision'),
        ('profit_factor', 'double precision'),
        ('average_win', 'double precision'),
        ('average_loss', 'double precision'),
        ('final_equity', 'double precision'),
        ('net_profit', 'double precision'),
        ('periods_per_year', 'integer'),
        ('rejected_metrics', 'jsonb'),
        ('engine_figures', 'jsonb'),
        ('error_type', 'text'),
        ('error_message', 'text'),
        ('error_traceback', 'text'),
        ('origin_run_id', 'uuid'),
        ('changes', 'jsonb'),
        ('snapshot', 'jsonb'),
        ('environment', 'jsonb'),
        ('config_hash', 'text'),
        ('record_digest', 'text'),
        ('recorded_at', 'timestamp with time zone'),
        ('replaced_interrupted_at', 'timestamp with time zone'), ('tags', 'text[]'), ('annotations', 'jsonb') $$,
    'attributes: name, type, in this order');

SELECT is_empty(
    $$ SELECT attribute.name, attribute.type
         FROM pg_temp.columns_of('btsql.run_details') AS attribute
         LEFT JOIN (SELECT name, type FROM pg_temp.columns_of('btsql.backtest_run')
                     UNION
                    SELECT name, type FROM pg_temp.columns_of('btsql.performance_metrics')) AS stored USING (name, type)
        WHERE stored.name IS NULL
          AND attribute.name NOT IN ('short_id', 'rejected_metrics', 'tags', 'annotations') $$,
    'what comes from a table has its name and type there');

SELECT * FROM finish();
ROLLBACK;
