-- Tests of functions/stamp_recorded_at: the contract and what it says. That each table is guarded: pgtap_tests/triggers/.
BEGIN;
\ir ../fixtures.psql
SELECT plan(5);

SELECT has_function('btsql', 'stamp_recorded_at', '{}'::name[]);
SELECT function_returns('btsql', 'stamp_recorded_at', '{}'::name[], 'trigger');
SELECT function_lang_is('btsql', 'stamp_recorded_at', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'stamp_recorded_at', '{}'::name[], 'volatile');

-- On a table of its own: it works for any that has the column.
CREATE TEMPORARY TABLE stamped (recorded_at timestamptz);
CREATE TRIGGER stamp BEFORE INSERT ON stamped FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();

INSERT INTO stamped VALUES (NULL), ('2020-01-01 00:00:00+00'), ('infinity');
SELECT results_eq('SELECT DISTINCT recorded_at FROM stamped', 'SELECT transaction_timestamp()',
                  'whatever a row was given, it carries the time of its transaction');

SELECT * FROM finish();
ROLLBACK;
