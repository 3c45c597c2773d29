"""The balances of an account as they were at each of its events.

An engine's account events do not always show them: it takes a commission out of the very object that earlier
events hold (accounts without a base currency, where nothing else is booked in that currency), and the line of
1.221 adds interest to it. Such an event shows what came later. What was booked in between is known from the
fills, to the last digit, and is taken back here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class Shown:
    """What an account event shows of one currency."""

    at: int
    reported: bool  # by the venue (the opening, interest), not computed from a fill
    total: Decimal


@dataclass(slots=True)
class Booked:
    """What a fill should have changed in one currency."""

    at: int
    amount: Decimal
    exact: bool  # a commission and nothing else, which the engine need not round


class UnexplainedError(Exception):
    """A balance is not what fills lead to, neither those before it nor those after it: how far off it is."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(f"{amount:f}")
        self.amount = amount


def balances_then(
    opening: Decimal, shown: Sequence[Shown], booked: Sequence[Booked], unit: Decimal
) -> list[Decimal]:
    """Return the balance that the account had at each event; at events of one instant, that after them.

    Parameters
    ----------
    opening
        Its balance before anything was booked.
    shown, booked
        In the order of time.
    unit
        The smallest amount of the currency: what the engine rounds a profit to.

    Raises
    ------
    UnexplainedError
        If a balance follows from no fills.

    """
    walk = _Walk(opening, sorted(booked, key=lambda one: (one.at, not one.exact)), unit)
    totals: list[Decimal] = []
    for place, event in enumerate(shown):
        following = shown[place + 1 :]
        if event.reported and place:
            walk.total = event.total  # what it adds only the engine knows
        elif place and following and following[0].at == event.at and not following[0].reported:
            continue
        else:
            walk.to(event, following, is_opening=not place)
        totals.extend([walk.total] * (place + 1 - len(totals)))
    left = sum((one.amount for one in walk.booked[walk.done :]), Decimal(0))
    if left:
        raise UnexplainedError(left)
    return totals


@dataclass(slots=True)
class _Walk:
    """From one event to the next. The order of one instant's bookings is not known: commissions first."""

    total: Decimal
    booked: Sequence[Booked]
    unit: Decimal
    done: int = 0

    def to(self, event: Shown, following: Sequence[Shown], *, is_opening: bool) -> None:
        """Go on to an event."""
        due = self.done
        while not is_opening and due < len(self.booked) and self.booked[due].at <= event.at:
            due += 1
        for taken in range(due, self.done - 1, -1):  # all, unless the venue reports in between
            balance = self._balance_after(taken, event.total)
            if balance is not None:
                self.total, self.done = balance, taken
                return
        expected = self._expected_after(due)
        if not _contains_interest(event, following):
            raise UnexplainedError(event.total - expected)
        self.total, self.done = round(expected / self.unit) * self.unit, due

    def _expected_after(self, taken: int) -> Decimal:
        return sum((one.amount for one in self.booked[self.done : taken]), self.total)

    def _balance_after(self, taken: int, balance: Decimal) -> Decimal | None:
        """Take back the commissions that follow until the balance is as expected; None if it never is."""
        expected = self._expected_after(taken)
        slack = self.unit * sum(not one.exact for one in self.booked[self.done : taken])
        while abs(balance - expected) > slack:
            if taken == len(self.booked) or not self.booked[taken].exact:
                return None
            balance -= self.booked[taken].amount
            taken += 1
        return balance


def _contains_interest(event: Shown, following: Sequence[Shown]) -> bool:
    """Tell whether the next thing that the venue reports is in the balance already."""
    for one in following:
        if one.total != event.total:
            return False
        if one.reported:
            return True
    return False
