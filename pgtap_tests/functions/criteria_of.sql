-- Tests of functions/criteria_of
BEGIN;
\ir ../fixtures.psql
SELECT plan(21);

SELECT has_function('btsql', 'criteria_of', ARRAY['jsonb']);
SELECT function_returns('btsql', 'criteria_of', ARRAY['jsonb'], 'setof record');
SELECT function_lang_is('btsql', 'criteria_of', ARRAY['jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'criteria_of', ARRAY['jsonb'], 'immutable');

SELECT is((SELECT coalesce(jsonb_agg(jsonb_build_array(name, operator, value) ORDER BY place), '[]')
             FROM criteria_of(document) WITH ORDINALITY AS one (name, operator, value, place)),
          expected, coalesce(document::text, 'NULL'))
  FROM (VALUES
        (NULL::jsonb,                                  '[]'::jsonb),
        ('{}',                                         '[]'),
        ('{"a": 10}',                                  '[["a", "=", 10]]'),
        ('{"a": "10"}',                                '[["a", "=", "10"]]'),
        ('{"a": null}',                                '[["a", "=", null]]'),
        ('{"a": [1, 2]}',                              '[["a", "=", [1, 2]]]'),
        ('{"a": {}}',                                  '[["a", "=", {}]]'),
        ('{"a": {">=": 10, "<": 20}}',                 '[["a", "<", 20], ["a", ">=", 10]]'),
        ('{"a": {"=": {"b": 1}}}',                     '[["a", "=", {"b": 1}]]'),
        ('{"b": 1, "a": {"in": [1]}, "": true}',       '[["", "=", true], ["a", "in", [1]], ["b", "=", 1]]'),
        ('{"a": {"anything": null}}',                  '[["a", "anything", null]]')
       ) AS example (document, expected);
SELECT is(pg_temp.diagnostics(format('SELECT FROM btsql.criteria_of(%L)', given)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message', 'criteria must be a JSON object, not ' || kind,
                             'hint', 'Write {"name": value} or {"name": {">=": 10, "<": 20}}.'),
          kind || ' is refused')
  FROM (VALUES ('[]', 'array'), ('[{"a": 1}]', 'array'), ('"a"', 'string'), ('1', 'number'), ('true', 'boolean'),
        ('null', 'null'))
       AS example (given, kind);

SELECT * FROM finish();
ROLLBACK;
