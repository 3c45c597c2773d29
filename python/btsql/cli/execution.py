"""Commands that run backtests: `run`."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli import look_for_garbage
from btsql.cli.common import (
    Dsn,
    Format,
    OutputFormat,
    command,
    completed,
    out,
    out_details,
    output_width,
    say,
    working,
)
from btsql.errors import BtsqlError, DatabaseUnavailable, OperationFailed, UsageError
from btsql.masking import without_passwords

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from btsql.request import BacktestRequest

EXAMPLE = "btsql run sma_crossover --instrument AAPL.XNAS --data csv:bars.csv --set fast_period=5"
FILE_SOURCES = "csv:PATH, catalog:PATH or mock[:SEED]"


StrategyOption = Annotated[
    str | None,
    typer.Argument(
        help="sma_crossover, mean_reversion, momentum, or an import path as package.module:Class.",
        autocompletion=completed("paths"),
    ),
]
InstrumentOption = Annotated[
    str | None,
    typer.Option(
        "--instrument",
        help="What to trade, as AAPL.XNAS or EUR/USD.SIM.",
        autocompletion=completed("instruments"),
    ),
]
DataOption = Annotated[
    str | None, typer.Option("--data", metavar="SOURCE", help=f"Where its bars come from: {FILE_SOURCES}.")
]
StartOption = Annotated[
    str | None,
    typer.Option("--start", metavar="DATE", help="First date of the data; by default all data is used."),
]
EndOption = Annotated[
    str | None, typer.Option("--end", metavar="DATE", help="Last date of the data, included.")
]
CapitalOption = Annotated[str | None, typer.Option("--capital", help="Starting balance; 100000 by default.")]
CurrencyOption = Annotated[
    str | None, typer.Option("--currency", help="Currency of the account; USD by default.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A parameter of the strategy; repeatable."),
]
BarOption = Annotated[
    str | None,
    typer.Option(
        "--bar", metavar="SPEC", help="Bar specification, as 1-DAY-LAST, if the data has more than one."
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "-f",
        "--file",
        help="A TOML or JSON file with these settings, - for standard input; options override it.",
    ),
]


class OnDuplicate(StrEnum):
    """What to do when the same was run before."""

    ASK = "ask"
    WARN = "warn"
    SHOW = "show"
    RUN = "run"


@command
def run(  # noqa: PLR0917 - options of a command
    strategy: StrategyOption = None,
    instrument: InstrumentOption = None,
    data: DataOption = None,
    start: StartOption = None,
    end: EndOption = None,
    capital: CapitalOption = None,
    currency: CurrencyOption = None,
    set: SetOption = None,
    bar: BarOption = None,
    name: Annotated[str | None, typer.Option(help="Your label for the run.")] = None,
    file: FileOption = None,
    on_duplicate: Annotated[
        OnDuplicate,
        typer.Option(
            help="When the same was run before: ask (on a terminal; else warn), warn and run, show that run "
            "instead (if nothing differs), or run without a warning."
        ),
    ] = OnDuplicate.ASK,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Run a backtest with Nautilus Trader and save it."""
    request = request_of(
        file,
        {
            "strategy": strategy,
            "instrument": instrument,
            "data": data,
            "start": start,
            "end": end,
            "capital": capital,
            "currency": currency,
            "bar": bar,
            "name": name,
        },
        set or [],
    )
    from btsql.cli.server import ready_to_save

    ready_to_save(dsn)
    try:
        with data_kept_apart():
            run_id, failed = _execute(request, dsn, on_duplicate)
    except BacktestFailed as exc:
        if exc.saved_id is not None and format is not Format.TABLE:
            with suppress(BtsqlError):  # the failure is what there is to tell
                _print_run(str(exc.saved_id), format, dsn)
        raise
    if run_id is not None:
        _print_run(run_id, format, dsn)
    if failed:
        raise typer.Exit(OperationFailed.exit_code)


def request_of(file: Path | None, options: dict[str, str | None], assignments: list[str]) -> BacktestRequest:
    """Return what the options and the file of a command ask for."""
    from btsql.request import from_file, from_mapping, parse_assignment

    missing = [f"--{key}" for key in ("instrument", "data") if options[key] is None]
    if options["strategy"] is None:
        missing.insert(0, "STRATEGY")
    if missing and file is None:
        raise UsageError(f"missing: {', '.join(missing)}", hint=f"For example: {EXAMPLE}")
    overrides: dict[str, object] = {key: value for key, value in options.items() if value is not None}
    if assignments:
        overrides["parameters"] = dict(parse_assignment(text) for text in assignments)
    return from_mapping(overrides) if file is None else from_file(file, overrides)


def built(request: BacktestRequest) -> tuple[Any, Any]:
    """Return the module that builds backtests, and the one asked for, ready to run."""
    with working("loading Nautilus Trader and the data"):
        try:
            from btsql.adapters import backtest as adapter
            from btsql.adapters import hooks
        except ImportError as exc:
            raise UsageError(
                f"Nautilus Trader cannot be imported: {exc}",
                hint="Install it with `pip install 'btsql[nautilus]'`.",
            ) from exc
        look_for_garbage()
        return adapter, adapter.build(request, engine_class=hooks.RecordedEngine)


def _execute(request: BacktestRequest, dsn: str | None, on_duplicate: OnDuplicate) -> tuple[str | None, bool]:
    """Run one backtest under the hook.

    Returns
    -------
    tuple of str | None and bool
        The reference of the run to show, None when there is none; and whether it failed without raising, as
        one that the engine stops early does.

    """
    from btsql.signals import recorded_endings

    adapter, backtest = built(request)
    from btsql.adapters import hooks

    known = _choice(backtest, dsn, on_duplicate)
    if known is not STARTED:
        backtest.engine.dispose()
        return known, False
    context = hooks.prepare(backtest, dsn)
    context.is_failure_told = True
    try:
        with recorded_endings(), _progress_bar(adapter, backtest):
            backtest.engine.run()
    except Exception as exc:  # the engine is left as it is: disposing of a broken one only adds noise
        raise BacktestFailed(exc, context.saved_id) from exc
    backtest.engine.dispose()
    failed = context.status == "failure"
    if context.saved_id is None:  # as was told
        raise SystemExit(exit_code_of(context.problem, failed=failed))
    return str(context.saved_id), failed


def exit_code_of(problem: Exception | None, *, failed: bool) -> int:
    """Return the exit code of a run that was not saved: that it failed says more than that it waits."""
    if failed or not isinstance(problem, BtsqlError):
        return OperationFailed.exit_code
    return problem.exit_code


class BacktestFailed(OperationFailed):
    """The backtest raised; `saved_id` is that of its record, None if it could not be saved, as was told."""

    def __init__(self, raised: Exception, saved_id: UUID | None) -> None:
        from btsql.record import short_id

        run = None if saved_id is None else short_id(saved_id)
        super().__init__(
            without_passwords(f"the backtest failed: {type(raised).__name__}: {raised}"),
            hint=run and f"saved as run {run}, see where with: btsql show {run} --traceback",
        )
        self.saved_id = saved_id


STARTED = "a new run"
ANSWERS = ("show", "run", "stop")  # the first that begins with what is typed
QUESTION = "       show it, run anyway, or stop (show/run/stop)"


def _choice(backtest: Any, dsn: str | None, on_duplicate: OnDuplicate) -> str | None:
    """Return STARTED to run it, the id of a run to show instead, or None to do nothing."""
    if on_duplicate is OnDuplicate.RUN:
        return STARTED
    from btsql.adapters.backtest import identity
    from btsql.duplicates import duplicate_line, find_closest_duplicates
    from btsql.recorder import recorder

    config = identity(backtest)
    try:
        found = recorder(dsn).ask(
            lambda connection: find_closest_duplicates(connection, config, result_limit=1)
        )
    except DatabaseUnavailable:  # whoever records the run tells what becomes of it
        return STARTED
    if not found:
        return STARTED
    closest = found[0]
    say(duplicate_line(closest))
    if on_duplicate is OnDuplicate.SHOW and not closest.differences:
        return str(closest.run_id)
    if on_duplicate is OnDuplicate.SHOW:
        say("that is not the same, so it is run")
    if on_duplicate is not OnDuplicate.ASK or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return STARTED
    answer = None
    while answer is None:
        try:
            typed = typer.prompt(QUESTION, default="show", err=True).strip().lower()
        except typer.Abort:
            raise KeyboardInterrupt from None
        answer = next((each for each in ANSWERS if each.startswith(typed)), None)
        if answer is None:
            say("answer show, run or stop; s, r and st will do")
    return {"show": str(closest.run_id), "run": STARTED, "stop": None}[answer]


def _print_run(run_id: str, format: Format, dsn: str | None) -> None:
    from psycopg.errors import InsufficientPrivilege

    from btsql.cli.common import connected
    from btsql.render.details import result_text
    from btsql.runs import get_run

    try:
        with connected(dsn) as connection:
            details = get_run(connection, run_id)
    except DatabaseUnavailable as exc:
        if not isinstance(exc.__cause__, InsufficientPrivilege):
            raise
        # It is saved, as was told: that is all that a role which only writes can have.
        say(
            f"run {run_id} is saved, and not shown: this role may not read",
            "A btsql_reader may: see it there.",
        )
        return
    if format is Format.TABLE:
        out(result_text(details, output_width()))
    else:
        out_details(details, format)


@contextmanager
def data_kept_apart() -> Iterator[None]:
    """Send what a strategy or the engine prints to standard error: standard output is for the run's data."""
    sys.stdout.flush()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(stdout, 1)
        os.close(stdout)


@contextmanager
def _progress_bar(adapter: Any, backtest: Any) -> Iterator[None]:
    """Show on a terminal how many bars are done."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("bars", total=len(backtest.market.bars))
        with adapter.watching(backtest.engine, lambda done, _total: bar.update(task, completed=done)):
            yield
