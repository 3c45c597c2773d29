-- Tests of functions/check_json
BEGIN;
\ir ../fixtures.psql
SELECT plan(19);

SELECT has_function('btsql', 'check_json', ARRAY['jsonb', 'text']);
SELECT function_returns('btsql', 'check_json', ARRAY['jsonb', 'text'], 'void');
SELECT function_lang_is('btsql', 'check_json', ARRAY['jsonb', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'check_json', ARRAY['jsonb', 'text'], 'immutable');

CREATE FUNCTION pg_temp.nested(opening text, inner_value text, closing text, levels integer)
RETURNS jsonb
LANGUAGE sql
AS $$ SELECT (repeat(opening, levels) || inner_value || repeat(closing, levels))::jsonb $$;

SELECT lives_ok(format('SELECT btsql.check_json(%L, ''it'')', document), label)
  FROM (VALUES
        ('SQL NULL',               NULL::jsonb),
        ('a scalar',               '1'),
        ('an object',              '{"a": [1, {"b": null}]}'),
        ('199 arrays and a value', pg_temp.nested('[', '1', ']', 199)),
        ('a number of 4,300 digits', ('[' || repeat('9', 4300) || ', -' || repeat('9', 4300) || ']')::jsonb),
        ('a number that is very small', '[1e-5000]'),
        ('a text of many digits',  to_jsonb(repeat('9', 5000)))
       ) AS example (label, document);

SELECT throws_ok(format('SELECT btsql.check_json(%L, ''it'')', document), '22023', 'it ' || message, label)
  FROM (VALUES
        ('200 arrays and a value', pg_temp.nested('[', '1', ']', 200), 'is nested more than 200 levels deep'),
        ('200 empty arrays and one', pg_temp.nested('[', '[]', ']', 200), 'is nested more than 200 levels deep'),
        ('objects likewise',       pg_temp.nested('{"a": ', '1', '}', 200), 'is nested more than 200 levels deep'),
        ('2,000 levels',           pg_temp.nested('[', '1', ']', 2000), 'is nested more than 200 levels deep'),
        ('a number of one digit more', '1e4300', 'has a number of more than 4,300 digits'),
        ('a negative one',         '[-1e4300]', 'has a number of more than 4,300 digits'),
        ('within an object',       '{"a": {"b": [0, 1e100000]}}', 'has a number of more than 4,300 digits')
       ) AS example (label, document, message);

SELECT is(pg_temp.diagnostics('SELECT btsql.check_json(''1e4300'', ''it'')') ->> 'hint', 'Give it as a text.', 'with a hint');

SELECT * FROM finish();
ROLLBACK;
