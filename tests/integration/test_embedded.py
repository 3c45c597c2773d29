"""The embedded server in earnest: real PostgreSQL processes in homes of their own."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from btsql.database import Target, connect
from btsql.embedded import EmbeddedServer
from btsql.errors import DatabaseUnavailable

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="is about root, who does not run these tests")

START_AND_CONNECT = """
import sys
from pathlib import Path
import psycopg
from btsql.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
started = server.start()
with psycopg.connect(server.conninfo()) as connection:
    postmaster = connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0]
print(started, postmaster.isoformat(), flush=True)
"""


# ---- what the tests stand on


def remove(server: EmbeddedServer) -> None:
    """Leave neither a process nor a file of the server, in whatever state a test left it."""
    try:
        server.stop()
    except DatabaseUnavailable:
        kill_processes_in(server.data_directory)
    if server.socket_directory.parent == Path("/tmp"):
        with suppress(FileNotFoundError, NotADirectoryError):
            shutil.rmtree(server.socket_directory)


def kill_processes_in(directory: Path) -> None:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").samefile(directory):
                os.kill(int(entry.name), signal.SIGKILL)


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a directory with a short name, as a socket's address needs."""
    path = Path(tempfile.mkdtemp(prefix="bt-", dir="/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def make(place: Path) -> Iterator[Callable[..., EmbeddedServer]]:
    """Return a maker of servers below one directory, all of them removed in the end."""
    servers: list[EmbeddedServer] = []

    def maker(name: str = "home", binaries: Path | None = None) -> EmbeddedServer:
        servers.append(EmbeddedServer(place / name, binaries))
        return servers[-1]

    yield maker
    for server in servers:
        remove(server)


@pytest.fixture
def server(make: Callable[..., EmbeddedServer]) -> EmbeddedServer:
    return make()


def ask(server: EmbeddedServer, query: str) -> str:
    """Return the first column of the first row as text."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def do(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(statement.encode())


def postmaster(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def kill_postmaster(server: EmbeddedServer) -> None:
    """Kill the postmaster alone, and wait until it is dead: its backends may live on for a moment."""
    pid = postmaster(server)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: is_dead(pid))
    # A backend that was being made holds its postmaster's listening socket for a moment more.
    eventually(lambda: not server.is_running())


def is_dead(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def python(program: str, home: Path, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", program, str(home)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def programs_with(place: Path, real: Path, initdb: str) -> Path:
    """Return a directory of PostgreSQL's programs in which initdb is the given shell script."""
    directory = place / "bin"
    directory.mkdir()
    for program in real.iterdir():
        if program.name != "initdb":
            (directory / program.name).symlink_to(program)
    (directory / "initdb").write_text(f"#!/bin/sh\n{initdb}\n")
    (directory / "initdb").chmod(0o755)
    return directory


def eventually(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


# ---- the ordinary day


def test_start_use_stop_and_start_again(server: EmbeddedServer) -> None:
    assert not server.is_running()
    assert server.start()
    assert server.is_running()
    assert not server.start()
    assert ask(server, "SELECT current_database()") == "btsql"

    status = server.status()
    assert status.running
    assert status.version == ask(server, "SHOW server_version").split(".")[0]
    assert status.log_file.read_text()
    with psycopg.connect(status.dsn) as connection:
        assert connection.info.dbname == "btsql"
    do(server, "CREATE TABLE kept AS SELECT 1 AS one")

    assert server.stop()
    assert not server.is_running()
    assert not server.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(server, "SELECT 1")

    assert server.start()
    assert ask(server, "SELECT one FROM kept") == "1"


def test_only_its_owner_can_reach_it(server: EmbeddedServer) -> None:
    server.start()
    assert mode(server.home) == mode(server.data_directory) == mode(server.socket_directory) == 0o700
    assert mode(server.log_directory) == 0o700
    assert ask(server, "SHOW listen_addresses") == ""

    # Not even a configuration that asks for the network gets it.
    do(server, "ALTER SYSTEM SET listen_addresses = '*'")
    server.stop()
    server.start()
    assert ask(server, "SHOW listen_addresses") == ""
    rules = ask(server, "SELECT string_agg(DISTINCT type || ' ' || auth_method, ',') FROM pg_hba_file_rules")
    assert set(rules.split(",")) == {"local trust", "host reject"}


def test_nothing_durable_is_traded_for_speed(server: EmbeddedServer) -> None:
    server.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert ask(server, f"SHOW {setting}") == "on"


def test_an_upgrade_changes_settings_but_not_the_users_own(server: EmbeddedServer) -> None:
    server.start()
    assert ask(server, "SHOW max_connections") == "200"
    do(server, "ALTER SYSTEM SET work_mem = '7MB'")
    do(server, "ALTER SYSTEM SET random_page_cost = 3")
    server.stop()
    (server.data_directory / "btsql.conf").write_text("max_connections = 20\n")  # an older btsql's
    server.start()
    assert ask(server, "SHOW max_connections") == "200"
    assert ask(server, "SHOW work_mem") == "7MB"
    assert ask(server, "SHOW random_page_cost") == "3"


def test_logs_of_an_earlier_week_go(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    old, recent = server.log_directory / "server-old.log", server.log_directory / "server-new.log"
    for file, days in ((old, 7), (recent, 5)):
        file.write_text("x")
        os.utime(file, (time.time() - days * 86_400,) * 2)
    server.start()
    assert not old.exists()
    assert recent.exists()


def test_the_callers_environment_does_not_reach_the_server(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    assert server.start()
    monkeypatch.delenv("PGOPTIONS")
    assert ask(server, "SHOW server_encoding") == "UTF8"


def test_it_outlives_its_starter_and_the_terminals_interrupt(server: EmbeddedServer) -> None:
    starter = python(START_AND_CONNECT + "import time; time.sleep(60)", server.home)
    eventually(server.is_running)
    assert starter.stdout is not None
    assert starter.stdout.readline().startswith("True")
    assert os.getsid(postmaster(server)) != os.getsid(starter.pid)
    os.killpg(starter.pid, signal.SIGINT)
    starter.communicate(timeout=30)
    time.sleep(0.2)
    assert ask(server, "SELECT 1") == "1"


def test_psql_is_its_own(server: EmbeddedServer) -> None:
    server.start()
    command = [str(server.psql), "-XAt", "-d", server.uri(), "-c", "SELECT 40 + 2"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "42\n"


# ---- many at once


def test_eight_first_starts_at_once_make_one_server(server: EmbeddedServer) -> None:
    starters = [python(START_AND_CONNECT, server.home) for _ in range(8)]
    outputs = [starter.communicate(timeout=120) for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 8, outputs
    answers = [output.split() for output, _ in outputs]
    assert sorted(started for started, _ in answers) == ["False"] * 7 + ["True"]
    assert len({since for _, since in answers}) == 1


def test_starts_and_stops_at_once_end_well(server: EmbeddedServer) -> None:
    program = START_AND_CONNECT.split("with psycopg", maxsplit=1)[0]
    starters = [python(program + "server.stop(); server.start()", server.home) for _ in range(4)]
    outputs = [starter.communicate(timeout=120) for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 4, outputs
    server.start()
    assert ask(server, "SELECT 1") == "1"


# ---- accidents


def test_committed_rows_survive_a_kill(server: EmbeddedServer) -> None:
    server.start()
    do(server, "CREATE TABLE kept (number integer)")
    with psycopg.connect(server.conninfo()) as connection:
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        connection.commit()
        connection.execute("INSERT INTO kept VALUES (-1)")  # never committed
        kill_postmaster(server)
        with suppress(psycopg.Error):
            connection.rollback()
    assert server.start()
    assert ask(server, "SELECT count(*) || ' ' || min(number) FROM kept") == "1000 1"


def test_a_start_waits_for_the_last_backend_of_a_killed_server(server: EmbeddedServer) -> None:
    server.start()
    busy = "DO $$ DECLARE n bigint := 0; BEGIN WHILE n < 20000000 LOOP n := n + 1; END LOOP; END $$"
    client = subprocess.Popen([server.psql, "-Xqd", server.uri(), "-c", busy], stderr=subprocess.DEVNULL)
    query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO%'"
    eventually(lambda: ask(server, query) == "1")
    kill_postmaster(server)
    try:
        assert server.start()
        assert ask(server, "SELECT 1") == "1"
    finally:
        client.kill()
        client.wait()


@pytest.fixture
def stranger() -> Iterator[Callable[[str], int]]:
    """Return a maker of processes that are no servers, which are gone after the test."""
    children: list[subprocess.Popen[bytes]] = []

    def maker(kind: str) -> int:
        children.append(subprocess.Popen(["sleep", "0" if kind == "zombie" else "600"]))
        eventually(lambda: kind != "zombie" or is_dead(children[-1].pid))
        return children[-1].pid

    yield maker
    for child in children:
        child.kill()
        child.wait()


@pytest.mark.parametrize("kind", ["living", "zombie"])
def test_files_that_name_a_stranger_do_not_stop_it(
    server: EmbeddedServer, stranger: Callable[[str], int], kind: str
) -> None:
    server.start()
    do(server, "CREATE TABLE kept AS SELECT 1 AS one")
    kill_postmaster(server)
    strangers = [stranger(kind), stranger(kind)]
    files = [server.data_directory / "postmaster.pid", server.socket_directory / ".s.PGSQL.5432.lock"]
    for file, pid in zip(files, strangers, strict=True):
        _, *rest = file.read_text().splitlines()
        file.write_text("\n".join([str(pid), *rest, ""]))
    assert server._server_to_stop() is None
    assert not server.stop()
    assert server.start()
    assert ask(server, "SELECT one FROM kept") == "1"
    assert [is_dead(pid) for pid in strangers] == [kind == "zombie"] * 2


def test_a_killed_first_start_is_made_good_by_the_next(server: EmbeddedServer) -> None:
    starter = python(START_AND_CONNECT, server.home)
    eventually((server.home / "data.new" / "PG_VERSION").exists)
    starter.kill()
    starter.communicate()
    assert not server.data_directory.exists()
    assert server.start()
    assert ask(server, "SELECT current_database()") == "btsql"
    assert not (server.home / "data.new").exists()


def test_a_killed_initdb_leaves_nothing(place: Path, make: Callable[..., EmbeddedServer]) -> None:
    real = make().binaries
    script = """for word; do case $word in --pgdata=*) directory=${word#*=};; esac; done
mkdir "$directory"; echo 18 >"$directory/PG_VERSION"; kill -9 $$"""
    broken = make(binaries=programs_with(place, real, script))
    with pytest.raises(DatabaseUnavailable, match="could not be created"):
        broken.start()
    assert not [path.name for path in broken.home.iterdir() if path.name.startswith("data")]
    assert make().start()


def test_a_full_disk_is_called_so(place: Path, make: Callable[..., EmbeddedServer]) -> None:
    script = 'echo "initdb: error: could not write file: No space left on device" >&2; exit 1'
    server = make(binaries=programs_with(place, make().binaries, script))
    with pytest.raises(DatabaseUnavailable, match=r"disk of .* is full") as caught:
        server.start()
    assert "room" in (caught.value.hint or "")


def test_a_server_that_cannot_start_shows_its_log(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    with (server.data_directory / "postgresql.conf").open("a") as file:
        file.write("work_mem = nonsense\n")
    with pytest.raises(DatabaseUnavailable, match=r'(?s)did not start.*"work_mem": "nonsense"') as caught:
        server.start()
    assert str(server.log_directory) in (caught.value.hint or "")


def test_data_of_another_version_is_left_alone(server: EmbeddedServer) -> None:
    server.start()
    do(server, "CREATE TABLE kept AS SELECT 1 AS one")
    server.stop()
    version = server.data_directory / "PG_VERSION"
    own = version.read_text()
    version.write_text("17\n")
    before = {path: path.stat().st_mtime_ns for path in server.data_directory.rglob("*")}
    with pytest.raises(DatabaseUnavailable, match=rf"PostgreSQL 17.* of {own.strip()}") as caught:
        server.start()
    assert "17" in (caught.value.hint or "")
    assert before == {path: path.stat().st_mtime_ns for path in server.data_directory.rglob("*")}
    version.write_text(own)
    assert server.start()
    assert ask(server, "SELECT one FROM kept") == "1"


def test_a_directory_that_is_no_database_is_left_alone(server: EmbeddedServer) -> None:
    server.data_directory.mkdir(parents=True)
    (server.data_directory / "letters.txt").write_text("mine")
    with pytest.raises(DatabaseUnavailable, match="not a PostgreSQL data directory"):
        server.start()
    assert [path.name for path in server.data_directory.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("is_marked", [True, False], ids=["made here", "made by an earlier btsql"])
def test_a_missing_data_directory_is_not_replaced_by_an_empty_one(
    server: EmbeddedServer, *, is_marked: bool
) -> None:
    server.start()
    do(server, "CREATE TABLE kept AS SELECT 1 AS one")
    identifier = ask(server, "SELECT system_identifier FROM pg_control_system()")
    marker = server.home / "cluster"
    if not is_marked:
        server.stop()
        marker.unlink(missing_ok=True)
        server.start()
    kill_postmaster(server)
    away = server.data_directory.rename(server.home / "data.away")
    with pytest.raises(DatabaseUnavailable, match=f"data is missing: .* {identifier}") as caught:
        server.start()
    assert f"remove {marker}" in (caught.value.hint or "")
    server.data_directory.mkdir()  # as where a disk is not mounted
    with pytest.raises(DatabaseUnavailable, match="is missing"):
        server.start()
    away.rename(server.data_directory)
    assert server.start()
    assert ask(server, "SELECT one FROM kept") == "1"


def test_without_the_marker_it_begins_with_an_empty_database(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    shutil.rmtree(server.data_directory)
    (server.home / "cluster").unlink()
    assert server.start()
    assert (server.home / "cluster").read_text().strip() == ask(
        server, "SELECT system_identifier FROM pg_control_system()"
    )


def test_a_vanished_socket_does_not_make_it_immortal(server: EmbeddedServer) -> None:
    server.start()
    (server.socket_directory / ".s.PGSQL.5432").unlink()
    assert not server.is_running()
    assert server.stop()
    assert server.start()


@pytest.mark.parametrize("deleted", ["socket", "directory"])
def test_a_server_whose_socket_vanished_is_started_anew_once(server: EmbeddedServer, deleted: str) -> None:
    server.start()
    do(server, "CREATE TABLE kept AS SELECT 42 AS number")
    before = postmaster(server)
    if deleted == "socket":
        (server.socket_directory / ".s.PGSQL.5432").unlink()
    else:
        shutil.rmtree(server.socket_directory)
    starters = [python(START_AND_CONNECT, server.home) for _ in range(4)]
    outputs = [starter.communicate(timeout=120) for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 4, outputs
    assert sorted(output.split()[0] for output, _ in outputs) == ["False"] * 3 + ["True"]
    assert ask(server, "SELECT number FROM kept") == "42"
    assert postmaster(server) != before


# ---- where it lives


@pytest.mark.parametrize("name", ["deep" * 40, "a b'c\"d\\e,f", "straße"])
def test_any_path_will_do(make: Callable[..., EmbeddedServer], name: str) -> None:
    server = make(name)
    assert server.start()
    assert mode(server.socket_directory) == 0o700
    assert ask(server, "SELECT current_database()") == "btsql"
    with psycopg.connect(server.uri()) as connection:
        assert connection.info.dbname == "btsql"
    command = [str(server.psql), "-XAt", "-d", server.conninfo(), "-c", "SELECT 1"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"


def test_a_planted_link_is_not_followed(place: Path, make: Callable[..., EmbeddedServer]) -> None:
    server = make("deep" * 40)
    (place / "trap").mkdir(mode=0o755)
    server.socket_directory.symlink_to(place / "trap")
    try:
        with pytest.raises(DatabaseUnavailable, match="own"):
            server.start()
        assert not any((place / "trap").iterdir())
        assert mode(place / "trap") == 0o755
    finally:
        server.socket_directory.unlink()


@as_root
def test_a_planted_directory_is_not_used(make: Callable[..., EmbeddedServer]) -> None:
    server = make("deep" * 40)
    server.socket_directory.mkdir(mode=0o777)
    os.chown(server.socket_directory, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(DatabaseUnavailable, match="own"):
        server.start()


@as_root
@pytest.mark.parametrize("is_left_ready", [False, True], ids=["never started", "killed"])
def test_a_strangers_socket_is_not_spoken_to(
    make: Callable[..., EmbeddedServer], is_left_ready: bool
) -> None:
    server = make("deep" * 40)
    if is_left_ready:
        server.data_directory.mkdir(parents=True)
        pid_file = ["1", str(server.data_directory), "0", "5432", "", "", "", "ready"]
        (server.data_directory / "postmaster.pid").write_text("\n".join(pid_file))
    server.socket_directory.mkdir(mode=0o755)
    os.chown(server.socket_directory, pwd.getpwnam("nobody").pw_uid, -1)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(os.fspath(server.socket_directory / ".s.PGSQL.5432"))
        stranger.listen()
        stranger.settimeout(0)
        with pytest.raises(DatabaseUnavailable, match="that nobody else may write to") as caught:
            connect(Target(conninfo=server.conninfo(), server=server))
        assert "BTSQL_HOME" in (caught.value.hint or "")
        assert not server.is_running()
        with pytest.raises(BlockingIOError):
            stranger.accept()


def test_a_directory_that_others_may_write_to_is_not_trusted(server: EmbeddedServer) -> None:
    target = Target(conninfo=server.conninfo(), server=server)
    connect(target, check_schema=False).close()
    for rights in (0o770, 0o707):
        server.socket_directory.chmod(rights)
        for use in (lambda: connect(target, check_schema=False), server.start):
            with pytest.raises(DatabaseUnavailable, match="nobody else may write to"):
                use()
    server.socket_directory.chmod(0o700)
    connect(target, check_schema=False).close()


def test_a_home_of_another_user_is_refused(place: Path) -> None:
    home = place if ROOT else Path("/")
    if ROOT:
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    before = sorted(home.iterdir())
    with pytest.raises(DatabaseUnavailable, match="belongs to") as caught:
        EmbeddedServer(home).start()
    assert "BTSQL_HOME" in (caught.value.hint or "")
    assert sorted(home.iterdir()) == before


def test_a_home_that_cannot_be_made_is_refused(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match=f"{place}/file") as caught:
        EmbeddedServer(place / "file" / "home").start()
    assert "BTSQL_HOME" in (caught.value.hint or "")


def test_btsql_home_chooses_the_place(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    monkeypatch.setenv("BTSQL_HOME", str(place / "home"))
    assert EmbeddedServer.default().start()
    assert server.is_running()
    assert ask(server, "SHOW data_directory") == str(place / "home" / "data")


# ---- whose it is


def ordinary_user() -> tuple[tuple[str, ...], int]:
    """Return the words to run a program as an ordinary user, and that user's id.

    Root's own right to read files is kept: the Python under test may lie below a directory of root's.
    """
    if not ROOT:
        return (), os.geteuid()
    user = pwd.getpwnam("nobody").pw_uid
    words = f"setpriv --reuid={user} --regid={user} --clear-groups --inh-caps=+dac_read_search"
    return (*words.split(), "--ambient-caps=+dac_read_search", "--securebits=+no_setuid_fixup"), user


def test_an_ordinary_user_has_it_alike(server: EmbeddedServer) -> None:
    prefix, user = ordinary_user()
    server.home.mkdir(mode=0o700)
    server.home.parent.chmod(0o755)
    os.chown(server.home, user, -1)
    starter = python(START_AND_CONNECT, server.home, prefix)
    output, errors = starter.communicate(timeout=120)
    assert starter.returncode == 0, errors
    assert output.startswith("True")
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == user
    assert server.data_directory.stat().st_uid == user


@as_root
def test_root_without_user_namespaces_uses_another_account(
    server: EmbeddedServer, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = place / "path"
    refusing.mkdir()
    (refusing / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (refusing / "unshare").chmod(0o755)
    usual = os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{refusing}:{usual}")
    assert server.start()
    do(server, "CREATE TABLE kept AS SELECT 1 AS one")
    nobody = pwd.getpwnam("nobody").pw_uid
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == nobody
    assert server.stop()

    # Once made that way it stays so, for the files have their owner.
    monkeypatch.setenv("PATH", usual)
    assert server.start()
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == nobody
    assert ask(server, "SELECT one FROM kept") == "1"


@as_root
def test_data_of_another_version_is_told_before_what_else_is_in_the_way(
    server: EmbeddedServer, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    server.stop()
    (server.data_directory / "PG_VERSION").write_text("17\n")
    (place / "path").mkdir()
    monkeypatch.setenv("PATH", str(place / "path"))
    with pytest.raises(DatabaseUnavailable, match="is of PostgreSQL 17"):
        server.start()


@as_root
def test_root_with_no_way_left_is_told_so(
    server: EmbeddedServer, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "path").mkdir()
    monkeypatch.setenv("PATH", str(place / "path"))
    with pytest.raises(DatabaseUnavailable, match="root") as caught:
        server.start()
    assert "ordinary user" in (caught.value.hint or "")
