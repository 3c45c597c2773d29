-- Deploy btsql:tables/rejected_metric to pg
-- requires: tables/performance_metrics
BEGIN;

CREATE TABLE btsql.rejected_metric (
    run_id         uuid        NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT transaction_timestamp(),
    metric         text        NOT NULL,
    reported_value text,
    reason         text        NOT NULL,

    CONSTRAINT rejected_metric_pkey PRIMARY KEY (run_id, metric),
    CONSTRAINT rejected_metric_belongs_to_its_run
        FOREIGN KEY (run_id, recorded_at)
        REFERENCES btsql.performance_metrics (run_id, recorded_at)
        ON DELETE CASCADE,
    CONSTRAINT rejected_metric_reason_is_given CHECK (reason ~ '\S')
);

COMMENT ON TABLE btsql.rejected_metric IS
    'Why a metric of a run is NULL: it was undefined, not a number, or outside its range. The run is kept, and is not '
    'ranked by that metric.';
COMMENT ON COLUMN btsql.rejected_metric.run_id IS 'The run that the metric belongs to.';
COMMENT ON COLUMN btsql.rejected_metric.recorded_at IS 'Time of the recording transaction, as in the run itself.';
COMMENT ON COLUMN btsql.rejected_metric.metric IS 'Name of the metric, a column of performance_metrics.';
COMMENT ON COLUMN btsql.rejected_metric.reported_value IS
    'The value as it was reported, in the metric''s unit; NULL when there was none.';
COMMENT ON COLUMN btsql.rejected_metric.reason IS 'Why the value was not stored, in plain words.';

COMMIT;
