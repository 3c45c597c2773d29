-- Tests of functions/record_digest
BEGIN;
\ir ../fixtures.psql
SELECT plan(67);

SELECT has_function('btsql', 'record_digest', ARRAY['backtest_run', 'performance_metrics', 'jsonb']);
SELECT function_returns('btsql', 'record_digest', ARRAY['backtest_run', 'performance_metrics', 'jsonb'], 'text');
SELECT function_lang_is('btsql', 'record_digest', ARRAY['backtest_run', 'performance_metrics', 'jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'record_digest', ARRAY['backtest_run', 'performance_metrics', 'jsonb'], 'stable');

-- The digest that a record is stored with. The recording is undone, so that one id serves all.
CREATE FUNCTION pg_temp.digest(record jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    PERFORM btsql.record_run(digest.record);
    SELECT run.record_digest INTO STRICT found
      FROM btsql.backtest_run AS run;
    RAISE EXCEPTION '%', found USING ERRCODE = 'BT000';
EXCEPTION
    WHEN SQLSTATE 'BT000' THEN
        RETURN SQLERRM;
END;
$$;

-- A value that no binary fraction is equal to, and a time with microseconds, to tempt the settings.
CREATE TEMPORARY TABLE whole AS
SELECT pg_temp.success_record('{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "changes": {"a": 1},
                                "undefined_metrics": {"win_rate": "no trades"}}')
       || jsonb_build_object('metrics', pg_temp.success_record() -> 'metrics'
                                        || '{"total_return": 0.1234567890123456, "win_rate": null, "sharpe_ratio": 11}')
       AS record;

CREATE TEMPORARY TABLE failed AS
SELECT pg_temp.failure_record() AS record;

CREATE TEMPORARY TABLE reference AS
SELECT pg_temp.digest(whole.record) AS success, pg_temp.digest(failed.record) AS failure FROM whole, failed;

SELECT matches(success, '^[0-9a-f]{64}$', 'a success has a digest') FROM reference;
SELECT matches(failure, '^[0-9a-f]{64}$', 'a failure has one') FROM reference;

-- The same content however it is written, and whatever the session is set to.
CREATE FUNCTION pg_temp.digest_under(setting text, value text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    PERFORM set_config(setting, value, true);
    found := pg_temp.digest(whole.record) FROM whole;
    EXECUTE format('RESET %I', setting);
    RETURN found;
END;
$$;

SELECT is(pg_temp.digest_under(setting, value), reference.success, format('%s = %s does not matter', setting, value))
  FROM reference
 CROSS JOIN (VALUES
        ('timezone', 'UTC'), ('timezone', 'Asia/Kolkata'), ('timezone', 'America/New_York'),
        ('datestyle', 'ISO, MDY'), ('datestyle', 'SQL, DMY'), ('datestyle', 'German'), ('datestyle', 'Postgres, MDY'),
        ('intervalstyle', 'iso_8601'), ('bytea_output', 'escape'),
        ('extra_float_digits', '-15'), ('extra_float_digits', '0'), ('extra_float_digits', '3')
       ) AS example (setting, value);

SELECT is(pg_temp.digest(whole.record || same.changes), reference.success, format('%s is the same', same.changes))
  FROM whole, reference,
       (VALUES
        ('{"started_at": "2026-03-02T10:30:00.123456+01:00"}'::jsonb),
        ('{"data_start": "2020-01-01T19:00:00-05:00"}'),
        ('{"initial_capital": 1e5, "duration_seconds": 1.2500}'),
        ('{"parameters": {"slow_period": 30.0, "fast_period": 1e1}}'),
        ('{"error": null}'),
        ('{"run_id": "019CADE2-123B-7ABC-8DEF-A1B2C3D4E5F6"}')
       ) AS same (changes);

-- Each key of the record that carries content, changed.
SELECT isnt(pg_temp.digest(whole.record || other.changes), reference.success, format('%s is another', left(other.changes::text, 60)))
  FROM whole, reference,
       (VALUES
        ('{"run_id": "019cade2-123b-7abc-8def-a1b2c3d4e5f7"}'::jsonb),
        ('{"started_at": "2026-03-02T09:30:00.123457Z"}'),
        ('{"duration_seconds": 1.250001}'),
        ('{"strategy_type": "momentum"}'),
        ('{"strategy_name": "second try"}'),
        ('{"strategy_path": "mine:SMACrossover"}'),
        ('{"parameters": {"fast_period": 10, "slow_period": 31}}'),
        ('{"instruments": ["AAPL.XNAS", "MSFT.XNAS"]}'),
        ('{"data_start": "2020-01-02T00:00:00.000001Z"}'),
        ('{"data_end": "2024-12-31T00:00:00.000001Z"}'),
        ('{"initial_capital": 100000.01}'),
        ('{"currency": "EUR"}'),
        ('{"data_source": "mock"}'),
        ('{"snapshot": {}}'),
        ('{"environment": null}'),
        ('{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c073990"}'),
        ('{"changes": {"a": 2}}'),
        ('{"engine_figures": {"PnL (total)": 25001}}'),
        ('{"undefined_metrics": {"win_rate": "one trade"}}'),
        ('{"undefined_metrics": null}')
       ) AS other (changes);

SELECT isnt(pg_temp.digest(failed.record || jsonb_build_object('error', failed.record -> 'error' || other.changes)),
            reference.failure, format('error %s is another', other.changes))
  FROM failed, reference,
       (VALUES ('{"type": "KeyError"}'::jsonb), ('{"message": "few bars"}'), ('{"traceback": null}')) AS other (changes);

-- Each metric, changed, absent, or rejected with another value.
SELECT isnt(pg_temp.digest(whole.record || jsonb_build_object('metrics', (whole.record -> 'metrics') - metric)),
            reference.success, format('a record without its %s is another', metric))
  FROM whole, reference, metric_definition()
 WHERE metric <> 'win_rate';

SELECT isnt(pg_temp.digest(whole.record || jsonb_build_object('metrics', whole.record -> 'metrics' || '{"sharpe_ratio": 12}')),
            reference.success, 'the value of a rejected metric counts')
  FROM whole, reference;

-- What the database adds is no content.
SELECT is(record_digest(plain.run, plain.metrics, NULL),
          record_digest(later.run, later.metrics, NULL),
          'recorded_at, replaced_interrupted_at and the hashes are left out')
  FROM (SELECT jsonb_populate_record(NULL::backtest_run, pg_temp.success_record()) AS run,
               jsonb_populate_record(NULL::performance_metrics, pg_temp.success_record() -> 'metrics') AS metrics) AS plain
 CROSS JOIN LATERAL (
        SELECT jsonb_populate_record(plain.run, '{"recorded_at": "2026-04-01T00:00:00Z", "record_digest": "x",
                                                  "replaced_interrupted_at": "2026-04-01T00:00:00Z", "config_hash": "y"}') AS run,
               jsonb_populate_record(plain.metrics, '{"recorded_at": "2026-04-01T00:00:00Z", "status": "success",
                                                      "strategy_type": "sma_crossover"}') AS metrics) AS later;

-- Digests are stored: what the function makes of a given record can never change. (This one was made
-- by an independent program.)
SELECT is((SELECT failure FROM reference), '866a4d961a568e1e23a0c8d5c225742ee7d45563c9bcea5b0d29f29a91aa264e', 'the digest of a given record never changes');

-- A stored row gives the digest it was stored with.
SELECT record_run(record) FROM whole;
SELECT is(record_digest(run, metrics, rejected.document), run.record_digest, 'it can be computed again from the tables')
  FROM backtest_run AS run
  JOIN performance_metrics AS metrics USING (run_id)
 CROSS JOIN (SELECT jsonb_object_agg(metric, jsonb_build_object('reported_value', reported_value, 'reason', reason)) AS document
               FROM rejected_metric) AS rejected;

SELECT * FROM finish();
ROLLBACK;
