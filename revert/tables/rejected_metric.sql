-- Revert btsql:tables/rejected_metric from pg
BEGIN;

DROP TABLE btsql.rejected_metric;

COMMIT;
