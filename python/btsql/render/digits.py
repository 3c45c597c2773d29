"""Numbers beside each other: as few digits as tell those apart that differ."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from btsql.render.values import COUNTS, FRACTIONS, MONEY, SIGNED, UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

USUAL, MOST = 2, 9  # decimals; numbers that need more to be told apart are written with all of their digits
TINY = 1e-6  # smaller ones are written with an exponent then


def metric_texts(metric: str, values: Sequence[float | None], decimals: int = USUAL) -> list[str]:
    """Return values of a metric as people read them, with at least so many decimals.

    Two values that differ never look equal: all get as many decimals as that takes. Where it takes none, they
    are what `metric_text` has, as in every other table.
    """
    known = {value for value in values if value is not None}
    write = _writer(metric)
    for count in range(decimals, MOST + 1):
        texts = {value: write(value, count) for value in known}
        if len(set(texts.values())) == len(known):
            break
    else:
        texts = {value: _whole(metric, value) for value in known}
    return [UNDEFINED if value is None else texts[value] for value in values]


def _writer(metric: str) -> Callable[[float, int], str]:
    if metric in FRACTIONS:
        sign = "+" if metric in SIGNED else ""
        return lambda value, decimals: f"{value:{sign}z.{decimals}%}"
    if metric in COUNTS:
        return lambda value, _: f"{value:,}"
    separator = "," if metric in MONEY else ""
    return lambda value, decimals: f"{value:z{separator}.{decimals}f}"


def _whole(metric: str, value: float) -> str:
    if metric not in FRACTIONS:
        return repr(value)
    # A multiplication by 100 could make two of them equal.
    points = Decimal(repr(value)).scaleb(2)
    text = str(points) if abs(points) < TINY else f"{points:f}"
    return f"{'+' if metric in SIGNED and points > 0 else ''}{text}%"


def change_text(text: str, base: str) -> str:
    """Return by how much one number differs from another as both are written, so that the three add up."""
    change = _number(text) - _number(base)
    exponent = change.as_tuple().exponent
    return f"{change:+.3g}" if isinstance(exponent, int) and exponent < -MOST else f"{change:+,f}"


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").removesuffix("%"))
