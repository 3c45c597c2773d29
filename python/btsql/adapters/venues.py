"""The settings of a venue, from JSON to what the engine takes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nautilus_trader.backtest import models
from nautilus_trader.model import enums
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.objects import MONEY_MAX, Currency, Money

from btsql.adapters.configs import read_config
from btsql.adapters.strategies import attribute
from btsql.errors import SourceUnavailable, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nautilus_trader.backtest.engine import BacktestEngine

UNEXPECTED = re.compile(r"unexpected keyword argument '(?P<name>\w+)'")


def _enum(name: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        known = getattr(enums, name)
        try:
            return known[str(value).upper()]
        except KeyError as error:
            choices = ", ".join(each.name for each in known)
            raise UsageError(f"{value!r} is none of {choices}") from error

    return read


def _by_instrument(value: Any) -> dict[Any, Decimal]:
    return {InstrumentId.from_str(name): Decimal(str(each)) for name, each in value.items()}


def _model(value: Any) -> Any:
    """Return a model of `{"class": path or name, setting: value}`, or of the name alone."""
    given = {"class": value} if isinstance(value, str) else dict(value)
    path = str(given.pop("class", ""))
    if "settings" in given:
        raise SourceUnavailable(
            f"the settings of a {path} object were not captured",
            hint="Only the engine's own models can be built again, and modules with a configuration.",
        )
    kind = _class(path)
    try:
        if "config" in given:
            config, _ = read_config(_class(given["config_path"]), given["config"])
            return kind(config)
        if "commission" in given:
            given["commission"] = Money.from_str(given["commission"])
        return _called(kind, given)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{path} does not take these settings: {error}") from error


def _class(path: str) -> Any:
    if ":" in path:
        return attribute(path)
    found = getattr(models, path, None)
    if found is None:
        raise UsageError(
            f"the engine has no model {path!r}", hint="Write package.module:Class of one of yours."
        )
    return found


def _called(kind: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Call with the arguments that this version of the engine has: one that it lacks, it cannot be told."""
    while True:
        try:
            return kind(**arguments)
        except TypeError as error:
            unknown = UNEXPECTED.search(str(error))
            if unknown is None or unknown["name"] not in DROPPED:
                raise
            arguments = {name: value for name, value in arguments.items() if name != unknown["name"]}


DROPPED = {
    "prob_fill_on_stop",
    "oto_trigger_mode",
    "use_market_order_acks",
    "liquidity_consumption",
    "queue_position",
    "price_protection_points",
    "settlement_prices",
}
"""Settings that one of the supported versions of the engine has, and another has not."""

READERS: dict[str, Callable[[Any], Any]] = {
    "venue": lambda value: Venue(str(value)),
    "oms_type": _enum("OmsType"),
    "account_type": _enum("AccountType"),
    "book_type": _enum("BookType"),
    "oto_trigger_mode": _enum("OtoTriggerMode"),
    "base_currency": lambda value: Currency.from_str(str(value)),
    "starting_balances": lambda value: [Money.from_str(str(each)) for each in value],
    "default_leverage": lambda value: Decimal(str(value)),
    "leverages": _by_instrument,
    "settlement_prices": lambda value: {InstrumentId.from_str(k): float(v) for k, v in value.items()},
    "margin_model": _model,
    "fill_model": _model,
    "fee_model": _model,
    "latency_model": _model,
    "modules": lambda value: [_model(each) for each in value],
}
FLAGS = frozenset(
    {
        "routing",
        "reject_stop_orders",
        "support_gtd_orders",
        "support_contingent_orders",
        "use_position_ids",
        "use_random_ids",
        "use_reduce_only",
        "use_message_queue",
        "use_market_order_acks",
        "bar_execution",
        "bar_adaptive_high_low_ordering",
        "trade_execution",
        "liquidity_consumption",
        "queue_position",
        "allow_cash_borrowing",
        "frozen_account",
        "price_protection_points",
    }
)


def venue_arguments(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `add_venue()` that recorded or written settings stand for.

    Raises
    ------
    UsageError
        If a setting is unknown, or its value is none.
    SourceUnavailable
        If a model cannot be built again.

    """
    unknown = sorted(set(settings) - set(READERS) - FLAGS)
    if unknown:
        raise UsageError(
            f"a venue has no setting {', '.join(unknown)}",
            hint=f"Its settings: {', '.join(sorted(set(READERS) | FLAGS))}.",
        )
    arguments = {}
    for name, value in settings.items():
        try:
            arguments[name] = READERS[name](value) if name in READERS and value is not None else value
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
            raise UsageError(f"{value!r} is no {name} of a venue: {error}") from error
    return arguments


def add_venue(engine: BacktestEngine, arguments: dict[str, Any]) -> None:
    """Add a venue to an engine, without the settings that this version of it lacks."""
    _called(engine.add_venue, arguments)


def opening_balance(capital: Decimal, currency: Currency) -> Money:
    """Return a capital as an account holds it, in whole units of the currency's last digit.

    Raises
    ------
    UsageError
        If that is nothing, or more than an account can hold.

    """
    try:
        balance = Money(capital, currency)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"the capital, {capital}, is more than an account can hold",
            hint=f"The engine's limit is {MONEY_MAX:,.0f} {currency}.",
        ) from error
    if balance.as_decimal() <= 0:
        raise UsageError(f"the capital, {capital} {currency}, is less than the smallest amount of it")
    return balance
