"""The options by which runs are searched for, the same for every command that lists."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from btsql.cli.common import completed, moment

LARGEST_PAGE = 1000

Strategy = Annotated[
    str | None,
    typer.Option(help="Only runs of the strategy with this name.", autocompletion=completed("strategies")),
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
    typer.Option(metavar="TIME", help="Only runs started at or after this: a date, a time, 7d."),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Only runs started before this: a date, a time, today."),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        help="Only runs that have this tag; repeatable, for all of them.",
        autocompletion=completed("tags"),
    ),
]
Where = Annotated[
    str | None,
    typer.Option(
        metavar="CRITERIA",
        help="Only runs whose parameters and metrics are like this: "
        "'fast_period >= 10 and sharpe_ratio > 1 and not exists stop'.",
    ),
]
Limit = Annotated[int, typer.Option("-n", "--limit", min=1, max=LARGEST_PAGE, help="How many runs to list.")]


def search_arguments(
    *,
    strategy: str | None,
    type: str | None,
    instrument: str | None,
    since: str | None,
    until: str | None,
    tag: list[str] | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    """Return what the options say as arguments of list_runs(); what was not given is left out.

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
    }
    if where is not None:
        from btsql.where import parse_where

        criteria = parse_where(where)
        given |= {"parameters": criteria.parameters or None, "metrics": criteria.metrics or None}
    return {name: value for name, value in given.items() if value is not None}
