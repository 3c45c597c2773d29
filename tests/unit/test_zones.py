"""Instants in the user's own time zone, whatever TZ says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from btsql.duplicates import DuplicateRun, duplicate_line
from btsql.render.values import local_time, zone_name
from btsql.zones import in_local_zone

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATTERN = "%Y-%m-%d %H:%M %Z"
TOO_FAR = ["XXX-24", "XXX25", "XXX-99:99:99", "XXX-23:30YYY-24:30"]


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Have this process live in another zone."""

    def live_in(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield live_in
    monkeypatch.undo()
    time.tzset()


def test_a_zone_that_datetime_has_is_the_users_own(set_zone: Callable[[str], None]) -> None:
    set_zone("Asia/Tokyo")
    assert (local_time(MOMENT, PATTERN), zone_name()) == ("2026-03-02 18:30 JST", "JST")
    assert in_local_zone(MOMENT.replace(tzinfo=None)).isoformat() == "2026-03-02T09:30:00+09:00"
    set_zone("XXX-23:59")
    assert (local_time(MOMENT, PATTERN), zone_name()) == ("2026-03-03 09:29 XXX", "XXX")


@pytest.mark.parametrize("zone", TOO_FAR)
def test_a_zone_that_datetime_does_not_have_is_utc(set_zone: Callable[[str], None], zone: str) -> None:
    set_zone(zone)
    assert (local_time(MOMENT, PATTERN), zone_name()) == ("2026-03-02 09:30 UTC", "UTC")
    assert in_local_zone(MOMENT.replace(tzinfo=None)) == MOMENT
    found = DuplicateRun(
        run_id=UUID(int=1),
        short_id="0123456789ab",
        started_at=MOMENT,
        total_return=None,
        sharpe_ratio=None,
        max_drawdown=None,
        differences={},
    )
    assert duplicate_line(found) == "already tested on 2026-03-02 09:30:00: see btsql show 01234567"
