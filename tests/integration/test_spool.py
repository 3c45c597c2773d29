"""Records that cannot be sent are kept, delivered once to where they belong, and never lost."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import random
import shlex
import signal
import stat
import string
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import records
from btsql.database import Target, connect, find_target
from btsql.errors import DatabaseUnavailable, OperationFailed, RecordRefused, RunWaits
from btsql.record import RunRecord
from btsql.recorder import Recorder, try_to_save
from btsql.recovery import settle
from btsql.runs import get_run, list_runs
from btsql.spool import Entry, Spool
from conftest import Run
from meddling import interrupted_while_asleep, meddle_with


def backwards() -> RunRecord:
    """Return a record that the database refuses: its data ends before it begins."""
    return records.success(data_start=records.START, data_end=records.START.replace(year=2001))


@pytest.fixture
def recorder(database: Target) -> Iterator[Recorder]:
    made = Recorder(database.conninfo)
    yield made
    made.close()


def keep(target: Target, *kept: RunRecord) -> list[Path]:
    """Put records into the spool as if their database had been away."""
    spool = Spool.default()
    return [
        spool.put(Entry.of(one.document(), identity=target.identity, dsn=target.dsn, reason="it was away"))
        for one in kept
    ]


def files(spool: Path) -> list[str]:
    return sorted(path.name for path in spool.glob("*.json"))


def recorded(connection: psycopg.Connection) -> list[str]:
    return [str(run.run_id) for run in reversed(list_runs(connection, result_limit=1000))]


# ---- kept


def test_a_record_whose_database_is_away_is_kept_whole_and_for_its_owner_only(spool: Path) -> None:
    record = records.success()
    dead = "postgresql://someone:s3cret@127.0.0.1:9/nowhere"
    with pytest.raises(RunWaits, match="cannot connect") as caught:
        Recorder(dead).save(record)
    (path,) = spool.glob("*.json")
    assert str(path) in (caught.value.hint or "")
    assert "postgresql://someone@127.0.0.1:9/nowhere delivers it" in (caught.value.hint or "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.stat().st_mode) == 0o700
    assert path.name.startswith(str(record.run_id))
    assert "s3cret" not in path.read_text()
    assert Entry.read(path.read_text()).record == json.loads(record.document())
    assert len(list(spool.iterdir())) == 1, "nothing unfinished is left"


def test_what_waits_is_delivered_by_the_next_command_in_order_and_only_once(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path
) -> None:
    kept = [records.success(after=number) for number in (3, 1, 2)]
    keep(database, *kept)
    first = btsql("history", "--format", "json")
    assert [row["run_id"] for row in json.loads(first.stdout)] == recorded(connection)[::-1]
    assert recorded(connection) == sorted(str(record.run_id) for record in kept)
    names = ", ".join(record.run_id.hex[-12:-4] for record in sorted(kept, key=lambda one: one.run_id))
    assert first.stderr.replace("\n", " ").startswith(f"btsql: delivered 3 runs ({names}) from the spool to")
    assert btsql("history").stderr == ""
    assert files(spool) == []
    commits = [get_run(connection, run).recorded_at for run in recorded(connection)]
    assert commits == sorted(commits)


def test_status_counts_what_it_has_delivered_itself(
    database: Target, connection: psycopg.Connection, btsql: Run
) -> None:
    for number, kind in enumerate(("json", "table")):
        keep(database, records.success(after=number))
        told = btsql("status", "--format", kind)
        assert "delivered 1 run" in told.stderr
        counted = f'"success": {number + 1}' if kind == "json" else f"{number + 1} success"
        assert counted in told.stdout
    assert len(recorded(connection)) == 2


def test_commands_at_once_deliver_each_record_once(
    database: Target, connection: psycopg.Connection, environment: dict[str, str], spool: Path
) -> None:
    keep(database, *(records.success(after=number) for number in range(40)))
    command = [sys.executable, "-m", "btsql", "recover"]
    processes = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(4)]
    told = b"".join(process.communicate(timeout=120)[1] for process in processes)
    assert [process.returncode for process in processes] == [0] * 4
    assert len(recorded(connection)) == 40
    assert files(spool) == []
    counts = [int(line.split()[2]) for line in told.splitlines() if b"delivered" in line]
    assert sum(counts) == 40


def test_a_record_goes_nowhere_but_to_its_target(
    database: Target, another_database: Target, connection: psycopg.Connection, btsql: Run, spool: Path
) -> None:
    keep(another_database, records.success())
    assert btsql("history").stderr.startswith("btsql: nothing is recorded yet")
    status = json.loads(btsql("status", "--format", "json").stdout)
    assert (status["spool"]["waiting"], status["spool"]["for_others"]) == (0, 1)
    assert status["spool"]["others"] == [{"dsn": another_database.dsn, "records": 1}]
    assert f"1 for other databases ({another_database.dsn})" in btsql("status").stdout
    assert len(files(spool)) == 1
    (path,) = spool.glob("*.json")
    content = json.loads(path.read_text()) | {"process": {"process_id": 1}}
    started = path.with_name(f"{path.name}.started")
    started.write_text(json.dumps(content))
    status = json.loads(btsql("status", "--format", "json").stdout)
    assert status["spool"]["for_others"] == 1, "a run that has only started is not to be delivered"
    started.unlink()
    refused = btsql("recover", str(path))
    assert refused.returncode == 2
    assert another_database.dsn in refused.stderr.replace("\n       ", " ")
    assert recorded(connection) == []


def test_the_spool_is_counted_while_others_deliver(
    database: Target, monkeypatch: pytest.MonkeyPatch, spool: Path
) -> None:
    gone, left = keep(database, records.success(), records.success(after=1))
    listed = Spool.default().waiting(database.identity)
    assert listed == [gone, left]
    monkeypatch.setattr(Spool, "waiting", lambda _self, _identity: listed)
    gone.unlink()
    assert Spool.default().summary(database.identity).oldest is not None
    left.unlink()
    assert Spool.default().summary(database.identity).oldest is None


def test_recover_names_the_command_that_delivers_to_another_database(
    database: Target, another_database: Target, btsql: Run, spool: Path
) -> None:
    keep(another_database, records.success(), records.success(after=1))
    with psycopg.connect(another_database.conninfo) as connection:
        assert recorded(connection) == []
        done = btsql("recover")
        assert (done.returncode, done.stdout) == (0, "")
        assert f"nothing waits for {database.dsn}" in done.stderr
        assert "2 wait for other databases" in done.stderr
        command = shlex.split(done.stderr.splitlines()[-1])
        assert command[:3] == ["btsql", "recover", "--dsn"]
        assert btsql(*command[1:]).returncode == 0
        assert len(recorded(connection)) == 2
    assert btsql("recover").stderr == "btsql: nothing waits\n"


@pytest.mark.parametrize("is_default", [True, False])
def test_who_is_told_that_a_record_waits_is_told_what_delivers_it(
    monkeypatch: pytest.MonkeyPatch, is_default: bool
) -> None:
    dead = "postgresql://someone:s3cret@127.0.0.1:9/no%20where"
    monkeypatch.setenv("BTSQL_DSN", dead if is_default else "postgresql://elsewhere/")
    with pytest.raises(RunWaits) as caught:
        Recorder(dead).save(records.success())
    command = "btsql recover" + ("" if is_default else " --dsn postgresql://someone@127.0.0.1:9/no%20where")
    assert f"`{command}`" in (caught.value.hint or "")
    assert "s3cret" not in (caught.value.hint or "")


def test_a_target_is_the_same_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [
        "postgresql://me:secret@LOCALHOST:5432/runs?connect_timeout=3",
        "host=127.0.0.1 user=me dbname=runs password=other",
        "host=::1 port=5432 user=me dbname=runs",
    ]
    assert len({Target(conninfo=conninfo).identity for conninfo in written}) == 1
    different = [
        "host=localhost user=you dbname=runs",
        "host=localhost user=me",
        "host=db user=me dbname=runs",
    ]
    assert len({Target(conninfo=conninfo).identity for conninfo in [written[0], *different]}) == 4
    for name, value in {"PGHOST": "localhost", "PGUSER": "me", "PGDATABASE": "runs"}.items():
        monkeypatch.setenv(name, value)
    assert find_target().identity == Target(conninfo=written[0]).identity


def test_the_embedded_server_is_the_same_by_its_address() -> None:
    server = find_target()
    assert server.server is not None
    assert Target(conninfo=server.dsn).identity == server.identity


def test_a_long_process_delivers_what_it_had_to_keep(
    server: Target, database: Target, connection: psycopg.Connection, recorder: Recorder
) -> None:
    first, second = records.success(), records.success(after=1)
    with connect(database) as other, other.transaction():
        other.execute("LOCK TABLE btsql.backtest_run IN ACCESS EXCLUSIVE MODE")
        recorder.check()
        with pytest.raises(RunWaits, match="lock timeout"):
            recorder.save(first)
    recorder.save(second)
    assert recorded(connection) == [str(first.run_id), str(second.run_id)]


def test_any_number_of_records_is_delivered_however_long_that_takes_together(
    database: Target, connection: psycopg.Connection, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [records.success(after=number) for number in range(5)]
    keep(database, *kept)
    meddle_with(connection, None, "pg_sleep(0.3)")
    monkeypatch.setattr("btsql.recovery.SAVE_SECONDS", 1)
    recorder.check()
    assert recorded(connection) == [str(one.run_id) for one in kept]


@pytest.mark.parametrize(
    ("away", "back", "reason"),
    [
        ("ALTER SCHEMA btsql RENAME TO away", "ALTER SCHEMA away RENAME TO btsql", "no btsql schema"),
        (
            (
                "ALTER FUNCTION btsql.schema_version() RENAME TO away; CREATE FUNCTION btsql.schema_version() "
                "RETURNS integer LANGUAGE sql AS 'SELECT 999'"
            ),
            "DROP FUNCTION btsql.schema_version(); ALTER FUNCTION btsql.away() RENAME TO schema_version",
            "version 999 of the schema",
        ),
    ],
    ids=["none", "another"],
)
def test_a_database_that_gets_the_right_schema_gets_its_records(  # noqa: PLR0917 - parameters
    database: Target, connection: psycopg.Connection, btsql: Run, away: str, back: str, reason: str
) -> None:
    connection.execute(away)
    record = records.success()
    with pytest.raises(RunWaits, match=reason):
        Recorder(database.conninfo).save(record)
    connection.execute(back)
    assert btsql("recover").returncode == 0
    assert recorded(connection) == [str(record.run_id)]


# ---- refused


def test_a_refused_record_is_kept_aside_and_blocks_nothing(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path
) -> None:
    bad, good = backwards(), records.success(after=1)
    keep(database, bad, good)
    done = btsql("history")
    assert recorded(connection) == [str(good.run_id)]
    assert "is refused, and kept" in done.stderr
    assert "backtest_run_data_range_is_ordered" in done.stderr
    assert files(spool / "rejected") == [
        path for path in files(spool / "rejected") if str(bad.run_id) in path
    ]
    assert "is refused" not in btsql("history").stderr, "it is told once"
    again = btsql("recover")
    assert again.returncode == 1
    assert "backtest_run_data_range_is_ordered" in again.stderr
    status = json.loads(btsql("status", "--format", "json").stdout)["spool"]
    assert (status["waiting"], status["rejected"]) == (0, 1)
    connection.execute("ALTER TABLE btsql.backtest_run DROP CONSTRAINT backtest_run_data_range_is_ordered")
    assert btsql("recover").returncode == 0
    assert str(bad.run_id) in recorded(connection)
    assert files(spool / "rejected") == []


@pytest.mark.parametrize("dropped", [[], ["backtest_run_instrument_ids_are_short"]], ids=["rule", "index"])
def test_an_instrument_that_no_index_can_hold_blocks_nothing(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path, dropped: list[str]
) -> None:
    for rule in dropped:
        connection.execute(f"ALTER TABLE btsql.backtest_run DROP CONSTRAINT {rule}")
    # An index compresses what it can: only text without a pattern is too long for it.
    instrument = "".join(random.Random(1).choices(string.ascii_letters, k=9_000))  # noqa: S311
    bad, good = records.success(instruments=(instrument,)), records.success(after=1)
    keep(database, bad, good)
    assert "is refused, and kept" in btsql("history").stderr
    assert recorded(connection) == [str(good.run_id)]
    (aside,) = (spool / "rejected").iterdir()
    assert Entry.read(aside.read_text()).run_id == bad.run_id
    assert files(spool) == []


def test_a_record_refused_at_once_is_kept_aside_too(recorder: Recorder, spool: Path) -> None:
    with pytest.raises(RecordRefused, match="data_range_is_ordered") as caught:
        recorder.save(backwards())
    (path,) = (spool / "rejected").glob("*.json")
    assert str(path) in (caught.value.hint or "")
    assert "data_range_is_ordered" in Entry.read(path.read_text()).reason


@pytest.mark.parametrize("content", ["", '{"btsql_spool": 1, "rec', "[]", '{"btsql_spool": 2}'])
def test_a_torn_file_is_told_once_and_kept(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path, content: str
) -> None:
    torn, _ = keep(database, records.success(), records.success(after=1))
    torn.write_text(content)
    done = btsql("history")
    assert done.returncode == 0
    assert "is refused, and kept" in done.stderr
    assert len(recorded(connection)) == 1
    assert (spool / "rejected" / torn.name).read_text() == content


def bad_bytes(path: Path) -> None:
    content = json.loads(path.read_text())
    where = path.read_bytes().index(json.dumps(content["identity"]).encode()) + 3
    with path.open("r+b") as file:
        file.seek(where)
        file.write(b"\xff\xfe")


def another_identity(path: Path, identity: str = "elsewhere") -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"identity": identity}))


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nothing"))


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "identity": (another_identity, "by what is in it, its name would end in ."),
    "half a character": (
        lambda path: another_identity(path, "\ud800"),
        "it is not a record that waits: UnicodeEncodeError",
    ),
    "bytes": (bad_bytes, "by what is in it, its name would end in ."),
    "link": (link_to_nothing, "it is a link to a file that is not there"),
}


@pytest.mark.parametrize("is_started", [False, True], ids=["ended", "started"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_what_its_name_says_is_set_aside_with_the_reason(  # noqa: PLR0917 - fixtures
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path, damage: str, is_started: bool
) -> None:
    damaged, _ = keep(database, records.success(), records.success(after=1))
    if is_started:
        damaged = damaged.rename(f"{damaged}.started")
        content = json.loads(damaged.read_text())
        damaged.write_text(json.dumps(content | {"process": {"process_id": 1}}))
    spoil, reason = DAMAGES[damage]
    spoil(damaged)
    for _ in range(2):  # a start is told of when what is set aside is tried again
        done = btsql("recover")
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert f"is refused, and kept: {reason}" in done.stderr.replace("\n       ", " "), done.stderr
    assert len(recorded(connection)) == 1
    assert [path.name for path in spool.iterdir()] == ["rejected"]
    assert [path.name for path in (spool / "rejected").iterdir()] == [damaged.name]
    counts = json.loads(btsql("status", "--format", "json").stdout)["spool"]
    assert (counts["waiting"], counts["started"], counts["rejected"]) == (0, 0, 1)


def test_a_record_whose_name_fits_two_databases_waits_for_its_own(
    database: Target, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("btsql.spool._suffix", lambda _identity: ".00000000.json")
    (path,) = keep(database, records.success())
    sent: list[str] = []
    delivery = Spool.default().deliver("another", sent.append)
    assert (sent, delivery.rejected, path.exists()) == ([], [], True)
    assert len(Spool.default().deliver(database.identity, sent.append).delivered) == len(sent) == 1


def test_what_cannot_be_set_aside_is_told_and_holds_nothing_up(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path
) -> None:
    path, _ = keep(database, records.success(), records.success(after=1))
    path.unlink()
    path.mkdir()
    (spool / "rejected" / path.name / "full").mkdir(parents=True)
    done = btsql("recover")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    told = done.stderr.replace("\n       ", " ")
    assert (
        f"1 record could not be delivered: {path}: it is no regular file, and it cannot be set aside" in told
    )
    assert len(recorded(connection)) == 1


def test_a_delivered_record_whose_file_cannot_be_removed_is_told_as_delivered(
    database: Target, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = keep(database, records.success(), records.success(after=1))
    unlink = Path.unlink

    def not_the_first(self: Path, *, missing_ok: bool = False) -> None:
        if self == path:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", not_the_first)
    told: list[str] = []
    settle(connection, database, lambda message, _=None: told.append(message))
    delivered, stuck = told
    assert delivered.startswith("delivered 2 runs")
    assert stuck == (
        f"1 file of what was delivered or set aside cannot be removed: {path}: Operation not permitted"
    )
    assert len(recorded(connection)) == 2


def test_a_refused_record_that_cannot_be_set_aside_is_told_with_both_reasons(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path
) -> None:
    path, _ = keep(database, backwards(), records.success(after=1))
    (spool / "rejected").write_text("no directory")
    done = btsql("history")
    assert done.returncode == 0
    told = done.stderr.replace("\n       ", " ")
    assert f"1 record could not be delivered: {path}: " in told
    assert "backtest_run_data_range_is_ordered" in told
    assert "and it cannot be set aside: File exists" in told
    assert path.exists()
    assert len(recorded(connection)) == 1


def test_files_of_others_are_left_alone(btsql: Run, spool: Path) -> None:
    spool.mkdir(parents=True)
    (spool / "notes.txt").write_text("mine")
    (spool / "unfinished.json").mkdir()
    done = btsql("recover")
    assert (done.returncode, done.stderr) == (0, "btsql: nothing waits\n")
    assert json.loads(btsql("status", "--format", "json").stdout)["spool"]["foreign"] == 2
    assert "2 that are no records (notes.txt, unfinished.json)" in btsql("status").stdout
    assert (spool / "notes.txt").read_text() == "mine"


def test_a_newer_record_of_a_run_that_comes_during_its_delivery_is_not_dropped(
    database: Target, spool: Path
) -> None:
    older, newer = records.failure(), records.success()
    newer = dataclasses.replace(newer, run_id=older.run_id)
    keep(database, older)
    sent = []

    def send(document: str) -> None:
        sent.append(document)
        if len(sent) == 1:
            keep(database, newer)

    assert Spool.default().deliver(database.identity, send).delivered == [older.run_id]
    assert len(files(spool)) == 1
    Spool.default().deliver(database.identity, send)
    assert [json.loads(document)["status"] for document in sent] == ["failure", "success"]
    assert files(spool) == []


def test_all_that_waits_is_counted_when_the_database_goes_away(database: Target, spool: Path) -> None:
    keep(database, *(records.success(after=number) for number in range(3)))

    def send(_: str) -> None:
        raise DatabaseUnavailable("it is away")

    assert Spool.default().deliver(database.identity, send).left == 3
    assert len(files(spool)) == 3


# ---- nowhere


def test_without_database_and_spool_the_record_is_written_to_standard_error(
    database: Target,
    connection: psycopg.Connection,
    btsql: Run,
    spool: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    record = records.success(strategy_name="with \x1b[31m and é")
    spool.parent.mkdir(exist_ok=True)
    spool.write_text("no directory")
    away = dataclasses.replace(database, conninfo=f"{database.conninfo} options='-c no.such=1 -c bad'")
    assert isinstance(try_to_save(record, Recorder(away.conninfo)), OperationFailed)
    told = capsys.readouterr().err
    assert "this run is NOT SAVED" in told
    assert told.isascii()
    assert "\x1b" not in told
    recovered = btsql("recover", "-", input=f"noise\n{told}")
    assert recovered.returncode == 0, recovered.stderr
    assert get_run(connection, str(record.run_id)).strategy_name == "with \x1b[31m and é"
    assert btsql("recover", "-", input="nothing").returncode == 2


# In a name space of its own anybody may mount: $1 becomes a disk of 16 kB, on which the rest is run.
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=16k tmpfs "$1" && shift && exec "$@"'

FULL_DISK = """
import os, sys
import records
from btsql.recorder import Recorder, try_to_save
record = records.success(snapshot={"filler": "x" * 100_000})
outcome = try_to_save(record, Recorder(sys.argv[1]))
print(record.run_id, type(outcome).__name__, os.listdir(os.environ["BTSQL_HOME"] + "/spool"))
"""


def test_a_full_disk_loses_no_record(
    database: Target,
    connection: psycopg.Connection,
    btsql: Run,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    away = f"{database.conninfo} connect_timeout=2 options=-cbad"
    places = [os.fspath(Path(records.__file__).parent), os.environ.get("PYTHONPATH", "")]
    own = {"BTSQL_HOME": os.fspath(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, places))}
    python = [sys.executable, "-c", FULL_DISK, away]
    mounted = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        ON_A_SMALL_DISK,
        "sh",
        os.fspath(tmp_path),
    ]
    ran = subprocess.run(
        [*mounted, *python], env=environment | own, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    run_id, outcome, kept = ran.stdout.split(maxsplit=2)
    assert (outcome, kept) == ("OperationFailed", "[]\n")
    assert "No space left on device" in ran.stderr
    assert btsql("recover", "-", input=ran.stderr).returncode == 0
    assert recorded(connection) == [run_id]


# ---- interrupted while it is saved


def test_an_interrupt_in_mid_commit_keeps_the_record_and_goes_on(
    server: Target, database: Target, connection: psycopg.Connection, btsql: Run
) -> None:
    recorder, record = Recorder(database.conninfo), records.success()
    recorder.check()
    with connect(database) as other, other.transaction():
        other.execute("LOCK TABLE btsql.backtest_run IN ACCESS EXCLUSIVE MODE")
        interrupt = threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT])
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            recorder.save(record)
    recorder.close()
    assert btsql("recover").returncode == 0
    assert recorded(connection) == [str(record.run_id)]


def test_an_interrupt_while_the_record_is_written_keeps_it_too(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, spool: Path
) -> None:
    document, attempts = RunRecord.document, iter([KeyboardInterrupt()])

    def interrupted(record: RunRecord) -> str:
        for interrupt in attempts:
            raise interrupt
        return document(record)

    monkeypatch.setattr(RunRecord, "document", interrupted)
    with pytest.raises(KeyboardInterrupt):
        recorder.save(records.success())
    assert len(files(spool)) == 1


def test_a_reader_only_sees(server: Target, database: Target, spool: Path) -> None:
    keep(database, records.success())
    told: list[str] = []
    with connect(database) as connection:
        connection.execute("SET ROLE btsql_reader")
        settle(connection, database, lambda message, _=None: told.append(message))
        connection.execute("RESET ROLE")
        assert recorded(connection) == []
    assert told == ["1 record could not be delivered: permission denied for function record_run"]
    assert len(files(spool)) == 1


# ---- the connection is lost, or the user interrupts, once the record is committed


@pytest.fixture
def waits(database: Target, recorder: Recorder) -> RunRecord:
    """A record that this process had to keep, and delivers once it has saved another."""
    record = records.success()
    recorder.check()
    with connect(database) as other, other.transaction():
        other.execute("LOCK TABLE btsql.backtest_run IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(RunWaits, match="lock timeout"):
            recorder.save(record)
    return record


def test_a_connection_lost_over_another_record_makes_no_saved_run_wait(
    connection: psycopg.Connection,
    recorder: Recorder,
    waits: RunRecord,
    spool: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    meddle_with(connection, waits, "pg_terminate_backend(pg_backend_pid())")
    saved = records.success(after=1)
    assert try_to_save(saved, recorder) is None
    assert recorded(connection) == [str(saved.run_id)]
    assert [path[:36] for path in files(spool)] == [str(waits.run_id)]
    told = capsys.readouterr().err
    assert "NOT IN THE DATABASE YET" not in told
    assert "what waits or died could not be looked after" in told
    assert f"saved run {saved.run_id.hex[-12:-4]}" in told
    connection.execute("DROP TRIGGER meddle ON btsql.backtest_run")
    recorder.save(records.success(after=2))
    assert (len(recorded(connection)), files(spool)) == (3, [])


def test_an_interrupt_over_another_record_says_that_the_run_is_saved(  # noqa: PLR0917 - fixtures
    database: Target,
    connection: psycopg.Connection,
    recorder: Recorder,
    waits: RunRecord,
    spool: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    meddle_with(connection, waits, "pg_sleep(60)")
    saved = records.success(after=1)
    with interrupted_while_asleep(database):
        try_to_save(saved, recorder)
    assert recorded(connection) == [str(saved.run_id)]
    assert [path[:36] for path in files(spool)] == [str(waits.run_id)]
    told = capsys.readouterr().err
    assert "NOT IN THE DATABASE YET" not in told
    assert told.count(f"saved run {saved.run_id.hex[-12:-4]}") == 1
    connection.execute("DROP TRIGGER meddle ON btsql.backtest_run")
    recorder.save(records.success(after=2))
    assert (len(recorded(connection)), files(spool)) == (3, []), "what waits is delivered with the next"


def test_a_start_that_cannot_be_dropped_makes_no_saved_run_wait(
    database: Target, connection: psycopg.Connection, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = records.success()
    begun = records.started(record)
    away = dataclasses.replace(database, conninfo=f"{database.conninfo} options=-cbad")
    monkeypatch.setenv("BTSQL_DSN", away.conninfo)
    ours = Recorder()
    ours.start(begun)
    assert len(list(spool.glob("*.started"))) == 1
    monkeypatch.setenv("BTSQL_DSN", database.conninfo)
    ours.check()
    monkeypatch.setenv("BTSQL_DSN", "no DSN")  # it cannot be read
    assert ours.save(record) == record.run_id
    ours.close()
    assert recorded(connection) == [str(record.run_id)]
    assert files(spool) == []
