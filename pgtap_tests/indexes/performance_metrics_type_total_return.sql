-- Tests of indexes/performance_metrics_type_total_return
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'performance_metrics', 'performance_metrics_type_total_return',
                 'there is an index performance_metrics_type_total_return');
SELECT index_is_type('btsql', 'performance_metrics', 'performance_metrics_type_total_return', 'btree');
SELECT is(regexp_replace(pg_get_indexdef('btsql.performance_metrics_type_total_return'::regclass), '^.* USING ', ''),
          'btree (strategy_type, total_return, run_id) WHERE (total_return IS NOT NULL)',
              'what it holds, and in which order');
SELECT ok((SELECT indisvalid AND NOT indisunique FROM pg_index
           WHERE indexrelid = 'btsql.performance_metrics_type_total_return'::regclass),
          'it is valid, and forbids nothing');

SELECT * FROM finish();
ROLLBACK;
