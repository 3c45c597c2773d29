"""Turns runs into text: tables for people, JSON, CSV and TSV for programs.

People get percentages, their own time zone and as much as fits their terminal; programs get fractions, UTC
and everything. Nothing here asks the database or decides what to show.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from btsql.runs import RunDetails, RunSummary

STATUS_STYLES = {"success": "green", "failure": "red", "interrupted": "yellow"}
UNDEFINED = "-"
LONGEST_VALUE = 2000  # characters of a value that a terminal is given
NARROWEST_COLUMN = 8

FRACTIONS = {"total_return", "cagr", "annualized_return", "max_drawdown", "volatility", "win_rate"}
SIGNED = {"total_return", "cagr", "annualized_return"}
MONEY = {"average_win", "average_loss", "final_equity", "net_profit"}
COUNTS = {"total_trades", "winning_trades", "losing_trades", "periods_per_year"}
METRIC_TITLES = {
    "total_return": "total return",
    "cagr": "CAGR",
    "annualized_return": "annualized return",
    "sharpe_ratio": "Sharpe ratio",
    "sortino_ratio": "Sortino ratio",
    "max_drawdown": "max drawdown",
    "volatility": "volatility",
    "total_trades": "trades",
    "winning_trades": "winning trades",
    "losing_trades": "losing trades",
    "win_rate": "win rate",
    "profit_factor": "profit factor",
    "average_win": "average win",
    "average_loss": "average loss",
    "final_equity": "final equity",
    "net_profit": "net profit",
    "periods_per_year": "periods a year",
}


# ---- values for people


def printable(text: str, *, keep: str = "") -> str:
    """Return text whose control characters are shown, not obeyed, by a terminal; those in `keep` stay."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape").decode("ascii") for c in text
    )


def local_time(moment: datetime, pattern: str) -> str:
    """Return an instant in the user's own time zone."""
    return moment.astimezone().strftime(pattern)


def zone_name() -> str:
    """Return the name of the user's time zone."""
    return datetime.now(UTC).astimezone().tzname() or "local"


def percent(value: float | None, *, signed: bool = False) -> str:
    """Return a fraction as a percentage."""
    if value is None:
        return UNDEFINED
    return f"{value:+z.2%}" if signed else f"{value:z.2%}"


def metric_text(name: str, value: float | None, currency: str | None) -> str:
    """Return a metric as people read it: percent, money with its currency, or a plain number."""
    if value is None:
        return UNDEFINED
    if name in FRACTIONS:
        return percent(value, signed=name in SIGNED)
    if name in MONEY:
        return money(value, currency)
    return f"{value:,}" if name in COUNTS else ratio(value)


def money(value: float | Decimal | None, currency: str | None) -> str:
    """Return an amount with two decimals and its currency."""
    return UNDEFINED if value is None else f"{value:z,.2f} {currency or ''}".rstrip()


def ratio(value: float | None) -> str:
    """Return a plain number with two decimals."""
    return UNDEFINED if value is None else f"{value:z.2f}"


def seconds(value: Decimal | float | None) -> str:
    """Return a duration the way people say it."""
    if value is None:
        return UNDEFINED
    if round(float(value), 2) < 60:
        return f"{float(value):.2f} s"
    minutes, rest = divmod(round(float(value)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def message_text(message: str, hint: str | None, width: int | None) -> str:
    """Return a message and what to do about it, in lines of at most `width` columns where words allow it."""
    lines: list[str] = []
    for paragraph in filter(None, (message, hint)):
        for line in printable(paragraph, keep="\n").splitlines():
            lines += _wrapped(line, width - 7) if width and len(line) > width - 7 > 0 else [line]
    return "btsql: " + "\n       ".join(lines) + "\n"


def _wrapped(line: str, width: int) -> list[str]:
    from textwrap import wrap  # noqa: PLC0415

    indent = line[: len(line) - len(line.lstrip())]
    return wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


# ---- values for programs


def machine_value(value: Any) -> Any:
    """Return a JSON value: times in UTC, exact numbers as numbers."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case None | str() | int() | float() | dict() | list():
            return value
    return str(value)


def as_json(value: Any) -> str:
    """Return indented JSON; what a terminal would obey or hide is escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=machine_value)
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text)


def summary_document(run: RunSummary) -> dict[str, Any]:
    """Return a listed run under the keys of the record document."""
    return {item.name: machine_value(getattr(run, item.name)) for item in fields(run)}


def details_document(run: RunDetails) -> dict[str, Any]:
    """Return a whole run under the keys of the record document, its metrics flattened."""
    document: dict[str, Any] = {}
    for item in fields(run):
        if item.name == "error_type":
            document["error"] = None
            if run.error_type is not None:
                traceback = run.error_traceback
                document["error"] = {
                    "type": run.error_type,
                    "message": run.error_message,
                    "traceback": traceback,
                }
        elif not item.name.startswith("error_"):
            document[item.name] = machine_value(getattr(run, item.name))
    return document


def as_delimited(documents: Sequence[Mapping[str, Any]], names: Sequence[str], delimiter: str) -> str:
    """Return rows under a header; lists are joined by spaces, objects are JSON, nothing is empty."""
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    def line(cells: Sequence[Any]) -> str:
        # Only what is part of the line's end is quoted by every Python: a carriage return has to be.
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
        return text.getvalue().removesuffix("\r\n") + "\n"

    return "".join(
        [line(names), *(line([_cell(document[name]) for name in names]) for document in documents)]
    )


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=machine_value)
    return value


# ---- tables for people

Cell = tuple[str, str | None]
"""What a cell says, and its style on a terminal that has colours."""


def plain_table(titles: Sequence[str], rows: Sequence[Sequence[Cell]], right: Collection[str]) -> str:
    """Return a table for a pipe: aligned columns, each as wide as it must be."""
    lines = [list(titles), *([text for text, _ in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(titles))]
    sides = [str.rjust if title in right else str.ljust for title in titles]
    return "".join(
        "  ".join(side(text, width) for side, text, width in zip(sides, line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def fitted_table(
    titles: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    right: Collection[str],
    elastic: Collection[str],
    width: int,
    *,
    gap: int,
) -> str:
    """Return a table for a terminal, the `elastic` columns cut to what the others leave of its width."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    widths = column_widths(titles, rows)
    excess = sum(widths) + gap * (len(widths) - 1) - width
    places = [place for place, title in enumerate(titles) if title in elastic]
    for _ in range(excess):
        widest = max(places, key=lambda place: widths[place])
        if widths[widest] == NARROWEST_COLUMN:
            break
        widths[widest] -= 1
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    for title, columns in zip(titles, widths, strict=True):
        side: Any = "right" if title in right else "left"
        grid.add_column(title, justify=side, width=columns, no_wrap=True, overflow="ellipsis")
    for row in rows:
        grid.add_row(*(Text(text, style=style or "") for text, style in row))
    return rich_text(grid, max(width, sum(widths) + gap * (len(widths) - 1)))


def column_widths(titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return how many columns of a terminal each column of a table asks for."""
    from rich.cells import cell_len  # noqa: PLC0415

    lines = [titles, *([text for text, _ in row] for row in rows)]
    return [max(cell_len(line[place]) for line in lines) for place in range(len(titles))]


def rich_text(renderable: Any, width: int) -> str:
    """Return what Rich makes of something on this terminal, colours only where they are wanted."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


HISTORY_NUMBERS = ("return", "Sharpe", "drawdown")
HISTORY_TEXTS = ("strategy", "instrument")


def history_table(runs: Sequence[RunSummary], width: int | None) -> str:
    """Return the listing of runs, one line each; on a narrow terminal times are short and names cut."""
    titles = ["id", f"started {zone_name()}", *HISTORY_TEXTS, *HISTORY_NUMBERS, "status"]
    rows = [_history_row(run, "%Y-%m-%d %H:%M:%S") for run in runs]
    if width is None:
        return plain_table(titles, rows, HISTORY_NUMBERS)
    gap = 2
    if _table_width(titles, rows, gap) > width:
        this_year = datetime.now(UTC).astimezone().year
        rows = [
            _history_row(run, "%m-%d %H:%M" if run.started_at.astimezone().year == this_year else "%Y-%m-%d")
            for run in runs
        ]
        if _table_width(titles, rows, gap) > width:
            gap = 1
    return fitted_table(titles, rows, HISTORY_NUMBERS, HISTORY_TEXTS, width, gap=gap)


def _table_width(titles: Sequence[str], rows: Sequence[Sequence[Cell]], gap: int) -> int:
    return sum(column_widths(titles, rows)) + gap * (len(titles) - 1)


def _history_row(run: RunSummary, time_pattern: str) -> list[Cell]:
    return [
        (run.short_id, "bold"),
        (local_time(run.started_at, time_pattern), None),
        (printable(run.strategy_name), None),
        (printable(" ".join(run.instruments or [UNDEFINED])), None),
        (percent(run.total_return, signed=True), _sign_style(run.total_return)),
        (ratio(run.sharpe_ratio), None),
        (percent(run.max_drawdown), None),
        (run.status, STATUS_STYLES.get(run.status)),
    ]


def _sign_style(value: float | None) -> str | None:
    return None if not value else "green" if value > 0 else "red"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled block of label, value and the value's style."""

    title: str
    lines: list[tuple[str, str, str | None]]


def details_text(run: RunDetails, width: int | None) -> str:
    """Return everything that people want to read about one run, in sections; None as `width` for a pipe."""
    sections = [
        _execution(run),
        _strategy(run),
        _data(run),
        _metrics(run),
        _error(run),
        _environment(run),
        _not_captured(run),
    ]
    return "\n".join(_section_text(section, width) for section in sections if section.lines)


def result_text(run: RunDetails, width: int | None) -> str:
    """Return what a backtest that just ended came to."""
    head = [
        line
        for line in (*_execution(run).lines, *_strategy(run).lines)
        if line[0] in {"status", "type", "name"}
    ]
    summary = Section(f"Run {run.short_id}", [*head, *_data(run).lines])
    return "\n".join(_section_text(section, width) for section in (summary, _metrics(run)) if section.lines)


def _section_text(section: Section, width: int | None) -> str:
    label_width = max(len(label) for label, _, _ in section.lines)
    if width is None:
        lines = [f"  {label:<{label_width}}  {value}".rstrip() for label, value, _ in section.lines]
        return "\n".join([section.title, *lines, ""])
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=label_width + 2)
    grid.add_column(overflow="fold")
    for label, value, style in section.lines:
        grid.add_row(Text(f"  {label}", style="dim"), Text(_shortened(value), style=style or ""))
    return rich_text(Text(section.title, style="bold"), width) + rich_text(grid, width)


def _shortened(value: str) -> str:
    """Return a value that does not flood the terminal, and says where the rest is."""
    if len(value) <= LONGEST_VALUE:
        return value
    return f"{value[:LONGEST_VALUE]}... ({len(value) - LONGEST_VALUE:,} characters more with --format json)"


def _execution(run: RunDetails) -> Section:
    lines: list[tuple[str, str, str | None]] = [
        ("id", str(run.run_id), "bold"),
        ("status", run.status, STATUS_STYLES.get(run.status)),
        ("started", local_time(run.started_at, "%Y-%m-%d %H:%M:%S %Z"), None),
        ("duration", seconds(run.duration_seconds), None),
    ]
    if run.origin_run_id is not None:
        kind = "variation of" if run.changes else "reproduction of"
        lines.append((kind, str(run.origin_run_id), None))
    if run.changes:
        lines.append(("changes", _value_text(run.changes), None))
    if run.replaced_interrupted_at is not None:
        when = local_time(run.replaced_interrupted_at, "%Y-%m-%d %H:%M:%S %Z")
        lines.append(("note", f"had been called interrupted at {when}, and then finished after all", None))
    return Section(f"Run {run.short_id}", lines)


def _strategy(run: RunDetails) -> Section:
    lines: list[tuple[str, str, str | None]] = [("type", printable(run.strategy_type), None)]
    if run.strategy_name != run.strategy_type:
        lines.append(("name", printable(run.strategy_name), None))
    lines.append(("class", printable(run.strategy_path), None))
    lines += [(printable(name), _value_text(value), "cyan") for name, value in sorted(run.parameters.items())]
    return Section("Strategy", lines)


def _value_text(value: object) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _data(run: RunDetails) -> Section:
    known = {
        "instrument": printable(" ".join(run.instruments)) if run.instruments else None,
        "from": _instant(run.data_start),
        "to": _instant(run.data_end),
        "source": _source_text(run),
        "capital": None if run.initial_capital is None else money(run.initial_capital, run.currency),
    }
    return Section("Data", [(label, value, None) for label, value in known.items() if value is not None])


def _instant(moment: datetime | None) -> str | None:
    """Return a data time in UTC, as markets have it; the first and the last instant of a day as that day."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return text[:10] if text[11:19] in {"00:00:00", "23:59:59"} else text


def _source_text(run: RunDetails) -> str | None:
    data = run.snapshot.get("data")
    first = data[0] if isinstance(data, list) and data else None
    path = (first.get("path") or first.get("catalog_path")) if isinstance(first, dict) else None
    return (
        f"{run.data_source} {printable(path)}"
        if run.data_source and isinstance(path, str)
        else run.data_source
    )


def _metrics(run: RunDetails) -> Section:
    rejected = run.rejected_metrics or {}
    lines: list[tuple[str, str, str | None]] = []
    if run.status == "success":
        for name, title in METRIC_TITLES.items():
            value = getattr(run, name)
            text = metric_text(name, value, run.currency)
            reason = rejected.get(name)
            if reason is not None:
                lines.append((title, f"{text}  ({_reason_text(reason)})", "dim"))
            else:
                lines.append((title, text, _sign_style(value) if name in SIGNED | {"net_profit"} else None))
    return Section("Metrics", lines)


def _reason_text(reason: dict[str, Any]) -> str:
    reported = reason.get("reported_value")
    text = printable(str(reason.get("reason")))
    return text if reported is None else f"{printable(str(reported))} was reported: {text}"


def _error(run: RunDetails) -> Section:
    if run.error_type is None:
        return Section("Error", [])
    lines: list[tuple[str, str, str | None]] = [("type", printable(run.error_type), "red")]
    message = (run.error_message or "").splitlines() or [""]
    lines += [("message" if place == 0 else "", printable(line), None) for place, line in enumerate(message)]
    if run.error_traceback:
        last = [line.strip() for line in run.error_traceback.splitlines() if line.strip().startswith("File ")]
        if last:
            lines.append(("raised in", printable(last[-1]), None))
        lines.append(("traceback", f"btsql show {run.short_id} --traceback", "dim"))
    return Section("Error", lines)


def _environment(run: RunDetails) -> Section:
    return Section(
        "Environment",
        [(printable(name), _value_text(value), None) for name, value in (run.environment or {}).items()],
    )


def _not_captured(run: RunDetails) -> Section:
    missing = run.snapshot.get("not_captured")
    items = missing if isinstance(missing, list) else []
    return Section(
        "Not captured, so needed again for a re-run", [("-", printable(str(item)), None) for item in items]
    )
