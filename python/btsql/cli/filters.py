"""The options by which runs are searched for, the same for every command that lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import completed, moment, say

if TYPE_CHECKING:
    import psycopg

LARGEST_PAGE = 1000

Strategy = Annotated[
    str | None,
    typer.Option(
        help="Only runs with this label (by default the type).", autocompletion=completed("strategies")
    ),
]
Type = Annotated[
    str | None,
    typer.Option(
        help="Only runs of this type of strategy, as sma_crossover.", autocompletion=completed("types")
    ),
]
Instrument = Annotated[
    str | None,
    typer.Option(help="Only runs on this instrument, as AAPL.XNAS.", autocompletion=completed("instruments")),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Only runs started at or after this: a date, a time, or 7d (7 days ago)."
    ),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Only runs started before this: a date, a time, or today."),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        help="Only runs that have this tag; when repeated, runs that have all of them.",
        autocompletion=completed("tags"),
    ),
]
Where = Annotated[
    str | None,
    typer.Option(
        metavar="CRITERIA",
        help="Only runs whose parameters and metrics meet these criteria: "
        "'fast_period >= 10 and sharpe_ratio > 1 and not exists stop'.",
    ),
]
KINDS = {"strategy_name": "strategy", "strategy_type": "type", "instrument": "instrument"}
Limit = Annotated[int, typer.Option("-n", "--limit", min=1, max=LARGEST_PAGE, help="How many runs to list.")]


@dataclass(slots=True, kw_only=True)
class Search:
    """What the options of a listing search for.

    Attributes
    ----------
    given : dict
        Arguments of the SQL functions that list; what was not given is left out.
    where : str | None
        The criteria as they were written.
    doubts : list of str
        What of them is seldom meant as it is written.

    """

    given: dict[str, Any]
    where: str | None = None
    doubts: list[str] = field(default_factory=list)

    def arguments(self, connection: psycopg.Connection[Any]) -> dict[str, Any]:
        """Return the arguments; the name of a recorded parameter is no short name of a metric."""
        if self.where is None:
            return self.given
        from btsql.where import parse_where

        criteria = parse_where(self.where)
        if criteria.short_names:
            from btsql.runs import recorded_names

            parameters = recorded_names(connection, "parameter", *criteria.short_names)
            criteria = parse_where(self.where, short_names=criteria.short_names - parameters)
        self.doubts = criteria.doubts
        found = {"parameters": criteria.parameters, "metrics": criteria.metrics}
        return self.given | {name: value for name, value in found.items() if value}

    def misses(
        self, connection: psycopg.Connection[Any], arguments: dict[str, Any]
    ) -> list[tuple[str, str | None]]:
        """Return what is searched for and no run has, each with what may be meant or done."""
        from btsql.runs import likely_name, unknown_parameters

        unknown = unknown_parameters(connection, arguments.get("parameters") or ())
        found: list[tuple[str, str | None]] = [
            (
                f'no run matches: no metric and no recorded parameter is called "{name}"',
                f"did you mean {likely}?" if likely else "`btsql show @` lists those of the newest run.",
            )
            for name, likely in unknown.items()
        ]
        named = [(kind, arguments[kind]) for kind in KINDS if kind in arguments]
        named += [("tag", tag) for tag in arguments.get("tags", ())]
        found += [
            (
                f'no run matches: none has the {KINDS.get(kind, kind)} "{name}"',
                f"did you mean {likely}?",
            )
            for kind, name in named
            if (likely := likely_name(connection, name, kind))
        ]
        return found

    def tell_doubts(self) -> None:
        """Say what may be meant otherwise than it was written."""
        for doubt in self.doubts:
            say(doubt)


def search_of(
    *,
    strategy: str | None,
    type: str | None,
    instrument: str | None,
    since: str | None,
    until: str | None,
    tag: list[str] | None = None,
    where: str | None = None,
    status: str | None = None,
    data_since: str | None = None,
    data_until: str | None = None,
) -> Search:
    """Return what the options search for.

    Raises
    ------
    UsageError
        A time that is none, or criteria that cannot be read.

    """
    given: dict[str, Any] = {
        "strategy_name": strategy,
        "strategy_type": type,
        "instrument": instrument,
        "since": moment("--since", since),
        "until": moment("--until", until),
        "tags": tag or None,
        "status": status,
        "data_since": moment("--data-since", data_since),
        "data_until": moment("--data-until", data_until),
    }
    if where is not None:
        from btsql.where import parse_where

        parse_where(where)  # while there is nobody to ask yet
    return Search(given={name: value for name, value in given.items() if value is not None}, where=where)
