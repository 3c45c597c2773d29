"""Commands that run backtests: `run`."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - the command line is made of the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import Dsn, Format, OutputFormat, command, out, out_details, output_width
from btsql.errors import BtsqlError, OperationFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from btsql.request import BacktestRequest

EXAMPLE = "btsql run sma_crossover --instrument AAPL.XNAS --data csv:bars.csv --set fast_period=5"
FILE_SOURCES = "csv:PATH, catalog:PATH or mock[:SEED]"


@command
def run(  # noqa: PLR0917 - options of a command
    strategy: Annotated[
        str | None,
        typer.Argument(
            help="sma_crossover, mean_reversion, momentum, or an import path as package.module:Class."
        ),
    ] = None,
    instrument: Annotated[
        str | None, typer.Option(help="What to trade, as AAPL.XNAS or EUR/USD.SIM.")
    ] = None,
    data: Annotated[str | None, typer.Option(metavar="SOURCE", help=f"Its bars: {FILE_SOURCES}.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First date of the data; all by default.")
    ] = None,
    end: Annotated[str | None, typer.Option(metavar="DATE", help="Last date of the data, included.")] = None,
    capital: Annotated[str | None, typer.Option(help="Starting balance; 100000 by default.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of the account; USD by default.")] = None,
    set: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A parameter of the strategy; repeatable."),
    ] = None,
    bar: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="Bar specification, as 1-DAY-LAST, where there is a choice."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="A label of yours for the run.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("-f", "--file", help="A TOML or JSON file with the same; options win over it."),
    ] = None,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Run a backtest with Nautilus Trader and save it."""
    request = _request(
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
    from btsql.recorder import recorder

    recorder(dsn).check()  # before the backtest, while there is time to do something about it
    with _data_kept_apart():
        run_id = _execute(request, dsn)
    _print_run(run_id, format, dsn)


def _request(file: Path | None, options: dict[str, str | None], assignments: list[str]) -> BacktestRequest:
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


def _execute(request: BacktestRequest, dsn: str | None) -> str:
    """Run one backtest under the hook and return the reference of its run."""
    from btsql.signals import recorded_endings

    with _working("loading Nautilus Trader and the data"):
        try:
            from btsql.adapters import backtest as adapter
            from btsql.adapters import hooks
        except ImportError as exc:
            raise UsageError(
                f"Nautilus Trader cannot be imported: {exc}",
                hint="Install it with `pip install 'btsql[nautilus]'`.",
            ) from exc
        backtest = adapter.build(request, engine_class=hooks.RecordedEngine)
    context = hooks.prepare(backtest, dsn)
    context.is_failure_told = True
    try:
        with recorded_endings(), _progress_bar(adapter, backtest):
            backtest.engine.run()
    except Exception as exc:  # the engine is left as it is: disposing of a broken one only adds noise
        raise _failure(exc, context.saved_id) from exc
    backtest.engine.dispose()
    if context.saved_id is None:  # as was told
        raise SystemExit(context.problem.exit_code if isinstance(context.problem, BtsqlError) else 1)
    return str(context.saved_id)


def _failure(exc: Exception, saved_id: UUID | None) -> OperationFailed:
    reason = f"{type(exc).__name__}: {exc}"
    if saved_id is None:  # as was told
        return OperationFailed(f"the backtest failed: {reason}")
    run = saved_id.hex[-12:-4]
    return OperationFailed(
        f"the backtest failed: {reason}",
        hint=f"saved as run {run}, see where with: btsql show {run} --traceback",
    )


def _print_run(run_id: str, format: Format, dsn: str | None) -> None:
    from btsql.cli.common import connected
    from btsql.render.details import result_text
    from btsql.runs import get_run

    with connected(dsn) as connection:
        details = get_run(connection, run_id)
    if format is Format.TABLE:
        out(result_text(details, output_width()))
    else:
        out_details(details, format)


@contextmanager
def _data_kept_apart() -> Iterator[None]:
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
def _working(what: str) -> Iterator[None]:
    """Show on a terminal that something long is under way."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


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
