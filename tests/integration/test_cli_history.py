"""`btsql history` in full: sorting, searching, paging, the pager; notes, tags and deletion from the command line."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from btsql.comparison import best_runs, compare_runs
from btsql.database import Target, connect
from btsql.metric_names import METRICS as METRIC_NAMES
from btsql.record import RunRecord
from btsql.recovery import ask
from btsql.runs import get_run, list_runs
from conftest import Run
from records import METRICS, START, failure, save, success
from terminal import Session, on_terminal

CURSOR = re.compile(r"^btsql: there are more: go on with --after (\S+)$")


@pytest.fixture
def recorded(database: Target) -> list[RunRecord]:
    """Four runs, oldest first; the last one failed."""
    figures = ((0.3, 1.1, -0.1, 0.4), (0.1, 1.3, -0.3, 0.5), (0.2, None, -0.2, 0.6))
    names = ("total_return", "sharpe_ratio", "max_drawdown", "volatility")
    records = [
        success(
            after=place,
            parameters={"fast_period": place},
            metrics=METRICS | dict(zip(names, values, strict=True)),
        )
        for place, values in enumerate(figures)
    ]
    records.append(failure(after=3, parameters={"fast_period": 3}))
    save(database, *records)
    return records


def listed(btsql: Run, recorded: list[RunRecord], *options: str) -> list[int]:
    """Return which of the recorded runs a listing has, by their places."""
    done = btsql("history", *options, "--format", "json")
    assert done.returncode == 0, done.stderr
    places = {str(record.run_id): place for place, record in enumerate(recorded)}
    return [places[run["run_id"]] for run in json.loads(done.stdout)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--sort", "date"], [3, 2, 1, 0]),
        (["--asc"], [0, 1, 2, 3]),
        (["--sort", "total_return"], [0, 2, 1, 3]),
        (["--sort", "return", "--asc"], [1, 2, 0, 3]),
        (["--sort", "Sharpe"], [1, 0, 3, 2]),
        (["--sort", "max-drawdown"], [0, 2, 1, 3]),
        (["--sort", "volatility", "--desc"], [2, 1, 0, 3]),
    ],
    ids=str,
)
def test_fr_016_sorting(
    btsql: Run, recorded: list[RunRecord], options: list[str], expected: list[int]
) -> None:
    assert listed(btsql, recorded, *options) == expected


def test_a_metric_that_sorts_is_shown(btsql: Run, recorded: list[RunRecord]) -> None:
    head, *rows = btsql("history", "--sort", "volatility").stdout.splitlines()
    assert "volatility" in head
    assert [row.split()[-2] for row in rows] == ["60.00%", "50.00%", "40.00%", "-"]
    runs = json.loads(btsql("history", "--sort", "volatility", "--format", "json").stdout)
    assert [run["volatility"] for run in runs] == [0.6, 0.5, 0.4, None]
    assert btsql("history", "--sort", "volatility", "--format", "csv").stdout.splitlines()[1].endswith(",0.6")


def test_every_metric_sorts(btsql: Run, database: Target, recorded: list[RunRecord]) -> None:
    with connect(database) as connection:
        for name in METRIC_NAMES:
            assert len(list_runs(connection, sort_by=name)) == 4
    unknown = btsql("history", "--sort", "beauty")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr.startswith(
        'btsql: runs cannot be sorted by "beauty"\n       Sort by date or by a metric: total_return, cagr'
    )
    close = btsql("history", "--sort", "sharp")
    assert close.stderr == 'btsql: runs cannot be sorted by "sharp"\n       did you mean sharpe_ratio?\n'


@pytest.mark.parametrize("command", ["history", "best"])
def test_a_name_much_like_a_recorded_one_is_asked_about(btsql: Run, database: Target, command: str) -> None:
    def told(*options: str) -> str:
        done = btsql(command, *options)
        assert (done.returncode, done.stdout) == (0, "")
        return done.stderr

    filters = "btsql: no run matches these filters\n       `btsql history` lists the newest of all runs.\n"
    save(database, success(strategy_name="Breakout"), success(after=1, instruments=("EUR/USD.SIM",)))
    assert btsql("tag", "@", "keeper").returncode == 0
    for options, meant in (
        (("--strategy", "Breakot"), 'the strategy "Breakot"\n       did you mean Breakout?\n'),
        (("--strategy", "breakout"), 'the strategy "breakout"\n       did you mean Breakout?\n'),
        (("--type", "sma_crosover"), 'the type "sma_crosover"\n       did you mean sma_crossover?\n'),
        (("--instrument", "APPL.XNAS"), 'the instrument "APPL.XNAS"\n       did you mean AAPL.XNAS?\n'),
        (("--tag", "kepeer"), 'the tag "kepeer"\n       did you mean keeper?\n'),
    ):
        assert told(*options) == f"btsql: no run matches: none has {meant}"
    assert told("--strategy", "zzz") == filters, "nothing is like it"
    assert told("--strategy", "Breakout", "--tag", "keeper") == filters, "each is there"


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("fast_period >= 1 and fast_period < 3", [2, 1]),
        ("sharpe_ratio > 1.2", [1]),
        ("total_return >= 20%", [2, 0]),
        ("not exists sharpe_ratio and exists total_return", [2]),
        ("fast_period in (0, 3)", [3, 0]),
    ],
)
def test_fr_017_searching(btsql: Run, recorded: list[RunRecord], criteria: str, expected: list[int]) -> None:
    assert listed(btsql, recorded, "--where", criteria) == expected


def test_an_error_in_criteria_points_at_it(btsql: Run, recorded: list[RunRecord]) -> None:
    done = btsql("history", "--where", "fast_period >= 10 or sharpe_ratio > 1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[:3] == [
        "btsql: --where: `or` cannot be searched for",
        "         fast_period >= 10 or sharpe_ratio > 1",
        "                           ^",
    ]


def test_data_periods_filter(btsql: Run, recorded: list[RunRecord]) -> None:
    assert listed(btsql, recorded, "--data-since", "2024-01-01") == []
    assert listed(btsql, recorded, "--data-since", "2023-12-31T00:00Z", "--data-until", "2020-01-02") == [
        2,
        1,
        0,
    ]


# ---- pages


@pytest.mark.parametrize(
    "sort", [[], ["--asc"], ["--sort", "sharpe_ratio"], ["--sort", "volatility", "--asc"]], ids=str
)
def test_pages_follow_each_other(btsql: Run, recorded: list[RunRecord], sort: list[str]) -> None:
    whole = listed(btsql, recorded, *sort)
    seen: list[int] = []
    after: list[str] = []
    for _ in range(3):
        done = btsql("history", "-n", "2", *sort, *after)
        seen += listed(btsql, recorded, "-n", "2", *sort, *after)
        cursor = CURSOR.match(done.stderr)
        if cursor is None:
            break
        after = ["--after", cursor[1]]
    assert seen == whole
    assert done.stderr == "", "the last page is the last"
    end = btsql("history", "--after", str(recorded[whole[-1]].run_id), *sort)
    assert (end.returncode, end.stdout) == (0, "")
    assert "no run comes after" in end.stderr
    assert btsql("history", "--after", "deadbeef").returncode == 3


def test_ten_thousand_runs_of_a_date_range_are_read_page_by_page(btsql: Run, database: Target) -> None:
    template = json.loads(success().document())
    del template["run_id"]
    query = """
        SELECT count(btsql.record_run(%s::jsonb || jsonb_build_object(
                   'started_at', %s::timestamptz + number * interval '1 minute')))
          FROM generate_series(1, 10050) AS number"""
    with connect(database) as connection:
        connection.execute(query, [json.dumps(template), START])
    since = (START + timedelta(minutes=11)).isoformat()
    seen: list[str] = []
    after: list[str] = []
    while True:
        done = btsql("history", "-n", "1000", "--since", since, *after, "--format", "json")
        page = [run["run_id"] for run in json.loads(done.stdout)]
        assert len(page) <= 1000
        seen += page
        if not done.stderr:
            break
        assert "go on with --after" in done.stderr
        after = ["--after", done.stderr.split()[-1]]
        if len(page) < 1000:
            break
    assert len(seen) == len(set(seen)) == 10_040
    assert seen == sorted(seen, reverse=True)


# ---- the pager


def shown(environment: dict[str, str], *arguments: str, **options: Any) -> Session:
    unwanted = {"BTSQL_PAGER", "PAGER", "NO_COLOR", "LESS"}
    known = {name: value for name, value in environment.items() if name not in unwanted}
    return on_terminal([sys.executable, "-m", "btsql", *arguments], known | options.pop("env", {}), **options)


def test_what_is_longer_than_the_terminal_goes_through_a_pager(
    environment: dict[str, str], database: Target, tmp_path: Path
) -> None:
    save(database, *(success(after=second) for second in range(40)))
    pager = tmp_path / "my pager"
    pager.write_text(f"#!/bin/sh\ncat > '{tmp_path}/seen'; echo paged $1\n")
    pager.chmod(0o755)
    for name in ("BTSQL_PAGER", "PAGER"):
        session = shown(environment, "history", "-n", "40", env={name: f"'{pager}' option"})
        assert session.exit_code == 0
        assert session.lines == ["paged option"]
        assert len((tmp_path / "seen").read_text().splitlines()) == 42
    short = shown(environment, "history", "-n", "5", env={"BTSQL_PAGER": os.fspath(pager)})
    assert "paged" not in short.text, "what fits is not paged"
    assert short.lines[-1].endswith("--after " + short.lines[-1].split()[-1])


@pytest.mark.parametrize("pager", ["", "cat", "/nonexistent/pager", "'"])
def test_without_a_pager_it_is_printed(environment: dict[str, str], database: Target, pager: str) -> None:
    save(database, *(success(after=second) for second in range(40)))
    session = shown(environment, "history", "-n", "40", env={"BTSQL_PAGER": pager})
    assert (session.exit_code, len(session.lines)) == (0, 42)


def test_less_is_the_pager_and_q_leaves_it(environment: dict[str, str], database: Target) -> None:
    save(database, *(success(after=second) for second in range(40)))
    session = shown(environment, "history", "-n", "40", typed={"\x1b[K": "q"})
    assert session.exit_code == 0
    assert session.has_colours
    assert 20 < session.text.count("success") < 40


def test_a_pipe_is_never_paged(btsql: Run, environment: dict[str, str], database: Target) -> None:
    save(database, *(success(after=second) for second in range(40)))
    done = btsql("history", "-n", "40", env=environment | {"BTSQL_PAGER": "false", "LINES": "10"})
    assert len(done.stdout.splitlines()) == 41


# ---- notes and tags


def test_tags_find_runs_and_notes_are_shown_with_their_times(btsql: Run, recorded: list[RunRecord]) -> None:
    reference = recorded[1].run_id.hex[-12:-4]
    assert btsql("tag", reference, "+keep", "+draft", "hot").stdout == "draft\nhot\nkeep\n"
    assert btsql("tag", reference, "-draft", "-hot").stdout == "keep\n"
    noted = btsql("note", reference, "the", "one to take further")
    assert (noted.returncode, noted.stdout) == (0, "")
    assert noted.stderr == f"btsql: noted, see it with: btsql show {reference}\n"
    assert btsql("tag", reference).stdout == "keep\n", "without a tag it tells those there are"

    assert listed(btsql, recorded, "--tag", "keep") == [1]
    assert listed(btsql, recorded, "--tag", "keep", "--tag", "draft") == []
    text = btsql("show", reference).stdout
    block = text.split("Notes and tags\n")[1].split("\n\n")[0]
    assert re.search(r"^  tags +keep$", block, re.M)
    said = re.findall(r"^  (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC +(\w+: .*)$", block, re.M)
    assert [what for _, what in said][-1] == "noted: the one to take further"
    assert {what for _, what in said} >= {"tagged: keep", "tagged: draft", "untagged: draft"}
    run = json.loads(btsql("show", reference, "--format", "json").stdout)
    assert run["tags"] == ["keep"]
    assert [event["kind"] for event in run["annotations"]][-1] == "note"
    assert "Notes and tags" not in btsql("show", "@").stdout


@pytest.mark.parametrize("arguments", [("-h",), ("@", "-h"), ("@", "+x", "-h"), ("--help",), ("@", "--help")])
def test_tag_has_the_help_of_other_commands(
    btsql: Run, recorded: list[RunRecord], arguments: tuple[str, ...]
) -> None:
    assert btsql("tag", "@", "h", "half").returncode == 0
    done = btsql("tag", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: btsql tag ")
    assert btsql("tag", "@").stdout == "h\nhalf\n", "nothing was done"
    assert btsql("tag", "@", "-half").stdout == "h\n", "that is a tag"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("tag", "@", "two words"), 2, 'not a tag: "two words"'),
        (("tag", "@", "+a", "-a"), 2, "the same tag is to be added and removed"),
        (("tag", "deadbeef", "+a"), 3, "no run answers"),
        (("note", "@", " "), 2, "is empty"),
        (("note", "deadbeef", "text"), 3, "no run answers"),
        (("note", "@"), 2, "TEXT"),
    ],
    ids=str,
)
def test_what_cannot_be_said_of_a_run(
    btsql: Run, recorded: list[RunRecord], arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = btsql(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_a_tag_to_take_off_is_no_option(btsql: Run, recorded: list[RunRecord]) -> None:
    for tag in ("hold", "dsn", "format", "v1.2"):
        assert btsql("tag", "@", f"+{tag}").stdout == f"{tag}\n"
        taken = btsql("tag", "@", f"-{tag}")
        assert (taken.returncode, taken.stdout) == (0, ""), taken.stderr
        assert taken.stderr == "btsql: the run has no tags\n"


# ---- deletion


@pytest.mark.parametrize(
    ("answer", "is_deleted"), [("y\n", True), ("yes\n", True), ("n\n", False), ("\n", False), ("\x04", False)]
)
def test_delete_shows_what_goes_and_asks(
    environment: dict[str, str], btsql: Run, recorded: list[RunRecord], answer: str, is_deleted: bool
) -> None:
    reference = recorded[0].run_id.hex[-12:-4]
    btsql("tag", reference, "+keep")
    btsql("note", reference, "a note")
    session = shown(environment, "delete", reference, typed={"[y/N] ": answer})
    assert "sma_crossover" in session.text
    assert "+30.00%" in session.text
    assert "with its metrics, 1 note, 1 tag" in session.text
    assert session.exit_code == (0 if is_deleted else 1)
    assert ("deleted run" in session.text) == is_deleted
    assert ("nothing is deleted" in session.text) != is_deleted
    assert listed(btsql, recorded) == ([3, 2, 1] if is_deleted else [3, 2, 1, 0])


def test_ctrl_c_at_the_question_deletes_nothing(
    environment: dict[str, str], btsql: Run, recorded: list[RunRecord]
) -> None:
    reference = recorded[0].run_id.hex[-12:-4]
    session = shown(environment, "delete", reference, ctrl_c_after="[y/N] ")
    assert session.exit_code == 130
    assert listed(btsql, recorded) == [3, 2, 1, 0]


def test_delete_in_a_pipe_needs_yes_and_never_takes_an_at(btsql: Run, recorded: list[RunRecord]) -> None:
    reference = str(recorded[0].run_id)
    refused = btsql("delete", reference, input="y\n")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Give --yes" in refused.stderr
    for options in ([], ["--yes"]):
        at = btsql("delete", "@", *options)
        assert at.returncode == 2
        assert "delete takes an id, not @" in at.stderr
    assert listed(btsql, recorded) == [3, 2, 1, 0]
    done = btsql("delete", reference, "--yes")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"btsql: deleted run {reference}\n")
    assert listed(btsql, recorded) == [3, 2, 1]
    assert btsql("delete", reference, "--yes").returncode == 3
    assert btsql("delete", reference).returncode == 3, "there is nothing to ask about"


# ---- check


def test_check_finds_what_was_changed_behind_the_triggers_back(
    btsql: Run, recorded: list[RunRecord], database: Target
) -> None:
    whole = btsql("check")
    assert (whole.returncode, whole.stdout) == (0, "")
    assert whole.stderr == "btsql: every run is what was recorded\n"
    with connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE btsql.performance_metrics SET sharpe_ratio = 9 WHERE run_id = %s", [recorded[1].run_id]
        )
    changed = btsql("check")
    assert (changed.returncode, changed.stdout) == (1, f"{recorded[1].run_id}\n")
    assert btsql("check", str(recorded[1].run_id)).returncode == 1
    assert btsql("check", str(recorded[0].run_id)).returncode == 0
    assert btsql("check", "deadbeef").returncode == 3


@pytest.mark.parametrize(
    "question",
    [
        list_runs,
        lambda connection: get_run(connection, "@"),
        lambda connection: compare_runs(connection, "@", "@~1"),
        lambda connection: best_runs(connection, "sharpe_ratio"),
    ],
    ids=["history", "show", "compare", "best"],
)
def test_a_question_is_one_round_trip(
    database: Target, recorded: list[RunRecord], tmp_path: Path, question: Callable[..., Any]
) -> None:
    with connect(database, check_schema=False) as connection, (tmp_path / "trace").open("w") as trace:
        connection.pgconn.trace(trace.fileno())
        found, started = ask(connection, database, question)
        connection.pgconn.untrace()
    assert found
    assert started == []
    sent = [line.split("\t")[1:4:2] for line in (tmp_path / "trace").read_text().splitlines() if "\t" in line]
    questions = [place for place, (_, message) in enumerate(sent) if message == "Parse"]
    answers = [place for place, (sender, _) in enumerate(sent) if sender == "B"]
    assert len(questions) == 3
    assert questions[-1] < answers[0], "the last question is sent before the first answer has come"


def test_what_goes_wrong_in_the_one_round_trip_is_told_as_ever(
    btsql: Run, connection: psycopg.Connection[Any]
) -> None:
    unknown = btsql("history", "--after", "12345678")
    assert unknown.returncode == 3
    assert unknown.stderr.startswith('btsql: no run answers to "12345678"\n')
    connection.execute("ALTER SCHEMA btsql RENAME TO away")
    missing = btsql("history")
    assert missing.returncode == 5
    assert missing.stderr.startswith("btsql: database")
    assert len(missing.stderr.splitlines()) == 2
