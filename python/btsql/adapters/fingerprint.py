"""A digest of the market data that an engine was given: equal data, equal digest, wherever it came from."""

from __future__ import annotations

import json
import struct
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

COMPLETE: Final = 20_000
"""Of so many items every value counts,"""
EVERY: Final = 20
"""and of those that follow one in so many. Of all of them the order, the time and the series count."""

_BAR = struct.Struct("<Q5d").pack
_QUOTE = struct.Struct("<Q4d").pack
_TRADE = struct.Struct("<Q2dB").pack


class Fingerprint:
    """Digests market data as it comes, in the order in which it comes, however it is cut into pieces."""

    def __init__(self) -> None:
        self.items = 0
        self._series: object = None
        self._unread: set[str] = set()
        self._names, self._times, self._values = (blake2b(digest_size=16) for _ in range(3))

    def begin(self, stretches: Iterable[tuple[int, Any]]) -> None:
        """Note which series begins at which item, counted from the last `add`; one may begin again."""
        lines = []
        for index, series in stretches:
            if series is not self._series:
                self._series = series
                lines.append(f"{self.items + index} {series.name}\n")
        self._names.update("".join(lines).encode())

    def add(self, items: Sequence[Any], times: Sequence[int]) -> None:
        """Add items and the `ts_init` of each."""
        self._times.update(struct.pack(f"<{len(times)}Q", *times))
        for kind, group in groupby(self._chosen(items), type):
            self._values.update(b"".join(_READERS.get(kind.__name__, self._others)(group)))
        self.items += len(items)

    def hexdigest(self) -> str:
        """Return the digest of what was added so far."""
        parts = [one.hexdigest() for one in (self._names, self._times, self._values)]
        return blake2b(f"1 {self.items} {' '.join(parts)}".encode(), digest_size=16).hexdigest()

    def coverage(self) -> str:
        """Return in words what of the data counts."""
        if self.items <= COMPLETE:
            covered = f"every value of {self.items:,} items"
        else:
            covered = (
                f"order, time and series of {self.items:,} items, "
                f"every value of the first {COMPLETE:,} and of each {EVERY}th after them"
            )
        return covered + (f"; of {', '.join(sorted(self._unread))} no value" if self._unread else "")

    def _chosen(self, items: Sequence[Any]) -> Sequence[Any]:
        whole = max(COMPLETE - self.items, 0)
        if whole >= len(items):
            return items
        next_one = whole + -(self.items + whole) % EVERY
        return [*items[:whole], *items[next_one::EVERY]]

    def _others(self, items: Iterable[Any]) -> list[bytes]:
        return [self._any(item) for item in items]

    def _any(self, item: Any) -> bytes:
        """Return the values of a rarer kind of data, as the item itself tells them."""
        try:
            return json.dumps(type(item).to_dict(item), sort_keys=True).encode()
        except Exception:  # noqa: BLE001 - it may be of the user's own making
            self._unread.add(type(item).__name__)
            return b""


def _bars(bars: Iterable[Any]) -> list[bytes]:
    return [_BAR(b.ts_event, b.open, b.high, b.low, b.close, b.volume) for b in bars]


def _quotes(quotes: Iterable[Any]) -> list[bytes]:
    return [_QUOTE(q.ts_event, q.bid_price, q.ask_price, q.bid_size, q.ask_size) for q in quotes]


def _trades(trades: Iterable[Any]) -> list[bytes]:
    return [_TRADE(t.ts_event, t.price, t.size, t.aggressor_side) + str(t.trade_id).encode() for t in trades]


_READERS: Final[dict[str, Callable[[Iterable[Any]], list[bytes]]]] = {
    "Bar": _bars,
    "QuoteTick": _quotes,
    "TradeTick": _trades,
}
