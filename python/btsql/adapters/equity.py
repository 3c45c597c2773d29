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

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from btsql.adapters.accounts import ZERO, Amounts, account_of, accounts_of, contract_of, fills_of
from btsql.adapters.balances import Booked, Shown, UnexplainedError, balances_then
from btsql.adapters.exchange import CannotTellError, Exchange
from btsql.adapters.ledger import Ledger, Run, day_ends, replay
from btsql.adapters.verification import verify
from btsql.metrics import EquityCurve, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from btsql.adapters.accounts import Account, Balances, Contract
    from btsql.adapters.closes import Closes
    from btsql.adapters.ledger import Booking, Holding, Trade

_TRADE_DECIMALS: Final = 12  # finer than any currency; takes away the last digits of a division

T = TypeVar("T")


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
    contracts = {contract.id: contract for contract in map(contract_of, engine_cache.instruments())}
    accounts = [account_of(account) for account in accounts_of(engine_cache, venues)]
    if not accounts:
        nothing = Unavailable("the engine has no account")
        return Portfolio(
            initial_capital=None,
            currency=None,
            curve=nothing,
            trades=nothing,
            instruments=tuple(sorted(closes.instruments)),
        )
    fills = fills_of(engine_cache, contracts, {account.id for account in accounts})
    traded = {fill.contract.id for fill in fills}
    run = Run(
        accounts=accounts,
        days=closes.days(),
        currency=_currency(accounts[0], contracts.values()),
        exchange=Exchange(contracts.values(), closes.prices()),
        fills=fills,
        first_ns=closes.first_ns,
    )
    return _portfolio(run, engine_cache, tuple(sorted(traded | closes.instruments)))


def _currency(account: Account, contracts: Iterable[Contract]) -> str:
    """Name the currency in which the run is measured; the rule is in :func:`rebuild`."""
    if account.base is not None:
        return account.base
    settled_in = {contract.settled_in for contract in contracts if contract.venue == account.venue}
    if len(account.opening) > 1 and len(settled_in) == 1 and settled_in <= set(account.opening):
        return settled_in.pop()
    return next(iter(account.opening))


def _portfolio(run: Run, engine_cache: Any, instruments: tuple[str, ...]) -> Portfolio:
    ledger = Ledger({account.id: account for account in run.accounts})
    held = replay(run, ledger)
    run = replace(run, accounts=[_settled(account, ledger.of(account)) for account in run.accounts])
    capital = _attempt(lambda: _opening(run))
    doubt = _attempt(lambda: verify(run, ledger, engine_cache))
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
    except CannotTellError as why:
        return Unavailable(str(why))


def _settled(account: Account, bookings: Sequence[Booking]) -> Account:
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
            balances = balances_then(account.opening.get(code, ZERO), shown, booked, account.unit(code))
        except UnexplainedError as why:
            # With a base currency nothing is changed afterwards but by interest; that is compared as it is.
            return account if account.base is not None else replace(account, unsettled=f"{why} {code}")
        for place, balance in zip(places, balances, strict=True):
            then[place][code] = balance
    events = tuple(replace(event, totals=known) for event, known in zip(account.events, then, strict=True))
    return replace(account, events=events)


def _shown(event: Balances, code: str) -> Shown:
    return Shown(event.at, event.reported, event.totals[code])


def _booked(booking: Booking, code: str) -> Booked:
    return Booked(booking.at, booking.amounts[code], code not in booking.rounded)


def _opening(run: Run) -> Decimal:
    """Return the opening balances of all accounts, at the first prices of the first day."""
    before = run.days[0] - 1 if run.days else 0
    openings = (run.exchange.convert(account.opening, run.currency, before) for account in run.accounts)
    return sum(openings, ZERO)


def _number(amount: Decimal) -> Decimal:
    """Return the amount with the digits that a JSON number keeps: a conversion may have no end of them."""
    return Decimal(str(float(amount)))


def _own_opening(run: Run) -> Decimal:
    return sum((account.opening.get(run.currency, ZERO) for account in run.accounts), ZERO)


def _curve(run: Run, held: Sequence[tuple[Holding, ...]]) -> EquityCurve:
    if not run.days:
        raise CannotTellError("there was no market data")
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


def _balances(run: Run) -> Iterator[Amounts]:
    """Yield the balances of all accounts together at the end of each day."""
    current = {account.id: dict(account.opening) for account in run.accounts}
    events = sorted(
        ((event.at, account.id, event.totals) for account in run.accounts for event in account.events),
        key=lambda event: event[0],
    )
    done = 0
    for end in day_ends(run.days):
        while done < len(events) and events[done][0] < end:
            current[events[done][1]].update(events[done][2])
            done += 1
        together: Amounts = defaultdict(Decimal)
        for balances in current.values():
            for code, amount in balances.items():
                together[code] += amount
        yield together


def _worth(run: Run, account: Account, holding: Holding, day: int) -> Decimal:
    """Return what an open position adds to the balances, in the run's currency."""
    contract = holding.contract
    if account.holds(contract):
        return ZERO  # what was bought already is a balance
    price = run.exchange.prices.latest(contract.id, day)
    if price is None:
        raise CannotTellError(f"{contract.id} was held without a price in the data")
    if account.kind == "MARGIN":
        amounts = {contract.settled_in: contract.profit(holding.quantity, holding.cost, price)}
    else:
        amounts = {contract.quote: contract.value(holding.quantity, price)}
    return run.exchange.convert(amounts, run.currency, day)


def _trades(run: Run, ledger: Ledger) -> tuple[float, ...]:
    return tuple(float(_net(run, trade)) for trade in ledger.finished)


def _net(run: Run, trade: Trade) -> Decimal:
    parts = (run.exchange.convert(amounts, run.currency, day) for day, amounts in trade.earned.items())
    return round(sum(parts, ZERO), _TRADE_DECIMALS)
