-- Revert btsql:tables/run_annotation from pg
BEGIN;

DROP TABLE btsql.run_annotation;

COMMIT;
