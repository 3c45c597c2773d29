-- Deploy btsql:schemas/btsql to pg
BEGIN;

CREATE SCHEMA btsql;

COMMENT ON SCHEMA btsql IS
    'Every backtest run, saved once and never changed: the tables, their rules, and the functions that record and '
    'query runs.';

COMMIT;
