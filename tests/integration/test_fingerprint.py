"""The digest of market data: equal for equal data however it comes, and another for any change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from nautilus_trader.core.data import Data
from nautilus_trader.model.data import Bar, BarType, OrderBookDelta, QuoteTick, TradeTick
from nautilus_trader.model.enums import AggressorSide
from nautilus_trader.model.identifiers import TradeId
from nautilus_trader.model.objects import Price, Quantity

import backtests
from backtests import AAPL, IBM
from btsql.adapters import fingerprint
from btsql.adapters.closes import Closes

pytestmark = pytest.mark.engine


def digest(*pieces: list[Any]) -> str:
    closes = Closes()
    for piece in pieces:
        closes.feed(piece)
    return closes.fingerprint.hexdigest()


def bar(**changes: Any) -> Bar:
    values: dict[str, Any] = {
        "bar_type": BarType.from_str("AAPL.XNAS-1-DAY-LAST-EXTERNAL"),
        "open": Price(100, 2),
        "high": Price(103, 2),
        "low": Price(98, 2),
        "close": Price(101, 2),
        "volume": Quantity(5, 0),
        "ts_event": 7,
        "ts_init": 8,
    }
    return Bar(*(values | changes).values())


def quote(**changes: Any) -> QuoteTick:
    values: dict[str, Any] = {
        "instrument_id": AAPL.id,
        "bid_price": Price(100, 2),
        "ask_price": Price(101, 2),
        "bid_size": Quantity(5, 0),
        "ask_size": Quantity(6, 0),
        "ts_event": 7,
        "ts_init": 8,
    }
    return QuoteTick(*(values | changes).values())


def trade(**changes: Any) -> TradeTick:
    values: dict[str, Any] = {
        "instrument_id": AAPL.id,
        "price": Price(100, 2),
        "size": Quantity(5, 0),
        "aggressor_side": AggressorSide.BUYER,
        "trade_id": TradeId("1"),
        "ts_event": 7,
        "ts_init": 8,
    }
    return TradeTick(*(values | changes).values())


def changed() -> Iterator[Any]:
    price, quantity = Price(99, 2), Quantity(9, 0)
    other_type = BarType.from_str("AAPL.XNAS-1-HOUR-LAST-EXTERNAL")
    yield bar, {"bar_type": other_type}
    yield bar, {"bar_type": BarType.from_str("IBM.XNAS-1-DAY-LAST-EXTERNAL")}
    yield from ((bar, {name: price}) for name in ("open", "low", "close"))
    yield bar, {"high": Price(104, 2)}
    yield bar, {"volume": quantity}
    yield quote, {"bid_price": price}
    yield quote, {"ask_price": Price(102, 2)}
    yield from ((quote, {name: quantity}) for name in ("bid_size", "ask_size"))
    yield quote, {"instrument_id": IBM.id}
    yield trade, {"price": price}
    yield trade, {"size": quantity}
    yield trade, {"aggressor_side": AggressorSide.SELLER}
    yield trade, {"trade_id": TradeId("2")}
    for make in (bar, quote, trade):
        yield make, {"ts_event": 6}
        yield make, {"ts_init": 9}


@pytest.mark.parametrize(("make", "change"), list(changed()))
def test_any_value_counts(make: Any, change: dict[str, Any]) -> None:
    assert digest([make()]) == digest([make()])
    assert digest([make()]) != digest([make(**change)])


def test_the_pieces_that_data_comes_in_do_not_count() -> None:
    bars = backtests.bars(count=5_000)
    whole = digest(bars)
    assert digest(bars[:1], bars[1:1999], [], bars[1999:]) == whole
    assert digest(bars[:-1]) != whole


def test_order_counts() -> None:
    mixed = [bar(), quote(), trade()]
    assert digest(mixed) != digest(mixed[::-1])
    assert digest([bar(ts_init=8), bar(ts_init=9)]) != digest([bar(ts_init=9), bar(ts_init=8)])


def test_interleaved_series_are_read_like_one_by_one() -> None:
    items = sorted(backtests.bars() + backtests.bars(IBM), key=lambda item: item.ts_init)
    assert digest(items) == digest(*([item] for item in items))
    assert digest(items) != digest(sorted(items, key=lambda item: str(item.bar_type)))


def test_order_books_count_as_they_tell_themselves() -> None:
    one, two = (OrderBookDelta.clear(AAPL.id, sequence, 1, 2) for sequence in (1, 2))
    assert digest([one]) != digest([two])


class Mine(Data):
    """Data of somebody's own, which has times and nothing that could be read."""

    def __init__(self, at: int) -> None:
        self.at = at

    @property
    def ts_event(self) -> int:
        return self.at

    @property
    def ts_init(self) -> int:
        return self.at


def test_what_cannot_be_read_is_said() -> None:
    closes = Closes()
    closes.feed([Mine(1), bar()])
    assert closes.fingerprint.coverage() == "every value of 2 items; of Mine no value"
    assert digest([Mine(1)]) == digest([Mine(1)]) != digest([Mine(2)])


def test_of_very_much_data_a_part_of_the_values_counts_and_all_the_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fingerprint, "COMPLETE", 10)
    monkeypatch.setattr(fingerprint, "EVERY", 5)
    bars = [bar(ts_init=number) for number in range(40)]

    def with_other(place: int, **change: Any) -> list[Bar]:
        return [*bars[:place], bar(ts_init=place, **change), *bars[place + 1 :]]

    whole = digest(bars)
    noticed = [place for place in range(40) if digest(with_other(place, open=Price(99, 2))) != whole]
    assert noticed == [*range(10), 10, 15, 20, 25, 30, 35]
    assert all(digest([*bars[:place], *bars[place + 1 :]]) != whole for place in range(40))
    assert digest(bars[:7], bars[7:13], bars[13:]) == whole
    closes = Closes()
    closes.feed(bars)
    assert closes.fingerprint.coverage() == (
        "order, time and series of 40 items, every value of the first 10 and of each 5th after them"
    )
