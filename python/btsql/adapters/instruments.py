"""Instruments: their ids, and definitions for those whose data brings none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from nautilus_trader.model.enums import CurrencyType
from nautilus_trader.model.identifiers import InstrumentId, Symbol
from nautilus_trader.model.instruments import CurrencyPair, Equity
from nautilus_trader.model.objects import Currency, Price, Quantity

from btsql.errors import UsageError

MOST_DECIMALS: Final = 6  # of a share's price; what files have beyond is of binary fractions


def instrument_id(text: str) -> InstrumentId:
    """Return the id that `SYMBOL.VENUE` names; anything else raises UsageError."""
    try:
        return InstrumentId.from_str(text)
    except ValueError as error:
        raise UsageError(f"the instrument must be SYMBOL.VENUE, not {text!r}") from error


def define(identifier: InstrumentId, currency: str, decimals: int) -> Any:
    """Return a definition for an instrument that comes without one."""
    base, slash, quote = identifier.symbol.value.partition("/")
    if slash:
        return _currency_pair(identifier, _currency(base), _currency(quote))
    precision = min(max(decimals, 2), MOST_DECIMALS)
    return Equity(
        instrument_id=identifier,
        raw_symbol=identifier.symbol,
        currency=_currency(currency),
        price_precision=precision,
        price_increment=Price(10**-precision, precision),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )


def _currency_pair(identifier: InstrumentId, base: Currency, quote: Currency) -> CurrencyPair:
    coin = base.currency_type == CurrencyType.CRYPTO
    price = 2 if coin else 3 if quote.code == "JPY" else 5
    size = 6 if coin else 0
    return CurrencyPair(
        instrument_id=identifier,
        raw_symbol=Symbol(identifier.symbol.value.replace("/", "")),
        base_currency=base,
        quote_currency=quote,
        price_precision=price,
        size_precision=size,
        price_increment=Price(10**-price, price),
        size_increment=Quantity(10**-size, size),
        margin_init=Decimal("0.03"),
        margin_maint=Decimal("0.03"),
        maker_fee=Decimal("0.00002"),
        taker_fee=Decimal("0.00002"),
        ts_event=0,
        ts_init=0,
    )


def _currency(code: str) -> Currency:
    found = Currency.from_internal_map(code)
    if found is None:
        raise UsageError(f"{code!r} is no currency that Nautilus Trader knows")
    return found


def first_price(instrument: Any) -> float:
    """Return the price that made-up bars of an instrument start at, in its quote currency."""
    if isinstance(instrument, CurrencyPair) and instrument.size_precision == 0:
        return 110.0 if instrument.price_precision == 3 else 1.1
    return 100.0
