"""Commands that execute recorded runs again: `rerun` and `config`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli import look_for_garbage
from btsql.cli.common import (
    BriefFormat,
    BriefOutputFormat,
    Dsn,
    RunReference,
    command,
    connected,
    out,
    output_width,
    say,
    working,
)
from btsql.cli.execution import data_kept_apart, exit_code_of
from btsql.errors import OperationFailed, UsageError
from btsql.masking import without_passwords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from btsql.adapters.rebuild import Rebuilt
    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails

DIFFERS = 11


class FileFormat(StrEnum):
    """How to write a file for `btsql run -f`."""

    JSON = "json"
    TOML = "toml"


@command
def rerun(  # noqa: PLR0917 - options of a command
    run: RunReference,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 11 when the result differs.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check that it can be run, and say what would be run.")
    ] = False,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="Change the first date of the data.")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="DATE", help="Change the last date of the data, included.")
    ] = None,
    set: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter; repeatable."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="Use other bars: csv:PATH, catalog:PATH or mock[:SEED]; required if they were in memory.",
        ),
    ] = None,
    capital: Annotated[str | None, typer.Option(help="Change the starting balance.")] = None,
    format: BriefOutputFormat = BriefFormat.TABLE,
    dsn: Dsn = None,
) -> None:
    """Run a recorded backtest again and compare the result."""
    from btsql.runs import get_run

    variation = _variation(start, end, set or [], data, capital)
    with connected(dsn) as connection:
        origin = get_run(connection, run)
    _say_what_is_missing(origin, variation)
    with data_kept_apart():
        backtest = _built(origin, variation, dsn, dry_run=dry_run)
        if dry_run:
            backtest.dispose()
        else:
            new_id, failed = _execute(backtest)
    if dry_run:
        _print_plan(origin, variation, backtest.reproduction.changes or {}, format)
        return
    verdict = _print_verdict(origin, new_id, format, dsn)
    if strict and verdict == "DIFFERS":
        raise typer.Exit(DIFFERS)
    if failed and verdict != "IDENTICAL":
        raise typer.Exit(OperationFailed.exit_code)


def _variation(
    start: str | None, end: str | None, assignments: list[str], data: str | None, capital: str | None
) -> Variation:
    from btsql.reproduction import Variation
    from btsql.request import parse_assignment, parse_capital, parse_moment
    from btsql.sources import DataSource

    return Variation(
        start=None if start is None else parse_moment("start", start),
        end=None if end is None else parse_moment("end", end),
        capital=None if capital is None else parse_capital("capital", capital),
        data=None if data is None else DataSource.parse(data),
        parameters=dict(parse_assignment(text) for text in assignments),
    )


def _say_what_is_missing(origin: RunDetails, variation: Variation) -> None:
    recorded = origin.snapshot.get("not_captured")
    missing = recorded if isinstance(recorded, list) else []
    if variation.data is not None:
        missing = [item for item in missing if not str(item).startswith("the market data")]
    if missing:
        say(f"not in the record of run {origin.short_id[:8]}: " + "; ".join(str(item) for item in missing))


def _built(origin: RunDetails, variation: Variation, dsn: str | None, *, dry_run: bool) -> Rebuilt:
    from btsql.recorder import recorder
    from btsql.reproduction import rebuilt

    recorder(dsn).check()  # before the backtest, while there is time to do something about it
    with working("loading Nautilus Trader and the data"):
        backtest = rebuilt(origin, variation, recorder(dsn), is_dry=dry_run)
        look_for_garbage()
    return backtest


def _execute(backtest: Rebuilt) -> tuple[str, bool]:
    """Run it under the hook; return the new run's id, and whether the backtest failed."""
    with working("running the backtest"):
        error = backtest.run()
    if error is not None:
        say(without_passwords(f"the backtest failed: {type(error).__name__}: {error}"))
    made = backtest.reproduction
    failed = error is not None or made.status == "failure"  # one that is stopped early raises nothing
    if made.saved_id is None:  # as was told
        raise SystemExit(exit_code_of(made.problem, failed=failed))
    return str(made.saved_id), failed


def _print_plan(
    origin: RunDetails, variation: Variation, changes: Mapping[str, Any], format: BriefFormat
) -> None:
    """Print what would be run, and what of it is not as it was recorded."""
    from btsql.render.documents import as_json
    from btsql.render.values import printable
    from btsql.reproduction import CIRCUMSTANCES, located

    parameters = {
        name.removeprefix("param."): change["to"]
        for name, change in changes.items()
        if name not in CIRCUMSTANCES
    }
    capital = variation.capital or origin.initial_capital
    plan: dict[str, Any] = {
        "run": str(origin.run_id),
        "strategy": origin.strategy_path,
        "parameters": origin.parameters | parameters,
        "instruments": origin.instruments,
        "data": str(variation.data.placed()) if variation.data else located(origin),
        "start": variation.start or origin.data_start,
        "end": variation.end or origin.data_end,
        "capital": None if capital is None else f"{capital:f} {origin.currency}",
        "changes": changes or None,
    }
    if format is BriefFormat.JSON:
        out(as_json(plan))
        return
    lines = [f"would run {origin.short_id[:8]} again, and record it as a new run"]
    for name, value in plan.items():
        if name not in {"run", "changes"} and value is not None:
            lines.append(f"  {name:<11} {' '.join(value) if isinstance(value, list) else _plain_text(value)}")
    if changes:
        lines.append("Changed")
    for name, change in changes.items():
        lines.append(f"  {name}: {_plain_text(change['from'])} -> {_plain_text(change['to'])}")
    out(printable("\n".join(lines), keep="\n"))


def _plain_text(value: object) -> str:
    """Return a value of a plan as people read it; an instant that begins or ends a day as that day."""
    from datetime import datetime

    from btsql.render.documents import as_json_line
    from btsql.render.values import instant

    if value is None:
        return "unset"
    if isinstance(value, datetime):
        return str(instant(value))
    return value if isinstance(value, str) else as_json_line(value)


def _print_verdict(origin: RunDetails, new_id: str, format: BriefFormat, dsn: str | None) -> str:
    from btsql.render.documents import as_json
    from btsql.render.reruns import verdict_document, verdict_text
    from btsql.reproduction import reproduction_verdict
    from btsql.runs import get_run

    with connected(dsn) as connection:
        rows = reproduction_verdict(connection, new_id)
        new = get_run(connection, new_id)
    if format is BriefFormat.JSON:
        out(as_json(verdict_document(rows, new, origin)))
    else:
        out(verdict_text(rows, output_width()))
    return rows[0].field


@command
def config(
    run: RunReference,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="Print the whole snapshot instead, for any run.")
    ] = False,
    format: Annotated[FileFormat, typer.Option("--format", help="How to write it.")] = FileFormat.JSON,
    dsn: Dsn = None,
) -> None:
    """Print a run's configuration as a file for `btsql run -f`."""
    if snapshot and format is FileFormat.TOML:
        raise UsageError("a snapshot is printed as json")
    from btsql.render.documents import as_json
    from btsql.runfile import as_toml, file_of, why_not_a_file
    from btsql.runs import get_run

    with connected(dsn) as connection:
        details = get_run(connection, run)
    reason = None if snapshot else why_not_a_file(details)
    if reason is not None:
        refusal = f"btsql run cannot be told to do what run {details.short_id[:8]} did: {reason}"
        again = f"To execute it again: btsql rerun {details.short_id[:8]}"
        if format is FileFormat.TOML:
            raise UsageError(refusal, hint=f"Its snapshot is printed as json. {again}")
        say(refusal, f"This is its snapshot. {again}")
    if snapshot or reason is not None:
        out(as_json(details.snapshot))
    else:
        out((as_toml if format is FileFormat.TOML else as_json)(file_of(details)))
