-- Deploy btsql:indexes/backtest_run_config_hash to pg
-- requires: tables/backtest_run
BEGIN;

CREATE INDEX backtest_run_config_hash
    ON btsql.backtest_run USING hash (config_hash);

COMMENT ON INDEX btsql.backtest_run_config_hash IS 'Finds runs of the same configuration (find_duplicates).';

COMMIT;
