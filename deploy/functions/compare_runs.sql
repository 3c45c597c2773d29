-- Deploy btsql:functions/compare_runs to pg
-- requires: functions/compared_fields
BEGIN;

CREATE FUNCTION btsql.compare_runs(VARIADIC "references" text[])
RETURNS TABLE (section text, field text, run_values text[], differs boolean, best text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT compared.section, compared.field, compared.run_values, compared.differs, compared.best
      FROM btsql.compared_fields(compare_runs."references") AS compared;
END;

COMMENT ON FUNCTION btsql.compare_runs(text[]) IS
    'Compares 2 to 10 runs of any strategies, instruments and periods, one row for each field. section: caution, run, '
    'parameter or metric. run_values: the values in the order of the references: numbers to six significant digits; '
    'fractions, ratios and money as in performance_metrics; times in UTC; NULL for a parameter that the run does not '
    'have, ''null'' for one that is null. differs: whether the exact values differ. best: for a metric, the short id '
    'of the best run, several when they tie, all when all tie; a run without a value is never best. data_source '
    'includes the path or seed; strategy_source is the start of a digest. The caution rows come first and name what '
    'makes the runs hard to compare, where it is known of the runs that differ. ''other market data'' means that '
    'instruments and dates are the same, but the data is not (see is_same_data) or, where that is not known, the '
    'digests of its files differ or, without a fingerprint, its path or seed; ''other venues'' and similar rows show '
    'the settings that differ. references: see find_run and what it raises. Raises invalid_parameter_value for fewer '
    'or more runs.';

COMMIT;
