"""What an engine's cache still holds of a finished run: contracts, accounts with their events, and fills."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from btsql.adapters.closes import NANOSECONDS_PER_DAY, decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ZERO: Final = Decimal(0)

Amounts = dict[str, Decimal]
"""Currency code to amount."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What of an instrument decides what a position in it is worth."""

    id: str
    venue: str
    kind: str
    multiplier: Decimal
    inverse: bool
    base: str | None  # of a currency pair or a crypto contract
    quote: str
    settled_in: str

    def value(self, quantity: Decimal, price: Decimal) -> Decimal:
        return quantity * price * self.multiplier

    def profit(self, quantity: Decimal, cost: Decimal, price: Decimal) -> Decimal:
        """Return what closing a signed quantity at a price earns; `cost` is quantity times average price."""
        if self.inverse:
            return quantity * self.multiplier * (quantity / cost - 1 / price)
        return (quantity * price - cost) * self.multiplier


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class Balances:
    """One account event."""

    at: int
    reported: bool  # by the venue (the opening, interest), not computed from a fill
    totals: Amounts


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and what became of it event by event."""

    id: str
    venue: str
    kind: str  # CASH, MARGIN, BETTING
    base: str | None
    opening: Amounts
    events: tuple[Balances, ...]
    digits: dict[str, int]  # decimals of each currency
    unsettled: str | None = None  # the amount that fits no fill, where the events cannot show what they did

    def unit(self, code: str) -> Decimal:
        """Return the smallest amount of a currency: what the engine rounds to."""
        return Decimal(1).scaleb(-self.digits.get(code, 0))

    def holds(self, contract: Contract) -> bool:
        """Tell whether buying puts the thing itself into the balances, as spot pairs do."""
        return self.kind == "CASH" and self.base is None and contract.base is not None


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class Fill:
    """What was bought or sold at once."""

    at: int
    sequence: int
    account: str
    contract: Contract
    position: str
    flipped_into: str | None  # hedging: a flip opens a position with another id
    quantity: Decimal  # negative for a sale
    price: Decimal
    commission: Decimal
    commission_currency: str

    @property
    def day(self) -> int:
        return self.at // NANOSECONDS_PER_DAY


def contract_of(instrument: Any) -> Contract:
    """Read an instrument."""
    base = instrument.get_base_currency()
    return Contract(
        id=str(instrument.id),
        venue=str(instrument.id.venue),
        kind=type(instrument).__name__,
        multiplier=decimal_of(instrument.multiplier),
        inverse=bool(instrument.is_inverse),
        base=None if base is None else str(base),
        quote=str(instrument.quote_currency),
        settled_in=str(instrument.get_cost_currency()),
    )


def accounts_of(engine_cache: Any, venues: Iterable[Any] | None) -> list[Any]:
    """Return the engine's accounts at these venues, at all of them by default."""
    accounts = list(engine_cache.accounts())
    if venues is None:
        return accounts
    wanted = set(map(str, venues))
    return [account for account in accounts if _venue_of(account) in wanted]


def _venue_of(account: Any) -> str:
    return str(account.id.get_issuer())


def account_of(account: Any) -> Account:
    """Read an account of the engine."""
    base = account.base_currency
    starting = account.starting_balances()
    return Account(
        id=str(account.id),
        venue=_venue_of(account),
        kind=type(account).__name__.removesuffix("Account").upper(),
        base=None if base is None else str(base),
        opening={str(currency): decimal_of(money) for currency, money in starting.items()},
        events=_since_last_reset([_balances_of(event) for event in account.events]),
        digits={str(currency): int(currency.precision) for currency in account.balances_total()},
    )


def _balances_of(event: Any) -> Balances:
    return Balances(
        at=event.ts_event,
        reported=bool(event.is_reported),
        totals={
            total.currency.code: total.as_decimal() for total in [balance.total for balance in event.balances]
        },
    )


def _since_last_reset(events: list[Balances]) -> tuple[Balances, ...]:
    """Drop what precedes the last jump back in time: a reset makes 1.221 open the account twice."""
    begin = 0
    for index in range(1, len(events)):
        if events[index].at < events[index - 1].at:
            begin = index
    return tuple(events[begin:])


def fills_of(engine_cache: Any, contracts: Mapping[str, Contract], accounts: set[str]) -> list[Fill]:
    """Return every fill of these accounts, in the order in which they happened."""
    opened_by = {str(p.opening_order_id): str(p.id) for p in engine_cache.positions()}
    fills = [
        _fill(event, contracts, opened_by)
        for event in _fill_events(engine_cache)
        if str(event.account_id) in accounts
    ]
    fills.sort(key=lambda fill: (fill.at, fill.sequence))
    return fills


def _fill_events(engine_cache: Any) -> Iterator[Any]:
    untouched = set()
    for order in engine_cache.orders():
        events = order.events
        yield from (event for event in events if type(event).__name__ == "OrderFilled")
        if len(events) == 1:
            untouched.add(str(order.client_order_id))
    if not untouched:
        return
    # An order with which the engine closes an expired contract never hears of its fill; the position does.
    for position in engine_cache.positions():
        yield from (event for event in position.events if str(event.client_order_id) in untouched)


def _fill(event: Any, contracts: Mapping[str, Contract], opened_by: Mapping[str, str]) -> Fill:
    contract = contracts[str(event.instrument_id)]
    position = event.position_id
    commission = event.commission
    quantity = event.last_qty.as_decimal()
    return Fill(
        at=event.ts_event,
        sequence=_sequence(str(event.trade_id)),
        account=str(event.account_id),
        contract=contract,
        position=f"{contract.id}-{event.strategy_id}" if position is None else str(position),
        flipped_into=opened_by.get(str(event.client_order_id)),
        quantity=quantity if event.is_buy else -quantity,
        price=event.last_px.as_decimal(),
        commission=ZERO if commission is None else commission.as_decimal(),
        commission_currency=contract.quote if commission is None else str(commission.currency),
    )


def _sequence(trade_id: str) -> int:
    """Return the matching engine's own count, which orders the fills of one instrument at one instant."""
    tail = trade_id.rsplit("-", 1)[-1]
    return int(tail) if tail.isdecimal() else 0
