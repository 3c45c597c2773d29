"""Single values and messages, as people read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from btsql.messages import printable as printable  # noqa: PLC0414 - callers find it beside the others
from btsql.metric_names import FRACTIONS as FRACTIONS  # noqa: PLC0414 - callers find it beside the others
from btsql.zones import in_local_zone

if TYPE_CHECKING:
    from decimal import Decimal

STATUS_STYLES = {"success": "green", "failure": "red", "interrupted": "yellow"}
UNDEFINED = "-"
LONGEST_VALUE = 2000  # characters of a value that a terminal is given
LONGEST_PARAMETER = 60  # characters of a parameter's value that tables for people have

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


def local_time(moment: datetime, pattern: str) -> str:
    """Return an instant in the user's own time zone."""
    return in_local_zone(moment).strftime(pattern)


def zone_name() -> str:
    """Return the name of the user's time zone."""
    return in_local_zone(datetime.now(UTC)).tzname() or "local"


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
    return UNDEFINED if value is None else f"{value:z,.2f} {printable(currency or '')}".rstrip()


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


def value_text(value: object) -> str:
    """Return a parameter's value: a text as it is, anything else as JSON."""
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def elided(text: str, longest: int = LONGEST_PARAMETER) -> str:
    """Return a text that is not longer than a table has room for."""
    return f"{text[: longest - 1]}…" if len(text) > longest else text


def instant(moment: datetime | None) -> str | None:
    """Return a data time in UTC, as markets have it; the first and the last instant of a day as that day."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return text[:10] if text[11:19] in {"00:00:00", "23:59:59"} else text


def sign_style(value: float | None) -> str | None:
    """Return the style of a gain or a loss."""
    return None if not value else "green" if value > 0 else "red"


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
