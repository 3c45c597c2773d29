"""The command line as a process: options, formats, exit codes, what goes where, and what a terminal shows."""

from __future__ import annotations

import csv
import inspect
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from btsql import deployment
from btsql.database import SCHEMA_VERSION, Target, connect
from btsql.embedded import EmbeddedServer
from btsql.record import RunRecord, new_run_id
from conftest import Run
from records import METRICS, START, failure, save, success
from terminal import Session, on_terminal

PASSWORD = "Pa55/w%rd'§"
TESTS = Path(__file__).parents[1]
FAILURE = "btsql.strategies.fails_on_purpose:FailsOnPurpose"
MOCK = ("--instrument", "TEST.SIM", "--data", "mock")
EVIL = "evil\x1b[31m\x1b]0;title\x07\x9b2J\u202ename\r"
UNCONTROLLED = "evil\u202e\u2028"  # what a currency may hold of that


def terminal(environment: dict[str, str], *arguments: str, **options: Any) -> Session:
    """Run btsql on a terminal of a user who has not asked for no colours."""
    wanted = {name: value for name, value in environment.items() if name not in {"NO_COLOR", "TERM"}}
    return on_terminal(
        [sys.executable, "-m", "btsql", *arguments], wanted | options.pop("env", {}), **options
    )


@pytest.fixture
def recorded(database: Target) -> list[RunRecord]:
    """Three runs in the database, oldest first: a success with everything, a failure, an interrupted one."""
    everything = success(
        after=1,
        strategy_name='naïve, "quoted"\tlabel',
        duration_seconds=12.345678,
        parameters={"fast_period": 10, "levels": [0.1, 0.25], "nested": {"on": True, "none": None}},
        instruments=("AAPL.XNAS", "EUR/USD.SIM"),
        data_start=datetime(2020, 1, 1, 9, 30, tzinfo=UTC),
        initial_capital=Decimal("123456.78"),
        snapshot={"format": 1, "data": [{"path": "/bars.csv"}], "not_captured": ["an object"]},
        environment={"host": "here", "python": "3.11"},
        origin_run_id=UUID("019cade2-4cd3-7021-b37a-afef76d95851"),
        changes={"parameters": {"fast_period": 12}},
        metrics=METRICS | {"sharpe_ratio": float("nan"), "cagr": None, "total_return": 0.1 + 0.2},
        undefined_metrics={"cagr": "one day"},
        engine_figures={"PnL (total)": 25000.5, "text": "as it came"},
    )
    runs = [everything, failure(after=2), success(after=3, status="interrupted", metrics=None)]
    save(database, *runs)
    return runs


def expected_details(record: RunRecord) -> dict[str, Any]:
    """Return the values under record.md's keys that `show --format json` must have for a record."""
    document: dict[str, Any] = json.loads(record.document())
    metrics: dict[str, Any] = document.pop("metrics", {})
    document.pop("undefined_metrics", None)
    finite = {name: value if isinstance(value, int | float) else None for name, value in metrics.items()}
    return {"strategy_name": record.strategy_type} | document | finite


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its times as instants, however they are written."""
    times = ("started_at", "data_start", "data_end", "recorded_at")
    return {
        name: datetime.fromisoformat(value) if name in times and value else value
        for name, value in document.items()
    }


# ---- formats


def test_show_json_has_what_was_recorded(btsql: Run, recorded: list[RunRecord]) -> None:
    for record in recorded:
        shown = btsql("show", str(record.run_id), "--format", "json")
        assert (shown.returncode, shown.stderr) == (0, "")
        document = comparable(json.loads(shown.stdout))
        expected = comparable(expected_details(record))
        assert {name: document[name] for name in expected} == expected
        for name in set(METRICS) | {"error", "instruments", "environment", "changes", "engine_figures"}:
            assert name in document, "every key is there, null where nothing is recorded"
        assert document["short_id"] == record.run_id.hex[-12:]


def test_history_json_is_an_array_newest_first(btsql: Run, recorded: list[RunRecord]) -> None:
    listed = btsql("history", "--format", "json")
    assert listed.stderr == ""
    runs = json.loads(listed.stdout)
    assert [run["run_id"] for run in runs] == [str(record.run_id) for record in reversed(recorded)]
    for run, record in zip(runs, reversed(recorded), strict=True):
        expected = comparable(expected_details(record))
        shown = comparable(run)
        for name in set(shown) & set(expected):
            assert shown[name] == expected[name], name
    assert runs[2]["total_return"] == 0.1 + 0.2
    assert runs[1]["error_type"] == "ValueError"


@pytest.mark.parametrize(("kind", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_rows_read_back(btsql: Run, recorded: list[RunRecord], kind: str, delimiter: str) -> None:
    listed = btsql("history", "--format", kind).stdout
    rows = list(csv.DictReader(io.StringIO(listed), delimiter=delimiter))
    assert [row["run_id"] for row in rows] == [str(record.run_id) for record in reversed(recorded)]
    oldest = rows[2]
    assert oldest["strategy_name"] == recorded[0].strategy_name
    assert oldest["instruments"] == "AAPL.XNAS EUR/USD.SIM"
    assert float(oldest["total_return"]) == 0.1 + 0.2
    assert oldest["initial_capital"] == "123456.78"
    assert (oldest["sharpe_ratio"], rows[0]["total_return"]) == ("", "")
    assert oldest["data_start"] == "2020-01-01T09:30:00Z"

    shown = btsql("show", str(recorded[0].run_id), "--format", kind).stdout
    (row,) = csv.DictReader(io.StringIO(shown), delimiter=delimiter)
    assert json.loads(row["parameters"]) == recorded[0].parameters
    assert json.loads(row["rejected_metrics"])["cagr"]["reason"] == "one day"
    assert json.loads(row["annotations"]) == []

    assert btsql("note", str(recorded[0].run_id), 'it\'s "this" one').returncode == 0
    assert btsql("tag", str(recorded[0].run_id), "keep", "draft").returncode == 0
    shown = btsql("show", str(recorded[0].run_id), "--format", kind).stdout
    (row,) = csv.DictReader(io.StringIO(shown), delimiter=delimiter)
    events = json.loads(row["annotations"])
    assert {(event["kind"], event["content"]) for event in events} == {
        ("note", 'it\'s "this" one'),
        ("tag", "keep"),
        ("tag", "draft"),
    }
    assert row["tags"] == "draft keep"


def test_config_and_traceback_alone(btsql: Run, recorded: list[RunRecord]) -> None:
    assert json.loads(btsql("show", "@~2", "--config").stdout) == recorded[0].snapshot
    error = recorded[1].error
    assert error is not None
    assert btsql("show", "@~1", "--traceback").stdout.rstrip("\n") == error["traceback"]
    none = btsql("show", "@", "--traceback")
    assert (none.returncode, none.stdout) == (0, "")
    assert "has no traceback: it ended as interrupted" in none.stderr
    both = btsql("show", "@", "--config", "--traceback")
    assert (both.returncode, both.stdout) == (2, "")


def test_show_tells_origin_changes_and_what_a_rerun_needs(btsql: Run, recorded: list[RunRecord]) -> None:
    shown = btsql("show", "@~2").stdout
    assert re.search(rf"variation of +{recorded[0].origin_run_id}$", shown, re.M)
    assert re.search(r'changes +\{"parameters": \{"fast_period": 12\}\}$', shown, re.M)
    assert re.search(r"source +csv:/bars.csv$", shown, re.M)
    assert re.search(r"capital +123,456.78 USD$", shown, re.M)
    assert "Not captured, so needed again for a re-run\n  -  an object\n" in shown


def test_times_are_local_for_people_and_utc_for_programs(
    btsql: Run, environment: dict[str, str], recorded: list[RunRecord]
) -> None:
    tokyo = environment | {"TZ": "Asia/Tokyo"}
    header, newest, *_ = btsql("history", env=tokyo).stdout.splitlines()
    assert "started JST" in header
    assert "2026-03-02 18:30:18" in newest
    assert "2026-03-02 18:30:18 JST" in btsql("show", "@", env=tokyo).stdout
    assert json.loads(btsql("history", "--format", "json", env=tokyo).stdout)[0]["started_at"].endswith("Z")
    since = btsql("history", "--since", "2026-03-02T18:30:18", "--format", "json", env=tokyo)
    assert len(json.loads(since.stdout)) == 1, "a time without a zone is in the user's own"


def test_a_zone_that_is_a_day_away_is_utc(
    btsql: Run, environment: dict[str, str], database: Target, recorded: list[RunRecord]
) -> None:
    far = environment | {"TZ": "XXX-24"}
    header, newest, *_ = btsql("history", env=far).stdout.splitlines()
    assert "started UTC" in header
    assert "2026-03-02 09:30:18" in newest
    assert "2026-03-02 09:30:18 UTC" in btsql("show", "@", env=far).stdout
    for since, found in (("2026-03-02T09:30:18", 1), ("2026-03-02", len(recorded))):
        done = btsql("history", "--since", since, "--until", "2026-03-03", "--format", "json", env=far)
        assert (done.returncode, len(json.loads(done.stdout))) == (0, found), since
    now = datetime.now(UTC)
    save(database, success(run_id=new_run_id(now), started_at=now))
    for since in ("today", "7d"):
        done = btsql("history", "--since", since, "--format", "json", env=far)
        assert (done.returncode, len(json.loads(done.stdout))) == (0, 1), since


def test_minutes_ago_are_minutes(btsql: Run, database: Target) -> None:
    now = datetime.now(UTC)
    for minutes in (60, 120):
        started_at = now - timedelta(minutes=minutes)
        save(database, success(run_id=new_run_id(started_at), started_at=started_at))
    for text, found in (("90m", 1), ("90min", 1), ("150m", 2), ("2h", 1), ("59m", 0)):
        done = btsql("history", "--since", text, "--format", "csv")
        assert done.stdout.count("\n") == found + 1, text
    assert btsql("history", "--since", "90 minutes").returncode == 2


def test_times_may_be_said_as_people_say_them(btsql: Run, database: Target) -> None:
    now = datetime.now(UTC)
    ages = (timedelta(hours=1), timedelta(days=3), timedelta(days=30))
    runs = [success(started_at=now - age, run_id=new_run_id(now - age)) for age in ages]
    save(database, *runs)

    def listed(*options: str) -> list[str]:
        found = json.loads(btsql("history", "--format", "json", *options).stdout)
        return [run["run_id"] for run in found]

    ids = [str(run.run_id) for run in runs]
    assert listed("--since", "2h") == ids[:1]
    assert listed("--since", "7d") == listed("--since", "1w") == ids[:2]
    assert listed("--until", "yesterday") == ids[1:]
    assert listed("--since", "4d", "--until", "2d") == ids[1:2]


# ---- a pipe


def test_a_pipe_gets_plain_whole_text(btsql: Run, environment: dict[str, str], database: Target) -> None:
    name = ("a label much longer than any terminal is wide, " * 5)[:200]
    save(
        database, success(strategy_name=name.strip(), instruments=tuple(f"SYMBOL{n}.XNAS" for n in range(9)))
    )
    loud = {key: value for key, value in environment.items() if key != "NO_COLOR"} | {"FORCE_COLOR": "1"}
    for arguments in (["history"], ["show", "@"], ["status"]):
        done = btsql(*arguments, env=loud | {"COLUMNS": "40"})
        assert done.returncode == 0
        assert not set("\x1b─│…\r") & set(done.stdout + done.stderr)
        if arguments != ["status"]:
            assert name.strip() in done.stdout
            assert " ".join(f"SYMBOL{n}.XNAS" for n in range(9)) in done.stdout


@pytest.mark.parametrize("kind", ["table", "json", "csv"])
def test_a_reader_that_has_had_enough_is_no_error(
    environment: dict[str, str], database: Target, kind: str
) -> None:
    save(database, *(success(after=second) for second in range(300)))
    command = f"{sys.executable} -m btsql history -n 1000 --format {kind}"
    script = f"set -o pipefail; {command} | head -1"
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    reader, writer = os.pipe()
    os.close(reader)
    try:
        closed = subprocess.run(
            command.split(), env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(writer)
    assert (closed.returncode, closed.stderr) == (0, "")


def test_output_that_cannot_be_written_is_told(
    environment: dict[str, str], recorded: list[RunRecord]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "btsql", "history"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "btsql: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("run", "--help"), ("server", "stop", "-h")], ids=" ".join
)
def test_help_that_cannot_be_written_ends_as_other_output_does(
    environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "btsql", *arguments]
    told = "btsql: the output cannot be written: No space left on device\n"
    for unbuffered in ("", "1"):
        own = environment | {"PYTHONUNBUFFERED": unbuffered}
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                command, env=own, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (done.returncode, done.stderr) == (1, told)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            command, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_error_of_a_command_is_not_taken_for_one_of_the_output(environment: dict[str, str]) -> None:
    program = """
        from btsql.cli import main, server
        def fail(*_, **__): raise PermissionError(13, "a defect")
        server.spool_facts = fail
        main()
    """
    done = subprocess.run(
        [sys.executable, "-c", inspect.cleandoc(program), "status"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("PermissionError: [Errno 13] a defect\n")


@pytest.mark.parametrize("closing", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_outputs_are_no_error(
    environment: dict[str, str], recorded: list[RunRecord], closing: str
) -> None:
    command = f"{sys.executable} -m btsql history {closing}"
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_output_of_few_characters_gets_escapes(
    btsql: Run, environment: dict[str, str], recorded: list[RunRecord]
) -> None:
    done = btsql("history", env=environment | {"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "na\\xefve" in done.stdout


# ---- a terminal

WIDE_NAMES: list[dict[str, Any]] = [
    {"strategy_name": "a label that is much longer than the column it is shown in"},
    {"instruments": ("BTCUSDT-PERP.BINANCE", "ETHUSDT-PERP.BINANCE", "SOLUSDT-PERP.BINANCE")},
    {"strategy_name": "戦略の名前はとても長いので切られる" * 2},
    {"metrics": METRICS | {"total_return": 99.99, "sharpe_ratio": -9.99, "max_drawdown": -1}},
    {"strategy_name": EVIL, "status": "interrupted", "metrics": None},
]


@pytest.fixture
def wide(database: Target) -> None:
    save(database, *(success(after=n, **changes) for n, changes in enumerate(WIDE_NAMES)), failure(after=9))


@pytest.mark.parametrize("columns", [80, 100, 120, 200])
def test_history_fits_the_terminal(environment: dict[str, str], wide: None, columns: int) -> None:
    from rich.cells import cell_len

    listed = terminal(environment, "history", columns=columns)
    assert listed.exit_code == 0
    header, rule, *rows = listed.lines
    assert header.split()[0] == "id"
    assert set(rule) == {"─"}
    assert len(rows) == 6
    assert max(cell_len(line) for line in listed.lines) <= columns
    for row, status in zip(rows, ["failure", "interrupted", *["success"] * 4], strict=True):
        assert re.match(r"[0-9a-f]{8} +(2026-)?03-02 ", row), "ids and times are never cut"
        assert row.rstrip().endswith(status)
    assert rows[2].split()[-4:-1] == ["+9999.00%", "-9.99", "-100.00%"], "nor are numbers"


def test_a_usual_history_is_whole_at_80_columns(environment: dict[str, str], database: Target) -> None:
    kinds = ("sma_crossover", "mean_reversion", "momentum")
    save(database, *(success(after=n, strategy_type=kind) for n, kind in enumerate(kinds)))
    listed = terminal(environment, "history").text
    assert "…" not in listed
    assert all(f" {kind} " in listed for kind in kinds)
    assert "AAPL.XNAS" in listed


def test_runs_of_another_year_show_it(environment: dict[str, str], database: Target) -> None:
    save(
        database, success(after=-7 * 365 * 86400, strategy_name="a label that leaves no room for long times")
    )
    year = (START - timedelta(days=7 * 365)).strftime("%Y-%m-%d")
    assert f" {year} " in terminal(environment, "history").text
    assert f" {year} 09:30:15 " in terminal(environment, "history", columns=160).text


@pytest.mark.parametrize("arguments", [("history",), ("show", "@"), ("show", "@~1")], ids=" ".join)
def test_colours_on_a_terminal_unless_unwanted(
    environment: dict[str, str], wide: None, arguments: tuple[str, ...]
) -> None:
    assert terminal(environment, *arguments).has_colours
    assert not terminal(environment, *arguments, env={"NO_COLOR": "1"}).has_colours
    assert "\x1b" not in terminal(environment, *arguments, env={"TERM": "dumb"}).written


def test_messages_wrap_between_words_on_a_terminal(environment: dict[str, str]) -> None:
    refused = terminal(environment, "show", "zz")
    assert refused.exit_code == 2
    assert len(refused.lines) > 2
    assert max(map(len, refused.lines)) <= 80
    assert all(line.startswith("       ") for line in refused.lines[1:])


@pytest.mark.parametrize(
    "arguments",
    [
        ("history",),
        ("show", "@"),
        ("show", "@", "--traceback"),
        ("show", "@ok"),
        ("compare", "@ok", "@~2"),
        ("best", "--metric", "net_profit"),
        ("strategy", EVIL),
        ("config", "@ok"),
        *(
            (*command, "--format", kind)
            for command in (("history",), ("show", "@"), ("show", "@ok"))
            for kind in ("json", "csv", "tsv", "markdown")
        ),
        ("compare", "@ok", "@~2", "--format", "markdown"),
    ],
    ids=lambda arguments: ascii(" ".join(arguments)),
)
def test_a_terminal_obeys_nothing_of_what_was_recorded(
    environment: dict[str, str], database: Target, arguments: tuple[str, ...]
) -> None:
    error = {"type": EVIL, "message": f"{EVIL}\nsecond", "traceback": f"Traceback\n{EVIL}"}
    texts: dict[str, Any] = {
        "strategy_type": EVIL,
        "strategy_name": f"{EVIL} too",
        "strategy_path": f"module:{''.join(EVIL.split())}",
        "parameters": {EVIL: EVIL, "nested": {EVIL: [EVIL]}},
        "instruments": (EVIL,),
        "currency": UNCONTROLLED,
        "snapshot": {
            "data": [{"kind": EVIL, "path": EVIL}],
            "venues": [{"venue": EVIL}],
            "not_captured": [EVIL],
        },
        "environment": {EVIL: EVIL, "host": EVIL, "nautilus_trader": EVIL},
        "engine_figures": {EVIL: EVIL},
    }
    undefined = {"undefined_metrics": {"cagr": EVIL}, "metrics": METRICS | {"cagr": None}}
    other = texts | {"parameters": {EVIL: f"{EVIL} too"}}
    origin = {"origin_run_id": new_run_id(START), "changes": {EVIL: {"from": EVIL, "to": EVIL}}}
    save(database, success(**texts), success(after=1, **other, **undefined, **origin))
    save(database, failure(after=2, **texts, error=error))
    shown = terminal(environment, *arguments, env={"NO_COLOR": "1"}, columns=300)
    assert shown.exit_code == 0
    assert "evil" in shown.text
    left = shown.text.replace("\n", "").replace("\t", "")
    assert left.isprintable(), [c for c in left if not c.isprintable()]


def test_programs_get_control_characters_as_they_are(
    btsql: Run, environment: dict[str, str], database: Target
) -> None:
    save(database, failure(strategy_name=EVIL))
    assert json.loads(btsql("show", "@", "--format", "json").stdout)["strategy_name"] == EVIL
    command = [sys.executable, "-m", "btsql", "history", "--format", "csv"]
    listed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode()
    (row,) = csv.DictReader(io.StringIO(listed, newline=""))
    assert row["strategy_name"] == EVIL


def test_a_long_value_does_not_flood_a_terminal(environment: dict[str, str], database: Target) -> None:
    save(database, success(parameters={"weights": "w" * 120_000}))
    shown = terminal(environment, "show", "@").text
    assert len(shown) < 10_000
    assert "118,000 characters more with --format json" in re.sub(r"\s+", " ", shown)


# ---- running


@pytest.mark.engine
def test_a_progress_bar_on_a_terminal_only(btsql: Run, environment: dict[str, str], tmp_path: Path) -> None:
    command = ("run", "sma_crossover", *MOCK)
    shown = terminal(environment, *command)
    assert shown.exit_code == 0
    assert "━" in shown.text
    assert "1043" in shown.text
    assert "Metrics" in shown.text
    piped = btsql(*command, "--on-duplicate", "run", "--format", "json")
    assert json.loads(piped.stdout)["strategy_type"] == "sma_crossover"
    assert re.fullmatch(
        r"btsql: saved run ([0-9a-f]{8}) \(success, sma_crossover, TEST.SIM, "
        r"return [-+.\d]+%, Sharpe [-.\d]+\)\n"
        r"       see it with: btsql show \1\n",
        piped.stderr,
    )


def python_path(environment: dict[str, str]) -> str:
    return os.pathsep.join([os.fspath(TESTS), *filter(None, [environment.get("PYTHONPATH")])])


@pytest.mark.engine
def test_what_a_strategy_prints_stays_out_of_the_data(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "go").touch()
    slow = environment | {"SLOW_DIRECTORY": os.fspath(tmp_path), "PYTHONPATH": python_path(environment)}
    done = btsql("run", "slow_strategy:Slow", *MOCK, "--format", "json", env=slow)
    assert json.loads(done.stdout)["strategy_type"] == "Slow"
    assert "a strategy prints what it likes\n" in done.stderr


@pytest.mark.engine
def test_every_option_of_run(btsql: Run, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(
        'strategy = "momentum"\ninstrument = "MSFT.XNAS"\ndata = "mock:3"\ncapital = 5000\n'
        "[parameters]\nlookback_period = 30\n"
    )
    options = [
        "--instrument",
        "VOD.XLON",
        "--start",
        "2021-01-04",
        "--end",
        "2021-12-31",
        "--capital",
        "75_000",
    ]
    options += [
        "--bar",
        "1-DAY-LAST",
        "--name",
        "mine",
        "--set",
        "position_fraction=0.5",
        "--currency",
        "usd",
    ]
    done = btsql("run", "-f", "run.toml", *options, "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["strategy_type"], row["strategy_name"]) == ("momentum", "mine")
    assert (row["instruments"], row["data_start"][:10], row["data_end"][:10]) == (
        "VOD.XLON",
        "2021-01-04",
        "2021-12-31",
    )
    assert (row["initial_capital"], row["currency"]) == ("75000", "USD")
    parameters = json.loads(row["parameters"])
    assert (parameters["lookback_period"], parameters["position_fraction"]) == (30, 0.5)


# ---- settings of the server


def test_times_are_read_in_whatever_style_a_user_has_them_written(
    btsql: Run,
    environment: dict[str, str],
    recorded: list[RunRecord],
    connection: psycopg.Connection[Any],
) -> None:
    as_usual = btsql("history").stdout
    assert btsql("history", env=environment | {"PGDATESTYLE": "German"}).stdout == as_usual
    assert btsql("show", "@", env=environment | {"PGDATESTYLE": "SQL, DMY"}).returncode == 0
    connection.execute(f"ALTER DATABASE {connection.info.dbname} SET datestyle = 'Postgres, MDY'")
    assert btsql("history").stdout == as_usual


def test_a_row_that_was_let_in_by_nobody_is_shown_all_the_same(
    btsql: Run, recorded: list[RunRecord], connection: psycopg.Connection[Any]
) -> None:
    connection.execute("ALTER TABLE btsql.backtest_run DISABLE TRIGGER USER")
    for parameters, shown in (
        ('{"a": 1e5000}', {"a": "1" + 5000 * "0"}),
        ('{"a": ' + "[" * 3000 + "]" * 3000 + "}", {"not shown": "it is nested too deeply"}),
    ):
        connection.execute("UPDATE btsql.backtest_run SET parameters = %s::jsonb", [parameters])
        listed = json.loads(btsql("history", "--format", "json").stdout)
        assert [run["parameters"] for run in listed] == [shown] * len(recorded)
        assert json.loads(btsql("show", "@", "--format", "json").stdout)["parameters"] == shown
        assert next(iter(shown.values()))[:30] in btsql("show", "@").stdout
        for command in (("history", "--format", "json"), ("show", "@"), ("show", "@", "--format", "json")):
            done = btsql(*command)
            assert (done.returncode, "Traceback" in done.stderr) == (0, False)


# ---- exit codes


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("history", "--nosuch"), 2, "No such option: --nosuch"),
        (("nosuch",), 2, "No such command 'nosuch'"),
        (("history", "--format", "xml"), 2, "'xml' is not one of 'table', 'json', 'csv', 'tsv'"),
        (("history", "--status", "lost"), 2, "not success, failure or interrupted"),
        (("history", "--since", "lately"), 2, "--since is not a date or a time: 'lately'"),
        (("history", "--until", "2024-13-01"), 2, "Write it as 2024-01-31"),
        (("status", "--format", "csv"), 2, "'csv' is not one of 'table', 'json'"),
        (("show",), 2, "Missing argument 'RUN'"),
        (("show", "xyz"), 2, "not a reference to a run"),
        (("show", "@~99"), 3, "no run answers to"),
        (("run",), 2, "missing: STRATEGY, --instrument, --data"),
        (("run", "momentum", "--data", "mock"), 2, "missing: --instrument"),
        (("run", "momentum", "--instrument", "AAPL", "--data", "mock"), 2, "must be SYMBOL.VENUE"),
        (("run", "momentum", *MOCK, "--set", "period"), 2, "expected key=value"),
        (("run", "momentum", *MOCK, "--capital", "-5"), 2, "the capital must be above 0"),
        (("run", "-f", "/nonexistent.toml"), 2, "cannot read /nonexistent.toml"),
        (("run", "momentum", *MOCK, "--end", "0001-01-01"), 2, "the end must be in the years 1000 to 9998"),
        (("history", "--where", "sharpe_ratio <= 1e-307%"), 2, "too large or too small"),
        (("status", "--dsn", b"\xff"), 2, "the DSN cannot be read"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_usage_errors_and_unknown_runs(
    btsql: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = btsql(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.engine
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("momentun", *MOCK), 6, "did you mean momentum?"),
        (("nosuch.module:Class", *MOCK), 6, "nosuch.module:Class cannot be imported"),
        (
            ("momentum", "--instrument", "A.B", "--data", "csv:/nonexistent.csv"),
            6,
            "no file /nonexistent.csv",
        ),
        (("momentum", "--instrument", "A.B", "--data", f"catalog:{'x' * 300}"), 6, "File name too long"),
        (("momentum", *MOCK, "--end", "9998-12-31"), 2, "up to 36,600 days apart"),
        (
            ("momentum", *MOCK, "--capital", "1e400"),
            2,
            "the capital, 1E+400, is more than an account can hold",
        ),
        (
            ("momentum", *MOCK, "--capital", "1e20"),
            2,
            "is more than an account can hold\n       The engine's limit is 17,014,118,346,046 USD.\n",
        ),
        (("momentum", *MOCK, "--capital", "1e-5"), 2, "is less than the smallest amount of it"),
        (("momentum", *MOCK, "--set", "nosuch=1"), 2, "momentum has no parameter 'nosuch'"),
        (("sma_crossover", *MOCK, "--set", "fast_period=90"), 2, "fast_period must be below slow_period"),
        ((FAILURE, *MOCK), 1, "the backtest failed: RuntimeError"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_backtests_that_cannot_be(btsql: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = btsql("run", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_an_ambiguous_reference_lists_the_candidates_and_ends_with_4(btsql: Run, database: Target) -> None:
    runs = [success(after=second) for second in range(3)]
    same = [replace(run, run_id=UUID(f"{run.run_id.hex[:20]}abcd0000000{n}")) for n, run in enumerate(runs)]
    save(database, *same)
    done = btsql("show", "abcd")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.splitlines()[1:4] == [
        f"       {run.run_id.hex[-12:]}  2026-03-02 09:30:{15 + n} UTC  sma_crossover  success"
        for n, run in reversed(list(enumerate(same)))
    ]
    assert "Give more digits" in done.stderr
    listed = json.loads(btsql("history", "--format", "json").stdout)
    assert [run["short_id"] for run in listed] == ["abcd00000002", "abcd00000001", "abcd00000000"]
    for run in listed:
        assert (
            json.loads(btsql("show", run["short_id"], "--format", "json").stdout)["run_id"] == run["run_id"]
        )


def test_help_and_version(btsql: Run) -> None:
    for arguments in ((), ("server",)):
        assert btsql(*arguments, "--help").stdout.startswith(
            " ".join(["Usage: btsql", *arguments, "[OPTIONS]"])
        )
    assert re.fullmatch(r"btsql \d+\.\d+\.\d+\n", btsql("--version").stdout)
    codes = btsql("--help").stdout
    assert all(re.search(rf"\b{code} ", codes) for code in (0, 1, 2, 3, 4, 5, 6, 130))


# ---- which database, and its password


def test_a_dsn_wins_over_the_variables(btsql: Run, environment: dict[str, str], tmp_path: Path) -> None:
    bare = {name: value for name, value in environment.items() if name != "BTSQL_DSN"}
    libpq = {
        "PGHOST": "127.0.0.1",
        "PGPORT": "3",
        "PGDATABASE": "third",
        "PGUSER": "u",
        "PGPASSWORD": PASSWORD,
    }
    variable = {"BTSQL_DSN": f"host=127.0.0.1 port=2 dbname=second user=u password='{PASSWORD[:-2]}'"}

    def used(*arguments: str, env: dict[str, str]) -> Any:
        done = btsql("status", "--format", "json", *arguments, env=env)
        assert done.returncode == 5
        return json.loads(done.stdout)["dsn"]

    everything = bare | libpq | variable
    assert (
        used("--dsn", "postgresql://u@127.0.0.1:1/first", env=everything)
        == "postgresql://u@127.0.0.1:1/first"
    )
    assert used(env=everything) == "postgresql://u@127.0.0.1:2/second"
    assert used(env=everything | {"BTSQL_DSN": ""}) == "postgresql://u@127.0.0.1:3/third"
    (tmp_path / "file").touch()
    home = {"BTSQL_HOME": os.fspath(tmp_path / "file" / "home"), "PGPASSWORD": PASSWORD}
    assert used(env=bare | home).startswith("postgresql://postgres@/btsql?host=")


@contextmanager
def refusing_server(message: str) -> Iterator[int]:
    """A server that asks for no password and refuses everyone, as PostgreSQL does; yields its port."""
    fields = b"SFATAL\0VFATAL\0C28P01\0M" + message.encode() + b"\0\0"
    refusal = b"E" + (len(fields) + 4).to_bytes(4, "big") + fields

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                while len(start := client.recv(1024)) == 8:  # it asks for encryption first
                    client.sendall(b"N")
                if start:
                    client.sendall(refusal)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


COMMANDS = [
    ["history"],
    ["show", "@"],
    ["status"],
    ["status", "--format", "json"],
    ["init"],
    ["psql", "--", "-l"],
    ["run", "momentum", *MOCK],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_password_is_never_printed(btsql: Run, environment: dict[str, str], command: list[str]) -> None:
    with refusing_server('password authentication failed for user "u"\x1b[31m') as port:
        dsns = [
            f"postgresql://u:s3cr%2Ft@127.0.0.1:{port}/db",
            f"postgresql://u@127.0.0.1:{port}/db?password=s3cr%2Ft",
            f"host=127.0.0.1 port={port} user=u dbname=db password='s3cr/t'",
            "postgresql://u:s3cr%2Ft@127.0.0.1:1/db",
            "postgresql://u:s3cr%2Ft@[::1/db",
            "postgresql://u:s3cr%2Ft@h:port:5/%zz",
            "postgresql://u:p@s3cr@127.0.0.1:1/db",
            "postgresql://u:s3cr",
            "host=h password=s3cr/t nonsense",
            "postgresql://u:s3cr%2Ft@127.0.0.1/db?sslmode=s3cr%2Ft&nosuch=1",
        ]
        for place, dsn in enumerate(dsns):
            as_option = (place + COMMANDS.index(command)) % 2
            arguments = [command[0], "--dsn", dsn, *command[1:]] if as_option else command
            done = btsql(*arguments, env=environment if as_option else environment | {"BTSQL_DSN": dsn})
            output = done.stdout + done.stderr
            assert done.returncode in {2, 5, 7}, output  # 7: it was run, and its record waits
            assert "s3cr" not in output
            assert "\x1b" not in output
            assert "Traceback" not in output
            assert done.stderr.startswith("btsql: ")


@pytest.mark.engine
def test_a_backtest_is_run_though_its_database_is_away(btsql: Run, spool: Path) -> None:
    arguments = [*MOCK, "--dsn", "postgresql://u:s3cr@127.0.0.1:1/db"]
    done = btsql("run", "sma_crossover", *arguments)
    assert (done.returncode, done.stdout) == (7, "")
    first, *told = done.stderr.splitlines()
    assert first.startswith("btsql: the database is away: cannot connect to postgresql://u@127.0.0.1:1/db: ")
    assert f"       The backtest runs all the same. Its record will wait in {spool}." in told
    assert sum("NOT IN THE DATABASE YET" in line for line in told) == 1
    assert "the start of this run" not in done.stderr
    failed = btsql("run", "btsql.strategies.fails_on_purpose:FailsOnPurpose", *arguments)
    assert failed.returncode == 1
    assert "NOT IN THE DATABASE YET" in failed.stderr
    assert len(list(spool.iterdir())) == 2


@pytest.mark.parametrize(
    "reason",
    [
        'password authentication failed for user "u"',
        'database "db" does not exist',
        'role "u" does not exist',
        'no pg_hba.conf entry for host "127.0.0.1", user "u", database "db", no encryption',
        'permission denied for database "db"',
        "no such database: db",
    ],
)
def test_nothing_is_computed_for_a_database_that_refuses(btsql: Run, spool: Path, reason: str) -> None:
    with refusing_server(reason) as port:
        done = btsql("run", "sma_crossover", *MOCK, "--dsn", f"postgresql://u:wrong@127.0.0.1:{port}/db")
    assert done.returncode == 5
    assert reason in done.stderr
    assert not spool.exists()


@pytest.mark.engine
@pytest.mark.parametrize("reason", ["the database system is starting up", "sorry, too many clients already"])
def test_a_server_that_is_busy_is_away(btsql: Run, spool: Path, reason: str) -> None:
    with refusing_server(reason) as port:
        done = btsql("run", "sma_crossover", *MOCK, "--dsn", f"postgresql://u:wrong@127.0.0.1:{port}/db")
    assert done.returncode == 7
    assert f"the database is away: cannot connect to postgresql://u@127.0.0.1:{port}/db" in done.stderr
    assert reason in done.stderr


@pytest.mark.engine
def test_the_first_run_on_a_machine_needs_nothing_typed_before(
    btsql: Run, environment: dict[str, str]
) -> None:
    fresh = {name: value for name, value in environment.items() if name != "BTSQL_DSN"}
    try:
        done = btsql("run", "sma_crossover", *MOCK, env=fresh)
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("btsql: the private database is new: its schema is deployed")
        assert "functions/" not in done.stderr
        assert len(btsql("history", env=fresh).stdout.splitlines()) == 2
    finally:
        assert btsql("server", "stop", env=fresh).returncode == 0


def test_a_refusal_is_told_with_its_reason(btsql: Run, environment: dict[str, str]) -> None:
    with refusing_server('password authentication failed for user "u"') as port:
        done = btsql("history", "--dsn", f"postgresql://u:wrong@127.0.0.1:{port}/db")
    assert done.returncode == 5
    message, hint = done.stderr.splitlines()
    assert message.startswith(f"btsql: cannot connect to postgresql://u@127.0.0.1:{port}/db: ")
    assert message.endswith('password authentication failed for user "u"')
    assert "--dsn, BTSQL_DSN" in hint


# ---- the schema


@pytest.mark.parametrize(
    "command", [["history"], ["show", "@"], ["status"], ["psql"], ["run", "momentum", *MOCK]]
)
def test_a_database_without_the_schema_says_what_to_type(
    btsql: Run, environment: dict[str, str], empty_database: Target, command: list[str]
) -> None:
    done = btsql(*command, env=environment | {"BTSQL_DSN": empty_database.conninfo})
    assert done.returncode == 5
    assert "has no btsql schema\n" in done.stderr
    assert "Type `btsql init` to deploy it." in done.stderr


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (SCHEMA_VERSION - 1, "Type `btsql init` to bring it up to date."),
        (SCHEMA_VERSION + 1, "Type `pip install --upgrade btsql`."),
    ],
)
def test_another_version_of_the_schema_says_what_to_type(
    btsql: Run, connection: psycopg.Connection[Any], version: int, message: str
) -> None:
    connection.execute(
        f"CREATE OR REPLACE FUNCTION btsql.schema_version() RETURNS integer LANGUAGE sql RETURN {version}"
    )
    for command in (["history"], ["show", "@"], ["status"], ["psql"]):
        done = btsql(*command)
        assert done.returncode == 5
        assert f"has version {version} of the schema" in done.stderr
        assert message in done.stderr
    facts = json.loads(btsql("status", "--format", "json").stdout)
    assert (facts["schema_version"], facts["schema_version_needed"]) == (version, SCHEMA_VERSION)
    assert f"version {version} of the schema" in facts["problem"]


def test_init_deploys_and_may_be_repeated(
    btsql: Run, environment: dict[str, str], empty_database: Target
) -> None:
    target = environment | {"BTSQL_DSN": empty_database.conninfo}
    first = btsql("init", env=target)
    assert (first.returncode, first.stdout) == (0, "")
    began, done, _ = first.stderr.splitlines()
    assert began.startswith("btsql: deploying to postgresql://")
    assert re.fullmatch(r"btsql: the schema is in place: deployed in \d\d+ changes, and verified", done)
    save(empty_database, success())
    second = btsql("init", "--dsn", empty_database.conninfo)
    assert second.returncode == 0
    assert "the schema is in place: up to date, and verified" in second.stderr
    assert len(btsql("history", env=target).stdout.splitlines()) == 2


def test_init_on_a_terminal_shows_what_it_is_doing(
    environment: dict[str, str], empty_database: Target
) -> None:
    shown = terminal(environment, "init", "--dsn", empty_database.conninfo)
    assert (shown.exit_code, shown.is_sane) == (0, True)
    assert "deploying functions/" in shown.text
    assert "verifying functions/" in shown.text
    again = terminal(environment, "init", "--verbose", "--dsn", empty_database.conninfo)
    assert len(re.findall(r"^ +\* functions/\w+ \.+ ok$", again.text, re.M)) > 30


def test_init_passes_on_what_a_script_remarks(btsql: Run, empty_database: Target) -> None:
    with connect(empty_database, check_schema=False) as connection:
        name = connection.info.dbname
        role = f"{name}_deployer"
        connection.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'x'")
        connection.execute(f'GRANT CREATE ON DATABASE "{name}" TO "{role}"')
    dsn = psycopg.conninfo.make_conninfo(empty_database.conninfo, user=role, password="x")
    try:
        done = btsql("init", "--dsn", dsn)
    finally:
        with connect(empty_database, check_schema=False) as connection:
            connection.execute(f'DROP OWNED BY "{role}" CASCADE')
            connection.execute(f'DROP ROLE "{role}"')
    assert done.returncode == 0, done.stderr
    assert (
        f"btsql: search_path of database {name} is left as it is: only its owner may set it\n" in done.stderr
    )
    assert (
        "       Call the functions as btsql.list_runs(), or SET search_path in your session.\n" in done.stderr
    )


def test_init_gives_groups_that_were_created_since_their_rights(btsql: Run, database: Target) -> None:
    held = "SELECT has_function_privilege('btsql_writer', 'btsql.record_run(jsonb)', 'EXECUTE')"
    with connect(database) as connection:
        for group in ("btsql_reader", "btsql_writer"):
            connection.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA btsql FROM {group}")
            connection.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA btsql FROM {group}")
            connection.execute(f"REVOKE ALL ON SCHEMA btsql FROM {group}")
        assert connection.execute(held).fetchone() == (False,)
        deployment.run_sqitch(database, ["verify"], lambda _line: None)
        done = btsql("init")
        assert done.returncode == 0, done.stderr
        assert connection.execute(held).fetchone() == (True,)


def test_init_without_sqitch_says_what_to_install(
    btsql: Run, environment: dict[str, str], empty_database: Target
) -> None:
    done = btsql("init", env=environment | {"BTSQL_DSN": empty_database.conninfo, "PATH": "/nonexistent"})
    assert done.returncode == 1
    assert "Sqitch, which deploys the schema, is not installed" in done.stderr
    assert "apt-get install sqitch" in done.stderr


def test_status(btsql: Run, recorded: list[RunRecord], database: Target) -> None:
    facts = json.loads(btsql("status", "--format", "json").stdout)
    assert facts["dsn"].startswith("postgresql://")
    assert psycopg.conninfo.conninfo_to_dict(facts["dsn"]) == psycopg.conninfo.conninfo_to_dict(
        re.sub(r"password=\S+", "", database.conninfo)
    )
    assert facts["schema_version"] == facts["schema_version_needed"] == SCHEMA_VERSION
    assert facts["runs"] == {"success": 1, "failure": 1, "interrupted": 1}
    assert (facts["embedded"], facts["problem"]) == (False, None)
    shown = btsql("status")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert re.search(r"^runs +1 failure, 1 interrupted, 1 success$", shown.stdout, re.M)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("status", "permission denied for schema btsql"),
        ("history", "permission denied for schema btsql"),
        ("init", "Only its owner may deploy it"),
    ],
)
def test_who_has_no_right_to_the_schema_is_told(
    btsql: Run, database: Target, command: str, message: str
) -> None:
    with connect(database) as connection:
        role = f"{connection.info.dbname}_nobody"
        connection.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'x'")
        try:
            dsn = psycopg.conninfo.make_conninfo(database.conninfo, user=role, password="x")
            done = btsql(command, "--dsn", dsn)
        finally:
            connection.execute(f'DROP ROLE "{role}"')
    assert done.returncode == 5
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert ("schema version needed" in done.stdout) == (command == "status"), "what is known is told"


def test_status_tells_a_problem_once(btsql: Run) -> None:
    done = btsql("status", "--dsn", "postgresql://u@127.0.0.1:1/db")
    assert done.returncode == 5
    assert (done.stdout + done.stderr).count("Connection refused") == 1
    facts = json.loads(btsql("status", "--format", "json", "--dsn", "postgresql://u@127.0.0.1:1/db").stdout)
    assert "Connection refused" in facts["problem"]


# ---- psql


def test_psql_passes_on_what_follows_the_dashes(btsql: Run, recorded: list[RunRecord]) -> None:
    query = "SELECT count(*), max(sharpe_ratio) FROM list_runs()"
    done = btsql("psql", "--", "-X", "-A", "-t", "-F", "|", "-c", query)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3|\n", "")
    assert btsql("psql", "--", "-Xc", "SELEC").returncode == 1
    refused = btsql("psql", "--", "-Xc", "SELECT * FROM list_runs(metrics => '{\"sharpe\": 1}')")
    assert re.fullmatch(r'ERROR:  there is no metric "sharpe"\nHINT:  .*\n', refused.stderr)
    assert btsql("psql", "--", "-Xc", "UPDATE btsql.backtest_run SET status = 'success'").returncode == 1


def test_psql_takes_sql_on_standard_input(btsql: Run, recorded: list[RunRecord]) -> None:
    done = btsql("psql", "--", "-XAt", input="SELECT status FROM list_runs() ORDER BY run_id;\n")
    assert (done.returncode, done.stdout) == (0, "success\nfailure\ninterrupted\n")
    functions = "SELECT (get_run('@ok')).strategy_type; SELECT find_run('@') IS NOT NULL;"
    assert btsql("psql", "--", "-XAt", input=functions).stdout == "sma_crossover\nt\n"


def test_psql_without_options_is_psql(btsql: Run, environment: dict[str, str], database: Target) -> None:
    assert btsql("psql", input="SELECT 6 * 7;\n").stdout.split()[2] == "42"
    dead = btsql("psql", "--dsn", "postgresql://127.0.0.1:1/db")
    assert (dead.returncode, dead.stdout) == (5, "")


def test_psql_fits_a_comparison_into_the_terminal(
    btsql: Run, environment: dict[str, str], database: Target
) -> None:
    for number in range(4):
        save(database, success(after=number, strategy_name=f"{number}" * 30))
    query = "SELECT * FROM compare_runs('@~3', '@~2', '@~1', '@')"
    arguments = ["psql", "--", "-X", "-P", "pager=off", "-c", query]
    shown = on_terminal([sys.executable, "-m", "btsql", *arguments], environment, columns=120)
    assert shown.exit_code == 0
    assert max(map(len, shown.lines)) <= 120
    assert "differs" in shown.text
    assert max(map(len, btsql(*arguments).stdout.splitlines())) > 120, "in a pipe each cell is whole"


# ---- the private server


@pytest.fixture
def home() -> Iterator[Path]:
    """A home for a private server; pytest's own directories have paths too long for a socket."""
    place = Path(tempfile.mkdtemp(prefix="btsql-"))
    yield place / "home"
    EmbeddedServer(place / "home").stop()
    shutil.rmtree(place)


def test_the_private_server_from_nothing_to_the_first_listing(
    btsql: Run, environment: dict[str, str], home: Path
) -> None:
    private = {name: value for name, value in environment.items() if name != "BTSQL_DSN"}
    private |= {"BTSQL_HOME": os.fspath(home)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return btsql(*arguments, env=private)

    before = json.loads(run("server", "status", "--format", "json").stdout)
    assert (before["running"], before["pid"], before["home"]) == (False, None, os.fspath(home))
    assert not home.exists(), "asking starts nothing"
    assert run("server", "stop").stderr == "btsql: it was not running\n"

    empty = run("history")
    assert (empty.returncode, empty.stdout) == (5, "")
    assert "Type `btsql init`" in empty.stderr
    assert run("init").returncode == 0
    assert run("history").returncode == 0

    started = run("server", "start")
    assert (started.returncode, started.stderr) == (0, "btsql: it was running already\n")
    status = json.loads(run("status", "--format", "json").stdout)
    assert started.stdout.strip() == status["dsn"]
    assert status["embedded"] is True
    with psycopg.connect(status["dsn"]) as connection:
        assert connection.execute("SELECT btsql.schema_version()").fetchone() == (SCHEMA_VERSION,)

    assert run("server", "stop").stderr == "btsql: stopped\n"
    shown = run("server", "status").stdout
    assert re.search(r"^running +no$", shown, re.M)
    assert run("server", "start").stderr == "btsql: started\n"
    assert run("history").returncode == 0, "what was deployed is still there"


@pytest.mark.engine
def test_who_may_only_write_has_a_run_saved_and_ends_well(
    btsql: Run, database: Target, connection: psycopg.Connection, environment: dict[str, str]
) -> None:
    role = f"writer_{uuid4().hex[:8]}"
    connection.execute(f"CREATE ROLE {role} LOGIN IN ROLE btsql_writer")
    try:
        environment["BTSQL_DSN"] = make_conninfo(database.conninfo, user=role)
        done = btsql("run", "sma_crossover", "--instrument", "TEST.SIM", "--data", "mock")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert "this role may not read" in done.stderr
        assert "permission denied" not in done.stderr
        row = connection.execute("SELECT count(*) FROM btsql.backtest_run").fetchone()
        assert row == (1,)
    finally:
        connection.execute(f"DROP ROLE {role}")
