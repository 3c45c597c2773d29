"""Commands that put runs beside each other: `compare`, `best` and `strategy`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import (
    Dsn,
    Format,
    OutputFormat,
    answer,
    command,
    completed,
    out,
    out_documents,
    out_listing,
    out_paged,
    output_takes,
    output_width,
    say,
    say_why_empty,
)
from btsql.cli.filters import (
    LARGEST_PAGE,
    Instrument,
    Limit,
    Since,
    Strategy,
    Tags,
    Type,
    Until,
    Where,
    search_of,
)
from btsql.errors import RunNotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from btsql.comparison import ComparedField, HistoryRun, RankedRun


FEWEST, MOST = 2, 10
RANKED = 20


@command
def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN RUN...",
            help="2 to 10 runs, as for `btsql show`.",
            show_default=False,
            autocompletion=completed("runs"),
        ),
    ],
    everything: Annotated[
        bool, typer.Option("--all", help="Also show what is the same in all runs, and when they were run.")
    ] = False,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Put this run first, and show by how much the others differ from it.",
            autocompletion=completed("runs"),
        ),
    ] = None,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Compare backtests: what differs, and which was best."""
    from btsql.comparison import compare_runs, find_runs

    if baseline is None:
        _check_number(runs)

    def question(connection: psycopg.Connection[Any]) -> list[ComparedField]:
        asked = runs
        if baseline is not None:
            # A run has many references: the baseline may be among the others by another one.
            first, *others = map(str, find_runs(connection, [baseline, *runs]))
            asked = [first, *(run for run in others if run != first)]
            _check_number(asked)
        return compare_runs(connection, *asked)

    fields, _ = answer(dsn, question)
    if format in {Format.TABLE, Format.MARKDOWN}:
        _print_comparison(fields, everything=everything, has_baseline=baseline is not None, format=format)
    else:
        _print_exactly(fields, has_baseline=baseline is not None, format=format)


def _check_number(runs: Sequence[str]) -> None:
    if not FEWEST <= len(runs) <= MOST:
        raise UsageError(
            f"{FEWEST} to {MOST} runs can be compared, not {len(runs)}",
            hint="For example: btsql compare @~1 @",
        )


def _print_exactly(fields: Sequence[ComparedField], *, has_baseline: bool, format: Format) -> None:
    from btsql.render.comparison_data import comparison_document, comparison_rows

    if format is Format.JSON:
        from btsql.render.documents import as_json

        out(as_json(comparison_document(fields, has_baseline=has_baseline)))
    else:
        out_documents(*comparison_rows(fields), format)


def _print_comparison(
    fields: Sequence[ComparedField], *, everything: bool, has_baseline: bool, format: Format
) -> None:
    from btsql.render import comparing

    if format is Format.MARKDOWN:
        out(comparing.comparison_markdown(fields, everything=everything, has_baseline=has_baseline))
    else:
        out_paged(
            comparing.comparison_text(
                fields,
                output_width(),
                everything=everything,
                has_baseline=has_baseline,
                has_bars=output_takes(comparing.BARS),
            )
        )


@command
def best(  # noqa: PLR0917 - options of a command
    metric: Annotated[
        str,
        typer.Option(
            "-m",
            "--metric",
            metavar="METRIC",
            help="The metric to rank by, as total_return.",
            autocompletion=completed("metrics"),
        ),
    ] = "sharpe_ratio",
    limit: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--limit",
            min=1,
            max=LARGEST_PAGE,
            help=f"How many runs to list, {RANKED} by default, or to plot, {LARGEST_PAGE} by default.",
            show_default=False,
        ),
    ] = None,
    strategy: Strategy = None,
    type: Type = None,
    instrument: Instrument = None,
    since: Since = None,
    until: Until = None,
    tag: Tags = None,
    where: Where = None,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="PARAMETER:METRIC",
            help="Draw a metric against a parameter, as fast_period:sharpe_ratio, in place of the table.",
            autocompletion=completed("plots"),
        ),
    ] = None,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Rank backtests by a metric, with their parameters."""
    from btsql.comparison import best_runs
    from btsql.metric_names import required_metric
    from btsql.runs import list_runs

    ranked_by = required_metric(metric)
    search = search_of(
        strategy=strategy, type=type, instrument=instrument, since=since, until=until, tag=tag, where=where
    )
    parameter, drawn = _plot_of(plot, ranked_by, format)
    # A plot of the best few would show a trend that all of the runs do not have.
    listed = limit or (LARGEST_PAGE if parameter is not None else RANKED)

    def question(connection: psycopg.Connection[Any]) -> tuple[list[RankedRun], list[Any]]:
        arguments = search.arguments(connection)
        one_more = min(listed + 1, LARGEST_PAGE)
        found = best_runs(connection, ranked_by, **arguments, result_limit=one_more)
        if found:
            return found, []
        misses = search.misses(connection, arguments)
        if not misses and list_runs(connection, **arguments, result_limit=1):
            misses = [(f"none of these runs has a {ranked_by}", "`btsql history` lists failures, too.")]
        return found, misses

    with _counts_are_sorted_by(ranked_by):
        (runs, misses), _ = answer(dsn, question)
    if parameter is not None and runs:
        _plot_ranking(runs[:listed], parameter, drawn)
    else:
        _print_ranking(runs[:listed], ranked_by, format)
    search.tell_doubts()
    _say_what_differs(runs[:listed], ranked_by)
    if not runs:
        say_why_empty(filtered=bool(search.given) or where is not None, misses=misses)
    elif len(runs) > listed and (limit is None or parameter is not None):
        say(f"these are the best {listed}; -n asks for more, up to {LARGEST_PAGE}")
    elif len(runs) == listed == LARGEST_PAGE:
        say(f"these are the best {LARGEST_PAGE}; there may be more")


@contextmanager
def _counts_are_sorted_by(metric: str) -> Iterator[None]:
    """Have a refusal to rank by a count say what to type, instead of what to ask in SQL."""
    try:
        yield
    except UsageError as exc:
        from btsql.render.values import COUNTS

        if metric not in COUNTS:
            raise
        raise UsageError(str(exc), hint=f"To list runs by it: btsql history --sort {metric}") from exc


def _say_what_differs(runs: Sequence[RankedRun], ranked_by: str) -> None:
    """Say why a ranking compares what can hardly be compared."""
    from btsql.render.ranking import hard_to_compare
    from btsql.render.values import MONEY, printable

    is_money = ranked_by in MONEY
    differing = hard_to_compare(runs, by_amount=is_money)
    if differing:
        say(f"these runs are hard to compare: they differ in {differing}")
    currencies = sorted({printable(run.currency) for run in runs})
    if is_money and len(currencies) > 1:
        say(f"the amounts are in {', '.join(currencies)} and ranked by their numbers, without any rate")


def _print_ranking(runs: Sequence[RankedRun], ranked_by: str, format: Format) -> None:
    from btsql.comparison import RankedRun
    from btsql.render.documents import row_document
    from btsql.render.parameters import shared_parameters
    from btsql.render.ranking import ranking_columns

    documents = [row_document(run) | {"metric": ranked_by} for run in runs]
    names = ["metric", *RankedRun.__slots__]
    out_listing(documents, names, lambda: ranking_columns(runs, ranked_by), format)
    if runs and format is Format.TABLE:
        out(shared_parameters(runs, output_width()))


def _plot_of(plot: str | None, ranked_by: str, format: Format) -> tuple[str | None, str]:
    """Return the parameter and the metric that a plot is of; without a metric it is what ranks."""
    if plot is None:
        return None, ranked_by
    parameter, colon, metric = plot.rpartition(":")
    if not colon:
        parameter, metric = plot, ranked_by
    if not parameter:
        raise UsageError(
            f"--plot names no parameter: {plot!r}", hint="For example: --plot fast_period:sharpe_ratio"
        )
    return parameter, _plotted_metric(metric, format)


def _plotted_metric(text: str, format: Format) -> str:
    from btsql.metric_names import required_metric

    if format is not Format.TABLE:
        raise UsageError(
            "a plot is for people: it has no other format", hint="Leave out --plot, or --format."
        )
    return required_metric(text)


def _plot_ranking(runs: Sequence[RankedRun], parameter: str, metric: str) -> None:
    from btsql.render.plotting import parameter_against_metric

    known = sorted({name for run in runs for name in run.parameters})
    if parameter not in known:
        raise UsageError(
            f'none of these runs has a parameter "{parameter}"',
            hint=f"They have: {', '.join(known)}." if known else "They have none.",
        )
    out_paged(parameter_against_metric(runs, parameter, metric, output_width()))


@command
def strategy(  # noqa: PLR0917 - options of a command
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The type of a strategy, or a label that you gave.",
            autocompletion=completed("types"),
        ),
    ],
    limit: Limit = 100,
    instrument: Instrument = None,
    since: Since = None,
    until: Until = None,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="METRIC",
            help="Draw a metric, as sharpe_ratio, over the time at which the runs started.",
            autocompletion=completed("metrics"),
        ),
    ] = None,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Show a strategy over time: its parameters and metrics."""
    from btsql.comparison import HistoryRun, strategy_history

    search = search_of(strategy=None, type=None, instrument=instrument, since=since, until=until)
    drawn = None if plot is None else _plotted_metric(plot, format)

    def question(connection: psycopg.Connection[Any]) -> tuple[list[HistoryRun], list[Any]]:
        found = strategy_history(connection, name, **search.given, result_limit=limit)
        if found:
            return found, []
        _require_strategy(connection, name)
        return found, search.misses(connection, search.given)

    (runs, misses), _ = answer(dsn, question)
    from btsql.render.documents import row_document
    from btsql.render.ranking import strategy_columns, strategy_text

    if drawn is not None and runs:
        from btsql.render.plotting import metric_over_time

        out_paged(metric_over_time(runs, drawn, name, output_width()))
    elif format is Format.TABLE and runs:
        out_paged(strategy_text(runs, output_width()))
    else:
        documents = [row_document(run) for run in runs]
        out_listing(documents, HistoryRun.__slots__, lambda: strategy_columns(runs), format)
    if not runs:
        say_why_empty(filtered=True, misses=misses)
    elif len(runs) == limit < LARGEST_PAGE:
        say(f"these are the newest {limit}; -n asks for more, up to {LARGEST_PAGE}")


def _require_strategy(connection: psycopg.Connection[Any], name: str) -> None:
    """Raise RunNotFound unless there are runs of this type, or with this label, that were filtered out."""
    from btsql.comparison import strategy_history
    from btsql.runs import likely_name

    if not strategy_history(connection, name, result_limit=1):
        likely = likely_name(connection, name, "strategy_type", "strategy_name")
        raise RunNotFound(
            f'no run is one of a strategy "{name}"',
            hint=f"did you mean {likely}?"
            if likely
            else "`btsql history` lists the runs and their strategies.",
        )
