"""Instants in the user's own time zone, whatever TZ says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import records
from btsql.duplicates import duplicate_line
from btsql.render.values import local_time, zone_name
from btsql.zones import in_local_zone

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATTERN = "%Y-%m-%d %H:%M %Z"
TOO_FAR = ["XXX-24", "XXX25", "XXX-99:99:99", "XXX-23:30YYY-24:30"]


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
    assert (
        duplicate_line(records.duplicate(started_at=MOMENT))
        == "already tested on 2026-03-02 09:30:00: see btsql show 01234567"
    )
