-- Tests of functions/recorded_names
BEGIN;
\ir ../fixtures.psql
SELECT plan(22);

SELECT has_function('btsql', 'recorded_names', ARRAY['text', 'text[]']);
SELECT function_returns('btsql', 'recorded_names', ARRAY['text', 'text[]'], 'setof text');
SELECT function_lang_is('btsql', 'recorded_names', ARRAY['text', 'text[]'], 'plpgsql');
SELECT volatility_is('btsql', 'recorded_names', ARRAY['text', 'text[]'], 'stable');

SELECT is_empty(format('SELECT recorded_names(%L, ''{x}'')', kind), 'an empty history has none of ' || kind)
  FROM (VALUES ('strategy_name'), ('strategy_type'), ('instrument'), ('parameter'), ('tag')) AS example (kind);

SELECT pg_temp.record_at(1, '{"strategy_name": "old label", "strategy_type": "old_type", "instruments": ["OLD.X"],
                              "parameters": {"old": 1, "old_list": []}}');
SELECT set_tags('1aaa', '{old_tag}');
SELECT pg_temp.record_at(2, '{"parameters": {"fast": 1, "none": null}}', 'failure');
SELECT set_tags('2aaa', '{keep,draft}'), set_tags('2aaa', '{}', '{draft}'), add_note('2aaa', 'a note');
SELECT set_eq(format('SELECT recorded_names(%L)', kind), expected, kind || ': those of the newest runs')
  FROM (VALUES ('strategy_name', '{old label,first try}'::text[]), ('strategy_type', '{old_type,sma_crossover}'),
               ('instrument', '{OLD.X,AAPL.XNAS}'), ('parameter', '{old,old_list,fast,none}'),
               ('tag', '{old_tag,keep,draft}')) AS example (kind, expected);

-- Beyond the newest, only what is asked for.
SELECT pg_temp.record_at(place, '{"strategy_name": "new label", "strategy_type": "new_type", "instruments": null, "parameters": {}}', 'failure')
  FROM generate_series(3, 1002) AS place;
SELECT set_eq(format('SELECT recorded_names(%L, %L)', kind, wanted), expected, kind || ': and those of older runs that are asked for')
  FROM (VALUES ('strategy_name', '{old label,none}'::text[], '{new label,old label}'::text[]),
               ('strategy_type', '{old_type,none}', '{new_type,old_type}'),
               ('instrument', '{OLD.X,NO.X}', '{OLD.X}'),
               ('parameter', '{old,old_list,no}', '{old,old_list}')) AS example (kind, wanted, expected);

SELECT throws_ok(format('SELECT recorded_names(%L)', kind), '22023', format('runs have no names of the kind "%s"', coalesce(kind, '<NULL>')))
  FROM (VALUES ('run'), ('Tag'), (''), (NULL)) AS example (kind);

SELECT * FROM finish();
ROLLBACK;
