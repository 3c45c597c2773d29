"""One run, with all that is recorded of it, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from btsql.render.lineage import only_other_data
from btsql.render.tables import Column, markdown_table, markdown_text, rich_text
from btsql.render.values import (
    LONGEST_VALUE,
    METRIC_TITLES,
    SIGNED,
    STATUS_STYLES,
    instant,
    local_time,
    metric_text,
    money,
    printable,
    seconds,
    sign_style,
    value_text,
)
from btsql.render.venues import venue_blocks
from btsql.reproduction import located

if TYPE_CHECKING:
    from btsql.run_details import RunDetails


# In the order of the guide; what else there is comes after them, by name.
ENVIRONMENT = (
    "btsql",
    "nautilus_trader",
    "python",
    "platform",
    "host",
    "script",
    "git_commit",
    "git_dirty",
    "source_digest",
    "fill_model_seeds",
    "data_fingerprint",
    "data_fingerprint_covers",
)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled block of label, value and the value's style."""

    title: str
    lines: list[tuple[str, str, str | None]]


def details_text(run: RunDetails, width: int | None) -> str:
    """Return everything that people want to read about one run, in sections; None as `width` for a pipe."""
    return "\n".join(_section_text(section, width) for section in _sections(run))


def details_markdown(run: RunDetails) -> str:
    """Return the same as Markdown: a heading and a table for each section."""
    return "\n".join(
        f"## {markdown_text(section.title)}\n\n"
        + markdown_table(
            [
                Column(title="", cells=[(label, None) for label, _, _ in section.lines]),
                Column(title="", cells=[(value, style) for _, value, style in section.lines]),
            ]
        )
        for section in _sections(run)
    )


def _sections(run: RunDetails) -> list[Section]:
    sections = (
        _execution(run),
        _strategy(run),
        _data(run),
        *_venues(run),
        _metrics(run),
        _error(run),
        _annotations(run),
        _environment(run),
        _not_captured(run),
    )
    return [section for section in sections if section.lines]


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
    return f"{value[:LONGEST_VALUE]}… ({len(value) - LONGEST_VALUE:,} characters more with --format json)"


def _execution(run: RunDetails) -> Section:
    lines: list[tuple[str, str, str | None]] = [
        ("id", str(run.run_id), "bold"),
        ("status", run.status, STATUS_STYLES.get(run.status)),
        ("started", local_time(run.started_at, "%Y-%m-%d %H:%M:%S %Z"), None),
        ("duration", seconds(run.duration_seconds), None),
    ]
    if run.origin_run_id is not None:
        other_data = only_other_data(run.changes)
        kind = "rerun of" if other_data else "variation of" if run.changes else "reproduction of"
        lines.append((kind, f"{run.origin_run_id} {other_data}".rstrip(), None))
        if run.changes and not other_data:
            lines.append(("changes", value_text(run.changes), None))
    if run.replaced_interrupted_at is not None:
        when = local_time(run.replaced_interrupted_at, "%Y-%m-%d %H:%M:%S %Z")
        lines.append(("note", f"had been called interrupted at {when}, and then finished after all", None))
    return Section(f"Run {run.short_id}", lines)


def _strategy(run: RunDetails) -> Section:
    lines: list[tuple[str, str, str | None]] = [("type", printable(run.strategy_type), None)]
    if run.strategy_name != run.strategy_type:
        lines.append(("name", printable(run.strategy_name), None))
    lines.append(("class", printable(run.strategy_path), None))
    lines += [(printable(name), value_text(value), "cyan") for name, value in sorted(run.parameters.items())]
    return Section("Strategy", lines)


def _data(run: RunDetails) -> Section:
    known = {
        "instrument": printable(" ".join(run.instruments)) if run.instruments else None,
        "from": instant(run.data_start),
        "to": instant(run.data_end),
        "source": None if run.data_source is None else printable(located(run) or run.data_source),
        "capital": None if run.initial_capital is None else money(run.initial_capital, run.currency),
    }
    return Section("Data", [(label, value, None) for label, value in known.items() if value is not None])


def _venues(run: RunDetails) -> list[Section]:
    return [
        Section(f"Venue {name}".rstrip(), [(label, value, None) for label, value in settings])
        for name, settings in venue_blocks(run)
    ]


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
                lines.append((title, text, sign_style(value) if name in SIGNED | {"net_profit"} else None))
    return Section("Metrics", lines)


def _reason_text(reason: dict[str, Any]) -> str:
    reported = reason.get("reported_value")
    text = printable(str(reason.get("reason")))
    return text if reported is None else f"{printable(str(reported))} was reported: {text}"


def _error(run: RunDetails) -> Section:
    if run.error_type is None:
        return Section("Error", [])
    lines: list[tuple[str, str, str | None]] = [("type", printable(run.error_type), "red")]
    message = (run.error_message or "").splitlines()
    lines += [("message" if place == 0 else "", printable(line), None) for place, line in enumerate(message)]
    if run.error_traceback:
        last = [line.strip() for line in run.error_traceback.splitlines() if line.strip().startswith("File ")]
        if last:
            lines.append(("raised in", printable(last[-1]), None))
        lines.append(("traceback", f"btsql show {run.short_id} --traceback", "dim"))
    return Section("Error", lines)


def _annotations(run: RunDetails) -> Section:
    kinds = {"note": "noted", "tag": "tagged", "untag": "untagged"}
    lines: list[tuple[str, str, str | None]] = []
    if run.tags:
        lines.append(("tags", " ".join(map(printable, run.tags)), "bold"))
    for event in run.annotations:
        when = local_time(datetime.fromisoformat(event["annotated_at"]), "%Y-%m-%d %H:%M:%S %Z")
        lines.append((when, f"{kinds[event['kind']]}: {printable(event['content'])}", None))
    return Section("Notes and tags", lines)


def _environment(run: RunDetails) -> Section:
    known = run.environment or {}
    names = [name for name in ENVIRONMENT if name in known] + sorted(known.keys() - set(ENVIRONMENT))
    return Section("Environment", [(printable(name), value_text(known[name]), None) for name in names])


def _not_captured(run: RunDetails) -> Section:
    missing = run.snapshot.get("not_captured")
    items = missing if isinstance(missing, list) else []
    return Section(
        "Not captured, so needed again for a re-run", [("-", printable(str(item)), None) for item in items]
    )
