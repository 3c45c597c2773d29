"""Records through the Python layer into PostgreSQL and back."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import records
from btsql.database import Target, connect
from btsql.errors import RecordRefused, RunWaits, SchemaMismatch, UsageError
from btsql.metrics import METRIC_NAMES
from btsql.record import RunRecord, new_run_id
from btsql.recorder import Recorder
from btsql.runs import get_run, list_runs

DECEMBER = datetime(2023, 12, 31, tzinfo=UTC)


@pytest.fixture
def recorder(database: Target) -> Iterator[Recorder]:
    made = Recorder(database.conninfo)
    yield made
    made.close()


def stored(connection: psycopg.Connection[Any], record: RunRecord) -> dict[str, Any]:
    """Return what the database has of a record, under the record's own keys."""
    run = get_run(connection, str(record.run_id))
    values = {item.name: getattr(run, item.name, None) for item in dataclasses.fields(RunRecord)}
    values["instruments"] = tuple(run.instruments) if run.instruments else None
    values["metrics"] = (
        {name: getattr(run, name) for name in METRIC_NAMES} if run.status == "success" else None
    )
    values["duration_seconds"] = None if run.duration_seconds is None else float(run.duration_seconds)
    if run.error_type is not None:
        values["error"] = {
            "type": run.error_type,
            "message": run.error_message,
            "traceback": run.error_traceback,
        }
    if run.rejected_metrics:
        values["undefined_metrics"] = {name: why["reason"] for name, why in run.rejected_metrics.items()}
    return values


@pytest.mark.parametrize("record", [records.success(), records.failure()], ids=["success", "failure"])
def test_what_goes_in_comes_out(
    connection: psycopg.Connection[Any], recorder: Recorder, record: RunRecord
) -> None:
    assert recorder.save(record) == record.run_id
    expected = dataclasses.asdict(record) | {"strategy_name": record.strategy_type}
    assert stored(connection, record) == expected


TEXT = st.text(st.characters(exclude_characters="\x00", codec="utf-8"))
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(
    allow_nan=False, allow_infinity=False, allow_subnormal=False
)
DOCUMENTS = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | NUMBERS | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)
FRACTIONS = st.floats(0, 1, allow_subnormal=False)


@st.composite
def any_record(draw: st.DrawFn) -> RunRecord:
    started_at = draw(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    metrics = {name: draw(st.none() | FRACTIONS) for name in METRIC_NAMES if "trades" not in name}
    metrics |= {
        "max_drawdown": draw(FRACTIONS.map(lambda x: -x)),
        "average_loss": draw(FRACTIONS.map(lambda x: -x)),
    }
    wins, losses, even = (draw(st.integers(0, 500)) for _ in range(3))
    total = wins + losses + even
    metrics |= {
        "total_trades": total,
        "winning_trades": wins,
        "losing_trades": losses,
        "periods_per_year": 365,
    }
    metrics["win_rate"] = wins / total if total else None
    undefined = {name: "because" for name, value in metrics.items() if value is None}
    return records.success(
        run_id=new_run_id(started_at),
        started_at=started_at,
        duration_seconds=draw(st.floats(0, 1e9, allow_subnormal=False)),
        strategy_name=draw(TEXT.filter(lambda text: text.strip() != "" and not text.isspace())) + "x",
        parameters=draw(DOCUMENTS),
        snapshot=draw(DOCUMENTS),
        environment=draw(DOCUMENTS),
        engine_figures=draw(DOCUMENTS),
        instruments=tuple(draw(st.lists(TEXT.map(lambda text: f"{text}.X"), min_size=1, max_size=3))),
        initial_capital=draw(st.integers(1, 10**12)),
        metrics=metrics,
        undefined_metrics=undefined or None,
    )


def as_read(value: Any) -> Any:
    """Return a value as a reader of its JSON text has it, who cannot tell a whole float from an integer."""
    match value:
        case float():
            number = Decimal(repr(value))
            return int(number) if number == number.to_integral_value() else value
        case dict():
            return {key: as_read(item) for key, item in value.items()}
        case list() | tuple():
            return [as_read(item) for item in value]
    return value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(record=any_record())
def test_any_valid_record_comes_out_as_it_went_in(
    connection: psycopg.Connection[Any], record: RunRecord
) -> None:
    connection.execute("SELECT btsql.record_run(%s::jsonb)", [record.document()])
    found = stored(connection, record)
    expected = dataclasses.asdict(record)
    assert as_read(found) == as_read(expected)
    again = connection.execute(
        "SELECT count(*) FROM btsql.record_run(%s::jsonb)", [record.document()]
    ).fetchone()
    assert again == (1,), "the same record again is harmless"


def test_numbers_that_no_reader_takes_keep_the_run(
    connection: psycopg.Connection[Any], recorder: Recorder
) -> None:
    given = {"huge": 10**5000, "far": Decimal("1e5000"), "long": 10**4299, "near": Decimal("1e-5000")}
    record = records.success(parameters=given)
    recorder.save(record)
    assert stored(connection, record)["parameters"] == {
        "huge": hex(10**5000),
        "far": "1E+5000",
        "long": 10**4299,
        "near": "1E-5000",
    }


def test_sending_a_record_twice_keeps_one(connection: psycopg.Connection[Any], recorder: Recorder) -> None:
    record = records.success()
    assert recorder.save(record) == recorder.save(record)
    assert len(list_runs(connection)) == 1


def test_other_content_under_the_same_id_is_refused(
    connection: psycopg.Connection[Any], recorder: Recorder
) -> None:
    record = records.success()
    recorder.save(record)
    with pytest.raises(RecordRefused, match="backtest_run_content_is_final"):
        recorder.save(dataclasses.replace(record, duration_seconds=2.0))
    assert float(get_run(connection, "@").duration_seconds or 0) == 1.5


def test_a_metric_out_of_range_keeps_the_run(connection: psycopg.Connection[Any], recorder: Recorder) -> None:
    metrics = records.METRICS | {"sharpe_ratio": 11, "sortino_ratio": float("nan"), "total_return": -7.0}
    recorder.save(records.success(metrics=metrics))
    run = get_run(connection, "@")
    assert (run.sharpe_ratio, run.sortino_ratio, run.total_return) == (None, None, None)
    assert run.rejected_metrics is not None
    assert {name: why["reported_value"] for name, why in run.rejected_metrics.items()} == {
        "sharpe_ratio": "11",
        "sortino_ratio": "NaN",
        "total_return": "-7.0",
    }


def test_a_broken_rule_is_named(recorder: Recorder) -> None:
    with pytest.raises(RecordRefused, match="backtest_run_data_range_is_ordered"):
        recorder.save(records.success(data_start=DECEMBER, data_end=datetime(2020, 1, 1, tzinfo=UTC)))
    with pytest.raises(UsageError, match='missing key "currency"'):
        recorder.save(records.success(currency=None))


def test_a_cut_connection_is_replaced(connection: psycopg.Connection[Any], recorder: Recorder) -> None:
    recorder.save(records.success())
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    recorder.save(records.success(after=1))
    assert len(list_runs(connection)) == 2


def test_threads_share_one_recorder(connection: psycopg.Connection[Any], recorder: Recorder) -> None:

    def record_ten(thread: int) -> None:
        for place in range(10):
            recorder.save(records.success(after=thread + place / 100))

    threads = [threading.Thread(target=record_ten, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list_runs(connection, result_limit=1000)) == 80


def test_nothing_is_called_saved_without_a_schema(empty_database: Target) -> None:
    with pytest.raises(RunWaits, match="no btsql schema"):
        Recorder(empty_database.conninfo).save(records.success())


def test_nothing_is_called_saved_without_a_server(tmp_path: Any) -> None:
    with pytest.raises(RunWaits, match="cannot connect"):
        Recorder(f"host={tmp_path} dbname=nowhere").save(records.success())


def test_connecting_says_what_is_missing(empty_database: Target) -> None:
    with pytest.raises(SchemaMismatch) as error:
        connect(empty_database)
    assert "btsql init" in (error.value.hint or "")
