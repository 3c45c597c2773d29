-- Tests of indexes/performance_metrics_type_sharpe_ratio
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'performance_metrics', 'performance_metrics_type_sharpe_ratio',
                 'there is an index performance_metrics_type_sharpe_ratio');
SELECT index_is_type('btsql', 'performance_metrics', 'performance_metrics_type_sharpe_ratio', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.performance_metrics_type_sharpe_ratio'::regclass), '^.* USING ', ''),
          'btree (strategy_type, sharpe_ratio, run_id) WHERE (sharpe_ratio IS NOT NULL)',
              'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.performance_metrics_type_sharpe_ratio'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
