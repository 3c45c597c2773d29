-- Verify btsql:tables/run_annotation on pg
BEGIN;

SELECT run_id, annotation_id, annotated_at, kind, content
  FROM btsql.run_annotation
 WHERE FALSE;

ROLLBACK;
