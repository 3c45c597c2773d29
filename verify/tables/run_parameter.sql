-- Verify btsql:tables/run_parameter on pg
BEGIN;

SELECT run_id, name, value
  FROM btsql.run_parameter
 WHERE FALSE;

ROLLBACK;
