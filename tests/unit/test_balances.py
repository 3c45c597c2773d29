"""Balances that an engine changed after it showed them, as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest

from btsql.adapters.balances import Booked, Shown, UnexplainedError, balances_then

CENT = Decimal("0.01")


def shown(*totals: float, reported: frozenset[int] = frozenset()) -> list[Shown]:
    """Return an event at each instant; the first is the opening."""
    return [Shown(at, at == 0 or at in reported, Decimal(str(total))) for at, total in enumerate(totals)]


def commission(at: int, amount: float = 5) -> Booked:
    return Booked(at, -Decimal(str(amount)), exact=True)


def profit(at: int, amount: float) -> Booked:
    return Booked(at, Decimal(str(amount)), exact=False)


def then(events: list[Shown], *booked: Booked) -> list[Decimal]:
    return balances_then(Decimal(100), events, booked, CENT)


def test_what_is_shown_as_it_was_stays() -> None:
    assert then(shown(100, 95, 115), commission(1), profit(2, 20)) == [100, 95, 115]


def test_commissions_that_follow_are_taken_back() -> None:
    assert then(shown(90, 90, 110, 105), commission(1), commission(2), profit(2, 20), commission(3)) == [
        100, 95, 110, 105,
    ]  # fmt: skip


def test_the_engine_may_round_a_profit_and_no_commission() -> None:
    assert then(shown(100, 120.01), profit(1, 20.005)) == [100, Decimal("120.01")]
    with pytest.raises(UnexplainedError):
        then(shown(100, 95.01), commission(1))


def test_interest_that_was_shown_too_early_is_taken_back() -> None:
    assert then(shown(100, 137, 137, 132, reported=frozenset({2})), commission(1), commission(3)) == [
        100, 95, 137, 132,
    ]  # fmt: skip


@pytest.mark.parametrize("totals", [(100, 90), (100, 100), (100, 95, 96), (100, 95, 95)])
def test_what_no_fill_explains_is_refused(totals: tuple[float, ...]) -> None:
    fills = [commission(1)] if totals != (100, 95, 95) else [commission(1), commission(2)]
    with pytest.raises(UnexplainedError):
        then(shown(*totals), *fills)
