-- Deploy btsql:indexes/run_annotation_tag to pg
-- requires: tables/run_annotation
BEGIN;

CREATE INDEX run_annotation_tag
    ON btsql.run_annotation (content, run_id DESC)
    WHERE kind = 'tag';

COMMENT ON INDEX btsql.run_annotation_tag IS 'Finds the runs that ever had a tag (list_runs).';

COMMIT;
