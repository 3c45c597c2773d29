-- Tests of tables/backtest_run: one for each constraint. What the triggers refuse is in triggers/backtest_run.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(119);

SELECT has_table('btsql', 'backtest_run', 'there is a table backtest_run');
SELECT has_pk('btsql', 'backtest_run', 'it has a primary key');

SELECT results_eq(
    'SELECT name, type, is_needed FROM pg_temp.columns_of(''btsql.backtest_run'')',
    $$ VALUES
        ('run_id', 'uuid', true),
        ('started_at', 'timestamp with time zone', true),
        ('duration_seconds', 'numeric', false),
        ('status', 'text', true),
        ('strategy_type', 'text', true),
        ('strategy_name', 'text', true),
        ('strategy_path', 'text', true),
        ('parameters', 'jsonb', true),
        ('instruments', 'text[]', false),
        ('data_start', 'timestamp with time zone', false),
        ('data_end', 'timestamp with time zone', false),
        ('initial_capital', 'numeric', false),
        ('currency', 'text', false),
        ('data_source', 'text', false),
        ('snapshot', 'jsonb', true),
        ('environment', 'jsonb', false),
        ('error_type', 'text', false),
        ('error_message', 'text', false),
        ('error_traceback', 'text', false),
        ('origin_run_id', 'uuid', false),
        ('changes', 'jsonb', false),
        ('engine_figures', 'jsonb', false),
        ('replaced_interrupted_at', 'timestamp with time zone', false),
        ('recorded_at', 'timestamp with time zone', true),
        ('record_digest', 'text', true),
        ('config_hash', 'text', true) $$,
    'columns: name, type, NOT NULL');

SELECT col_is_pk('btsql', 'backtest_run', ARRAY['run_id'], 'a run has one row');
SELECT col_is_unique('btsql', 'backtest_run', ARRAY['run_id', 'recorded_at', 'status', 'strategy_type'],
                     'child rows can refer to what is true of their run');
SELECT col_default_is('btsql', 'backtest_run', 'recorded_at', 'transaction_timestamp()', 'recorded_at has a default');
SELECT is((SELECT attgenerated FROM pg_attribute
           WHERE attrelid = 'btsql.backtest_run'::regclass AND attname = 'config_hash'),
          's'::"char", 'config_hash is computed, never given');

-- A row that replaced another comes by an UPDATE; here it may be inserted, for the rules of the table alone.
ALTER TABLE backtest_run DISABLE TRIGGER backtest_run_replaces_nothing;

-- Rows that are fine, though they go to the limit.
SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_run(%L)', changes)), 'accepted', label)
  FROM (VALUES
        ('the row that the tests below change', '{}'::jsonb),
        ('a run of no duration',                '{"duration_seconds": 0}'),
        ('a long one',                          '{"duration_seconds": 999999999999.9}'),
        ('the first instant of a start',        '{"started_at": "1970-01-01T00:00:00Z",
                                                  "run_id": "00000000-0000-7abc-8def-a1b2c3d4e5f6"}'),
        ('the last one',                        '{"started_at": "9998-12-31T23:59:59.999Z",
                                                  "run_id": "e6707a6e-afff-7abc-8def-a1b2c3d4e5f6"}'),
        ('old data',                            '{"data_start": "1000-01-01T00:00:00Z"}'),
        ('data of a far future',                '{"data_end": "9998-12-31T23:59:59.999999Z"}'),
        ('the largest capital',                 '{"initial_capital": 999999999999999999999999999999.999}'),
        ('a long currency',                     jsonb_build_object('currency', repeat('x', 50))),
        ('an interrupted run of unknown duration',
         '{"status": "interrupted", "duration_seconds": null}'),
        ('an interrupted run that knows of nothing else',
         '{"status": "interrupted", "instruments": null, "data_start": null, "data_end": null, "initial_capital": null,
           "currency": null, "data_source": null, "environment": null, "engine_figures": null}'),
        ('a failure with the least to tell',
         '{"status": "failure", "error_type": "E", "error_message": "", "instruments": null, "data_start": null,
           "data_end": null, "initial_capital": null, "currency": null, "data_source": null}'),
        ('a failure with an error that has no message or traceback',
         '{"status": "failure", "error_type": "KeyboardInterrupt", "error_message": ""}'),
        ('one instant of data',                 '{"data_start": "2024-12-31T00:00:00Z"}'),
        ('the least capital',                   '{"initial_capital": 1e-18}'),
        ('several instruments',                 '{"instruments": ["AAPL.XNAS", "MSFT.XNAS"]}'),
        ('many instruments with long ids',
         jsonb_build_object('instruments', (SELECT jsonb_agg(rpad(number::text, 200, 'ä'))
                                              FROM generate_series(1, 1000) AS number))),
        ('no parameters',                       '{"parameters": {}}'),
        ('an empty snapshot',                   '{"snapshot": {}}'),
        ('an origin that is not recorded here', '{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"}'),
        ('a run that replaced an interrupted one', '{"replaced_interrupted_at": "2026-03-02T09:31:00Z"}'),
        ('variant 8',                           '{"run_id": "019cade2-123b-7abc-8def-a1b2c3d4e5f6"}'),
        ('variant b',                           '{"run_id": "019cade2-123b-7abc-bdef-a1b2c3d4e5f6"}')
       ) AS example (label, changes);

-- Each data source.
SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_run(''{"data_source": "%s"}'')', source)), 'accepted',
          source || ' data')
  FROM unnest('{csv,catalog,ibkr,mock,memory}'::text[]) AS source;

-- Each constraint, broken alone.
SELECT pg_temp.breaks_only(rule, format('SELECT pg_temp.insert_run(%L)', changes))
  FROM (VALUES
        ('backtest_run_id_is_version_7',            '{"run_id": "019cade2-123b-4abc-8def-a1b2c3d4e5f6"}'::jsonb),
        ('backtest_run_id_is_version_7',            '{"run_id": "019cade2-123b-7abc-7def-a1b2c3d4e5f6"}'),
        ('backtest_run_id_is_version_7',            '{"run_id": "019cade2-123b-7abc-cdef-a1b2c3d4e5f6"}'),
        ('backtest_run_id_carries_start',           '{"run_id": "019cade2-123c-7abc-8def-a1b2c3d4e5f6"}'),
        ('backtest_run_id_carries_start',           '{"started_at": "2026-03-02T09:30:00.124Z",
                                                      "run_id": "019cade2-123b-7abc-8def-a1b2c3d4e5f6"}'),
        ('backtest_run_status_is_final',            '{"status": "running"}'),
        ('backtest_run_status_is_final',            '{"status": "Success"}'),
        ('backtest_run_status_is_final',            '{"status": ""}'),
        ('backtest_run_start_is_in_range',          '{"started_at": "9999-01-01T00:00:00Z",
                                                      "run_id": "e6707a6e-b000-7abc-8def-a1b2c3d4e5f6"}'),
        ('backtest_run_duration_is_in_range',       '{"duration_seconds": -1e-9}'),
        ('backtest_run_duration_is_in_range',       '{"duration_seconds": 1e12}'),
        ('backtest_run_duration_is_in_range',       '{"duration_seconds": 1e400}'),
        ('backtest_run_duration_is_in_range',       '{"duration_seconds": "NaN"}'),
        ('backtest_run_duration_is_in_range',       '{"duration_seconds": "Infinity"}'),
        ('backtest_run_duration_is_known',          '{"duration_seconds": null}'),
        ('backtest_run_duration_is_known',          '{"duration_seconds": null, "status": "failure", "error_type": "E",
                                                      "error_message": "m"}'),
        ('backtest_run_strategy_is_named',          '{"strategy_type": ""}'),
        ('backtest_run_strategy_is_named',          '{"strategy_type": " \t"}'),
        ('backtest_run_strategy_is_named',          '{"strategy_name": " "}'),
        ('backtest_run_names_are_short',            jsonb_build_object('strategy_type', repeat('x', 201))),
        ('backtest_run_names_are_short',            jsonb_build_object('strategy_name', repeat('x', 201))),
        ('backtest_run_strategy_path_is_importable', '{"strategy_path": "SMACrossover"}'),
        ('backtest_run_strategy_path_is_importable', '{"strategy_path": "module:"}'),
        ('backtest_run_strategy_path_is_importable', '{"strategy_path": ":Class"}'),
        ('backtest_run_strategy_path_is_importable', '{"strategy_path": "my module:Class"}'),
        ('backtest_run_documents_are_objects',      '{"parameters": []}'),
        ('backtest_run_documents_are_objects',      '{"snapshot": "text"}'),
        ('backtest_run_documents_are_objects',      '{"environment": 1}'),
        ('backtest_run_documents_are_objects',
              '{"changes": [], "origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"}'),
        ('backtest_run_documents_are_objects',      '{"engine_figures": true}'),
        ('backtest_run_success_is_complete',        '{"instruments": null}'),
        ('backtest_run_success_is_complete',        '{"data_start": null}'),
        ('backtest_run_success_is_complete',        '{"data_end": null}'),
        ('backtest_run_success_is_complete',        '{"initial_capital": null}'),
        ('backtest_run_success_is_complete',        '{"currency": null}'),
        ('backtest_run_success_is_complete',        '{"data_source": null}'),
        ('backtest_run_instruments_are_named',      '{"instruments": []}'),
        ('backtest_run_instruments_are_named',      '{"instruments": ["AAPL.XNAS", ""]}'),
        ('backtest_run_instruments_are_named',      '{"instruments": [null]}'),
        ('backtest_run_instruments_are_named',      '{"instruments": [["AAPL.XNAS", "MSFT.XNAS"]]}'),
        ('backtest_run_data_years_have_four_digits', '{"data_start": "0999-12-31T23:59:59.999999Z"}'),
        ('backtest_run_data_years_have_four_digits', '{"data_end": "9999-01-01T00:00:00Z"}'),
        ('backtest_run_data_years_have_four_digits', '{"data_end": "9999-12-31T23:59:59-10:00"}'),
        ('backtest_run_data_years_have_four_digits', '{"data_start": "9999-01-01T00:00:00Z", "data_end": null,
                                                       "status": "failure", "error_type": "E", "error_message": "m"}'),
        ('backtest_run_data_years_have_four_digits', '{"data_end": "0999-12-31T00:00:00Z", "data_start": null,
                                                       "status": "failure", "error_type": "E", "error_message": "m"}'),
        ('backtest_run_instrument_ids_are_short',   jsonb_build_object('instruments', ARRAY['AAPL.XNAS', repeat('x', 201)])),
        ('backtest_run_instrument_ids_are_short',   jsonb_build_object('instruments', ARRAY[repeat(E'x\n', 101)])),
        -- Of a failure: what an index is led by for successes does not take such a time at all.
        ('backtest_run_data_years_have_four_digits', '{"data_start": "-infinity", "status": "failure",
                                                       "error_type": "E", "error_message": "m"}'),
        ('backtest_run_data_years_have_four_digits', '{"data_end": "infinity", "status": "failure",
                                                       "error_type": "E", "error_message": "m"}'),
        ('backtest_run_data_range_is_ordered',      '{"data_start": "2024-12-31T00:00:00.000001Z"}'),
        ('backtest_run_capital_is_in_range',        '{"initial_capital": 0}'),
        ('backtest_run_capital_is_in_range',        '{"initial_capital": -1}'),
        ('backtest_run_capital_is_in_range',        '{"initial_capital": 1e30}'),
        ('backtest_run_capital_is_in_range',        '{"initial_capital": "NaN"}'),
        ('backtest_run_capital_is_in_range',        '{"initial_capital": "Infinity"}'),
        ('backtest_run_currency_is_named',          '{"currency": " "}'),
        ('backtest_run_currency_is_short_and_plain', jsonb_build_object('currency', repeat('x', 51))),
        ('backtest_run_currency_is_short_and_plain', '{"currency": "US\u001b]0;title\u0007"}'),
        ('backtest_run_currency_is_short_and_plain', '{"currency": "US\u009b31m"}'),
        ('backtest_run_currency_is_short_and_plain', '{"currency": "US\nD"}'),
        ('backtest_run_data_source_is_known',       '{"data_source": "yahoo"}'),
        ('backtest_run_data_source_is_known',       '{"data_source": "CSV"}'),
        ('backtest_run_failure_has_error',          '{"status": "failure", "error_message": "m"}'),
        ('backtest_run_failure_has_error',          '{"status": "failure", "error_type": "E"}'),
        ('backtest_run_success_has_no_error',       '{"error_type": "E"}'),
        ('backtest_run_success_has_no_error',       '{"error_message": "m"}'),
        ('backtest_run_success_has_no_error',       '{"error_traceback": "t"}'),
        ('backtest_run_origin_is_another_run',      '{"origin_run_id": "019cade2-123b-7abc-8def-a1b2c3d4e5f6"}'),
        ('backtest_run_changes_have_an_origin',     '{"changes": {"fast_period": [10, 12]}}'),
        ('backtest_run_replacement_is_final',       '{"status": "interrupted", "error_type": "process_gone",
                                                      "replaced_interrupted_at": "2026-03-02T09:31:00Z"}')
       ) AS example (rule, changes);

-- The keys. A second row of a run differs from the first in what the wider key holds, or only the primary key is broken.
SELECT pg_temp.breaks_only('backtest_run_pkey',
    $$ SELECT pg_temp.insert_run(), pg_temp.insert_run('{"strategy_type": "momentum"}') $$);
SELECT pg_temp.breaks_only('backtest_run_metrics_key',
    $$ ALTER TABLE btsql.backtest_run DROP CONSTRAINT backtest_run_pkey CASCADE;
       SELECT pg_temp.insert_run(), pg_temp.insert_run() $$);

SELECT pg_temp.all_rules_seen('btsql.backtest_run', 'cfpu');

-- What has to be there, is.
SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_run(%L)', jsonb_build_object(name, NULL))) ->> 'sqlstate',
          '23502', format('%s cannot be NULL', name))
  FROM pg_temp.columns_of('btsql.backtest_run')
 WHERE is_needed AND name NOT IN ('recorded_at', 'config_hash');

SELECT is(pg_temp.refusal($$ INSERT INTO btsql.backtest_run (config_hash) VALUES ('made up') $$), '428C9',
          'a hash of one''s own is refused');
SELECT isnt(pg_temp.refusal($$ SELECT pg_temp.insert_run('{"started_at": "infinity"}') $$), 'accepted',
            'a start at infinity is refused');

SELECT * FROM finish();
ROLLBACK;
