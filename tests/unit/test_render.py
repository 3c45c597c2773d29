"""How values, messages and tables are written."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

import records
from btsql.comparison import ComparedField, RankedRun
from btsql.duplicates import duplicate_line
from btsql.render.comparing import BARS, comparison_text
from btsql.render.details import ENVIRONMENT, details_text
from btsql.render.digits import change_text, metric_texts
from btsql.render.documents import as_delimited, as_json, details_document, machine_value
from btsql.render.listing import history_columns
from btsql.render.plotting import parameter_against_metric
from btsql.render.reruns import duplicate_columns, verdict_text
from btsql.render.tables import Column, hanging, table
from btsql.render.values import (
    COUNTS,
    FRACTIONS,
    METRIC_TITLES,
    MONEY,
    SIGNED,
    local_time,
    message_text,
    metric_text,
    money,
    percent,
    printable,
    ratio,
    seconds,
)
from btsql.reproduction import VerdictRow
from btsql.run_details import RunDetails
from btsql.runs import RunSummary

RUN_ID = UUID("019cade2-4cd3-7021-b37a-afef76d95851")
MOMENT = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(), max_size=60)  # all of Unicode, control characters and surrogates too


def summary(**changes: Any) -> RunSummary:
    values: dict[str, Any] = dict.fromkeys(item.name for item in dataclasses.fields(RunSummary))
    known: dict[str, Any] = {
        "run_id": RUN_ID,
        "short_id": "afef76d9",
        "started_at": MOMENT,
        "status": "success",
        "strategy_type": "momentum",
        "strategy_name": "momentum",
        "instruments": ["AAPL.XNAS"],
        "parameters": {},
    }
    return RunSummary(**(values | known | changes))


def details(**changes: Any) -> RunDetails:
    values: dict[str, Any] = dict.fromkeys(item.name for item in dataclasses.fields(RunDetails))
    known: dict[str, Any] = {
        "run_id": RUN_ID,
        "short_id": "afef76d95851",
        "started_at": MOMENT,
        "status": "success",
        "strategy_type": "momentum",
        "strategy_name": "momentum",
        "strategy_path": "package.module:Momentum",
        "parameters": {},
        "snapshot": {},
        "tags": [],
        "annotations": [],
    }
    return RunDetails(**(values | known | changes))


# ---- values for people


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [
        (0.12345, False, "12.35%"),
        (0.12345, True, "+12.35%"),
        (-0.5, True, "-50.00%"),
        (0.0, True, "+0.00%"),
        (-0.000001, False, "0.00%"),
        (-0.0, False, "0.00%"),
        (100.0, True, "+10000.00%"),
        (None, True, "-"),
    ],
)
def test_percent(value: float | None, signed: bool, text: str) -> None:
    assert percent(value, signed=signed) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (Decimal("1234567.891"), "USD", "1,234,567.89 USD"),
        (-2713.9, "EUR", "-2,713.90 EUR"),
        (-0.001, "USD", "0.00 USD"),
        (5, None, "5.00"),
        (None, "USD", "-"),
    ],
)
def test_money(value: float | Decimal | None, currency: str | None, text: str) -> None:
    assert money(value, currency) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (Decimal("0.07437"), "0.07 s"),
        (59.9, "59.90 s"),
        (59.999, "1 min 0 s"),
        (60, "1 min 0 s"),
        (3599.6, "1 h 0 min"),
        (7265, "2 h 1 min"),
    ],
)
def test_seconds(value: float | Decimal | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("total_return", 0.25, "+25.00%"),
        ("max_drawdown", -0.15, "-15.00%"),
        ("sharpe_ratio", -0.001, "0.00"),
        ("sharpe_ratio", 1.256, "1.26"),
        ("total_trades", 12345, "12,345"),
        ("average_loss", -2713.9, "-2,713.90 USD"),
        ("profit_factor", None, "-"),
    ],
)
def test_metric_text(name: str, value: float | None, text: str) -> None:
    assert metric_text(name, value, "USD") == text


@pytest.mark.parametrize(
    ("name", "values", "texts"),
    [
        ("average_loss", [-630.194875], ["-630.19"]),
        ("total_return", [0.30584999999999996, 0.30585, None], ["+30.58%", "+30.59%", "-"]),
        ("final_equity", [112817.354, 9.0], ["112,817.35", "9.00"]),
        ("volatility", [0.01133140655, 0.01126333263, 0.01126333263], ["1.133%", "1.126%", "1.126%"]),
        ("sharpe_ratio", [1.1249, 1.12491, 7.0], ["1.12490", "1.12491", "7.00000"]),
        ("sharpe_ratio", [1.2, 1.2000000000000002], ["1.2", "1.2000000000000002"]),
        ("max_drawdown", [-0.15, -0.15000000000000002], ["-15%", "-15.000000000000002%"]),
        ("total_return", [1e-20, -1e-20], ["+1E-18%", "-1E-18%"]),
        ("total_trades", [6162, 6159], ["6,162", "6,159"]),
    ],
)
def test_numbers_have_the_digits_that_tell_them_apart(
    name: str, values: list[float | None], texts: list[str]
) -> None:
    assert metric_texts(name, values) == texts


@given(st.sampled_from(sorted(METRIC_TITLES.keys() - COUNTS)), st.lists(st.floats(-1e15, 1e15), max_size=4))
@example("total_return", [0.3, 0.30000000000000004, math.nextafter(0.3, 0)])
def test_numbers_look_equal_where_they_are(name: str, values: list[float]) -> None:
    texts = metric_texts(name, values)
    assert len(set(texts)) == len(set(values))
    if len(values) == 1:
        assert texts == [metric_text(name, values[0], None)], "as every table has it"


@pytest.mark.parametrize(
    ("text", "base", "change"),
    [
        ("+36.16%", "+26.16%", "+10.00"),
        ("-1,000.50", "2.00", "-1,002.50"),
        ("13", "12", "+1"),
        ("1.2", "1.2000000000000002", "-2e-16"),
    ],
)
def test_a_change_adds_up_with_what_is_beside_it(text: str, base: str, change: str) -> None:
    assert change_text(text, base) == change


def test_every_metric_has_a_title_and_one_kind() -> None:
    kinds = (FRACTIONS, MONEY, COUNTS)
    for name in METRIC_TITLES:
        assert sum(name in kind for kind in kinds) <= 1
        assert name in {item.name for item in dataclasses.fields(RunDetails)}
    assert SIGNED <= FRACTIONS
    assert set().union(*kinds) <= set(METRIC_TITLES)


def verdict_rows(
    *rows: tuple[str, str, str | None, str | None], verdict: str = "DIFFERS"
) -> list[VerdictRow]:
    head = VerdictRow(
        section="verdict",
        field=verdict,
        original_value="aaaaaaaa",
        reproduced_value="bbbbbbbb",
        differs=True,
        difference=None,
        note=None,
    )
    found = [head]
    for section, name, one, other in rows:
        try:
            difference: float | None = float(other or "") - float(one or "")
        except ValueError:
            difference = None
        difference = None if "NaN" in (one, other) else difference
        found.append(
            VerdictRow(
                section=section,
                field=name,
                original_value=one,
                reproduced_value=other,
                differs=one != other,
                difference=difference,
                note=None,
            )
        )
    return found


def test_a_verdict_has_the_numbers_and_labels_of_other_tables() -> None:
    text = verdict_text(
        verdict_rows(
            ("run", "initial_capital", "100000", "5000"),
            ("run", "error_type", None, "ValueError"),
            ("run", "instruments", '["AAPL.XNAS", "B.X"]', '["AAPL.XNAS"]'),
            ("run", "data_start", "2020-01-01T00:00:00+00:00", "2020-01-02T09:30:00+00:00"),
            ("metric", "total_return", "0.014250000000000096", "0.02"),
            ("metric", "sharpe_ratio", "1.2000000000000002", "1.2"),
            ("metric", "max_drawdown", "-0.1", "-0.1"),
            ("metric", "total_trades", "12", "13"),
            ("metric", "cagr", "NaN", "0.5"),
            ("metric", "final_equity", "101425.00000000001", "102000"),
            ("metric", "volatility", "0.01133140655481677", "0.011263332626245744"),
            ("metric", "profit_factor", "1.1249", "1.12510"),
            ("metric", "annualized_return", "0.3", "0.30000000000000004"),
            ("metric", "average_win", "0.1", "0"),
            ("metric", "sortino_ratio", "0.1", "0.10000000000000000001"),
            ("figure", "stats.PnL (total)", "1425.0000000000096", "2000"),
            ("figure", "iterations", "1106162", "1106159"),
            ("figure", "close", "1.25", "1.2500000001"),
            ("figure", "near", "0.0002", "0.0001"),
            ("run", "data_end", "2013-03-01T00:00:00+00:00", "2013-03-01T23:59:59.999999+00:00"),
        ),
        None,
    )
    cells = {
        re.split("  +", line.strip())[0]: re.split("  +", line.strip())[1:] for line in text.splitlines()[3:]
    }
    assert cells == {
        "capital": ["100,000.00", "5,000.00", "-95,000.00"],
        "error type": ["-", "ValueError"],
        "instrument": ["AAPL.XNAS B.X", "AAPL.XNAS"],
        "data from": ["2020-01-01", "2020-01-02 09:30:00 UTC"],
        "total return": ["+1.43%", "+2.00%", "+0.57 pp"],
        "Sharpe ratio": ["1.2000000000000002", "1.2", "-2e-16"],
        "max drawdown": ["-10.00%", "-10.00%"],
        "trades": ["12", "13", "+1"],
        "CAGR": ["NaN", "+50.00%"],
        "Sortino ratio": ["0.1", "0.10000000000000000001"],
        "final equity": ["101,425.00", "102,000.00", "+575.00"],
        "volatility": ["1.133%", "1.126%", "-0.007 pp"],
        "profit factor": ["1.1249", "1.1251", "+0.0002"],
        "annualized return": ["+30%", "+30.000000000000004%", "+4e-15 pp"],
        "average win": ["0.10", "0.00", "-0.10"],
        "stats.PnL (total)": ["1,425", "2,000", "+575.00"],
        "iterations": ["1,106,162", "1,106,159", "-3"],
        "close": ["1.25", "1.2500000001", "+1e-10"],
        "near": ["0.0002", "0.0001", "-0.0001"],
        "data to": ["2013-03-01 00:00:00 UTC", "2013-03-01 23:59:59.999999 UTC"],
    }


def test_what_differs_beside_an_identical_result_is_headed_so() -> None:
    text = verdict_text(verdict_rows(("caution", "btsql", "0.1.0", "0.2.0"), verdict="IDENTICAL"), None)
    assert text.endswith("\nThe result is identical although these differ:\n  btsql (0.1.0 -> 0.2.0)\n")


# ---- runs that tested the same


@pytest.mark.parametrize(
    ("differing", "line", "cell"),
    [
        ([], "already tested on {}: see", "-"),
        (["data", "data_fingerprint"], "tested on other data on {}: see", "data"),
        (["data", "data_fingerprint", "data_source"], "tested on other data on {}: see", 'data "csv"'),
        (
            ["data_fingerprint", "venues", "data", "strategy_source"],
            "already tested on {}, differing in data, strategy source, venues: see",
            'data, strategy source, venues "csv"',
        ),
        (["data_not_compared"], "already tested on {}, not all data compared: see", "data not compared"),
        (
            ["data", "data_source", "data_not_compared", "currency"],
            "already tested on {}, differing in currency, not all data compared: see",
            'currency "csv", data not compared',
        ),
    ],
)
def test_what_differs_is_named_once(differing: list[str], line: str, cell: str) -> None:
    differences = {name: {"wanted": "mock", "recorded": "csv"} for name in differing}
    run = records.duplicate(started_at=MOMENT, differences=differences)
    when = local_time(MOMENT, "%Y-%m-%d %H:%M:%S")
    assert duplicate_line(run) == f"{line.format(when)} btsql show 01234567"
    (column,) = [column for column in duplicate_columns([run]) if column.title == "differs in"]
    assert column.cells == [(cell, None)]


# ---- text from anywhere


def harmless(text: str) -> bool:
    """Tell whether a terminal obeys nothing of it: no controls, no right-to-left overrides and the like."""
    return not {unicodedata.category(c) for c in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(ANY_TEXT)
def test_printable_leaves_nothing_to_obey(text: str) -> None:
    shown = printable(text)
    assert harmless(shown)
    assert shown == text or not text.isprintable()
    kept = printable(f"a{text}\nb", keep="\n")
    assert kept.count("\n") == text.count("\n") + 1
    assert harmless(kept.replace("\n", ""))


def test_a_currency_is_shown_and_not_obeyed() -> None:
    assert money(1.5, "US\x1b]0;title\x07") == "1.50 US\\x1b]0;title\\x07"


def test_printable_shows_what_was_there() -> None:
    assert printable("a\x1b[31m\x9b\u202e\x00\ud800é戦") == "a\\x1b[31m\\x9b\\u202e\\x00\\ud800é戦"


@given(
    st.recursive(
        st.none() | st.integers() | ANY_TEXT, lambda inner: st.dictionaries(ANY_TEXT, inner), max_leaves=5
    )
)
def test_json_reads_back_and_is_harmless(value: Any) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert harmless(text.replace("\n", ""))


FIELDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(FIELDS, min_size=2, max_size=3), st.sampled_from(",\t"))
def test_delimited_rows_read_back(cells: list[str], delimiter: str) -> None:
    names = [f"column {place}" for place in range(len(cells))]
    text = as_delimited([dict(zip(names, cells, strict=True))], names, delimiter)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) == [names, cells]
    assert text.endswith("\n")
    assert "\r\n" not in text or any("\r" in cell for cell in cells)


@given(ANY_TEXT, ANY_TEXT | st.none(), st.integers(1, 120) | st.none())
def test_messages_begin_with_the_program_and_are_harmless(
    message: str, hint: str | None, width: int | None
) -> None:
    text = message_text(message, hint, width)
    first, *rest = text.removesuffix("\n").split("\n")
    assert first.startswith("btsql: ")
    assert all(line.startswith("       ") for line in rest)
    assert harmless(text.replace("\n", ""))


def test_messages_wrap_where_words_allow() -> None:
    text = message_text("one two three\nfour", "a-word-longer-than-the-width `b c`", 19)
    assert text == (
        "btsql: one two\n       three\n       four\n       a-word-longer-than-the-width\n       `b c`\n"
    )
    whole = message_text("one two three\nfour", "five", None)
    assert whole == "btsql: one two three\n       four\n       five\n"


# ---- values for programs


def test_machine_values_are_exact() -> None:
    assert machine_value(datetime.fromisoformat("2026-03-02T18:30:15.5+09:00")) == (
        "2026-03-02T09:30:15.500000Z"
    )
    assert json.dumps(machine_value(Decimal("100000"))) == "100000"
    assert machine_value(Decimal("0.1")) == 0.1
    assert machine_value(RUN_ID) == str(RUN_ID)
    assert machine_value(None) is None


def test_details_have_one_error_object() -> None:
    document = details_document(details(error_type="E", error_message="m", error_traceback="t"))
    assert document["error"] == {"type": "E", "message": "m", "traceback": "t"}
    assert not [name for name in document if name.startswith("error_")]
    assert details_document(details())["error"] is None


# ---- tables

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
RUNS = st.lists(
    st.builds(
        summary,
        strategy_name=NAMES,
        instruments=st.lists(NAMES, max_size=3) | st.none(),
        status=st.sampled_from(["success", "failure", "interrupted"]),
        total_return=st.floats(-1, 100) | st.none(),
        sharpe_ratio=st.floats(-10, 10) | st.none(),
        max_drawdown=st.floats(-1, 0) | st.none(),
        parameters=st.dictionaries(NAMES, st.integers() | st.none() | NAMES, max_size=2),
    ),
    min_size=1,
    max_size=5,
)


@given(RUNS, st.integers(80, 200))
def test_history_fits_any_terminal_from_80_columns_and_cuts_names_only(
    runs: list[RunSummary], width: int
) -> None:
    lines = table(history_columns(runs, "started_at"), width).splitlines()
    assert len(lines) == len(runs) + 2
    assert max(map(cell_len, lines)) <= width
    for line, run in zip(lines[2:], runs, strict=True):
        assert harmless(line)
        assert line.startswith("afef76d9 ")
        figures = [percent(run.total_return, signed=True), ratio(run.sharpe_ratio), percent(run.max_drawdown)]
        assert " ".join([*figures, run.status]) in " ".join(line.split())


@given(RUNS)
def test_history_in_a_pipe_cuts_nothing(runs: list[RunSummary]) -> None:
    lines = table(history_columns(runs, "started_at"), None).splitlines()
    assert len(lines) == len(runs) + 1
    for line, run in zip(lines[1:], runs, strict=True):
        assert printable(run.strategy_name) in line
        assert printable(" ".join(run.instruments or ["-"])) in line


def test_a_listing_tells_runs_of_a_sweep_apart_where_there_is_room() -> None:
    runs = [
        summary(parameters={"fast_period": 10, "slow_period": slow, "bar_type": "A.B-1-DAY-LAST-EXTERNAL"})
        for slow in (30, 50)
    ]
    columns = history_columns(runs, "started_at")
    wide = table(columns, 120).splitlines()
    assert wide[0].split().index("parameters") == wide[0].split().index("instrument") + 1
    assert ["slow_period=30" in wide[2], "slow_period=50" in wide[3]] == [True, True]
    assert "fast_period" not in table(columns, 200), "it is the same in all"
    assert "parameters" not in table(columns, 80)
    assert "parameters" not in table(history_columns(runs[:1] * 2, "started_at"), 200)


def test_one_run_of_many_parameters_does_not_hide_those_of_a_sweep() -> None:
    sweep = [summary(parameters={"fast_period": fast, "slow_period": 3 * fast}) for fast in (10, 20)]
    several = {f"{place}_EmaCross": {"fast_ema_period": 10, "slow_ema_period": 20} for place in (1, 2, 3)}
    mixed = [*sweep, summary(strategy_name="EmaCross+EmaCross+EmaCross", parameters=several)]
    for width in (120, 160, 300):
        head, _, first, _, third, *_ = table(history_columns(mixed, "started_at"), width).splitlines()
        assert "parameters" in head
        assert "fast_period=10 slow_period=30" in first, "the few of a sweep are whole"
        assert ("…" in third) == (width < 300)
        assert "EmaCross+EmaCro" in third
    assert "parameters" not in table(history_columns(mixed, "started_at"), 100)
    assert max(map(len, table(history_columns(mixed, "started_at"), 120).splitlines())) <= 120


def test_what_tells_a_sweep_apart_comes_before_what_other_strategies_lack() -> None:
    runs = [
        summary(parameters={"allow_short": False, "fast_period": 10, "slow_period": slow})
        for slow in (30, 50)
    ]
    other = summary(strategy_name="momentum", parameters={"lookback": 60})
    columns = {column.title: column for column in history_columns([*runs, other], "started_at")}
    assert [text for text, _ in columns["parameters"].cells] == [
        "slow_period=30 allow_short=false fast_period=10",
        "slow_period=50 allow_short=false fast_period=10",
        "lookback=60",
    ]


@pytest.mark.parametrize("width", [50, 60, 80, 200])
def test_items_are_wrapped_between_them_and_broken_where_one_has_no_room(width: int) -> None:
    items = [['mode={"a": 1}', "position_fraction=0.95"], ["fast_period=10", "x" * 100]]
    columns = [
        Column(title="id", cells=[("afef76d9", None)] * 2),
        Column(title="strategy", cells=[("a_strategy_of_a_long_name", None)] * 2, elastic=True),
        Column(title="parameters", cells=[(" ".join(each), None) for each in items], items=items),
    ]
    text = table(columns, width)
    assert max(map(len, text.splitlines())) <= width
    for item in ('mode={"a": 1}', "position_fraction=0.95", "fast_period=10"):
        assert item in text
    assert text.count("x") == 100


@pytest.mark.parametrize(("width", "shown"), [(40, False), (46, True), (80, True), (None, True)])
def test_others_are_wrapped_for_a_telling_column(width: int | None, shown: bool) -> None:
    items = [["fast_period=10", "slow_period=30"]]
    text = table(
        [
            Column(title="parameters", cells=[(" ".join(items[0]), None)], items=items),
            Column(title="data", cells=[("2020-01-01..2020-12-31", None)], spare=1, telling=True),
        ],
        width,
    )
    assert ("data" in text) == shown


def test_columns_line_up_in_a_pipe() -> None:
    text = table(
        [
            Column(title="id", cells=[("a", None), ("long", None)]),
            Column(title="return", cells=[("+1.00%", None), ("-", None)], right=True),
            Column(title="spare", cells=[("1", None), ("2", None)], spare=1),
        ],
        None,
    )
    assert text == "id    return\na     +1.00%\nlong       -\n"


@pytest.mark.parametrize("width", [20, 40, 60])
def test_a_tiny_terminal_still_gets_every_number(width: int) -> None:
    text = table(
        history_columns([summary(total_return=0.5, sharpe_ratio=1.5, max_drawdown=-0.25)], "started_at"),
        width,
    )
    assert {"+50.00%", "1.50", "-25.00%", "success"} <= set(text.split())


def test_instants_of_whole_days_are_shown_as_days() -> None:
    run = details(
        data_start=datetime(2020, 1, 1, tzinfo=UTC),
        data_end=datetime(2020, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    )
    text = details_text(run, None)
    assert "  from  2020-01-01\n  to    2020-12-31\n" in text


def test_details_of_a_replaced_interruption_say_so() -> None:
    text = details_text(details(replaced_interrupted_at=MOMENT), None)
    assert "had been called interrupted at 2026-" in text


def test_details_have_a_block_for_each_venue_of_what_is_recorded() -> None:
    exchange = {
        "venue": "XNAS",
        "oms_type": "NETTING",
        "account_type": "MARGIN",
        "base_currency": "USD",
        "starting_balances": ["50000.00 USD"],
        "default_leverage": 3,
        "leverages": {"AAPL.XNAS": 2},
        "bar_execution": False,
        "fill_model": {
            "class": "nautilus_trader.backtest.models.fill:FillModel",
            "random_seed": 42,
            "prob_slippage": 0.5,
        },
        "fee_model": {"class": "mine:Fees", "settings": None},
        "latency_model": {"class": "nautilus_trader.backtest.models.fee:MakerTakerFeeModel"},
        "modules": [{"class": "a.b:Rollover", "config_path": "a.b:RolloverConfig", "config": {"rate": 0.1}}],
    }
    other = {"venue": "SIM", "account_type": "CASH", "starting_balances": ["5.00 USD", "7000.00 EUR"]}
    run = details(
        initial_capital=Decimal(50_000), currency="USD", snapshot={"venues": [exchange, other, "no venue"]}
    )
    text = details_text(run, None)
    assert (
        "Venue XNAS\n"
        "  account type      MARGIN\n"
        "  OMS type          NETTING\n"
        "  default leverage  3\n"
        "  leverages         AAPL.XNAS 2\n"
        "  fill model        FillModel (prob_slippage=0.5, random_seed=42)\n"
        "  fee model         Fees (its settings were not captured)\n"
        "  latency model     MakerTakerFeeModel\n"
        "  bar execution     false\n"
        "  modules           Rollover (rate=0.1)\n\n"
        "Venue SIM\n"
        "  account type       CASH\n"
        "  starting balances  5.00 USD, 7,000.00 EUR\n\n"
    ) in text
    assert text.count("Venue") == 2
    nothing: list[dict[str, Any]] = [{}, {"venues": None}, {"venues": []}]
    assert not [snapshot for snapshot in nothing if "Venue" in details_text(details(snapshot=snapshot), None)]


def test_a_run_on_data_from_another_place_is_a_rerun_that_the_verdict_judges() -> None:
    changes = {"data": {"from": "csv:/a", "to": "csv:/b"}}
    shown = details_text(details(origin_run_id=RUN_ID, changes=changes), None)
    assert f"  rerun of  {RUN_ID} (with data csv:/b)\n" in shown
    assert "changes" not in shown
    varied = details_text(
        details(origin_run_id=RUN_ID, changes=changes | {"capital": {"from": 1, "to": 2}}), None
    )
    assert re.search(rf"variation of +{RUN_ID}\n +changes +{{", varied)


def test_an_error_without_a_message_has_no_empty_line() -> None:
    shown = details_text(
        details(status="interrupted", error_type="KeyboardInterrupt", error_message=""), None
    )
    assert shown.split("Error\n")[1] == "  type  KeyboardInterrupt\n"


def test_the_environment_is_in_the_order_of_the_guide() -> None:
    guide = (
        (Path(__file__).parents[2] / "docs" / "guide.md").read_text().split("### The environment of a run")[1]
    )
    rows = [line.split("|")[1] for line in guide.split("\n\n")[1].splitlines()[2:]]
    names = re.findall("`([a-z_]+)`", "".join(rows))
    assert names == list(ENVIRONMENT)
    environment = dict.fromkeys(["zzz", *reversed(names), "aaa"], "x")
    shown = details_text(details(environment=environment), None).split("Environment\n")[1]
    assert [line.split()[0] for line in shown.splitlines()] == [*names, "aaa", "zzz"]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_facts_wrap_under_each_other_and_paths_are_whole(width: int) -> None:
    text = "1 waiting, since 2026-03-02, 2 for other databases, in /home/somebody/.local/share/btsql/spool"
    first, *others = hanging("spool  ", text, width).splitlines()
    assert first.startswith("spool  1 waiting,")
    assert all(line.startswith(" " * 7) and line[7] != " " for line in others)
    assert all(
        len(line) <= max(width, 27) or line.split()[-1].startswith("/home") for line in [first, *others]
    )
    assert " ".join(" ".join([first, *others]).split()) == " ".join(f"spool  {text}".split())
    assert hanging("spool  ", text, None) == f"spool  {text}\n"


def test_long_values_are_cut_on_a_terminal_only() -> None:
    run = details(environment={"modules": "w" * 5000})
    assert "w" * 5000 in details_text(run, None)
    shown = "".join(details_text(run, 80).split())
    assert shown.count("w") < 2100
    assert "(3,000charactersmorewith--formatjson)" in shown


def test_long_parameters_are_whole_in_a_pipe() -> None:
    assert "x" * 5000 in details_text(details(parameters={"weights": "x" * 5000}), None)


# ---- plots

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def ranked(parameter: float, value: float) -> RankedRun:
    values: dict[str, Any] = dict.fromkeys(item.name for item in dataclasses.fields(RankedRun))
    return RankedRun(**(values | {"parameters": {"p": parameter}, "metrics": {"net_profit": value}}))


@given(st.lists(st.tuples(FINITE, st.floats(-1e15, 1e15)), min_size=1, max_size=4))
@example([(1.0, 100.0), (2.0, math.nextafter(100.0, 101.0))])
@example([(0.0, 0.0), (5e-324, 5e-324)])
def test_any_numbers_can_be_drawn(points: list[tuple[float, float]]) -> None:
    drawn = parameter_against_metric([ranked(*point) for point in points], "p", "net_profit", 80)
    marks = "".join(re.findall(r"^.*?[+|](.*)$", drawn, re.MULTILINE)).count("o")
    assert 1 <= marks <= len(points)
    assert max(map(len, drawn.splitlines())) <= 80


# ---- bars beside compared values


def bars_of(values: list[Any]) -> str:
    """Return the bars of a parameter of as many runs, beside another with a bar for each."""
    ids = [f"{place:08x}" for place in range(len(values))]
    texts = [None if value is None else str(value) for value in values]
    steps = [str(place) for place in range(len(values))]
    shown: dict[tuple[str, str], list[Any]] = {
        ("run", "run"): ids,
        ("parameter", "size"): texts,
        ("parameter", "step"): steps,
    }
    fields = [
        ComparedField(section=section, field=field, run_values=row, differs=True, best=None, values=row)
        for (section, field), row in shown.items()
    ]
    lines = comparison_text(fields, None, everything=False, has_baseline=False).splitlines()
    size, step = (next(line for line in lines if line.startswith(f"  {name} ")) for name in ("size", "step"))
    assert step.endswith(BARS[-1])
    return size[step.index(BARS[0]) :]


@given(st.lists(st.none() | st.floats(-1e307, 1e307), min_size=3, max_size=10))
@example([5e-324, 0.0, 1e-323])
@example([1e307, -1e307, 1])
@example([None, 1, 2, 3, None])
def test_higher_numbers_have_higher_bars(values: list[float | None]) -> None:
    drawn, known = bars_of(values), [value for value in values if value is not None]
    if len(known) < 3 or len(set(known)) < 2:
        assert drawn == ""
        return
    drawn = drawn.ljust(len(values))
    assert [bar == " " for bar in drawn] == [value is None for value in values], (
        "a gap for each that has none"
    )
    heights = [BARS.index(bar) for _, bar in sorted(zip(known, drawn.replace(" ", ""), strict=True))]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (0, len(BARS) - 1)


@pytest.mark.parametrize("value", ["low", "", "1_000", math.nan, math.inf, 10**400, 1e308])
def test_what_has_no_height_has_no_bars(value: object) -> None:
    assert bars_of([-1e308, 2.0, 3.0, value]) == ""


def test_a_parameter_that_is_null_is_a_gap() -> None:
    assert bars_of(["null", 10, 20, 30]) == " ▁▅█"
