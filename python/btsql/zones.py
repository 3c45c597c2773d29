"""The user's own time zone."""

from __future__ import annotations

import time
from datetime import UTC, datetime

DAY_SECONDS = 86_400


def in_local_zone(moment: datetime) -> datetime:
    """Return an instant in the user's time zone; one that names no zone is in it already.

    POSIX allows a zone that is a day or more away from UTC (TZ=XXX-24), and datetime does not: UTC takes its
    place.
    """
    if max(abs(time.timezone), abs(time.altzone)) < DAY_SECONDS:
        return moment.astimezone()
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
