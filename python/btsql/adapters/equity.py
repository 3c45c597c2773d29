"""Daily equity and trades of a finished Nautilus run, rebuilt from what the engine still holds.

Nothing runs inside the backtest: no actor, no timer, no subscription, so the run itself cannot change. What
is read, after the run and before ``reset()``, ``dispose()`` or a purge, is

- the account events (the balances, as the engine booked them),
- the fills of every order (what was held at the end of each day, at what cost, and what each trade earned),
- the market data that was handed to the engine (the closes that value what was held).

The three overlap, and :func:`rebuild` uses that: what the fills say was booked must be what the accounts
booked, and what they leave open must be what the engine has open. Where it is not, the answer is
:class:`~btsql.metrics.Unavailable` with the reason, never an approximation.

Engine objects are duck-typed (``Any``), because their classes are compiled and differ between versions.
Amounts are decimals up to the finished curve: adding up cents must not make a break-even trade a winner.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from btsql.adapters.balances import Booked, Shown, UnexplainedError, balances_then
from btsql.adapters.fingerprint import Fingerprint
from btsql.metrics import EquityCurve, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

NANOSECONDS_PER_DAY: Final = 86_400_000_000_000

_END_OF_TIME: Final = 1 << 64
_PIECE: Final = 2_000  # items read at once
_ZERO: Final = Decimal(0)
_TRADE_DECIMALS: Final = 12  # finer than any currency; takes away the last digits of a division
_PREFERENCE: Final = ("QUOTE", "TRADE", "LAST", "MID")
_RATE_KINDS: Final = ("CurrencyPair", "CryptoPerpetual")  # spot first

T = TypeVar("T")

Amounts = dict[str, Decimal]
"""Currency code to amount."""


# --------------------------------------------------------------------------------------------------
# What the caller gets


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What a run did to the capital of all its accounts together.

    Attributes
    ----------
    initial_capital
        Opening balance of all accounts in ``currency``, as the engine states it; None without an account.
        Converted, it has the digits of a double. Where other currencies cannot be converted, only the balance
        that is in ``currency``.
    currency
        The currency of everything here: see :func:`rebuild`. None without an account.
    curve
        Equity at the end of each UTC day with data.
    trades
        Net profit of each finished trade in ``currency``, in the order in which they ended.
    instruments
        Sorted ids of the instruments that have price data or were traded.
    """

    initial_capital: Decimal | None
    currency: str | None
    curve: EquityCurve | Unavailable
    trades: tuple[float, ...] | Unavailable
    instruments: tuple[str, ...]


class Closes:
    """Collects the last price of each instrument and UTC day from the data of a run.

    Feed it the lists that go to ``engine.add_data``, or ``engine.data`` after the run: in any order, but each
    list once. Only references are kept until prices are asked for: 100,000 minute bars cost about 60 ms.
    Bars, quotes and trades give prices; any other data only says that its day had data. All of it is in
    `fingerprint`, in the order in which it is fed.

    Parameters
    ----------
    start_ns, end_ns
        Ignore data outside these UNIX nanoseconds, both included: what ``engine.run(start, end)`` left out.
    """

    def __init__(self, *, start_ns: int | None = None, end_ns: int | None = None) -> None:
        self._start = 0 if start_ns is None else start_ns
        self._end = _END_OF_TIME if end_ns is None else end_ns
        self._bounded = start_ns is not None or end_ns is not None
        self._series: dict[object, _Series] = {}
        self.items = 0
        self.fingerprint = Fingerprint()

    def feed(self, data: Iterable[Any]) -> None:
        """Read market data objects, in any order (sorted by time is fastest)."""
        items = data if isinstance(data, list) else list(data)
        for first in range(0, len(items), _PIECE):
            self._read(items[first : first + _PIECE])

    def _read(self, items: list[Any]) -> None:
        times = [item.ts_init for item in items]
        if self._bounded and not (self._start <= min(times) and max(times) <= self._end):
            items = [item for item, at in zip(items, times, strict=True) if self._start <= at <= self._end]
            times = [item.ts_init for item in items]
        if not items:
            return
        self.items += len(items)
        if _is_one_series(items) and times == sorted(times):
            self._read_days(items, times)
        else:
            for series, day, at, item in self._last_of_each_stretch(items, times):
                series.keep(day, at, item)
        self.fingerprint.add(items, times)

    def _read_days(self, items: list[Any], times: list[int]) -> None:
        """Read items of one series in the order of time, a day at once."""
        series = self._series_of(items[0])
        series.start(times[0], items[0])
        self.fingerprint.begin(series, series.name, 0)
        begin = 0
        while begin < len(items):
            day = times[begin] // NANOSECONDS_PER_DAY
            begin = bisect_left(times, (day + 1) * NANOSECONDS_PER_DAY, begin)
            series.keep(day, times[begin - 1], items[begin - 1])

    def _last_of_each_stretch(
        self, items: list[Any], times: list[int]
    ) -> Iterator[tuple[_Series, int, int, Any]]:
        """Yield the last item of every stretch of one series on one day."""
        series: _Series | None = None
        belongs: Callable[[Any], bool] = _nothing
        begin = end = last_at = 0
        last: Any = None
        for index, (item, at) in enumerate(zip(items, times, strict=True)):
            if begin <= at < end and belongs(item):
                if at >= last_at:
                    last, last_at = item, at
                elif series is not None:
                    series.start(at, item)
                continue
            if series is not None:
                yield series, begin // NANOSECONDS_PER_DAY, last_at, last
            series = self._series_of(item)
            series.start(at, item)
            self.fingerprint.begin(series, series.name, index)
            belongs = series.belongs
            begin = at - at % NANOSECONDS_PER_DAY
            end = begin + NANOSECONDS_PER_DAY
            last, last_at = item, at
        if series is not None:
            yield series, begin // NANOSECONDS_PER_DAY, last_at, last

    def _series_of(self, item: Any) -> _Series:
        key, make = _identify(item)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = make()
        return series

    @property
    def first_ns(self) -> int | None:
        """``ts_init`` of the earliest item in UNIX nanoseconds; None without data."""
        return min((series.first_at for series in self._series.values()), default=None)

    @property
    def last_ns(self) -> int | None:
        """``ts_init`` of the latest item in UNIX nanoseconds; None without data."""
        return max((at for series in self._series.values() for at, _ in series.days.values()), default=None)

    @property
    def instruments(self) -> frozenset[str]:
        """Ids of the instruments that have prices."""
        return frozenset(
            series.instrument for series in self._series.values() if series.instrument is not None
        )

    @property
    def bar_types(self) -> frozenset[str]:
        """The types of the bars that were read."""
        return frozenset(
            str(series.first.bar_type)
            for series in self._series.values()
            if getattr(series.first, "bar_type", None) is not None
        )

    def days(self) -> list[int]:
        """Return the UTC days with data, as days since 1970-01-01, ascending."""
        return sorted({day for series in self._series.values() for day in series.days})

    def prices(self) -> Prices:
        """Convert what was remembered."""
        days = self.days()
        prices = Prices()
        for instrument in sorted(self.instruments):
            series = [one for one in self._series.values() if one.instrument == instrument]
            self._add_opening(prices, instrument, series, days[0])
            for day in sorted({day for one in series for day in one.days}):
                closes = {one.label: one.close(day) for one in _by_age(series, day)}
                prices.add(instrument, day, _preferred(closes))
        return prices

    @staticmethod
    def _add_opening(prices: Prices, instrument: str, series: Iterable[_Series], first_day: int) -> None:
        """Date the first price of the first day on the day before: what opening balances are worth."""
        opening = [one for one in series if one.first_at // NANOSECONDS_PER_DAY == first_day]
        if opening:
            opening.sort(key=lambda one: -one.first_at)  # of the same label, the earliest wins
            prices.add(instrument, first_day - 1, _preferred({one.label: one.opening() for one in opening}))


class Prices:
    """Closes by instrument and day, and the latest one known on a day."""

    def __init__(self) -> None:
        self._days: dict[str, list[int]] = defaultdict(list)
        self._values: dict[str, list[Decimal]] = defaultdict(list)

    def add(self, instrument: str, day: int, price: Decimal) -> None:
        """Append a close; days must ascend within an instrument."""
        self._days[instrument].append(day)
        self._values[instrument].append(price)

    def latest(self, instrument: str, day: int) -> Decimal | None:
        """Return the close of that day or of the last one before it; None if there is none yet."""
        index = bisect_right(self._days.get(instrument, ()), day)
        return self._values[instrument][index - 1] if index else None


def rebuild(engine_cache: Any, closes: Closes, venues: Iterable[Any] | None = None) -> Portfolio:
    """Rebuild equity and trades of a finished run.

    Parameters
    ----------
    engine_cache
        ``engine.cache`` after the run, before ``reset()``, ``dispose()`` or a purge.
    closes
        Fed with all market data of the run.
    venues
        Restrict to these venues; all accounts by default.

    Returns
    -------
    Portfolio
        In one currency: the base currency of the first account, else its only currency, else the currency in
        which everything that venue trades is settled, else the first of its starting balances. Other accounts
        and currencies are converted with the closes of currency pairs, directly or over one more currency.

    Notes
    -----
    ``curve`` and ``trades`` are :class:`~btsql.metrics.Unavailable` when

    - there is no account, or no data;
    - it is a betting account, or a cash account that traded an inverse contract;
    - account events or orders were purged, or the engine was reset;
    - the data begins before the run did (see the bounds of :class:`Closes`);
    - the fills do not lead to the engine's open positions (an option exercised without an order, a spread);
    - the balances do not follow from the fills (profit the engine could not convert);
    - an instrument was held before the data had a price for it (order books give none);
    - an exchange rate is missing.
    """
    contracts = {contract.id: contract for contract in map(_contract, engine_cache.instruments())}
    accounts = [_account(account) for account in _accounts_of(engine_cache, venues)]
    if not accounts:
        nothing = Unavailable("the engine has no account")
        return Portfolio(
            initial_capital=None,
            currency=None,
            curve=nothing,
            trades=nothing,
            instruments=tuple(sorted(closes.instruments)),
        )
    fills = _fills(engine_cache, contracts, {account.id for account in accounts})
    traded = {fill.contract.id for fill in fills}
    run = _Run(
        accounts=accounts,
        days=closes.days(),
        currency=_currency(accounts[0], contracts.values()),
        exchange=_Exchange(contracts.values(), closes.prices()),
        fills=fills,
        first_ns=closes.first_ns,
    )
    return _portfolio(run, engine_cache, tuple(sorted(traded | closes.instruments)))


# --------------------------------------------------------------------------------------------------
# Closes


class _Series:
    """The last item per day of one source: the quotes, the trades or one kind of bar of one instrument."""

    __slots__ = ("belongs", "days", "first", "first_at", "instrument", "label", "name")

    def __init__(self, name: str, label: str, instrument: str | None, belongs: Callable[[Any], bool]) -> None:
        self.name = name
        self.label = label
        self.instrument = instrument
        self.belongs = belongs
        self.days: dict[int, tuple[int, Any]] = {}
        self.first: Any = None
        self.first_at = _END_OF_TIME

    def start(self, at: int, item: Any) -> None:
        if at < self.first_at:
            self.first, self.first_at = item, at

    def keep(self, day: int, at: int, item: Any) -> None:
        known = self.days.get(day)
        if known is None or at >= known[0]:
            self.days[day] = at, item

    def close(self, day: int) -> Decimal:
        return _price(self.days[day][1], "close")

    def opening(self) -> Decimal:
        return _price(self.first, "open")


def _nothing(_: Any) -> bool:
    return False


def _identify(item: Any) -> tuple[object, Callable[[], _Series]]:
    """Return what tells the item's series from others, and how to begin that series.

    Identifiers are made anew at every access and a bar type compares by its text, so `belongs` compares
    the two parts of it that matter, which is four times faster.
    """
    kind = type(item)
    if kind.__name__ == "Bar":
        bar_type = item.bar_type
        instrument, spec = bar_type.instrument_id, bar_type.spec
        return (kind, instrument, spec), lambda: _bars(kind, bar_type)
    if kind.__name__ in ("QuoteTick", "TradeTick"):
        instrument = item.instrument_id
        return (kind, instrument), lambda: _ticks(kind, instrument)
    return kind, lambda: _Series(kind.__name__, "OTHER", None, lambda other: type(other) is kind)


def _is_one_series(items: list[Any]) -> bool:
    """Tell whether all items are bars of one instrument and specification, fast where they are."""
    kind = type(items[0])
    if kind.__name__ != "Bar":
        return False
    first = items[0].bar_type
    instrument, spec = first.instrument_id, first.spec
    return not [
        item
        for item in items
        if type(item) is not kind or (own := item.bar_type).instrument_id != instrument or own.spec != spec
    ]


def _bars(kind: type[Any], bar_type: Any) -> _Series:
    instrument, spec = bar_type.instrument_id, bar_type.spec

    def belongs(other: Any) -> bool:
        if type(other) is not kind:
            return False
        bar_type = other.bar_type
        return bool(bar_type.instrument_id == instrument and bar_type.spec == spec)

    return _Series(f"Bar {bar_type}", str(spec).rsplit("-", 1)[-1], str(instrument), belongs)


def _ticks(kind: type[Any], instrument: Any) -> _Series:
    label = "QUOTE" if kind.__name__ == "QuoteTick" else "TRADE"
    name = f"{kind.__name__} {instrument}"
    return _Series(
        name, label, str(instrument), lambda o: type(o) is kind and bool(o.instrument_id == instrument)
    )


def _by_age(series: Iterable[_Series], day: int) -> list[_Series]:
    """Return the series with a close on that day, the latest last: it wins where labels are equal."""
    return sorted((one for one in series if day in one.days), key=lambda one: one.days[day][0])


def _price(item: Any, of_bar: str) -> Decimal:
    if hasattr(item, "bid_price"):
        return (_decimal(item.bid_price) + _decimal(item.ask_price)) / 2
    return _decimal(item.price if hasattr(item, "price") else getattr(item, of_bar))


def _preferred(candidates: Mapping[str, Decimal]) -> Decimal:
    """Choose among the prices of one moment: quotes, then trades, then bars by what they are made of."""
    for label in _PREFERENCE:
        if label in candidates:
            return candidates[label]
    if "BID" in candidates and "ASK" in candidates:
        return (candidates["BID"] + candidates["ASK"]) / 2
    return next(candidates[label] for label in sorted(candidates, reverse=True))


# --------------------------------------------------------------------------------------------------
# What is read from the engine


class _CannotTellError(Exception):
    """Leaves the calculation with the reason why there is no honest result."""


@dataclass(frozen=True, slots=True)
class _Contract:
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
class _Balances:
    """One account event."""

    at: int
    reported: bool  # by the venue (the opening, interest), not computed from a fill
    totals: Amounts


_Change = tuple[_Balances, Amounts]
"""An account event, and what it changed."""


@dataclass(frozen=True, slots=True)
class _Account:
    id: str
    venue: str
    kind: str  # CASH, MARGIN, BETTING
    base: str | None
    opening: Amounts
    events: tuple[_Balances, ...]
    digits: dict[str, int]  # decimals of each currency
    unsettled: str | None = None  # the amount that fits no fill, where the events cannot show what they did

    def unit(self, code: str) -> Decimal:
        """Return the smallest amount of a currency: what the engine rounds to."""
        return Decimal(1).scaleb(-self.digits.get(code, 0))

    def holds(self, contract: _Contract) -> bool:
        """Tell whether buying puts the thing itself into the balances, as spot pairs do."""
        return self.kind == "CASH" and self.base is None and contract.base is not None


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class _Fill:
    at: int
    sequence: int
    account: str
    contract: _Contract
    position: str
    flipped_into: str | None  # hedging: a flip opens a position with another id
    quantity: Decimal  # negative for a sale
    price: Decimal
    commission: Decimal
    commission_currency: str

    @property
    def day(self) -> int:
        return self.at // NANOSECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class _Run:
    accounts: Sequence[_Account]
    days: Sequence[int]
    currency: str
    exchange: _Exchange
    fills: Sequence[_Fill]
    first_ns: int | None  # the earliest data


def _decimal(value: Any) -> Decimal:
    return value.as_decimal() if hasattr(value, "as_decimal") else Decimal(str(value))


def _contract(instrument: Any) -> _Contract:
    base = instrument.get_base_currency()
    return _Contract(
        id=str(instrument.id),
        venue=str(instrument.id.venue),
        kind=type(instrument).__name__,
        multiplier=_decimal(instrument.multiplier),
        inverse=bool(instrument.is_inverse),
        base=None if base is None else str(base),
        quote=str(instrument.quote_currency),
        settled_in=str(instrument.get_cost_currency()),
    )


def _accounts_of(engine_cache: Any, venues: Iterable[Any] | None) -> list[Any]:
    accounts = list(engine_cache.accounts())
    if venues is None:
        return accounts
    wanted = set(map(str, venues))
    return [account for account in accounts if _venue_of(account) in wanted]


def _venue_of(account: Any) -> str:
    return str(account.id.get_issuer())


def _account(account: Any) -> _Account:
    base = account.base_currency
    starting = account.starting_balances()
    return _Account(
        id=str(account.id),
        venue=_venue_of(account),
        kind=type(account).__name__.removesuffix("Account").upper(),
        base=None if base is None else str(base),
        opening={str(currency): _decimal(money) for currency, money in starting.items()},
        events=_since_last_reset([_balances_of(event) for event in account.events]),
        digits={str(currency): int(currency.precision) for currency in account.balances_total()},
    )


def _balances_of(event: Any) -> _Balances:
    return _Balances(
        at=event.ts_event,
        reported=bool(event.is_reported),
        totals={
            total.currency.code: total.as_decimal() for total in [balance.total for balance in event.balances]
        },
    )


def _since_last_reset(events: list[_Balances]) -> tuple[_Balances, ...]:
    """Drop what precedes the last jump back in time: a reset makes 1.221 open the account twice."""
    begin = 0
    for index in range(1, len(events)):
        if events[index].at < events[index - 1].at:
            begin = index
    return tuple(events[begin:])


def _fills(engine_cache: Any, contracts: Mapping[str, _Contract], accounts: set[str]) -> list[_Fill]:
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


def _fill(event: Any, contracts: Mapping[str, _Contract], opened_by: Mapping[str, str]) -> _Fill:
    contract = contracts[str(event.instrument_id)]
    position = event.position_id
    commission = event.commission
    quantity = event.last_qty.as_decimal()
    return _Fill(
        at=event.ts_event,
        sequence=_sequence(str(event.trade_id)),
        account=str(event.account_id),
        contract=contract,
        position=f"{contract.id}-{event.strategy_id}" if position is None else str(position),
        flipped_into=opened_by.get(str(event.client_order_id)),
        quantity=quantity if event.is_buy else -quantity,
        price=event.last_px.as_decimal(),
        commission=_ZERO if commission is None else commission.as_decimal(),
        commission_currency=contract.quote if commission is None else str(commission.currency),
    )


def _sequence(trade_id: str) -> int:
    """Return the matching engine's own count, which orders the fills of one instrument at one instant."""
    tail = trade_id.rsplit("-", 1)[-1]
    return int(tail) if tail.isdecimal() else 0


def _currency(account: _Account, contracts: Iterable[_Contract]) -> str:
    """Name the currency in which the run is measured; the rule is in :func:`rebuild`."""
    if account.base is not None:
        return account.base
    settled_in = {contract.settled_in for contract in contracts if contract.venue == account.venue}
    if len(account.opening) > 1 and len(settled_in) == 1 and settled_in <= set(account.opening):
        return settled_in.pop()
    return next(iter(account.opening))


class _Exchange:
    """Converts between currencies with the closes of currency pairs."""

    def __init__(self, contracts: Iterable[_Contract], prices: Prices) -> None:
        self.prices = prices
        self._pairs: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
        pairs = [contract for contract in contracts if contract.kind in _RATE_KINDS]
        for pair in sorted(pairs, key=lambda contract: (_RATE_KINDS.index(contract.kind), contract.id)):
            if pair.base is not None:
                self._pairs[pair.base, pair.quote].append((pair.id, False))
                self._pairs[pair.quote, pair.base].append((pair.id, True))
        self._codes = sorted({code for codes in self._pairs for code in codes})

    def convert(self, amounts: Mapping[str, Decimal], currency: str, day: int) -> Decimal:
        """Add up amounts in one currency at the closes of that day; no rate is a _CannotTellError."""
        return sum((a * self.rate(code, currency, day) for code, a in amounts.items() if a), _ZERO)

    def rate(self, code: str, currency: str, day: int) -> Decimal:
        if code == currency:
            return Decimal(1)
        direct = self._direct(code, currency, day)
        if direct is not None:
            return direct
        for between in self._codes:
            first, second = self._direct(code, between, day), self._direct(between, currency, day)
            if first is not None and second is not None:
                return first * second
        raise _CannotTellError(f"there is no exchange rate from {code} to {currency} in the data")

    def _direct(self, code: str, currency: str, day: int) -> Decimal | None:
        for instrument, inverted in self._pairs.get((code, currency), ()):
            price = self.prices.latest(instrument, day)
            if price is not None and price > 0:
                return 1 / price if inverted else price
        return None


# --------------------------------------------------------------------------------------------------
# Replaying the fills


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class _Holding:
    """An open position: signed quantity, and quantity times average price."""

    account: str
    contract: _Contract
    quantity: Decimal
    cost: Decimal


@dataclass(slots=True)
class _Trade:
    """One way from flat to flat (or to a flip): what it earned, where, by currency and day."""

    earned: dict[int, Amounts] = field(default_factory=dict)

    def book(self, day: int, currency: str, amount: Decimal) -> None:
        amounts = self.earned.setdefault(day, {})
        amounts[currency] = amounts.get(currency, _ZERO) + amount


@dataclass(slots=True)  # not frozen, which takes thrice as long to make: there are thousands
class _Booking:
    """What a fill should have changed in its account."""

    at: int
    account: str
    amounts: Amounts
    rounded: Amounts  # without the commission, which needs no rounding


@dataclass(slots=True)
class _Ledger:
    """All positions by their id, brought forward fill by fill."""

    accounts: Mapping[str, _Account]
    holdings: dict[str, _Holding] = field(default_factory=dict)
    running: dict[str, _Trade] = field(default_factory=dict)
    finished: list[_Trade] = field(default_factory=list)
    bookings: list[_Booking] = field(default_factory=list)

    def of(self, account: _Account) -> list[_Booking]:
        """Return the bookings of one account."""
        return [booking for booking in self.bookings if booking.account == account.id]

    def apply(self, fill: _Fill) -> None:
        """Close what the fill closes, open what it opens, and note what the account should book."""
        held = self.holdings.get(fill.position)
        closing = _ZERO if held is None else _closing(fill.quantity, held.quantity)
        share = fill.commission * abs(closing / fill.quantity)
        realised = _ZERO if held is None or not closing else self._close(fill, held, closing, share)
        if closing != fill.quantity:
            position = fill.flipped_into if closing and fill.flipped_into is not None else fill.position
            self._open(fill, position, fill.quantity - closing, fill.commission - share)
        self._note(fill, realised)

    def _close(self, fill: _Fill, held: _Holding, quantity: Decimal, commission: Decimal) -> Decimal:
        """Take `quantity` (of the fill's sign) out of the holding; return the profit before commission."""
        left = held.quantity + quantity
        released = held.cost * -quantity / held.quantity if left else held.cost
        realised = fill.contract.profit(-quantity, released, fill.price)
        trade = self.running[fill.position]
        trade.book(fill.day, fill.contract.settled_in, realised)
        trade.book(fill.day, fill.commission_currency, -commission)
        if left:
            self.holdings[fill.position] = _Holding(fill.account, fill.contract, left, held.cost - released)
        else:
            del self.holdings[fill.position]
            self.finished.append(self.running.pop(fill.position))
        return realised

    def _open(self, fill: _Fill, position: str, quantity: Decimal, commission: Decimal) -> None:
        cost = quantity * fill.price
        held = self.holdings.get(position)
        if held is not None:
            quantity, cost = held.quantity + quantity, held.cost + cost
        self.holdings[position] = _Holding(fill.account, fill.contract, quantity, cost)
        trade = self.running.setdefault(position, _Trade())
        trade.book(fill.day, fill.commission_currency, -commission)

    def _note(self, fill: _Fill, realised: Decimal) -> None:
        account, contract = self.accounts[fill.account], fill.contract
        if account.kind == "MARGIN":
            rounded = {contract.settled_in: realised} if realised else {}
        else:
            rounded = {contract.quote: -contract.value(fill.quantity, fill.price)}
            if contract.base is not None and account.holds(contract):
                rounded[contract.base] = fill.quantity
        code = fill.commission_currency
        amounts = rounded | {code: rounded.get(code, _ZERO) - fill.commission}
        self.bookings.append(_Booking(fill.at, fill.account, amounts, rounded))


def _closing(fill: Decimal, held: Decimal) -> Decimal:
    """Return how much of a signed fill goes against what is held, with the fill's sign."""
    if fill * held >= 0:
        return _ZERO
    return fill if abs(fill) <= abs(held) else -held


# --------------------------------------------------------------------------------------------------
# From the replay to the portfolio


def _portfolio(run: _Run, engine_cache: Any, instruments: tuple[str, ...]) -> Portfolio:
    ledger = _Ledger({account.id: account for account in run.accounts})
    held = _replay(run, ledger)
    run = replace(run, accounts=[_settled(account, ledger.of(account)) for account in run.accounts])
    capital = _attempt(lambda: _opening(run))
    doubt = _attempt(lambda: _verify(run, ledger, engine_cache))
    return Portfolio(
        initial_capital=_number(_own_opening(run) if isinstance(capital, Unavailable) else capital),
        currency=run.currency,
        curve=doubt if isinstance(doubt, Unavailable) else _attempt(lambda: _curve(run, held)),
        trades=doubt if isinstance(doubt, Unavailable) else _attempt(lambda: _trades(run, ledger)),
        instruments=instruments,
    )


def _attempt(calculation: Callable[[], T]) -> T | Unavailable:
    """Return the result, or why there is none."""
    try:
        return calculation()
    except _CannotTellError as why:
        return Unavailable(str(why))


def _settled(account: _Account, bookings: Sequence[_Booking]) -> _Account:
    """Return the account with the balances that it had at each of its events; see :mod:`.balances`."""
    foreign = {code for booking in bookings for code, amount in booking.amounts.items() if amount}
    if account.base is not None:
        has_interest = any(event.reported for event in account.events[1:])
        if not has_interest or foreign - {account.base}:
            return account
    then: list[Amounts] = [{} for _ in account.events]
    for code in sorted(foreign.union(account.opening, *(event.totals for event in account.events))):
        places = [place for place, event in enumerate(account.events) if code in event.totals]
        shown = [_shown(account.events[place], code) for place in places]
        booked = [_booked(booking, code) for booking in bookings if code in booking.amounts]
        try:
            balances = balances_then(account.opening.get(code, _ZERO), shown, booked, account.unit(code))
        except UnexplainedError as why:
            # With a base currency nothing is changed afterwards but by interest; that is compared as it is.
            return account if account.base is not None else replace(account, unsettled=f"{why} {code}")
        for place, balance in zip(places, balances, strict=True):
            then[place][code] = balance
    events = tuple(replace(event, totals=known) for event, known in zip(account.events, then, strict=True))
    return replace(account, events=events)


def _shown(event: _Balances, code: str) -> Shown:
    return Shown(event.at, event.reported, event.totals[code])


def _booked(booking: _Booking, code: str) -> Booked:
    return Booked(booking.at, booking.amounts[code], code not in booking.rounded)


def _replay(run: _Run, ledger: _Ledger) -> list[tuple[_Holding, ...]]:
    """Apply every fill; return what was held at the end of each day. The last day takes all that is left."""
    held = []
    fills = iter(run.fills)
    fill = next(fills, None)
    for end in _ends(run.days):
        while fill is not None and fill.at < end:
            ledger.apply(fill)
            fill = next(fills, None)
        held.append(tuple(ledger.holdings.values()))
    return held


def _ends(days: Sequence[int]) -> list[int]:
    """Return the first instant after each day; strategies may close positions after the last one."""
    return [(day + 1) * NANOSECONDS_PER_DAY for day in days[:-1]] + [_END_OF_TIME]


def _opening(run: _Run) -> Decimal:
    """Return the opening balances of all accounts, at the first prices of the first day."""
    before = run.days[0] - 1 if run.days else 0
    openings = (run.exchange.convert(account.opening, run.currency, before) for account in run.accounts)
    return sum(openings, _ZERO)


def _number(amount: Decimal) -> Decimal:
    """Return the amount with the digits that a JSON number keeps: a conversion may have no end of them."""
    return Decimal(str(float(amount)))


def _own_opening(run: _Run) -> Decimal:
    return sum((account.opening.get(run.currency, _ZERO) for account in run.accounts), _ZERO)


def _curve(run: _Run, held: Sequence[tuple[_Holding, ...]]) -> EquityCurve:
    if not run.days:
        raise _CannotTellError("there was no market data")
    accounts = {account.id: account for account in run.accounts}
    equity = []
    for day, balances, holdings in zip(run.days, _balances(run), held, strict=True):
        worth = run.exchange.convert(balances, run.currency, day)
        for holding in holdings:
            worth += _worth(run, accounts[holding.account], holding, day)
        equity.append(float(worth))
    return EquityCurve(
        currency=run.currency, opening=float(_opening(run)), days=tuple(run.days), equity=tuple(equity)
    )


def _balances(run: _Run) -> Iterator[Amounts]:
    """Yield the balances of all accounts together at the end of each day."""
    current = {account.id: dict(account.opening) for account in run.accounts}
    events = sorted(
        ((event.at, account.id, event.totals) for account in run.accounts for event in account.events),
        key=lambda event: event[0],
    )
    done = 0
    for end in _ends(run.days):
        while done < len(events) and events[done][0] < end:
            current[events[done][1]].update(events[done][2])
            done += 1
        together: Amounts = defaultdict(Decimal)
        for balances in current.values():
            for code, amount in balances.items():
                together[code] += amount
        yield together


def _worth(run: _Run, account: _Account, holding: _Holding, day: int) -> Decimal:
    """Return what an open position adds to the balances, in the run's currency."""
    contract = holding.contract
    if account.holds(contract):
        return _ZERO  # what was bought already is a balance
    price = run.exchange.prices.latest(contract.id, day)
    if price is None:
        raise _CannotTellError(f"{contract.id} was held without a price in the data")
    if account.kind == "MARGIN":
        amounts = {contract.settled_in: contract.profit(holding.quantity, holding.cost, price)}
    else:
        amounts = {contract.quote: contract.value(holding.quantity, price)}
    return run.exchange.convert(amounts, run.currency, day)


def _trades(run: _Run, ledger: _Ledger) -> tuple[float, ...]:
    return tuple(float(_net(run, trade)) for trade in ledger.finished)


def _net(run: _Run, trade: _Trade) -> Decimal:
    parts = (run.exchange.convert(amounts, run.currency, day) for day, amounts in trade.earned.items())
    return round(sum(parts, _ZERO), _TRADE_DECIMALS)


# --------------------------------------------------------------------------------------------------
# Reasons not to believe the replay


def _verify(run: _Run, ledger: _Ledger, engine_cache: Any) -> None:
    """Compare what the engine still holds with itself; a contradiction is a _CannotTellError."""
    for account in run.accounts:
        _refuse_unknown_accounting(account, run.fills)
        _refuse_purged_history(account)
        if run.first_ns is not None and account.events[0].at > run.first_ns:
            raise _CannotTellError(
                "the data begins before the run: the engine was reset, or ran on a part of it"
            )
    _compare_positions(run, ledger, engine_cache)
    for account in run.accounts:
        mine, changes = ledger.of(account), list(_changes(account))
        _refuse_changes_without_fill(account, mine, changes)
        _refuse_unsettled(account)
        _compare_balances(account, mine, changes, run.exchange)


def _refuse_unknown_accounting(account: _Account, fills: Iterable[_Fill]) -> None:
    if account.kind not in ("CASH", "MARGIN"):
        raise _CannotTellError(f"{account.id} is a {account.kind.lower()} account")
    if account.kind == "CASH" and any(f.contract.inverse for f in fills if f.account == account.id):
        raise _CannotTellError(f"{account.id} is a cash account that traded an inverse contract")


def _refuse_purged_history(account: _Account) -> None:
    events, is_settled = account.events, account.unsettled is None
    if not events or not events[0].reported or (is_settled and events[0].totals != account.opening):
        raise _CannotTellError(f"the history of account {account.id} was purged or altered")


def _compare_positions(run: _Run, ledger: _Ledger, engine_cache: Any) -> None:
    accounts = set(ledger.accounts)
    open_now = {
        str(position.id): position.signed_decimal_qty()
        for position in engine_cache.positions_open()
        if str(position.account_id) in accounts
    }
    if open_now != {position: holding.quantity for position, holding in ledger.holdings.items()}:
        for fill in run.fills:
            if fill.commission and fill.commission_currency == fill.contract.base:
                raise _CannotTellError(
                    f"the engine took a commission in {fill.commission_currency} "
                    f"out of a position in {fill.contract.id}"
                )
        raise _CannotTellError(
            "the fills do not add up to the open positions: orders were purged or are missing"
        )
    known = {fill.position for fill in run.fills} | {fill.flipped_into for fill in run.fills}
    for position in engine_cache.positions():
        if str(position.account_id) in accounts and str(position.id) not in known:
            raise _CannotTellError(f"the orders of position {position.id} were purged")


def _refuse_changes_without_fill(
    account: _Account, bookings: Iterable[_Booking], changes: Iterable[_Change]
) -> None:
    instants = {booking.at for booking in bookings}
    for event, change in changes:
        if not event.reported and event.at not in instants and any(change.values()):
            raise _CannotTellError(f"a balance of {account.id} changed without a fill: orders were purged")


def _refuse_unsettled(account: _Account) -> None:
    if account.unsettled is not None:
        raise _CannotTellError(
            f"a balance of {account.id} does not follow from its fills: {account.unsettled}"
        )


def _changes(account: _Account) -> Iterator[_Change]:
    """Yield each account event after the opening, with what it changed."""
    totals = dict(account.opening)
    for event in account.events[1:]:
        yield event, {code: total - totals.get(code, _ZERO) for code, total in event.totals.items()}
        totals.update(event.totals)


def _compare_balances(
    account: _Account, bookings: Sequence[_Booking], changes: Iterable[_Change], exchange: _Exchange
) -> None:
    """Check that the account booked what the fills say it should have."""
    foreign = {code for booking in bookings for code, amount in booking.amounts.items() if amount}
    if account.base is not None and foreign - {account.base}:
        _compare_converted(account, account.base, bookings, changes, exchange)
    else:
        _compare_exactly(account, bookings, changes)


def _compare_exactly(account: _Account, bookings: Sequence[_Booking], changes: Iterable[_Change]) -> None:
    missing: Amounts = defaultdict(Decimal)
    for booking in bookings:
        for code, amount in booking.amounts.items():
            missing[code] += amount
    for event, change in changes:
        if not event.reported:  # interest and the like are not from fills
            for code, amount in change.items():
                missing[code] -= amount
    for code, amount in missing.items():
        if abs(amount) > (len(bookings) + 1) * account.unit(code):
            raise _CannotTellError(
                f"the balance of {account.id} does not follow from its fills: {amount:f} {code}"
            )


def _compare_converted(
    account: _Account,
    base: str,
    bookings: Sequence[_Booking],
    changes: Iterable[_Change],
    exchange: _Exchange,
) -> None:
    """Check only that something was booked: the engine converts at the rate of the moment, unknown here."""
    booked: dict[int, Decimal] = defaultdict(Decimal)
    for event, change in changes:
        if not event.reported:
            booked[event.at] += change.get(base, _ZERO)
    at_once: dict[int, Amounts] = defaultdict(lambda: defaultdict(Decimal))
    for booking in bookings:
        for code, amount in booking.amounts.items():
            at_once[booking.at][code] += amount
    noise = 2 * account.unit(base)
    for at, amounts in at_once.items():
        own = amounts.pop(base, _ZERO)
        due = exchange.convert(amounts, base, at // NANOSECONDS_PER_DAY)
        if abs(due) > noise and abs(booked[at] - own) <= noise:
            codes = ", ".join(sorted(code for code, amount in amounts.items() if amount))
            raise _CannotTellError(
                f"the engine had no rate to convert {codes} to {base} and did not book the profit"
            )
