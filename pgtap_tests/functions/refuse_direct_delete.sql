-- Tests of functions/refuse_direct_delete: the contract and what it says. That each table is guarded: pgtap_tests/triggers/.
BEGIN;
\ir ../fixtures.psql
SELECT plan(8);

SELECT has_function('btsql', 'refuse_direct_delete', '{}'::name[]);
SELECT function_returns('btsql', 'refuse_direct_delete', '{}'::name[], 'trigger');
SELECT function_lang_is('btsql', 'refuse_direct_delete', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'refuse_direct_delete', '{}'::name[], 'volatile');

-- On tables of its own: it works for any.
CREATE TEMPORARY TABLE parent (id integer PRIMARY KEY);
CREATE TEMPORARY TABLE child (id integer REFERENCES parent ON DELETE CASCADE);
CREATE TRIGGER child_is_deleted_with_its_parent
    BEFORE DELETE ON child
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (1), (1), (2);

SELECT is(pg_temp.diagnostics('DELETE FROM child') - '{detail,message}'::text[],
          '{"sqlstate": "23001", "rule": "child_is_deleted_with_its_parent", "table": "child",
            "hint": "Delete the whole run instead."}',
          'a DELETE is refused in the trigger''s name');
SELECT matches(pg_temp.diagnostics('DELETE FROM child') ->> 'message',
               '^DELETE from pg_temp_[0-9]+\.child is refused: these rows go only with their run$', 'the message says from what');
SELECT lives_ok('DELETE FROM parent WHERE id = 1', 'a DELETE of the parent is not refused');
SELECT results_eq('SELECT id FROM child', 'VALUES (2)', 'and takes its children with it');

SELECT * FROM finish();
ROLLBACK;
