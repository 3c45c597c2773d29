-- Revert btsql:indexes/run_annotation_tag from pg
BEGIN;

DROP INDEX btsql.run_annotation_tag;

COMMIT;
