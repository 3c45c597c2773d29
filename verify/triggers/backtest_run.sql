-- Verify btsql:triggers/backtest_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT count(*) = 4
              FROM pg_trigger
             WHERE tgrelid = 'btsql.backtest_run'::regclass AND tgenabled = 'O'
               AND tgname IN ('backtest_run_is_stamped',
                              'backtest_run_replaces_nothing',
                              'backtest_run_is_immutable',
                              'backtest_run_is_not_truncated')),
           'a trigger of btsql.backtest_run is missing or disabled';
END $verify$;

ROLLBACK;
