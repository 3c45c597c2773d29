"""The command that tells what was tested already: `check-duplicate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import (
    Dsn,
    Format,
    OutputFormat,
    command,
    completed,
    connected,
    out_listing,
    say,
)
from btsql.cli.execution import (
    BarOption,
    CapitalOption,
    CurrencyOption,
    DataOption,
    EndOption,
    FileOption,
    InstrumentOption,
    SetOption,
    StartOption,
    StrategyOption,
    built,
    data_kept_apart,
    request_of,
)
from btsql.errors import UsageError

if TYPE_CHECKING:
    from btsql.duplicates import DuplicateRun

FOUND = 10


@command
def check_duplicate(  # noqa: PLR0917 - options of a command
    strategy: StrategyOption = None,
    instrument: InstrumentOption = None,
    data: DataOption = None,
    start: StartOption = None,
    end: EndOption = None,
    capital: CapitalOption = None,
    currency: CurrencyOption = None,
    set: SetOption = None,
    bar: BarOption = None,
    file: FileOption = None,
    like: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Look for other runs that tested the same as this recorded run.",
            autocompletion=completed("runs"),
        ),
    ] = None,
    near: Annotated[
        bool,
        typer.Option(
            "--near",
            help="Look for runs with other parameters; capital, venue and the like are not compared.",
        ),
    ] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="How many to list.")] = 20,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Tell whether the same was tested before. Exit code 10 if it was, even on other data."""
    options = {
        "strategy": strategy,
        "instrument": instrument,
        "data": data,
        "start": start,
        "end": end,
        "capital": capital,
        "currency": currency,
        "bar": bar,
    }
    asked = file is not None or set or any(value is not None for value in options.values())
    if like is not None and asked:
        raise UsageError("--like says all of what to look for", hint="Leave the other options out.")
    from btsql.duplicates import find_closest_duplicates, find_near_duplicates

    tested = _identity(request_of(file, options, set or [])) if like is None else like
    search = find_near_duplicates if near else find_closest_duplicates
    with connected(dsn) as connection:
        found = search(connection, tested, result_limit=limit)
    _print(found, format, near=near, like=like is not None)
    if found:
        raise typer.Exit(FOUND)


def _identity(request: Any) -> dict[str, Any]:
    with data_kept_apart():
        adapter, backtest = built(request)
        identity: dict[str, Any] = adapter.identity(backtest)
        backtest.engine.dispose()
    return identity


def _print(found: list[DuplicateRun], format: Format, *, near: bool, like: bool) -> None:
    from btsql.duplicates import DuplicateRun, differs_in_data_only
    from btsql.render.documents import row_document
    from btsql.render.reruns import duplicate_columns

    documents = [row_document(run) for run in found]
    out_listing(documents, list(DuplicateRun.__slots__), lambda: duplicate_columns(found, near=near), format)
    if not found:
        other = "no other run" if like else "no run"
        say(f"{other} is near this" if near else f"{other} tested this yet")
    elif not near and all(map(differs_in_data_only, found)):
        say("tested on other data only")
