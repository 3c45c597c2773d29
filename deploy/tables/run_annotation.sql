-- Deploy btsql:tables/run_annotation to pg
-- requires: tables/backtest_run
BEGIN;

CREATE TABLE btsql.run_annotation (
    run_id        uuid        NOT NULL,
    annotation_id bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    annotated_at  timestamptz NOT NULL DEFAULT transaction_timestamp(),
    kind          text        NOT NULL,
    content       text        NOT NULL,

    CONSTRAINT run_annotation_pkey PRIMARY KEY (run_id, annotation_id),
    CONSTRAINT run_annotation_belongs_to_its_run
        FOREIGN KEY (run_id) REFERENCES btsql.backtest_run (run_id) ON DELETE CASCADE,
    CONSTRAINT run_annotation_kind_is_known CHECK (kind IN ('note', 'tag', 'untag')),
    CONSTRAINT run_annotation_content_is_given CHECK (content ~ '\S'),
    CONSTRAINT run_annotation_tag_is_a_word
        CHECK (kind = 'note' OR (content ~ '^[[:alnum:]_][[:alnum:]_.:/-]*$' AND length(content) <= 100))
);

COMMENT ON TABLE btsql.run_annotation IS
    'Notes on a run, and tags added to it and removed from it, after it was recorded. Rows are added and never '
    'changed; they are deleted with their run.';
COMMENT ON COLUMN btsql.run_annotation.run_id IS 'The run that the note or tag belongs to.';
COMMENT ON COLUMN btsql.run_annotation.annotation_id IS 'Number of the row; later ones have higher numbers.';
COMMENT ON COLUMN btsql.run_annotation.annotated_at IS 'Time of the transaction that added the row.';
COMMENT ON COLUMN btsql.run_annotation.kind IS 'note, tag (a tag was added) or untag (a tag was removed).';
COMMENT ON COLUMN btsql.run_annotation.content IS 'Text of the note, or the tag.';

COMMIT;
