"""Runs in an order that means something: `best` and `strategy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from btsql.render.listing import (
    count_cell,
    data_cell,
    instrument_column,
    metric_column,
    return_cell,
    started_column,
)
from btsql.render.parameters import beside_instrument, parameters_column, shown_value
from btsql.render.tables import Cell, Column, plain_table, table, table_width, wrapped
from btsql.render.values import (
    FRACTIONS,
    STATUS_STYLES,
    percent,
    printable,
    ratio,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from btsql.comparison import HistoryRun, RankedRun

HEADLINES = {"total_return": "return", "sharpe_ratio": "Sharpe", "max_drawdown": "drawdown"}


# ---- best


def ranking_columns(runs: Sequence[RankedRun], metric: str) -> list[Column]:
    """Return the columns of a ranking: what each run was, and the parameters that not all have the same."""
    periods = _periods(runs)
    return [
        Column(title="#", cells=[(str(run.rank), None) for run in runs], right=True),
        Column(title="id", cells=[(run.short_id, "bold") for run in runs]),
        metric_column(metric, [(run.value, run.currency) for run in runs]),
        Column(title="strategy", cells=[(printable(run.strategy_name), None) for run in runs], elastic=True),
        instrument_column([run.instruments for run in runs]),
        parameters_column(runs),
        Column(title="data", cells=periods, spare=1, telling=len(set(periods)) > 1),
        *_other_metrics(runs, metric),
        Column(title="trades", cells=[count_cell(run.total_trades) for run in runs], right=True, spare=5),
    ]


def hard_to_compare(runs: Sequence[RankedRun], *, by_amount: bool) -> str:
    """Return in words in what runs differ so that a ranking of them means little; nothing where they do not.

    Periods count by their days, as they are shown. Of amounts of money, the currency is told elsewhere.
    """
    differing = {
        "the period of their data": len(set(_periods(runs))) > 1,
        "their instruments": len({tuple(sorted(run.instruments)) for run in runs}) > 1,
        "their currency": not by_amount and len({run.currency for run in runs}) > 1,
    }
    told = [what for what, differs in differing.items() if differs]
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def _periods(runs: Sequence[RankedRun]) -> list[Cell]:
    return [data_cell(run.data_start, run.data_end) for run in runs]


def _other_metrics(runs: Sequence[RankedRun], metric: str) -> list[Column]:
    cells: dict[str, list[Cell]] = {
        "total_return": [return_cell(run.total_return) for run in runs],
        "sharpe_ratio": [(ratio(run.sharpe_ratio), None) for run in runs],
        "max_drawdown": [(percent(run.max_drawdown), None) for run in runs],
    }
    return [
        Column(title=HEADLINES[name], cells=cells[name], right=True, spare=place)
        for place, name in enumerate(HEADLINES, start=2)
        if name != metric
    ]


# ---- strategy


def strategy_text(runs: Sequence[HistoryRun], width: int | None) -> str:
    """Return a strategy's history for people; on a narrow terminal the changes go under each run."""
    if width is None:
        return plain_table(strategy_columns(runs))
    if table_width(strategy_columns(runs)) <= width:
        return table(strategy_columns(runs), width)
    facts = [column for column in _strategy_facts(runs) if column.title not in {"strategy", "status"}]
    head, rule, *lines = table(facts, width).splitlines()
    told = [_told_below(run, strategy) for run, strategy in zip(runs, _strategies(runs), strict=True)]
    blocks = (
        f"{line}\n{wrapped(text, width, indent=10) if text else ''}"
        for line, text in zip(lines, told, strict=True)
    )
    return f"{head}\n{rule}\n{''.join(blocks)}"


def strategy_columns(runs: Sequence[HistoryRun]) -> list[Column]:
    """Return the columns of a strategy's history, with what changed since the success before."""
    columns: list[Column] = []
    for column in _strategy_facts(runs):
        columns.append(column)
        for metric, title in HEADLINES.items():
            if column.title == title:
                cells: list[Cell] = [(_metric_change(run, metric), None) for run in runs]
                columns.append(Column(title="change", cells=cells, right=True))
    changes: list[Cell] = [(_parameter_changes(run), "cyan") for run in runs]
    return [*columns, Column(title="changed parameters", cells=changes)]


def _strategy_facts(runs: Sequence[HistoryRun]) -> list[Column]:
    named = _strategies(runs)
    return [
        Column(title="id", cells=[(run.short_id[:8], "bold") for run in runs]),
        started_column([run.started_at for run in runs]),
        *([Column(title="strategy", cells=[(name, None) for name in named])] if any(named) else []),
        instrument_column([run.instruments for run in runs]),
        Column(title="data", cells=[data_cell(run.data_start, run.data_end) for run in runs]),
        Column(title="return", cells=[return_cell(run.total_return) for run in runs], right=True),
        Column(title="Sharpe", cells=[(ratio(run.sharpe_ratio), None) for run in runs], right=True),
        Column(title="drawdown", cells=[(percent(run.max_drawdown), None) for run in runs], right=True),
        Column(title="status", cells=[(run.status, STATUS_STYLES.get(run.status)) for run in runs]),
    ]


def _strategies(runs: Sequence[HistoryRun]) -> list[str]:
    """Return what tells the strategies of runs apart: the types of a label, or the labels of a type."""
    if len({run.strategy_type for run in runs}) > 1:
        return [printable(run.strategy_type) for run in runs]
    if len({run.strategy_name for run in runs}) > 1:
        return [printable(run.strategy_name) for run in runs]
    return [""] * len(runs)


def _told_below(run: HistoryRun, strategy: str) -> str:
    metrics = [
        f"{title} {change}" for metric, title in HEADLINES.items() if (change := _metric_change(run, metric))
    ]
    status = "" if run.status == "success" else run.status
    return "; ".join(part for part in (strategy, status, _parameter_changes(run), ", ".join(metrics)) if part)


def _metric_change(run: HistoryRun, metric: str) -> str:
    change = run.metric_changes.get(metric)
    if not change:
        return ""
    return f"{change * 100:+z.2f} pp" if metric in FRACTIONS else f"{change:+z.2f}"


def _parameter_changes(run: HistoryRun) -> str:
    changed = sorted(
        (name, change)
        for name, change in run.changed_parameters.items()
        if not _follows_instrument(change, run.instruments)
    )
    return ", ".join(_parameter_change(name, change) for name, change in changed)


def _follows_instrument(change: Mapping[str, Any], instruments: Sequence[str] | None) -> bool:
    """Tell whether a value is another only because the run has another instrument."""
    rest = beside_instrument(change.get("now"), instruments)
    return rest is not None and str(change.get("before", rest)).endswith(rest)


def _parameter_change(name: str, change: Mapping[str, Any]) -> str:
    shown = printable(name)
    if "before" not in change:
        return f"{shown}={shown_value(change['now'])}"
    now = shown_value(change["now"]) if "now" in change else "(gone)"
    return f"{shown} {shown_value(change['before'])} -> {now}"
