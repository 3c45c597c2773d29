"""What the Python functions answer, as `print()` has it: the tables of the command line in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from btsql.comparison import ComparedField, HistoryRun, RankedRun
from btsql.duplicates import DuplicateRun
from btsql.render.comparing import comparison_text
from btsql.render.listing import history_columns
from btsql.render.parameters import shared_parameters
from btsql.render.ranking import ranking_columns, strategy_columns
from btsql.render.reruns import duplicate_columns, findings_columns
from btsql.render.tables import Column, table
from btsql.reproduction import VerdictRow
from btsql.runs import RunSummary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def answer_text(rows: Sequence[Any], asked: Mapping[str, Any]) -> str:
    """Return the rows of an answer as a table; `asked` has the `metric` that sorts or ranks, and `near`."""
    if not rows:
        return "no run"
    if isinstance(rows[0], ComparedField):
        text = comparison_text(rows, None, everything=False, has_baseline=False, has_bars=False)
        return text.rstrip("\n")
    below = shared_parameters(rows, None) if isinstance(rows[0], RankedRun) else ""
    return (table(_columns(rows, asked), None) + below).rstrip("\n")


def _columns(rows: Sequence[Any], asked: Mapping[str, Any]) -> list[Column]:
    match rows[0]:
        case RunSummary():
            return history_columns(rows, asked["metric"])
        case RankedRun():
            return ranking_columns(rows, asked["metric"])
        case HistoryRun():
            return strategy_columns(rows)
        case DuplicateRun():
            return duplicate_columns(rows, near=asked["near"])
        case VerdictRow():
            return findings_columns(rows)
    raise TypeError(f"there is no table for {type(rows[0]).__name__}")
