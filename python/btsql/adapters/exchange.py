"""Conversion between the currencies of a run, with the closes of its own currency pairs."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from btsql.adapters.accounts import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from btsql.adapters.accounts import Contract
    from btsql.adapters.closes import Prices

_RATE_KINDS: Final = ("CurrencyPair", "CryptoPerpetual")  # spot first


class CannotTellError(Exception):
    """Leaves the calculation with the reason why there is no honest result."""


class Exchange:
    """Converts between currencies with the closes of currency pairs."""

    def __init__(self, contracts: Iterable[Contract], prices: Prices) -> None:
        self.prices = prices
        self._pairs: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
        pairs = [contract for contract in contracts if contract.kind in _RATE_KINDS]
        for pair in sorted(pairs, key=lambda contract: (_RATE_KINDS.index(contract.kind), contract.id)):
            if pair.base is not None:
                self._pairs[pair.base, pair.quote].append((pair.id, False))
                self._pairs[pair.quote, pair.base].append((pair.id, True))
        self._codes = sorted({code for codes in self._pairs for code in codes})

    def convert(self, amounts: Mapping[str, Decimal], currency: str, day: int) -> Decimal:
        """Add up amounts in one currency at the closes of that day; no rate is a CannotTellError."""
        return sum((a * self.rate(code, currency, day) for code, a in amounts.items() if a), ZERO)

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
        raise CannotTellError(f"there is no exchange rate from {code} to {currency} in the data")

    def _direct(self, code: str, currency: str, day: int) -> Decimal | None:
        for instrument, inverted in self._pairs.get((code, currency), ()):
            price = self.prices.latest(instrument, day)
            if price is not None and price > 0:
                return 1 / price if inverted else price
        return None
