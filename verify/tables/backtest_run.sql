-- Verify btsql:tables/backtest_run on pg
BEGIN;

SELECT run_id, started_at, duration_seconds, status, strategy_type, strategy_name, strategy_path,
       parameters, instruments, data_start, data_end, initial_capital, currency, data_source, snapshot,
       environment, error_type, error_message, error_traceback, origin_run_id, changes, engine_figures,
       replaced_interrupted_at, recorded_at, record_digest, config_hash
  FROM btsql.backtest_run
 WHERE FALSE;

ROLLBACK;
