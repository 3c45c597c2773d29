"""Reasons not to believe the replay of a run's fills: what the engine still holds is compared with itself."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from btsql.adapters.accounts import ZERO, Amounts, Balances
from btsql.adapters.closes import NANOSECONDS_PER_DAY
from btsql.adapters.exchange import CannotTellError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from btsql.adapters.accounts import Account, Fill
    from btsql.adapters.exchange import Exchange
    from btsql.adapters.ledger import Booking, Ledger, Run


_Change = tuple[Balances, Amounts]
"""An account event, and what it changed."""


def verify(run: Run, ledger: Ledger, engine_cache: Any) -> None:
    """Compare what the engine still holds with itself; a contradiction is a CannotTellError."""
    for account in run.accounts:
        _refuse_unknown_accounting(account, run.fills)
        _refuse_purged_history(account)
        if run.first_ns is not None and account.events[0].at > run.first_ns:
            raise CannotTellError(
                "the data begins before the run: the engine was reset, or ran on a part of it"
            )
    _compare_positions(run, ledger, engine_cache)
    for account in run.accounts:
        mine, changes = ledger.of(account), list(_changes(account))
        _refuse_changes_without_fill(account, mine, changes)
        _refuse_unsettled(account)
        _compare_balances(account, mine, changes, run.exchange)


def _refuse_unknown_accounting(account: Account, fills: Iterable[Fill]) -> None:
    if account.kind not in ("CASH", "MARGIN"):
        raise CannotTellError(f"{account.id} is a {account.kind.lower()} account")
    if account.kind == "CASH" and any(f.contract.inverse for f in fills if f.account == account.id):
        raise CannotTellError(f"{account.id} is a cash account that traded an inverse contract")


def _refuse_purged_history(account: Account) -> None:
    events, is_settled = account.events, account.unsettled is None
    if not events or not events[0].reported or (is_settled and events[0].totals != account.opening):
        raise CannotTellError(f"the history of account {account.id} was purged or altered")


def _compare_positions(run: Run, ledger: Ledger, engine_cache: Any) -> None:
    accounts = set(ledger.accounts)
    open_now = {
        str(position.id): position.signed_decimal_qty()
        for position in engine_cache.positions_open()
        if str(position.account_id) in accounts
    }
    if open_now != {position: holding.quantity for position, holding in ledger.holdings.items()}:
        for fill in run.fills:
            if fill.commission and fill.commission_currency == fill.contract.base:
                raise CannotTellError(
                    f"the engine took a commission in {fill.commission_currency} "
                    f"out of a position in {fill.contract.id}"
                )
        raise CannotTellError(
            "the fills do not add up to the open positions: orders were purged or are missing"
        )
    known = {fill.position for fill in run.fills} | {fill.flipped_into for fill in run.fills}
    for position in engine_cache.positions():
        if str(position.account_id) in accounts and str(position.id) not in known:
            raise CannotTellError(f"the orders of position {position.id} were purged")


def _refuse_changes_without_fill(
    account: Account, bookings: Iterable[Booking], changes: Iterable[_Change]
) -> None:
    instants = {booking.at for booking in bookings}
    for event, change in changes:
        if not event.reported and event.at not in instants and any(change.values()):
            raise CannotTellError(f"a balance of {account.id} changed without a fill: orders were purged")


def _refuse_unsettled(account: Account) -> None:
    if account.unsettled is not None:
        raise CannotTellError(
            f"a balance of {account.id} does not follow from its fills: {account.unsettled}"
        )


def _changes(account: Account) -> Iterator[_Change]:
    """Yield each account event after the opening, with what it changed."""
    totals = dict(account.opening)
    for event in account.events[1:]:
        yield event, {code: total - totals.get(code, ZERO) for code, total in event.totals.items()}
        totals.update(event.totals)


def _compare_balances(
    account: Account, bookings: Sequence[Booking], changes: Iterable[_Change], exchange: Exchange
) -> None:
    """Check that the account booked what the fills say it should have."""
    foreign = {code for booking in bookings for code, amount in booking.amounts.items() if amount}
    if account.base is not None and foreign - {account.base}:
        _compare_converted(account, account.base, bookings, changes, exchange)
    else:
        _compare_exactly(account, bookings, changes)


def _compare_exactly(account: Account, bookings: Sequence[Booking], changes: Iterable[_Change]) -> None:
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
            raise CannotTellError(
                f"the balance of {account.id} does not follow from its fills: {amount:f} {code}"
            )


def _compare_converted(
    account: Account,
    base: str,
    bookings: Sequence[Booking],
    changes: Iterable[_Change],
    exchange: Exchange,
) -> None:
    """Check only that something was booked: the engine converts at the rate of the moment, unknown here."""
    booked: dict[int, Decimal] = defaultdict(Decimal)
    for event, change in changes:
        if not event.reported:
            booked[event.at] += change.get(base, ZERO)
    at_once: dict[int, Amounts] = defaultdict(lambda: defaultdict(Decimal))
    for booking in bookings:
        for code, amount in booking.amounts.items():
            at_once[booking.at][code] += amount
    noise = 2 * account.unit(base)
    for at, amounts in at_once.items():
        own = amounts.pop(base, ZERO)
        due = exchange.convert(amounts, base, at // NANOSECONDS_PER_DAY)
        if abs(due) > noise and abs(booked[at] - own) <= noise:
            codes = ", ".join(sorted(code for code, amount in amounts.items() if amount))
            raise CannotTellError(
                f"the engine had no rate to convert {codes} to {base} and did not book the profit"
            )
