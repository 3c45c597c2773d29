from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from btsql.errors import UsageError
from btsql.request import BacktestRequest, from_file, from_mapping, parse_assignment
from btsql.sources import DataSource

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL: dict[str, object] = {"strategy": "momentum", "instrument": "AAPL.XNAS", "data": "mock:1"}


def test_defaults() -> None:
    request = from_mapping(MINIMAL)
    assert request == BacktestRequest(
        strategy="momentum",
        instrument="AAPL.XNAS",
        data=DataSource(kind="mock", seed=1),
    )
    assert (request.capital, request.currency, dict(request.parameters)) == (Decimal(100000), "USD", {})
    assert (request.start, request.end, request.bar, request.name) == (None, None, None, None)


def test_a_bare_end_date_includes_its_day() -> None:
    request = from_mapping({**MINIMAL, "start": "2020-01-01", "end": "2020-12-31"})
    assert request.start == datetime(2020, 1, 1, tzinfo=UTC)
    assert request.end == datetime(2020, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_instants_keep_their_zone_and_are_utc_without_one() -> None:
    request = from_mapping({**MINIMAL, "start": "2020-01-01T10:00", "end": "2020-01-01T12:00+01:00"})
    assert request.start == datetime(2020, 1, 1, 10, tzinfo=UTC)
    assert request.end == datetime(2020, 1, 1, 11, tzinfo=UTC)


def test_the_capital_keeps_the_digits_written() -> None:
    assert from_mapping({**MINIMAL, "capital": 0.1}).capital == Decimal("0.1")
    for text in ("250_000", "250,000", "250000.00"):
        assert from_mapping({**MINIMAL, "capital": text}).capital == Decimal(250000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strategie": "x"}, "unknown: strategie"),
        ({"capital": 0}, "above 0"),
        ({"capital": "NaN"}, "above 0"),
        ({"capital": "much"}, "capital must be a number"),
        ({"capital": "1000,50"}, "capital must be a number"),
        ({"capital": True}, "capital must be a number"),
        ({"instrument": "AAPL"}, "SYMBOL.VENUE"),
        ({"instrument": ".XNAS"}, "SYMBOL.VENUE"),
        ({"data": "ftp:x"}, "no data source"),
        ({"start": "tomorrow"}, "start must be a date"),
        ({"start": "2021-01-01", "end": "2020-01-01"}, "after the end"),
        ({"end": "0001-01-01"}, "the end must be in the years 1000 to 9998"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "the start must be in the years 1000 to 9998"),
        ({"end": "9999-12-31"}, "the end must be in the years 1000 to 9998"),
        ({"parameters": [1]}, "parameters must hold"),
        ({"name": 7}, "name must be a text"),
        ({"strategy": ""}, "strategy must be a text"),
    ],
)
def test_nonsense_is_refused_by_name(change: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        from_mapping({**MINIMAL, **change})


def test_unknown_keys_list_the_known_ones_and_missing_keys_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        from_mapping({**MINIMAL, "symbol": "x"})
    assert caught.value.hint is not None
    assert "instrument" in caught.value.hint
    with pytest.raises(UsageError, match="missing: instrument, data"):
        from_mapping({"strategy": "momentum"})


def test_a_time_without_zone_is_refused_in_code() -> None:
    with pytest.raises(UsageError, match="time zone"):
        BacktestRequest(
            strategy="momentum",
            instrument="A.B",
            data=DataSource(kind="mock"),
            start=datetime(2020, 1, 1),  # noqa: DTZ001
        )


def test_toml_and_json_files_say_the_same(tmp_path: Path) -> None:
    toml = tmp_path / "run.toml"
    toml.write_text(
        'strategy = "momentum"\ninstrument = "AAPL.XNAS"\ndata = "csv:bars.csv"\nstart = 2020-01-01\n'
        "end = 2020-12-31\ncapital = 50000\n[parameters]\nlookback_period = 20\n",
    )
    as_json = tmp_path / "run.json"
    as_json.write_text(
        json.dumps(
            {
                "strategy": "momentum",
                "instrument": "AAPL.XNAS",
                "data": "csv:bars.csv",
                "start": "2020-01-01",
                "end": "2020-12-31",
                "capital": 50000,
                "parameters": {"lookback_period": 20},
            },
        ),
    )
    assert from_file(toml) == from_file(as_json)
    assert from_file(toml).data.path == tmp_path / "bars.csv"


def test_overrides_win_and_parameters_are_merged(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(
        'strategy = "momentum"\ninstrument = "AAPL.XNAS"\ndata = "mock:1"\n'
        "[parameters]\nlookback_period = 20\nentry_return = 0.1\n",
    )
    request = from_file(path, {"data": "mock:2", "capital": None, "parameters": {"entry_return": 0.2}})
    assert request.data.seed == 2
    assert request.capital == 100000
    assert dict(request.parameters) == {"lookback_period": 20, "entry_return": 0.2}


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*none\.toml"):
        from_file(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("strategy = ")
    with pytest.raises(UsageError, match=r"bad\.toml is not well formed"):
        from_file(bad)
    deep = tmp_path / "deep.json"
    deep.write_text('{"a": ' * 100_000)
    with pytest.raises(UsageError, match=r"deep\.json is not well formed"):
        from_file(deep)
    listed = tmp_path / "list.json"
    listed.write_text("[]")
    with pytest.raises(UsageError, match="must hold an object"):
        from_file(listed)
    odd = tmp_path / "odd.toml"
    odd.write_text('strategi = "x"')
    with pytest.raises(UsageError, match=r"odd\.toml: unknown: strategi"):
        from_file(odd)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=10", 10),
        ("x=0.5", 0.5),
        ("x=true", True),
        ("x=[1, 2]", [1, 2]),
        ("x=1_000", 1000),
        ('x="10"', "10"),
        ("x='ten'", "ten"),
        ("x=fast one", "fast one"),
        ("x=a=b", "a=b"),
        ("x=", ""),
        ("x=NaN", "NaN"),
        ("x=inf", "inf"),
        ("x=null", None),
        ('x="null"', "null"),
        ("x=2020-01-01", "2020-01-01"),
        ("x=AAPL.XNAS", "AAPL.XNAS"),
        (" x = 3", 3),
    ],
)
def test_an_assignment_reads_scalars(text: str, value: object) -> None:
    key, read = parse_assignment(text)
    assert key == "x"
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["x", "=1", ""])
def test_an_assignment_needs_key_and_sign(text: str) -> None:
    with pytest.raises(UsageError, match="key=value"):
        parse_assignment(text)


def test_a_value_that_is_nested_too_deeply_is_a_text() -> None:
    text = "[" * 100_000
    assert parse_assignment(f"x={text}") == ("x", text)
