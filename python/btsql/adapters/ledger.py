"""The fills of a run brought forward one by one: what was held, what each trade earned, what was booked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from btsql.adapters.accounts import ZERO
from btsql.adapters.closes import END_OF_TIME, NANOSECONDS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from btsql.adapters.accounts import Account, Amounts, Contract, Fill
    from btsql.adapters.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Run:
    """All that a replay needs of a finished run."""

    accounts: Sequence[Account]
    days: Sequence[int]
    currency: str
    exchange: Exchange
    fills: Sequence[Fill]
    first_ns: int | None  # the earliest data


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class Holding:
    """An open position: signed quantity, and quantity times average price."""

    account: str
    contract: Contract
    quantity: Decimal
    cost: Decimal


@dataclass(slots=True)
class Trade:
    """One way from flat to flat (or to a flip): what it earned, where, by currency and day."""

    earned: dict[int, Amounts] = field(default_factory=dict)

    def book(self, day: int, currency: str, amount: Decimal) -> None:
        amounts = self.earned.setdefault(day, {})
        amounts[currency] = amounts.get(currency, ZERO) + amount


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class Booking:
    """What a fill should have changed in its account."""

    at: int
    account: str
    amounts: Amounts
    rounded: Amounts  # without the commission, which needs no rounding


@dataclass(slots=True)
class Ledger:
    """All positions by their id, brought forward fill by fill."""

    accounts: Mapping[str, Account]
    holdings: dict[str, Holding] = field(default_factory=dict)
    running: dict[str, Trade] = field(default_factory=dict)
    finished: list[Trade] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)

    def of(self, account: Account) -> list[Booking]:
        """Return the bookings of one account."""
        return [booking for booking in self.bookings if booking.account == account.id]

    def apply(self, fill: Fill) -> None:
        """Close what the fill closes, open what it opens, and note what the account should book."""
        held = self.holdings.get(fill.position)
        closing = ZERO if held is None else _closing(fill.quantity, held.quantity)
        share = fill.commission * abs(closing / fill.quantity)
        realised = ZERO if held is None or not closing else self._close(fill, held, closing, share)
        if closing != fill.quantity:
            position = fill.flipped_into if closing and fill.flipped_into is not None else fill.position
            self._open(fill, position, fill.quantity - closing, fill.commission - share)
        self._note(fill, realised)

    def _close(self, fill: Fill, held: Holding, quantity: Decimal, commission: Decimal) -> Decimal:
        """Take `quantity` (of the fill's sign) out of the holding; return the profit before commission."""
        left = held.quantity + quantity
        released = held.cost * -quantity / held.quantity if left else held.cost
        realised = fill.contract.profit(-quantity, released, fill.price)
        trade = self.running[fill.position]
        trade.book(fill.day, fill.contract.settled_in, realised)
        trade.book(fill.day, fill.commission_currency, -commission)
        if left:
            self.holdings[fill.position] = Holding(fill.account, fill.contract, left, held.cost - released)
        else:
            del self.holdings[fill.position]
            self.finished.append(self.running.pop(fill.position))
        return realised

    def _open(self, fill: Fill, position: str, quantity: Decimal, commission: Decimal) -> None:
        cost = quantity * fill.price
        held = self.holdings.get(position)
        if held is not None:
            quantity, cost = held.quantity + quantity, held.cost + cost
        self.holdings[position] = Holding(fill.account, fill.contract, quantity, cost)
        trade = self.running.setdefault(position, Trade())
        trade.book(fill.day, fill.commission_currency, -commission)

    def _note(self, fill: Fill, realised: Decimal) -> None:
        account, contract = self.accounts[fill.account], fill.contract
        if account.kind == "MARGIN":
            rounded = {contract.settled_in: realised} if realised else {}
        else:
            rounded = {contract.quote: -contract.value(fill.quantity, fill.price)}
            if contract.base is not None and account.holds(contract):
                rounded[contract.base] = fill.quantity
        code = fill.commission_currency
        amounts = rounded | {code: rounded.get(code, ZERO) - fill.commission}
        self.bookings.append(Booking(fill.at, fill.account, amounts, rounded))


def _closing(fill: Decimal, held: Decimal) -> Decimal:
    """Return how much of a signed fill goes against what is held, with the fill's sign."""
    if fill * held >= 0:
        return ZERO
    return fill if abs(fill) <= abs(held) else -held


def replay(run: Run, ledger: Ledger) -> list[tuple[Holding, ...]]:
    """Apply every fill; return what was held at the end of each day. The last day takes all that is left."""
    held = []
    fills = iter(run.fills)
    fill = next(fills, None)
    for end in day_ends(run.days):
        while fill is not None and fill.at < end:
            ledger.apply(fill)
            fill = next(fills, None)
        held.append(tuple(ledger.holdings.values()))
    return held


def day_ends(days: Sequence[int]) -> list[int]:
    """Return the first instant after each day; strategies may close positions after the last one."""
    return [(day + 1) * NANOSECONDS_PER_DAY for day in days[:-1]] + [END_OF_TIME]
