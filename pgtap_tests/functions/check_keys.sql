-- Tests of functions/check_keys
BEGIN;
\ir ../fixtures.psql
SELECT plan(414);

SELECT has_function('btsql', 'check_keys', ARRAY['jsonb', 'text', 'text']);
SELECT function_returns('btsql', 'check_keys', ARRAY['jsonb', 'text', 'text'], 'void');
SELECT function_lang_is('btsql', 'check_keys', ARRAY['jsonb', 'text', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'check_keys', ARRAY['jsonb', 'text', 'text'], 'immutable');

CREATE TEMPORARY TABLE valid (part text, status text, document jsonb);
INSERT INTO valid
VALUES ('record', 'success',     pg_temp.success_record()),
       ('record', 'failure',     pg_temp.failure_record()),
       ('record', 'interrupted', pg_temp.interrupted_record()),
       ('error',  'failure',     '{"type": "ValueError", "message": "no bars"}'),
       ('error',  'interrupted', '{"type": "Killed", "message": "signal 9"}');

SELECT lives_ok(format('SELECT btsql.check_keys(%L, %L, %L)', document, part, status),
                format('a whole %s of status %s passes', part, status))
  FROM valid;

-- Each key that a status requires: missing, then null.
SELECT throws_ok(format('SELECT btsql.check_keys(%L, %L, %L)', valid.document - key, part, status),
                 '22023', format('missing key "%s" in the %s of a run with status %s', key, part, status),
                 format('a %s needs %s.%s', status, part, key))
  FROM valid
  JOIN record_key() AS defined USING (part)
 WHERE valid.status = ANY (defined.required_for);

SELECT throws_like(format('SELECT btsql.check_keys(%L, %L, %L)', valid.document || jsonb_build_object(key, NULL), part, status),
                   format('key "%s" of the %s must be a JSON %%, not null', key, part),
                   format('null is no %s.%s of a %s', part, key, status))
  FROM valid
  JOIN record_key() AS defined USING (part)
 WHERE valid.status = ANY (defined.required_for);

-- Each key that a status does not require may be missing or null.
SELECT lives_ok(format('SELECT btsql.check_keys(%L, %L, %L), btsql.check_keys(%L, %L, %L)',
                       valid.document - key, part, status,
                       valid.document || jsonb_build_object(key, NULL), part, status),
                format('a %s does without %s.%s', status, part, key))
  FROM valid
  JOIN record_key() AS defined USING (part)
 WHERE NOT valid.status = ANY (defined.required_for);

-- Each key with a value of each JSON type that it may not have.
SELECT throws_ok(format('SELECT btsql.check_keys(%L, %L, %L)',
                        valid.document || jsonb_build_object(key, wrong.value), part, status),
                 '22023', format('key "%s" of the %s must be a JSON %s, not %s', key, part, types[1], wrong.type),
                 format('%s.%s of a %s cannot be a JSON %s', part, key, status, wrong.type))
  FROM valid
  JOIN record_key() AS defined USING (part)
  JOIN (VALUES ('string', '"text"'::jsonb), ('number', '1'), ('boolean', 'true'), ('array', '[]'), ('object', '{}'))
       AS wrong (type, value) ON NOT wrong.type = ANY (defined.types);

SELECT throws_ok(format('SELECT btsql.check_keys(%L, %L, %L)', document || '{"sharp_ratio": 1}', part, status),
                 '22023', format('unknown key "sharp_ratio" in the %s', part),
                 format('an unknown key is refused in the %s of a %s', part, status))
  FROM valid;

SELECT throws_ok(format('SELECT btsql.check_keys(%L, %L, %L)', document || '{"another": null}', part, status),
                 '22023', format('unknown key "another" in the %s', part),
                 format('even when it is null, in the %s of a %s', part, status))
  FROM valid;

SELECT throws_ok($$SELECT btsql.check_keys('{"Status": "success"}', 'record', 'success')$$,
                 '22023', 'unknown key "Status" in the record', 'keys are case-sensitive, unknown ones are named first');

SELECT is(pg_temp.diagnostics($$SELECT btsql.check_keys('{"x": 1}', 'error', 'failure')$$) ->> 'hint',
          'Known keys: type, message, traceback.', 'the hint lists the known keys');
SELECT is(pg_temp.diagnostics($$SELECT btsql.check_keys('{}', 'error', 'failure')$$) ->> 'hint',
          'Give it as a JSON string.', 'the hint tells the type of a missing key');

SELECT * FROM finish();
ROLLBACK;
