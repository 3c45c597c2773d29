-- Deploy btsql:functions/metric_definition to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.metric_definition()
RETURNS TABLE (metric text, unit text, lowest numeric, highest numeric, better text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT definition.metric, definition.unit, definition.lowest, definition.highest, definition.better
      FROM (VALUES
            (1,  'total_return',      'fraction', -1::numeric, 100::numeric, 'higher'),
            (2,  'cagr',              'fraction', -1,          100,          'higher'),
            (3,  'annualized_return', 'fraction', -1,          100,          'higher'),
            (4,  'sharpe_ratio',      'ratio',    -10,         10,           'higher'),
            (5,  'sortino_ratio',     'ratio',    -100,        100,          'higher'),
            (6,  'max_drawdown',      'fraction', -1,          0,            'higher'),
            (7,  'volatility',        'fraction', 0,           100,          'lower'),
            (8,  'total_trades',      'count',    0,           2147483647,   NULL),
            (9,  'winning_trades',    'count',    0,           2147483647,   NULL),
            (10, 'losing_trades',     'count',    0,           2147483647,   NULL),
            (11, 'win_rate',          'fraction', 0,           1,            'higher'),
            (12, 'profit_factor',     'ratio',    0,           1000000,      'higher'),
            (13, 'average_win',       'money',    0,           1e300,        'higher'),
            (14, 'average_loss',      'money',    -1e300,      0,            'higher'),
            (15, 'final_equity',      'money',    -1e300,      1e300,        'higher'),
            (16, 'net_profit',        'money',    -1e300,      1e300,        'higher'),
            (17, 'periods_per_year',  'count',    252,         365,          NULL)
           ) AS definition (place, metric, unit, lowest, highest, better)
     ORDER BY definition.place;
END;

COMMENT ON FUNCTION btsql.metric_definition() IS
    'The metrics in their usual order: unit (fraction, ratio, money in the run''s currency, count), allowed range, and '
    'whether higher or lower is better. A drawdown is negative, so the higher one is the better one.';

COMMIT;
