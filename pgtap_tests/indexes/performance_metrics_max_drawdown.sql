-- Tests of indexes/performance_metrics_max_drawdown
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'performance_metrics', 'performance_metrics_max_drawdown',
                 'there is an index performance_metrics_max_drawdown');
SELECT index_is_type('btsql', 'performance_metrics', 'performance_metrics_max_drawdown', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.performance_metrics_max_drawdown'::regclass), '^.* USING ', ''),
          'btree (max_drawdown, run_id) WHERE (max_drawdown IS NOT NULL)', 'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.performance_metrics_max_drawdown'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
