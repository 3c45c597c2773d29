"""Listings of runs: `history`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from btsql.render.parameters import parameters_column
from btsql.render.tables import Cell, Column
from btsql.render.values import (
    METRIC_TITLES,
    STATUS_STYLES,
    UNDEFINED,
    local_time,
    metric_text,
    percent,
    printable,
    ratio,
    seconds,
    sign_style,
    zone_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from btsql.runs import RunSummary


SHOWN = {"total_return", "sharpe_ratio", "max_drawdown", "total_trades"}


def history_columns(runs: Sequence[RunSummary], sort_by: str) -> list[Column]:
    """Return the columns of the listing of runs; on a narrow terminal times are short and names cut."""
    sorted_by = (
        [metric_column(sort_by, [(run.sort_value, run.currency) for run in runs])]
        if sort_by in METRIC_TITLES and sort_by not in SHOWN
        else []
    )
    parameters = parameters_column(runs, spare=1)
    tells_apart = len(runs) > 1 and any(text for text, _ in parameters.cells)
    return [
        Column(title="id", cells=[(run.short_id, "bold") for run in runs]),
        started_column([run.started_at for run in runs]),
        Column(title="strategy", cells=[(printable(run.strategy_name), None) for run in runs], elastic=True),
        instrument_column([run.instruments for run in runs]),
        *([parameters] if tells_apart else []),
        Column(title="data", cells=[data_cell(run.data_start, run.data_end) for run in runs], spare=3),
        Column(title="return", cells=[return_cell(run.total_return) for run in runs], right=True),
        Column(title="Sharpe", cells=[(ratio(run.sharpe_ratio), None) for run in runs], right=True),
        Column(title="drawdown", cells=[(percent(run.max_drawdown), None) for run in runs], right=True),
        *sorted_by,
        Column(title="status", cells=[(run.status, STATUS_STYLES.get(run.status)) for run in runs]),
        Column(
            title="trades",
            cells=[count_cell(run.total_trades) for run in runs],
            right=True,
            spare=0 if sort_by == "total_trades" else 2,
        ),
        Column(
            title="took", cells=[(seconds(run.duration_seconds), None) for run in runs], right=True, spare=4
        ),
        *(
            [Column(title="error", cells=[(printable(run.error_type or ""), "red") for run in runs], spare=5)]
            if any(run.error_type for run in runs)
            else []
        ),
    ]


def started_column(moments: Sequence[datetime]) -> Column:
    """Return when runs were started, in the user's time zone, which the title names."""
    this_year = local_time(datetime.now(UTC), "%Y")

    def short(moment: datetime) -> Cell:
        is_recent = local_time(moment, "%Y") == this_year
        return local_time(moment, "%m-%d %H:%M" if is_recent else "%Y-%m-%d"), None

    return Column(
        title=f"started {zone_name()}",
        cells=[(local_time(moment, "%Y-%m-%d %H:%M:%S"), None) for moment in moments],
        short=[short(moment) for moment in moments],
    )


def instrument_column(instruments: Sequence[Sequence[str] | None]) -> Column:
    """Return what runs were on; a run on several instruments names them all."""
    cells: list[Cell] = [(printable(" ".join(names or [UNDEFINED])), None) for names in instruments]
    return Column(title="instrument", cells=cells, elastic=True)


def metric_column(name: str, values: Sequence[tuple[float | None, str | None]]) -> Column:
    """Return a metric of runs, each with the currency of its run."""
    cells: list[Cell] = [(metric_text(name, value, currency), None) for value, currency in values]
    return Column(title=METRIC_TITLES[name], cells=cells, right=True)


def data_cell(start: datetime | None, end: datetime | None) -> Cell:
    """Return a period of data by its days."""
    days = [UNDEFINED if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d}" for moment in (start, end)]
    return "..".join(days) if days != [UNDEFINED] * 2 else UNDEFINED, None


def return_cell(value: float | None) -> Cell:
    """Return a gain or a loss."""
    return percent(value, signed=True), sign_style(value)


def count_cell(value: int | None) -> Cell:
    """Return a count."""
    return UNDEFINED if value is None else f"{value:,}", None
