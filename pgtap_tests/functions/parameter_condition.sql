-- Tests of functions/parameter_condition
BEGIN;
\ir ../fixtures.psql
SELECT plan(84);

SELECT has_function('btsql', 'parameter_condition', ARRAY['text', 'text', 'jsonb']);
SELECT function_returns('btsql', 'parameter_condition', ARRAY['text', 'text', 'jsonb'], 'setof record');
SELECT function_lang_is('btsql', 'parameter_condition', ARRAY['text', 'text', 'jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'parameter_condition', ARRAY['text', 'text', 'jsonb'], 'immutable');

-- Whether a run with these parameters fulfils a criterion, and whether its rows in the search index are found by it.
CREATE FUNCTION pg_temp.decision(parameters jsonb, name text, operator text, value jsonb, OUT decides boolean,
                                 OUT finds boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    condition record;
BEGIN
    DELETE FROM btsql.backtest_run;
    PERFORM btsql.record_run(pg_temp.success_record(jsonb_build_object('parameters', parameters)));
    SELECT * INTO condition FROM btsql.parameter_condition(name, operator, value);
    EXECUTE 'SELECT ' || condition.decides || ' FROM btsql.backtest_run AS run' INTO decides;
    IF condition.finds IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM btsql.run_parameter AS found WHERE found.name = %L AND %s)',
                       name, condition.finds)
           INTO finds;
    END IF;
END;
$$;

CREATE TEMPORARY TABLE stored (value jsonb);
INSERT INTO stored
VALUES ('10'), ('10.0'), ('-3'), ('0'), ('2.5'), ('1e300'), ('-1e300'), ('1e-300'), ('"10"'), ('""'), ('"a"'),
    ('"it''s \"%s\" \\ $1"'),
       ('"ä"'), ('true'), ('false'), ('null'), ('[10]'), ('{"a": 10}'), ('{}'), ('[]'),
       (to_jsonb(repeat('b', 500))), (to_jsonb(repeat('"', 150))), (to_jsonb(('1.' || repeat('0', 300))::numeric)),
       (to_jsonb(('10.' || repeat('0', 250) || '1')::numeric)),
       (to_jsonb(('-10.' || repeat('0', 250) || '1')::numeric)),
       (to_jsonb((repeat('7', 250) || '.5')::numeric)),
       (to_jsonb((repeat('7', 150) || '.' || repeat('5', 150))::numeric));

-- Against what SQL makes of the two values: numbers with numbers, texts with texts.
CREATE TEMPORARY TABLE tried AS
SELECT stored.value AS stored, criterion.operator, given.value AS given,
       (jsonb_typeof(stored.value) = jsonb_typeof(given.value)
        AND CASE jsonb_typeof(given.value)
                WHEN 'number' THEN (sign((stored.value #>> '{}')::numeric - (given.value #>> '{}')::numeric))::integer
                WHEN 'string' THEN CASE WHEN stored.value #>> '{}' < given.value #>> '{}' THEN -1
                                        WHEN stored.value #>> '{}' = given.value #>> '{}' THEN 0 ELSE 1 END
            END = ANY (criterion.signs)) AS expected,
       decision.decides, decision.finds
  FROM stored
 CROSS JOIN (SELECT value FROM stored WHERE jsonb_typeof(value) IN ('number', 'string')
              UNION ALL VALUES ('9'::jsonb), ('10.5'), ('"b"'), ('"c"'), ('-10'), (to_jsonb(repeat('b', 150)))) AS given
 CROSS JOIN (VALUES ('=', '{0}'::integer[]), ('<', '{-1}'), ('<=', '{-1,0}'), ('>', '{1}'), ('>=', '{0,1}'))
     AS criterion (operator, signs)
 CROSS JOIN LATERAL pg_temp.decision(jsonb_build_object('p', stored.value), 'p', criterion.operator,
                                     given.value) AS decision
 WHERE jsonb_typeof(stored.value) = jsonb_typeof(given.value) OR criterion.operator = '=' OR given.value IN ('9',
         '"b"');

SELECT cmp_ok((SELECT count(*) FROM tried), '>', 1000::bigint, 'many values were compared');
SELECT is_empty('SELECT left(stored::text, 30), operator, left(given::text, 30), expected, decides FROM tried
                  WHERE coalesce(decides, false) <> coalesce(expected, false)',
                'numbers are compared as numbers, texts as texts, never with each other');
SELECT is_empty('SELECT left(stored::text, 30), operator, left(given::text, 30) FROM tried WHERE decides AND NOT finds',
                'the search index finds every run that fulfils a criterion, however long its value');
SELECT is_empty('SELECT left(stored::text, 30), operator, left(given::text, 30) FROM tried
                  WHERE finds AND NOT coalesce(decides, false) AND length(given::text) <= 200',
                'and no other, where the criterion is short');
SELECT is_empty('SELECT left(stored::text, 30), operator, left(given::text, 30) FROM tried WHERE finds IS NULL',
                'it can be asked for all');

SELECT results_eq(
    format('SELECT decides, finds FROM pg_temp.decision(%L, %L, %L, %L)', parameters, name, operator, value),
    format('VALUES (%L::boolean, %L::boolean)', decides, finds),
        format('%s: %s %s %s', parameters, name, operator, left(value, 40)))
  FROM (VALUES
        ('{"p": 10}', 'p', '<>', '11',                     true,  true),
        ('{"p": 10}', 'p', '<>', '10.0',                   false, false),
        ('{"p": 10}', 'p', '<>', '"10"',                   true,  true),
        ('{"q": 10}', 'p', '<>', '10',                     NULL,  false),
        ('{"p": {"a": 10}}', 'p', '=', '{"a": 10.0}',      true,  true),
        ('{"p": [1, 2]}', 'p', '=', '[2, 1]',              false, true),
        ('{"p": [1]}', 'p', '<>', '10',                    true,  true),
        ('{"p": [1]}', 'p', '<>', 'null',                  true,  true),
        ('{"p": [1]}', 'p', '<>', '[1]',                   false, true),
        ('{"p": [1]}', 'p', '=', 'null',                   false, true),
        ('{"p": [1, 2]}', 'p', '=', '[1, 2]',              true,  true),
        ('{"p": null}', 'p', '=', 'null',                  true,  true),
        ('{}', 'p', '=', 'null',                           NULL,  false),
        ('{"p": true}', 'p', '=', 'true',                  true,  true),
        ('{"p": "true"}', 'p', '=', 'true',                false, false),
        ('{"p": 10}', 'p', 'in', '[9, 10.0]',              true,  true),
        ('{"p": 10}', 'p', 'in', '["10"]',                 false, false),
        ('{"p": 10}', 'p', 'in', '[]',                     false, false),
        ('{"p": null}', 'p', 'in', '[1, null]',            true,  true),
        ('{"p": [1]}', 'p', 'in', '[[1], 2]',              true,  true),
        ('{"p": 1}', 'p', 'in', '[[1], 2]',                false, false),
        ('{"p": {"a": 1}}', 'p', 'in', '[{"a": 1}]',       true,  true),
        ('{"p": null}', 'p', 'exists', 'true',             true,  true),
        ('{"p": null}', 'p', 'exists', 'false',            false, NULL),
        ('{}', 'p', 'exists', 'false',                     true,  NULL),
        ('{}', 'p', 'exists', 'true',                      false, false),
        ('{"": 1}', '', '=', '1',                          true,  true),
        ('{"it''s": 1}', 'it''s', '=', '1',                true,  true),
        ('{"a\"b\\c": 1}', 'a"b\c', '>', '0',              true,  true),
        ('{"%s %1$L": "%I"}', '%s %1$L', '=', '"%I"',      true,  true),
        ('{"p": "x'' OR true --"}', 'p', '<>', '"x'' OR true --"', false, false),
        ('{"p": 1}', 'p'') IS NULL OR true --', '=', '1',  NULL,  false)
       ) AS example (parameters, name, operator, value, decides, finds);
SELECT results_eq(
    format('SELECT decides, finds FROM pg_temp.decision(%L, ''p'', ''in'', %L)',
           jsonb_build_object('p', repeat('y', given)),
           jsonb_build_array('x', repeat('y', given))),
    'VALUES (true, true)', 'in, with a text of ' || given)
  FROM (VALUES (100), (198), (199), (300), (5000)) AS example (given);
SELECT results_eq(
    format('SELECT decides, finds FROM pg_temp.decision(%L, %L, %L, %L)', jsonb_build_object(repeat('n', given), 1),
           repeat('n', given), operator, value),
    format('VALUES (true, %L::boolean)', finds), format('a name of %s characters, %s', given, operator))
  FROM (VALUES (200, true), (201, NULL), (9000, NULL)) AS long (given, finds)
 CROSS JOIN (VALUES ('=', '1'), ('>=', '1'), ('in', '[1]')) AS criterion (operator, value);

SELECT is((parameter_condition(repeat('p', length), operator, value)).narrows_to, expected, format('%s %s narrows to %s', operator, value, expected))
  FROM (VALUES
        ('=', '10'::jsonb, 200, 'value'), ('=', '"x"', 1, 'value'), ('=', 'true', 1, 'value'), ('=', 'null', 1, 'values'),
        ('=', '[1]', 1, 'values'), ('in', '[1, null]', 1, 'values'), ('<', '1', 1, 'range'), ('>=', '"x"', 1, 'range'),
        ('<>', '1', 1, 'name'), ('exists', 'true', 1, 'name'), ('exists', 'false', 1, NULL), ('=', '10', 201, NULL),
        ('=', to_jsonb(repeat('x', 300)), 1, 'name'), ('in', jsonb_build_array(repeat('x', 300)), 1, 'name'))
       AS example (operator, value, length, expected);

SELECT is(pg_temp.diagnostics(format('SELECT FROM btsql.parameter_condition(%L, %L, %L)', name, operator, value))
          - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023',
                             'message', format('parameter "%s" is compared by "%s" with %s', left(name, 100),
                                               left(operator, 20),
                                               left(value::jsonb::text, 100)),
                             'hint', 'Write {"name": value}; {"name": {">=": 10, "<": 20}} with = <> < <= > >= for numbers and '
                                     'texts; {"name": {"in": [1, 2]}}; or {"name": {"exists": false}}.'),
          format('%s %s is refused', operator, left(value, 30)))
  FROM (VALUES
        ('p', '==', '1'), ('p', '', '1'), ('p', 'IN', '[1]'), ('p', 'like', '"a%"'), ('p', '<', 'true'),
        ('p', '>=', 'null'),
        ('p', '<', '[1]'), ('p', '<', '{}'), ('p', 'in', '1'), ('p', 'in', '{"a": 1}'), ('p', 'exists', '1'),
        ('p', 'exists', 'null'),
        ('p', '= 1 OR true --', '1'), ('it''s "%s"', '~', '"%s"'),
        (repeat('n', 500), repeat('o', 500), to_jsonb(repeat('v', 500))::text)
       ) AS example (name, operator, value);

SELECT * FROM finish();
ROLLBACK;
