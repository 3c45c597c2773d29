-- Tests of functions/current_tags
BEGIN;
\ir ../fixtures.psql
SELECT plan(13);

SELECT has_function('btsql', 'current_tags', ARRAY['uuid']);
SELECT function_returns('btsql', 'current_tags', ARRAY['uuid'], 'text[]');
SELECT function_lang_is('btsql', 'current_tags', ARRAY['uuid'], 'plpgsql');
SELECT volatility_is('btsql', 'current_tags', ARRAY['uuid'], 'stable');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2);

CREATE FUNCTION pg_temp.said(place integer, kind text, content text)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO btsql.run_annotation (run_id, kind, content)
    SELECT run_id, kind, content FROM btsql.backtest_run WHERE split_part(btsql.short_id(run_id), 'a', 1) = place::text;
$$;
CREATE FUNCTION pg_temp.tags_of(place integer)
RETURNS text[]
LANGUAGE sql
AS $$
    SELECT btsql.current_tags(run_id) FROM btsql.backtest_run
        WHERE split_part(btsql.short_id(run_id), 'a', 1) = place::text;
$$;

SELECT is(pg_temp.tags_of(1), '{}', 'at first a run has no tag');
SELECT pg_temp.said(1, 'tag', 'good'), pg_temp.said(1, 'tag', 'b'), pg_temp.said(1, 'note', 'noted'),
    pg_temp.said(2, 'tag', 'other');
SELECT is(pg_temp.tags_of(1), '{b,good}',
          'tags are in alphabetical order; a note is none, nor is the tag of another run');
SELECT pg_temp.said(1, 'untag', 'good');
SELECT is(pg_temp.tags_of(1), '{b}', 'taken off');
SELECT pg_temp.said(1, 'tag', 'good'), pg_temp.said(1, 'tag', 'good');
SELECT is(pg_temp.tags_of(1), '{b,good}', 'put on again, twice, it is there once');
SELECT pg_temp.said(1, 'untag', 'good'), pg_temp.said(1, 'untag', 'never');
SELECT is(pg_temp.tags_of(1), '{b}', 'the last word counts, and taking off what was never there is harmless');
SELECT pg_temp.said(1, 'note', 'b');
SELECT is(pg_temp.tags_of(1), '{b}', 'a note with the words of a tag takes nothing off');
SELECT is(pg_temp.tags_of(2), '{other}', 'the other run kept its own');
SELECT is(current_tags('019cade2-123b-7abc-8def-000000000000'), '{}', 'a run that is not there has none');
SELECT is(current_tags(NULL), NULL, 'no run, no answer');

SELECT * FROM finish();
ROLLBACK;
