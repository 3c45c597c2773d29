"""Market data from files, catalogs and made up: what is read, and what is said when it cannot be."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bokeh_sampledata
import pytest

from btsql.errors import SourceUnavailable, UsageError
from btsql.sources import DataSource

pytestmark = pytest.mark.engine

HEADER = "Date,Open,High,Low,Close,Volume"
TWO_DAYS = f"{HEADER}\n2024-01-02,10,12,9,11,500\n2024-01-03,11,13,10,12,600\n"


def load(text: str, instrument: str = "AAPL.XNAS", **options: Any) -> Any:
    from btsql.adapters.sources import load as load_source

    return load_source(DataSource.parse(text), instrument, **options)


def csv(tmp_path: Path, text: str) -> str:
    path = tmp_path / "bars.csv"
    path.write_text(text)
    return f"csv:{path}"


def day_end(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T23:59:59.999999+00:00")


def times(market: Any) -> list[datetime]:
    return [
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=bar.ts_init // 1000) for bar in market.bars
    ]


def prices(market: Any) -> list[tuple[str, ...]]:
    return [
        (str(bar.open), str(bar.high), str(bar.low), str(bar.close), str(bar.volume)) for bar in market.bars
    ]


def test_a_daily_bar_belongs_to_its_day_and_is_complete_at_its_end(tmp_path: Path) -> None:
    market = load(csv(tmp_path, TWO_DAYS))
    assert times(market) == [day_end("2024-01-02"), day_end("2024-01-03")]
    assert prices(market)[0] == ("10.00", "12.00", "9.00", "11.00", "500")
    assert str(market.bar_type) == "AAPL.XNAS-1-DAY-LAST-EXTERNAL"
    assert (market.start, market.end) == (datetime(2024, 1, 2, tzinfo=UTC), day_end("2024-01-03"))
    assert str(market.instrument.quote_currency) == "USD"


def test_the_description_is_json_and_names_the_source(tmp_path: Path) -> None:
    source = csv(tmp_path, TWO_DAYS)
    description = json.loads(json.dumps(load(source).description))
    assert description["kind"] == "csv"
    assert description["path"] == str(tmp_path / "bars.csv")
    assert description["sha256"] == hashlib.sha256((tmp_path / "bars.csv").read_bytes()).hexdigest()
    assert description["columns"]["close"] == "Close"
    assert description["rows"] == 2
    assert description["adjusted"] is False
    assert description["ticker"] is None


@pytest.mark.parametrize(
    ("written", "read"),
    [("10", "10.00"), ("1.2345", "1.2345"), ("1.23455", "1.23455"), ("1.2345678", "1.234568")],
)
def test_prices_keep_their_decimals_up_to_six(tmp_path: Path, written: str, read: str) -> None:
    rows = "".join(f"2024-01-0{day},{','.join([written] * 4)},5\n" for day in (2, 3))
    assert prices(load(csv(tmp_path, f"{HEADER}\n{rows}")))[0] == (read, read, read, read, "5")


@pytest.mark.parametrize(
    "header",
    [
        "date,open,high,low,close,volume",
        "DATE,OPEN,HIGH,LOW,CLOSE,VOL",
        " Date , Open ,High,Low,Close,Volume",
    ],
)
def test_any_case_of_the_header(tmp_path: Path, header: str) -> None:
    assert len(load(csv(tmp_path, TWO_DAYS.replace(HEADER, header))).bars) == 2


def test_gzip_byte_order_mark_semicolons_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(gzip.compress(("\ufeff" + TWO_DAYS.replace(",", ";") + "\n\n").encode()))
    assert prices(load(f"csv:{path}")) == prices(load(csv(tmp_path, TWO_DAYS)))


def test_the_engine_s_own_layout_is_stamped_when_complete(tmp_path: Path) -> None:
    text = (
        "timestamp,open,high,low,close,volume\n"
        "2024-01-02 09:31:00+00:00,1.1,1.2,1.0,1.15,10\n2024-01-02 09:32:00+00:00,1.1,1.2,1.0,1.15,10\n"
    )
    market = load(csv(tmp_path, text), "EUR/USD.SIM")
    assert str(market.bar_type) == "EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"
    assert times(market)[0] == datetime(2024, 1, 2, 9, 31, tzinfo=UTC)
    assert prices(market)[0][0] == "1.10000"


def test_intraday_dates_are_when_a_bar_began(tmp_path: Path) -> None:
    text = f"{HEADER}\n2024-01-02 09:30,10,12,9,11,5\n2024-01-02 09:35,10,12,9,11,5\n"
    market = load(csv(tmp_path, text))
    assert str(market.bar_type) == "AAPL.XNAS-5-MINUTE-LAST-EXTERNAL"
    assert times(market)[0] == datetime(2024, 1, 2, 9, 34, 59, 999999, tzinfo=UTC)
    assert market.start == datetime(2024, 1, 2, 9, 30, tzinfo=UTC)


def test_midnight_in_tokyo_is_still_that_date(tmp_path: Path) -> None:
    text = TWO_DAYS.replace("2024-01-02,", "2024-01-02T00:00:00+09:00,").replace(
        "2024-01-03,",
        "2024-01-03T00:00:00+09:00,",
    )
    assert times(load(csv(tmp_path, text))) == [day_end("2024-01-02"), day_end("2024-01-03")]


def test_unsorted_rows_are_sorted(tmp_path: Path) -> None:
    head, first, second = TWO_DAYS.strip().split("\n")
    assert prices(load(csv(tmp_path, f"{head}\n{second}\n{first}\n"))) == prices(
        load(csv(tmp_path, TWO_DAYS))
    )


def test_an_adjusted_close_scales_all_prices(tmp_path: Path) -> None:
    text = f"{HEADER},Adj Close\n2024-01-02,100,120,80,100,5,25\n2024-01-03,24,28,20,25,20,25\n"
    market = load(csv(tmp_path, text))
    assert prices(market) == [
        ("25.0000", "30.0000", "20.0000", "25.0000", "5"),
        ("24.0000", "28.0000", "20.0000", "25.0000", "20"),
    ]
    assert market.description["adjusted"] is True


def test_volumes_that_are_missing(tmp_path: Path) -> None:
    some = load(csv(tmp_path, TWO_DAYS.replace(",500", ",")))
    assert [row[4] for row in prices(some)] == ["0", "600"]
    none = load(csv(tmp_path, TWO_DAYS.replace(",500", ",0").replace(",600", ",nan")))
    assert [row[4] for row in prices(none)] == ["1000000", "1000000"]
    assert none.description["volume"] == "default"
    without = "\n".join(line.rpartition(",")[0] for line in TWO_DAYS.strip().split("\n"))
    assert prices(load(csv(tmp_path, without))) == prices(none)


def test_only_whole_bars_within_the_range(tmp_path: Path) -> None:
    source = csv(tmp_path, TWO_DAYS)
    start = datetime(2024, 1, 3, tzinfo=UTC)
    market = load(source, start=start, end=day_end("2024-01-10"))
    assert times(market) == [day_end("2024-01-03")]
    assert (market.start, market.end) == (start, day_end("2024-01-10"))
    with pytest.raises(SourceUnavailable, match="no bars of AAPL from 2025") as caught:
        load(source, start=datetime(2025, 1, 1, tzinfo=UTC))
    assert caught.value.hint == "It holds 2024-01-02 to 2024-01-03."
    with pytest.raises(UsageError, match="time zone"):
        load(source, start=datetime(2025, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2024-01-04,10,12,x,11,5", "line 4: low must be a number above 0, not 'x'"),
        ("2024-01-04,1_0,12,9,11,5", "line 4: open must be a number above 0, not '1_0'"),
        ("2024-01-04,10,12,9,11,5_0", "line 4: volume must be a number of at least 0, not '5_0'"),
        ("2024-01-04,10,9,12,11,5", "line 4: high 9 is below low 12"),
        ("2024-01-04,10,12,9,13,5", "line 4: close 13 is not between low 9 and high 12"),
        ("2024-01-04,10,12,-9,11,5", "line 4: low"),
        ("2024-01-04,10,nan,9,11,5", "line 4: high"),
        ("2024-01-04,10,12,9,11,-5", "line 4: volume"),
        ("2024-01-04,10,12", "line 4: 3 fields are too few"),
        ("2024-01-03,10,12,9,11,5", "line 4: 2024-01-03.* is there already, on line 3"),
        ("04.01.2024,10,12,9,11,5", "line 4: '04.01.2024' is no date"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(SourceUnavailable, match=f"bars.csv, {message}"):
        load(csv(tmp_path, TWO_DAYS + line))


def test_files_that_are_not_there_or_no_table(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"there is no file .*none\.csv"):
        load(f"csv:{tmp_path / 'none.csv'}")
    with pytest.raises(SourceUnavailable, match="is a directory"):
        load(f"csv:{tmp_path}")
    with pytest.raises(SourceUnavailable, match="is empty"):
        load(csv(tmp_path, ""))
    with pytest.raises(SourceUnavailable, match="no rows"):
        load(csv(tmp_path, HEADER))
    with pytest.raises(SourceUnavailable, match="lacks timestamp or Date, low; its columns are") as caught:
        load(csv(tmp_path, "When,Open,High,Close\n1,2,3,4"))
    assert caught.value.hint is not None
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(TWO_DAYS.encode())[:30])
    with pytest.raises(SourceUnavailable, match="cannot read"):
        load(f"csv:{cut}")
    garbled = tmp_path / "garbled.gz"
    garbled.write_bytes(gzip.compress(TWO_DAYS.encode())[:10] + b"\xff" * 30)
    with pytest.raises(SourceUnavailable, match="cannot read"):
        load(f"csv:{garbled}")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(SourceUnavailable, match="cannot read"):
        load(f"csv:{binary}")


def test_bars_of_unknown_length_can_be_named(tmp_path: Path) -> None:
    one = csv(tmp_path, f"{HEADER}\n2024-01-02 09:30,10,12,9,11,5\n")
    with pytest.raises(SourceUnavailable, match="does not tell how long"):
        load(one)
    assert str(load(one, bar="15-MINUTE").bar_type) == "AAPL.XNAS-15-MINUTE-LAST-EXTERNAL"
    weekly = csv(tmp_path, f"{HEADER}\n2024-01-01,10,12,9,11,5\n2024-01-08,10,12,9,11,5\n")
    with pytest.raises(SourceUnavailable, match="7 days"):
        load(weekly)
    for bar in ("daily", "1-WEEK", "7-MINUTE", "0-DAY", "IBM.XNYS-1-DAY-LAST-EXTERNAL"):
        with pytest.raises(UsageError):
            load(weekly, bar=bar)


def test_what_the_engine_cannot_hold_is_said(tmp_path: Path) -> None:
    old = csv(tmp_path, f"{HEADER}\n1969-12-31,10,12,9,11,5\n1970-01-01,10,12,9,11,5\n")
    with pytest.raises(SourceUnavailable, match="begin in 1969-12-31") as caught:
        load(old)
    assert caught.value.hint is not None
    assert "--start 1970-01-01" in caught.value.hint
    assert len(load(old, start=datetime(1970, 1, 1, tzinfo=UTC)).bars) == 1
    with pytest.raises(SourceUnavailable, match="cannot hold a bar of AAPL"):
        load(csv(tmp_path, TWO_DAYS.replace(",500", ",1e30")))


def test_real_stocks_by_ticker() -> None:
    source = f"csv:{Path(bokeh_sampledata.__file__).parent / '_data' / 'stocks.csv.gz'}"
    apple = load(source)
    assert len(apple.bars) == 3270
    assert (apple.start.date().isoformat(), apple.end.date().isoformat()) == ("2000-03-01", "2013-03-01")
    assert apple.description["ticker"] == "AAPL"
    # The split of June 2000 halves the plain price; scaled, no day loses half.
    closes = [bar.close.as_double() for bar in load(source, end=datetime(2000, 8, 1, tzinfo=UTC)).bars]
    assert min(after / before for before, after in itertools.pairwise(closes)) > 0.8
    assert len(load(source, "fb.XNAS").bars) == 196
    with pytest.raises(SourceUnavailable, match="no rows for TSLA") as caught:
        load(source, "TSLA.XNAS")
    assert caught.value.hint == "It has AAPL, FB, GOOG, IBM, MSFT."


def catalog_of(tmp_path: Path, *bars: str) -> str:
    """Write made-up bars of AAPL, under every bar type named, and a second instrument without bars."""
    from nautilus_trader.model.data import Bar, BarType
    from nautilus_trader.persistence.catalog import ParquetDataCatalog

    path = tmp_path / "catalog"
    path.mkdir()
    catalog = ParquetDataCatalog(str(path))
    market = load("mock:1", end=datetime(2020, 3, 1, tzinfo=UTC))
    catalog.write_data([market.instrument])
    catalog.write_data([load("mock:1", "EUR/USD.SIM").instrument])
    for name in bars:
        kind = BarType.from_str(f"AAPL.XNAS-{name}")
        catalog.write_data(
            [Bar(kind, b.open, b.high, b.low, b.close, b.volume, b.ts_event, b.ts_init) for b in market.bars],
        )
    return f"catalog:{path}"


def test_a_catalog_gives_back_its_bars(tmp_path: Path) -> None:
    source = catalog_of(tmp_path, "1-DAY-LAST-EXTERNAL")
    made_up = load("mock:1", end=datetime(2020, 3, 1, tzinfo=UTC))
    market = load(source)
    assert market.bars == made_up.bars
    assert market.instrument.id.value == "AAPL.XNAS"
    assert market.description["rows"] == len(market.bars)
    later = load(source, start=datetime(2020, 2, 3, tzinfo=UTC))
    assert 0 < len(later.bars) < len(market.bars)
    assert times(later)[0] == day_end("2020-02-03")
    with pytest.raises(SourceUnavailable, match=r"no bars of AAPL\.XNAS-1-DAY") as caught:
        load(source, start=datetime(2021, 1, 1, tzinfo=UTC))
    assert caught.value.hint == "It holds 2020-01-01 to 2020-02-28."


def test_a_catalog_with_several_kinds_of_bars_asks_which(tmp_path: Path) -> None:
    source = catalog_of(tmp_path, "1-DAY-LAST-EXTERNAL", "1-DAY-BID-EXTERNAL")
    with pytest.raises(SourceUnavailable, match="several kinds of bars") as caught:
        load(source)
    assert caught.value.hint == "Choose one with --bar: 1-DAY-BID-EXTERNAL, 1-DAY-LAST-EXTERNAL."
    assert str(load(source, bar="1-DAY-BID").bar_type) == "AAPL.XNAS-1-DAY-BID-EXTERNAL"
    with pytest.raises(SourceUnavailable, match="no such bars"):
        load(source, bar="1-HOUR-LAST")


def test_what_a_catalog_does_not_have_is_said(tmp_path: Path) -> None:
    source = catalog_of(tmp_path, "1-DAY-LAST-EXTERNAL")
    with pytest.raises(SourceUnavailable, match=r"no instrument IBM\.XNYS") as caught:
        load(source, "IBM.XNYS")
    assert caught.value.hint == "It has AAPL.XNAS, EUR/USD.SIM."
    with pytest.raises(SourceUnavailable, match=r"no bars of EUR/USD\.SIM"):
        load(source, "EUR/USD.SIM")
    with pytest.raises(SourceUnavailable, match="does not exist"):
        load(f"catalog:{tmp_path / 'gone'}")
    assert not (tmp_path / "gone").exists()
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(SourceUnavailable, match="is a file"):
        load(f"catalog:{file}")


def test_made_up_bars_are_the_same_everywhere() -> None:
    market = load("mock:42")
    digest = hashlib.sha256("\n".join(map(str, market.bars)).encode()).hexdigest()
    assert digest == "7414a3e23d10c937b5a6dba9dccb909a908a2474407222aaa858b57538a30252"
    assert len(market.bars) == 1043
    assert (market.start.isoformat(), market.end) == ("2020-01-01T00:00:00+00:00", day_end("2023-12-29"))
    assert market.description["seed"] == 42


def test_made_up_bars_differ_by_seed_and_instrument() -> None:
    closes = {
        str(load(source, name).bars[50].close) for source in ("mock", "mock:1") for name in ("A.X", "B.X")
    }
    assert len(closes) == 4
    assert prices(load("mock")) == prices(load("mock:0"))


def test_a_range_for_made_up_bars() -> None:
    late = load("mock", start=datetime(2030, 1, 1, tzinfo=UTC))
    assert late.end.year == 2033
    with pytest.raises(SourceUnavailable, match="no weekday"):
        load("mock", start=datetime(2024, 1, 6, tzinfo=UTC), end=datetime(2024, 1, 7, tzinfo=UTC))
    with pytest.raises(UsageError, match="daily bars only"):
        load("mock", bar="1-HOUR")


def test_an_instrument_that_cannot_be() -> None:
    for name in ("AAPL", "ZZZ/QQQ.SIM"):
        with pytest.raises(UsageError):
            load("mock", name)
    assert str(load("mock", "SAP.XETR", currency="EUR").instrument.quote_currency) == "EUR"
