"""What the benchmark's functions answer, asked for by queries that somebody types by hand."""

from __future__ import annotations

from benchmarks.population import COMMON, RARE

SUMMARY = """
    SELECT run.run_id, left(btsql.short_id(run.run_id), 8) AS short_id, run.started_at, run.duration_seconds, run.status,
           run.strategy_type, run.strategy_name, run.instruments, run.data_start, run.data_end, run.initial_capital,
           run.currency, metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown, metrics.total_trades,
           run.error_type, run.parameters, NULL::double precision AS sort_value
      FROM btsql.backtest_run AS run
      LEFT JOIN btsql.performance_metrics AS metrics ON metrics.run_id = run.run_id
     WHERE {condition}
     ORDER BY run.run_id DESC
     LIMIT {limit}"""

RANKED = """
    SELECT row_number() OVER (ORDER BY metrics.sharpe_ratio DESC, metrics.run_id DESC) AS rank, run.run_id,
           left(btsql.short_id(run.run_id), 8) AS short_id, metrics.sharpe_ratio AS value, run.strategy_name,
           run.instruments, run.data_start, run.data_end, run.currency, run.parameters, metrics.total_return,
           metrics.sharpe_ratio,
           metrics.max_drawdown, metrics.total_trades,
           to_jsonb(metrics) - '{{run_id,strategy_type,status,recorded_at}}'::text[] AS metrics
      FROM btsql.performance_metrics AS metrics
      JOIN btsql.backtest_run AS run ON run.run_id = metrics.run_id
     WHERE metrics.sharpe_ratio IS NOT NULL AND {condition}
     ORDER BY metrics.sharpe_ratio DESC, metrics.run_id DESC
     LIMIT 20"""

DETAILS = """
    SELECT run.run_id, btsql.short_id(run.run_id), run.status, run.started_at, run.duration_seconds, run.strategy_type,
           run.strategy_name, run.strategy_path, run.parameters, run.instruments, run.data_start, run.data_end,
           run.data_source, run.initial_capital, run.currency, metrics.total_return, metrics.cagr,
           metrics.annualized_return, metrics.sharpe_ratio, metrics.sortino_ratio, metrics.max_drawdown,
           metrics.volatility, metrics.total_trades, metrics.winning_trades, metrics.losing_trades, metrics.win_rate,
           metrics.profit_factor, metrics.average_win, metrics.average_loss, metrics.final_equity, metrics.net_profit,
           metrics.periods_per_year,
           (SELECT jsonb_object_agg(rejected.metric, jsonb_build_object(
                       'reported_value', rejected.reported_value, 'reason', rejected.reason))
              FROM btsql.rejected_metric AS rejected
             WHERE rejected.run_id = run.run_id),
           run.engine_figures, run.error_type, run.error_message, run.error_traceback, run.origin_run_id, run.changes,
           run.snapshot, run.environment, run.config_hash, run.record_digest, run.recorded_at,
           run.replaced_interrupted_at,
           (SELECT coalesce(array_agg(latest.content ORDER BY latest.content), '{{}}')
              FROM (SELECT DISTINCT ON (annotation.content) annotation.content, annotation.kind
                      FROM btsql.run_annotation AS annotation
                     WHERE annotation.run_id = run.run_id AND annotation.kind <> 'note'
                     ORDER BY annotation.content, annotation.annotation_id DESC) AS latest
             WHERE latest.kind = 'tag'),
           (SELECT coalesce(jsonb_agg(to_jsonb(annotation) - 'run_id' ORDER BY annotation.annotation_id), '[]')
              FROM btsql.run_annotation AS annotation
             WHERE annotation.run_id = run.run_id)
      FROM btsql.backtest_run AS run
      LEFT JOIN btsql.performance_metrics AS metrics ON metrics.run_id = run.run_id
     WHERE {condition}"""

DUPLICATES = """
    SELECT same.run_id, btsql.short_id(same.run_id), same.started_at, metrics.total_return, metrics.sharpe_ratio,
           metrics.max_drawdown,
           (SELECT coalesce(jsonb_object_agg(difference.key, difference.value), '{{}}')
              FROM jsonb_each(btsql.json_differences(
                       btsql.surroundings_of(to_jsonb(wanted)), btsql.surroundings_of(to_jsonb(same)))) AS difference
             WHERE difference.value ?& '{{wanted,recorded}}')
      FROM btsql.backtest_run AS wanted
      JOIN btsql.backtest_run AS same
        ON same.config_hash = wanted.config_hash AND same.status = 'success'
       AND same.instruments @> wanted.instruments AND same.instruments <@ wanted.instruments
       AND same.data_start = wanted.data_start AND same.data_end = wanted.data_end AND same.run_id <> wanted.run_id
      JOIN btsql.performance_metrics AS metrics ON metrics.run_id = same.run_id
     WHERE wanted.run_id = {id}
     ORDER BY same.run_id DESC
     LIMIT 20"""

NEAR_DUPLICATES = """
    WITH same AS (
        SELECT run.run_id, run.started_at, run.parameters, wanted.parameters AS wanted_parameters
          FROM btsql.backtest_run AS wanted
          JOIN btsql.backtest_run AS run
            ON btsql.test_bed(run.strategy_path, run.instruments, run.data_start, run.data_end)
               = btsql.test_bed(wanted.strategy_path, wanted.instruments, wanted.data_start, wanted.data_end)
           AND run.status = 'success' AND run.run_id <> wanted.run_id
         WHERE wanted.run_id = {id}
         ORDER BY run.run_id DESC
         LIMIT 300),
    difference AS (
        SELECT same.run_id, same.started_at, pair.name, pair.wanted, pair.recorded,
               CASE WHEN jsonb_typeof(pair.wanted) = 'number' AND jsonb_typeof(pair.recorded) = 'number'
                    THEN abs(pair.wanted::numeric - pair.recorded::numeric)
                         / greatest(abs(pair.wanted::numeric), abs(pair.recorded::numeric))
                    ELSE 2 END AS distance
          FROM same
         CROSS JOIN LATERAL (
             SELECT coalesce(wanted.key, recorded.key) AS name, wanted.value AS wanted, recorded.value AS recorded
               FROM jsonb_each(same.wanted_parameters) AS wanted
               FULL JOIN jsonb_each(same.parameters) AS recorded ON recorded.key = wanted.key) AS pair
         WHERE pair.wanted IS DISTINCT FROM pair.recorded)
    SELECT difference.run_id, btsql.short_id(difference.run_id), difference.started_at, metrics.total_return,
           metrics.sharpe_ratio, metrics.max_drawdown,
           jsonb_object_agg(difference.name, jsonb_strip_nulls(
               jsonb_build_object('wanted', difference.wanted, 'recorded', difference.recorded)))
      FROM difference
      JOIN btsql.performance_metrics AS metrics ON metrics.run_id = difference.run_id
     GROUP BY difference.run_id, difference.started_at, metrics.run_id
     ORDER BY count(*), sum(difference.distance), difference.run_id DESC
     LIMIT 20"""

COMPARISON = """
    WITH picked AS (
        SELECT wanted.place, left(btsql.short_id(run.run_id), 8) AS id, run.parameters,
               jsonb_build_object(
                   'status', run.status, 'strategy_type', run.strategy_type, 'strategy_name', run.strategy_name,
                   'instruments', array_to_string(run.instruments, ' '), 'data_start', run.data_start,
                   'data_end', run.data_end, 'initial_capital', run.initial_capital, 'currency', run.currency,
                   'data_source', run.data_source, 'strategy_source', run.environment -> 'source_digest',
                   'engine_version', run.environment -> 'nautilus_trader', 'started_at', run.started_at,
                   'duration_seconds', run.duration_seconds) AS facts,
               to_jsonb(metrics) - '{run_id,recorded_at,status,strategy_type}'::text[] AS metrics,
               jsonb_build_object(
                   'venues', run.snapshot -> 'venues', 'instruments', run.snapshot -> 'instruments',
                   'engine', run.snapshot -> 'engine', 'actors', run.snapshot -> 'actors',
                   'exec_algorithms', run.snapshot -> 'exec_algorithms', 'data', run.snapshot -> 'data') AS surroundings
          FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS wanted (run_id, place)
          JOIN btsql.backtest_run AS run ON run.run_id = wanted.run_id
          LEFT JOIN btsql.performance_metrics AS metrics ON metrics.run_id = run.run_id),
    field AS (
        SELECT 1 AS part, 'run' AS section, jsonb_object_keys(picked.facts) AS name FROM picked
         UNION
        SELECT 2, 'parameter', jsonb_object_keys(picked.parameters) FROM picked
         UNION
        SELECT 3, 'metric', jsonb_object_keys(picked.metrics) FROM picked),
    cell AS (
        SELECT field.part, field.section, field.name, picked.place, picked.id,
               CASE field.part WHEN 1 THEN picked.facts WHEN 2 THEN picked.parameters ELSE picked.metrics
               END ->> field.name AS value
          FROM field
         CROSS JOIN picked),
    ranked AS (
        SELECT cell.part, cell.section, cell.name, cell.place, cell.id, cell.value,
               CASE WHEN cell.part = 3 AND cell.value IS NOT NULL THEN rank() OVER (
                   PARTITION BY cell.part, cell.name
                   ORDER BY CASE WHEN cell.part = 3 THEN cell.value::double precision
                                 * CASE cell.name WHEN 'volatility' THEN -1 ELSE 1 END END DESC NULLS LAST) END AS rank
          FROM cell)
    SELECT 0 AS part, 'caution' AS section, part.key AS name, array_agg(part.value::text ORDER BY picked.place),
           true AS differs, NULL AS best
      FROM picked
     CROSS JOIN jsonb_each(picked.surroundings) AS part
     GROUP BY part.key
    HAVING count(DISTINCT part.value) > 1
     UNION ALL
    SELECT ranked.part, ranked.section, ranked.name, array_agg(ranked.value ORDER BY ranked.place),
           count(DISTINCT ranked.value) + bool_or(ranked.value IS NULL)::integer > 1,
           string_agg(ranked.id, ', ' ORDER BY ranked.place) FILTER (WHERE ranked.rank = 1)
      FROM ranked
     GROUP BY ranked.part, ranked.section, ranked.name
     ORDER BY part, name"""

HISTORY = """
    WITH listed AS (
        SELECT run.run_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments,
               run.data_start, run.data_end, run.parameters
          FROM btsql.backtest_run AS run
         WHERE run.strategy_type = 'sma_crossover'
         ORDER BY run.run_id DESC
         LIMIT 20)
    SELECT listed.run_id, btsql.short_id(listed.run_id), listed.started_at, listed.strategy_type, listed.strategy_name,
           listed.status, listed.instruments, listed.data_start, listed.data_end,
           (SELECT jsonb_object_agg(coalesce(now.key, before.key),
                                    jsonb_strip_nulls(jsonb_build_object('before', before.value, 'now', now.value)))
              FROM jsonb_each(listed.parameters) AS now
              FULL JOIN jsonb_each(earlier.parameters) AS before ON before.key = now.key
             WHERE now.value IS DISTINCT FROM before.value),
           metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown,
           (SELECT jsonb_object_agg(now.key, now.value::numeric - before.value::numeric)
              FROM jsonb_each_text(to_jsonb(metrics) - '{run_id,recorded_at,status,strategy_type}'::text[]) AS now
              JOIN jsonb_each_text(earlier.metrics) AS before ON before.key = now.key
             WHERE now.value IS NOT NULL AND before.value IS NOT NULL),
           to_jsonb(metrics) - '{run_id,recorded_at,status,strategy_type}'::text[]
      FROM listed
      LEFT JOIN btsql.performance_metrics AS metrics ON metrics.run_id = listed.run_id
      LEFT JOIN LATERAL (
          SELECT run.parameters, to_jsonb(measured) - '{run_id,recorded_at,status,strategy_type}'::text[] AS metrics
            FROM btsql.backtest_run AS run
            JOIN btsql.performance_metrics AS measured ON measured.run_id = run.run_id
           WHERE run.strategy_type = 'sma_crossover' AND run.run_id < listed.run_id
           ORDER BY run.run_id DESC
           LIMIT 1) AS earlier ON true
     ORDER BY listed.run_id"""


def with_parameter(name: str, value: int) -> str:
    """Return the query for the newest runs with a parameter, as somebody types it who knows the search index."""
    found = f"""(SELECT run_id FROM btsql.run_parameter WHERE name = '{name}' AND value = '{value}'
             ORDER BY run_id DESC OFFSET 0) AS found JOIN btsql.backtest_run AS run ON run.run_id = found.run_id"""
    query = SUMMARY.format(condition=f"run.parameters -> '{name}' = '{value}'", limit=20)
    return query.replace("btsql.backtest_run AS run\n", f"{found}\n")


# By the names of the benchmark's queries.
BY_HAND = {
    "lookup by id": DETAILS.format(condition="run.run_id = %(id)s"),
    "newest 20": SUMMARY.format(condition="true", limit=20),
    "newest 20, common strategy": SUMMARY.format(condition="run.strategy_type = 'sma_crossover'", limit=20),
    "newest 20, rare strategy": SUMMARY.format(condition="run.strategy_type = 'pairs_arbitrage'", limit=20),
    "top 20 Sharpe": RANKED.format(condition="true"),
    "top 20 Sharpe, common strategy": RANKED.format(condition="metrics.strategy_type = 'sma_crossover'"),
    "top 20 Sharpe, rare strategy": RANKED.format(condition="metrics.strategy_type = 'pairs_arbitrage'"),
    "instrument + dates + status, limit 1000": SUMMARY.format(
        condition="run.instruments @> '{SYM0.XNAS}' AND run.started_at >= '2020-01-01' "
        "AND run.started_at < '2020-01-12' AND run.status = 'success'",
        limit=1000,
    ),
    "parameter equality, common value": with_parameter("slow_period", COMMON),
    "parameter equality, rare value": with_parameter("fast_period", RARE),
    "duplicate check": DUPLICATES.format(id="%(id)s"),
    "near-duplicates": NEAR_DUPLICATES.format(id="%(id)s"),
    "compare 10": COMPARISON,
    "strategy history, newest 20": HISTORY,
}
