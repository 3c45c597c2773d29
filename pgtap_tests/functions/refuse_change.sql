-- Tests of functions/refuse_change: the contract and what it says. That each table is guarded: pgtap_tests/triggers/.
BEGIN;
\ir ../fixtures.psql
SELECT plan(8);

SELECT has_function('btsql', 'refuse_change', '{}'::name[]);
SELECT function_returns('btsql', 'refuse_change', '{}'::name[], 'trigger');
SELECT function_lang_is('btsql', 'refuse_change', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'refuse_change', '{}'::name[], 'volatile');

-- On a table of its own: it works for any.
CREATE TEMPORARY TABLE kept (value integer);
INSERT INTO kept VALUES (1);
CREATE TRIGGER kept_is_immutable BEFORE UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();
CREATE TRIGGER kept_is_not_truncated BEFORE TRUNCATE ON kept FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();

SELECT is(pg_temp.diagnostics('UPDATE kept SET value = 2') - '{detail,message}'::text[],
          '{"sqlstate": "23001", "rule": "kept_is_immutable", "table": "kept",
            "hint": "Record a new run instead; a whole run may be deleted."}',
          'an UPDATE is refused in the trigger''s name');
SELECT is(pg_temp.refusal('TRUNCATE kept'), '23001 kept_is_not_truncated', 'a TRUNCATE too');
SELECT matches(pg_temp.diagnostics('TRUNCATE kept') ->> 'message',
               '^TRUNCATE of pg_temp_[0-9]+\.kept is refused: what is recorded is never changed$', 'the message says of what');
SELECT is(pg_temp.refusal('UPDATE kept SET value = 2 WHERE false'), 'accepted', 'an UPDATE of no row changes nothing');

SELECT * FROM finish();
ROLLBACK;
