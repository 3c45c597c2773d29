"""Anything an engine holds becomes a document that PostgreSQL takes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import records
from btsql.record import DEEPEST, EPOCH, clean_text, new_run_id, plain

TIMES = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TIMES)
def test_a_run_id_is_a_version_7_uuid_of_its_start(started_at: datetime) -> None:
    run_id = new_run_id(started_at)
    assert run_id.version == 7
    assert run_id.variant == "specified in RFC 4122"
    assert run_id.int >> 80 == (started_at - EPOCH) // timedelta(milliseconds=1)


def test_run_ids_of_one_instant_differ() -> None:
    assert len({new_run_id(records.START) for _ in range(1000)}) == 1000


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_becomes_text_that_postgresql_stores(text: str) -> None:
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    if "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert cleaned == text


def test_what_cannot_be_stored_is_shown_as_an_escape() -> None:
    assert clean_text("a\x00b\ud800c") == "a\\x00b\\ud800c"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (Decimal("10.0"), 10),
        (Decimal("0.1"), 0.1),
        (Decimal("0.10000000000000000000001"), "0.10000000000000000000001"),
        (Decimal("NaN"), "NaN"),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        (datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2024-01-01T00:00:00.000000Z"),
        (True, True),
    ],
)
def test_values_become_json(value: object, expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_a_time_without_a_zone_is_recorded_as_it_stands(set_zone: Callable[[str], None], zone: str) -> None:
    set_zone(zone)
    assert plain(datetime(2021, 1, 1)) == "2021-01-01T00:00:00"  # noqa: DTZ001


def test_a_time_before_the_first_is_recorded_as_it_stands() -> None:
    east = datetime.min.replace(tzinfo=timezone(timedelta(hours=3)))
    assert plain(east) == "0001-01-01T00:00:00+03:00"


def test_what_cannot_be_read_is_told_in_its_place() -> None:
    within: dict[str, Any] = {"good": 1, "bad": records.Unprintable()}
    within["all"] = within
    assert plain(within) == {
        "good": 1,
        "bad": "(records:Unprintable that could not be read: RuntimeError)",
        "all": "(dict that could not be read: it contains itself)",
    }


def test_a_value_without_end_to_its_levels_is_cut() -> None:
    value: Any = 1
    for _ in range(5000):
        value = (value,)
    text = json.dumps(plain(value))
    assert text.count("[") == DEEPEST
    assert "it is nested too deeply" in text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_anything_becomes_strict_json(value: Any) -> None:
    json.loads(json.dumps(plain(value), allow_nan=False))


def test_the_document_leaves_out_what_is_not_known() -> None:
    document = json.loads(records.failure().document())
    assert "instruments" not in document
    assert "metrics" not in document
    assert document["started_at"] == "2026-03-02T09:30:15.123456Z"
    assert document["error"]["type"] == "ValueError"


@given(st.integers(0, 10**5), st.sampled_from([-1, 1]))
def test_no_digit_of_an_integer_is_lost(shift: int, sign: int) -> None:
    value = sign << shift
    found = json.loads(json.dumps(plain({value: value}), allow_nan=False))
    (text, read), *_ = found.items()
    assert (int(read, 16) if isinstance(read, str) else read) == value
    assert int(text, 0) == value


@given(st.integers(-(10**30), 10**30), st.integers(-999_999, 999_999) | st.integers(4_280, 4_310))
def test_no_digit_of_a_decimal_is_lost(digits: int, exponent: int) -> None:
    value = Decimal(f"{digits}E{exponent}")
    found = json.loads(json.dumps(plain(value)), parse_float=Decimal)
    assert Decimal(found) == value


def test_a_number_that_no_reader_takes_becomes_text() -> None:
    assert plain(10**4299) == 10**4299
    assert plain(16**4000) == "0x1" + 4000 * "0"
    assert plain(Decimal("1e999999999")) == "1E+999999999"
