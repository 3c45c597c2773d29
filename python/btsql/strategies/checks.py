"""Checks on strategy parameters: each error says the name, what is allowed and what was given."""

from __future__ import annotations

import math
from typing import Final

MAX_PERIOD: Final = 1_000_000
"""More bars than any sensible window, and well inside what the indicators can count."""


def check_period(name: str, value: object, *, minimum: int) -> int:
    """Return `value` if it is a whole number of bars from `minimum` to `MAX_PERIOD`.

    Raises
    ------
    ValueError
        If it is anything else, True and 20.0 included.

    """
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= MAX_PERIOD:
        raise ValueError(f"{name} must be a whole number from {minimum} to {MAX_PERIOD}, not {value!r}")
    return value


def check_fraction(name: str, value: object) -> float:
    """Return `value` as a float if it is above 0 and at most 1.

    Raises
    ------
    ValueError
        If it is anything else, NaN included.

    """
    number = _number(value)
    if number is None or not 0 < number <= 1:
        raise ValueError(f"{name} must be a number above 0 and at most 1, not {value!r}")
    return number


def check_number(name: str, value: object, *, minimum: float, inclusive: bool = True) -> float:
    """Return `value` as a float if it is finite and at least (or, not `inclusive`, above) `minimum`.

    Raises
    ------
    ValueError
        If it is anything else, NaN and the infinities included.

    """
    number = _number(value)
    if number is None or number < minimum or (number == minimum and not inclusive):
        bound = "of at least" if inclusive else "above"
        raise ValueError(f"{name} must be a number {bound} {minimum:g}, not {value!r}")
    return number


def check_flag(name: str, value: object) -> None:
    """Refuse what is not True or False.

    Raises
    ------
    ValueError
        If `value` is no bool.

    """
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, not {value!r}")  # noqa: TRY004 - one kind of error


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
