"""Which database is meant, how it is named without its password, and what its errors become."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from btsql import errors
from btsql.database import LIBPQ_VARIABLES, Target, connect, find_target, translate

VARIABLES = (*LIBPQ_VARIABLES, "BTSQL_DSN", "PGPASSWORD", "PGPASSFILE", "PGSERVICEFILE")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BTSQL_HOME", str(tmp_path / "home"))


# ---- which database


def test_the_nearest_choice_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    embedded = find_target()
    assert embedded.server is not None
    assert embedded.server.home == tmp_path / "home"
    assert not (tmp_path / "home").exists(), "asking makes nothing"

    monkeypatch.setenv("PGPASSWORD", "secret")
    assert find_target().server is not None, "a password alone names no server"

    monkeypatch.setenv("PGHOST", "third.example")
    assert find_target() == Target(conninfo="")
    assert find_target().dsn == "postgresql://third.example/"

    monkeypatch.setenv("BTSQL_DSN", "postgresql://second.example/db")
    assert find_target().dsn == "postgresql://second.example/db"
    assert find_target("host=first.example").dsn == "postgresql://first.example/"
    assert find_target("").dsn == "postgresql://second.example/db"


@pytest.mark.parametrize("name", LIBPQ_VARIABLES)
def test_each_of_libpqs_variables_names_a_server(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "5433")
    assert find_target().server is None


# ---- without its password

SECRETS = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=30
)
# What no other part of a DSN could hold by chance.
PASSWORDS = SECRETS.map(lambda text: f"§{text}§")
NAMES = st.text(st.characters(exclude_characters="\x00§", exclude_categories=["Cs"]), min_size=1, max_size=10)
PARTS: Mapping[str, st.SearchStrategy[str]] = {
    "user": NAMES,
    "host": st.sampled_from(["localhost", "10.0.0.1", "::1", "/run/it's here", "a.example,b.example"]),
    "port": st.integers(1, 65535).map(str),
    "dbname": NAMES,
    "sslmode": st.sampled_from(["disable", "require"]),
    "options": st.just("-c search_path=a,b"),
    "application_name": NAMES,
}


@given(PASSWORDS, st.fixed_dictionaries({}, optional=PARTS))
def test_the_password_is_never_in_the_dsn(password: str, parts: dict[str, str]) -> None:
    target = find_target(make_conninfo(password=password, sslpassword=password, **parts))
    assert "§" not in target.dsn.replace(quote("§"), "§")
    assert conninfo_to_dict(target.dsn) == parts, "and all the rest is"
    assert conninfo_to_dict(target.conninfo)["password"] == password


@given(PASSWORDS)
def test_nor_is_one_that_was_written_in_a_uri(password: str) -> None:
    for uri in (
        f"postgresql://user:{quote(password, safe='')}@host:5433/db",
        f"postgres://user@host:5433/db?password={quote(password, safe='')}",
    ):
        assert find_target(uri).dsn == "postgresql://user@host:5433/db"


def test_nor_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGHOST": "h", "PGUSER": "u", "PGPASSWORD": "secret", "PGDATABASE": "d"}.items():
        monkeypatch.setenv(name, value)
    assert find_target().dsn == "postgresql://u@h/d"


@given(PASSWORDS, st.sampled_from(["postgresql://u:{}@[::1/db", "host=h password='{}' x", "{}"]))
def test_a_dsn_that_cannot_be_read_is_not_repeated(password: str, form: str) -> None:
    with pytest.raises(errors.UsageError) as caught:
        find_target(form.format(password))
    assert "§" not in f"{caught.value} {caught.value.hint}"


def test_a_dsn_that_is_no_text_cannot_be_read() -> None:
    with pytest.raises(errors.UsageError, match="the DSN cannot be read"):
        find_target("\udcff")


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://u:§@§@host/db",
        "postgresql://u:1/§@host/db",
        "postgresql://u:1?§@§@host/db",
        "postgres://u:§/§@host:5432/db",
        "postgresql://u:§",
        "host=h port=§",
    ],
)
def test_a_password_that_libpq_would_take_for_something_else_is_refused(dsn: str) -> None:
    with pytest.raises(errors.UsageError) as caught:
        find_target(dsn)
    assert "§" not in f"{caught.value} {caught.value.hint}"
    assert "%40 for an @" in str(caught.value.hint)


def test_an_at_sign_elsewhere_is_taken(tmp_path: Path) -> None:
    for dsn in (
        "postgresql://me%40realm:a?b@h/a%40b",
        "postgresql://h/db?user=me@realm",
        "host=h user=me@realm",
    ):
        assert "me%40realm@h/" in find_target(dsn).dsn


def test_a_server_that_is_not_there_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(errors.DatabaseUnavailable) as caught:
        connect(find_target(make_conninfo(host=str(tmp_path), dbname="db", password="§secret§")))
    message = str(caught.value)
    assert message.startswith("cannot connect to postgresql:///db?host=")
    assert "No such file or directory" in message
    assert "§" not in message
    assert caught.value.hint


# ---- errors


@pytest.mark.parametrize(
    ("raised", "expected", "code"),
    [
        (pg.NoDataFound, errors.RunNotFound, 3),
        (pg.CardinalityViolation, errors.AmbiguousReference, 4),
        (pg.InvalidParameterValue, errors.UsageError, 2),
        (pg.InvalidDatetimeFormat, errors.UsageError, 2),
        (pg.CheckViolation, errors.RecordRefused, 1),
        (pg.UniqueViolation, errors.RecordRefused, 1),
        (pg.RestrictViolation, errors.RecordRefused, 1),
        (pg.ProgramLimitExceeded, errors.RecordRefused, 1),
        (pg.StatementTooComplex, errors.RecordRefused, 1),
        (pg.InsufficientPrivilege, errors.DatabaseUnavailable, 5),
        (pg.InvalidSchemaName, errors.SchemaMismatch, 5),
        (pg.UndefinedFunction, errors.SchemaMismatch, 5),
        (pg.UndefinedTable, errors.SchemaMismatch, 5),
        (pg.UndefinedColumn, errors.SchemaMismatch, 5),
        (pg.AdminShutdown, errors.DatabaseUnavailable, 5),
        (pg.DiskFull, errors.DatabaseUnavailable, 5),
        (pg.QueryCanceled, errors.DatabaseUnavailable, 5),
        (psycopg.InterfaceError, errors.DatabaseUnavailable, 5),
        (pg.SyntaxError, errors.OperationFailed, 1),
    ],
)
def test_each_error_becomes_our_own(raised: type[psycopg.Error], expected: type[Any], code: int) -> None:
    translated = translate(raised("what went wrong"))
    assert type(translated) is expected
    assert translated.exit_code == code
    assert "what went wrong" in str(translated)


def test_a_connections_end_is_told_in_one_line() -> None:
    ended = psycopg.OperationalError(
        "consuming input failed: server closed the connection\n\tThis probably means"
    )
    assert str(translate(ended)) == "consuming input failed: server closed the connection"
