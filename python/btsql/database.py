"""Which database btsql talks to, and what its errors mean.

The server is the one of ``--dsn``, of ``BTSQL_DSN``, of libpq's own variables, or the user's embedded one, in
this order.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import Jsonb, set_json_loads

from btsql.embedded import EmbeddedServer
from btsql.errors import (
    AmbiguousReference,
    BtsqlError,
    DatabaseAway,
    DatabaseUnavailable,
    OperationFailed,
    RecordRefused,
    RunNotFound,
    SchemaMismatch,
    SchemaMissing,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMA_VERSION = 1
CONNECT_SECONDS = 10

# A server that vanishes without a word, as when a network goes away, is noticed within half a minute.
KEEPALIVES = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# Never shown. The last three are what other ways to log in have for a password.
SECRETS = (
    "password",
    "passfile",
    "sslpassword",
    "oauth_client_secret",
    "scram_client_key",
    "scram_server_key",
)

# What a server or a pooler says to whom it will not let in later either: libpq passes on no error code.
REFUSALS = re.compile(
    r'(database|role|user) "[^"]*" does not exist|no such (database|user)|authentication failed'
    r"|no password supplied|no pg_hba\.conf entry|permission denied|not permitted to log in"
    r"|^invalid .* value",
    re.IGNORECASE,
)

PROGRAM_LIMIT = "54"  # the class of errors for what is too large or too complex, however often it is sent

# Any of these says that the user has a server of their own.
LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database to connect to.

    Attributes
    ----------
    conninfo : str
        What libpq is given. It may hold a password: never show it, show `dsn`.
    server : EmbeddedServer | None
        The embedded server that the database is on, if it is.

    """

    conninfo: str
    server: EmbeddedServer | None = None

    @property
    def dsn(self) -> str:
        """The connection URI without its password, for people and for other programs."""
        return self.server.uri() if self.server else _uri_without_password(self.conninfo)

    @property
    def identity(self) -> str:
        """The same text for the same user, server and database, however they are written."""
        return _identity(self.conninfo)


def find_target(dsn: str | None = None) -> Target:
    """Return the database meant by `dsn`, the environment, or the embedded default.

    Raises
    ------
    UsageError
        The DSN cannot be read.

    """
    conninfo = dsn or os.environ.get("BTSQL_DSN")
    if conninfo:
        return Target(conninfo=_checked(conninfo))
    if any(os.environ.get(name) for name in LIBPQ_VARIABLES):
        return Target(conninfo="")
    server = EmbeddedServer.default()
    return Target(conninfo=server.conninfo(), server=server)


def connect(target: Target, *, check_schema: bool = True) -> psycopg.Connection[Any]:
    """Connect in autocommit mode, starting the embedded server when it is the target and not up.

    Raises
    ------
    DatabaseAway, DatabaseUnavailable
        Nothing answers, or it refuses.
    SchemaMissing, SchemaMismatch
        It has no btsql schema, an older or a newer one (unless `check_schema` is false).

    """
    connection = None
    try:
        if target.server is None or target.server.has_socket_directory():
            connection = _open(target)
    except psycopg.OperationalError as exc:
        if target.server is None or target.server.is_running():
            raise _unreachable(target, exc) from exc
    if connection is None:
        connection = _start_and_open(target)
    if check_schema:
        try:
            require_schema(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _start_and_open(target: Target) -> psycopg.Connection[Any]:
    assert target.server is not None  # noqa: S101 - any other is there, or is not
    target.server.start()
    target.server.has_socket_directory()  # nobody else's, should it have come only now
    try:
        return _open(target)
    except psycopg.OperationalError as exc:
        raise _unreachable(target, exc) from exc


def _open(target: Target) -> psycopg.Connection[Any]:
    # No prepared statements: behind a pooler in transaction mode they would be looked for elsewhere.
    connection = psycopg.connect(
        make_conninfo(target.conninfo, **_defaults(target.conninfo)), autocommit=True, prepare_threshold=None
    )
    try:
        # Times in another style cannot be read. The server has told already whether it has one. A pooler may
        # refuse an option at the start, and keeps this setting for its client.
        if not (connection.info.parameter_status("DateStyle") or "ISO").startswith("ISO"):
            connection.execute("SET datestyle TO ISO")
    except BaseException:
        connection.close()
        raise
    set_json_loads(read_json, connection)
    return connection


def read_json(text: str | bytes, *, parse_float: Callable[[str], Any] = float) -> Any:
    """Return a JSON value; of one that `check_json()` would not have let in, as much as can be had."""
    try:
        return json.loads(text, parse_float=parse_float)
    except RecursionError:
        return {"not shown": "it is nested too deeply"}
    except ValueError:  # a number of more digits than Python reads
        return json.loads(text, parse_float=parse_float, parse_int=_whole)


def _whole(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _defaults(conninfo: str) -> dict[str, Any]:
    given = conninfo_to_dict(conninfo)
    defaults: dict[str, Any] = {"fallback_application_name": "btsql"}
    if "connect_timeout" not in given and not os.environ.get("PGCONNECT_TIMEOUT"):
        defaults["connect_timeout"] = CONNECT_SECONDS
    return {name: value for name, value in KEEPALIVES.items() if name not in given} | defaults


@contextmanager
def limited(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Hang up on a server that does not answer in time, whether it, the network or a pooler is the reason."""
    timer = threading.Timer(seconds, _hang_up, [connection])
    timer.daemon = True
    with suppress(RuntimeError):  # no thread can be started any more when the process ends
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection: psycopg.Connection[Any]) -> None:
    import socket  # noqa: PLC0415

    with (
        suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as own,
    ):
        own.shutdown(socket.SHUT_RDWR)


def schema_version(connection: psycopg.Connection[Any]) -> int | None:
    """Return the version of the schema in the database, None when there is no complete one.

    Raises
    ------
    DatabaseUnavailable
        This user may not ask, or the connection is lost.

    """
    try:
        row = connection.execute("SELECT btsql.schema_version()").fetchone()
    except (pg.InvalidSchemaName, pg.UndefinedFunction):
        return None
    except psycopg.Error as exc:
        raise translate(exc) from exc
    return None if row is None else int(row[0])


def require_schema(connection: psycopg.Connection[Any]) -> None:
    """Raise SchemaMismatch, saying what to type, unless the database has the schema this btsql needs."""
    found = schema_version(connection)
    database = connection.info.dbname
    if found is None:
        raise SchemaMissing(
            f"database {database} has no btsql schema",
            hint="Type `btsql init` to deploy it. It takes seconds.",
        )
    if found < SCHEMA_VERSION:
        raise SchemaMismatch(
            f"database {database} has version {found} of the schema, this btsql needs {SCHEMA_VERSION}",
            hint="Type `btsql init` to bring it up to date. Recorded runs stay as they are.",
        )
    if found > SCHEMA_VERSION:
        raise SchemaMismatch(
            f"database {database} has version {found} of the schema, this btsql knows {SCHEMA_VERSION}",
            hint="Type `pip install --upgrade btsql`.",
        )


def function_call(function: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Return a call of a btsql function by named arguments, and their values; what is None is left out."""
    given = {name: value for name, value in arguments.items() if value is not None}
    values = {name: Jsonb(value) if isinstance(value, Mapping) else value for name, value in given.items()}
    listed = ", ".join(f"{name} => %({name})s" for name in given)
    return f"btsql.{function}({listed})", values


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the database's errors into btsql's own, each with its hint."""
    try:
        yield
    except psycopg.Error as exc:
        raise translate(exc) from exc
    except UnicodeEncodeError as exc:
        raise UsageError(f"this text has characters that no database takes: {exc.object!r}") from exc


def translate(exc: psycopg.Error) -> BtsqlError:  # noqa: PLR0911 - one line for each kind
    """Return btsql's own error for one of the database."""
    message = exc.diag.message_primary or str(exc)
    hint = exc.diag.message_hint
    if (exc.sqlstate or "").startswith(PROGRAM_LIMIT):  # to psycopg the same as a server that is away
        return RecordRefused(message, hint=hint or exc.diag.message_detail)
    match exc:
        case pg.NoDataFound():
            return RunNotFound(message, hint="`btsql history` lists the recorded runs.")
        case pg.CardinalityViolation():
            return AmbiguousReference(f"{message}:\n{exc.diag.message_detail}", hint=hint)
        case pg.InvalidParameterValue() | pg.DataError():
            return UsageError(message, hint=hint or _expected(exc))
        case pg.IntegrityError():
            rule = exc.diag.constraint_name
            named = message if rule is None or rule in message else f"{message} ({rule})"
            return RecordRefused(named, hint=hint or exc.diag.message_detail)
        case pg.InsufficientPrivilege():
            return DatabaseUnavailable(message, hint="Ask the owner of the database for the right to it.")
        case pg.InvalidSchemaName() | pg.UndefinedFunction() | pg.UndefinedTable() | pg.UndefinedColumn():
            return SchemaMismatch(
                f"the schema in the database is not the one this btsql needs: {message}",
                hint="Type `btsql init` to bring it up to date.",
            )
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return DatabaseUnavailable(_first_line(message), hint=hint)
    return OperationFailed(message, hint=hint)


def _expected(exc: psycopg.Error) -> str | None:
    """Return what should have been given, where PostgreSQL itself refuses a value and names only its type."""
    message = exc.diag.message_primary or str(exc)
    match exc:
        case pg.InvalidDatetimeFormat() | pg.DatetimeFieldOverflow():
            return "Give a datetime, or text as 2024-01-31 or 2024-01-31T15:04:05Z."
        case pg.InvalidTextRepresentation() if "json" in message:
            return 'Give a mapping: {"name": value}, or {"name": {">=": 10, "<": 20}}.'
    return None


def _unreachable(target: Target, exc: psycopg.Error) -> DatabaseUnavailable:
    hint = (
        "`btsql server status` tells where its log is."
        if target.server
        else "Check that the server runs, that the database and the user exist, and the DSN: --dsn, "
        "BTSQL_DSN, or libpq's PGHOST and its like. Without any of them btsql uses a server of its own."
    )
    reason = _first_line(str(exc)).removeprefix("connection failed: ")
    kind = DatabaseUnavailable if REFUSALS.search(reason) else DatabaseAway
    return kind(f"cannot connect to {target.dsn}: {reason}", hint=hint)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "no reason given"


def _checked(conninfo: str) -> str:
    try:
        _refuse_misplaced_password(conninfo, connection_parameters(conninfo))
    except (psycopg.ProgrammingError, UnicodeEncodeError) as exc:
        # The message may quote the DSN, and with it the password.
        raise UsageError(
            "the DSN cannot be read",
            hint="Write it as postgresql://user:password@host:5432/database, with %40 for an @ and %2F for "
            "a / in the password, or in keywords: host=... dbname=...",
        ) from exc
    return conninfo


def _refuse_misplaced_password(conninfo: str, parts: dict[str, str]) -> None:
    """Refuse what libpq would read wrongly, so that part of the password became host, port or database."""
    if not all(port.isdecimal() for port in parts.get("port", "").split(",") if port):
        raise psycopg.ProgrammingError("the port is no number")
    if conninfo.startswith(("postgresql://", "postgres://")):
        place = conninfo.partition("://")[2]
        login, at, rest = place.partition("@")
        if at and "/" not in login:
            place = rest
        if "@" in place.partition("?")[0]:
            raise psycopg.ProgrammingError("an @ or a / of the user or the password is not escaped")


def connection_parameters(conninfo: str) -> dict[str, str]:
    """Return the parts of a connection string that were given, by libpq's names."""
    return {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}


def _identity(conninfo: str) -> str:
    given = _libpq_defaults() | connection_parameters(conninfo)
    user = given.get("user", "")
    hosts = (given.get("host") or given.get("hostaddr") or "").split(",")
    ports = given.get("port", "").split(",")
    places = []
    for number, host in enumerate(hosts):
        port = ports[number] if number < len(ports) else ports[-1]
        if host.startswith("/"):
            name = os.path.realpath(host)
        else:
            name = "localhost" if host.lower() in LOOPBACK else host.lower()
        places.append(f"{name}:{port or 5432}")
    # What a service names is in a file that may change; the name is what the user means.
    service = f"service={given['service']} " if given.get("service") and hosts == [""] else ""
    return f"{service}{user}@{','.join(places)}/{given.get('dbname') or user}"


def _libpq_defaults() -> dict[str, str]:
    """Return what libpq takes for what a connection string leaves out: from the environment, or its own."""
    try:
        options = psycopg.pq.Conninfo.get_defaults()
    except (psycopg.Error, MemoryError):  # a service file that cannot be read
        return {}
    return {
        option.keyword.decode(): option.val.decode("utf-8", "surrogateescape")
        for option in options
        if option.val
    }


def _uri_without_password(conninfo: str) -> str:
    from urllib.parse import quote, urlencode  # noqa: PLC0415

    known = {"user": "PGUSER", "host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE"}
    parts = {name: os.environ.get(variable, "") for name, variable in known.items()}
    parts |= connection_parameters(conninfo)
    for secret in SECRETS:
        parts.pop(secret, None)
    user, host, port, dbname = (parts.pop(name) for name in known)
    rest = {"host": host} | parts if host.startswith("/") or "," in host else parts
    place = "" if "host" in rest else quote(f"[{host}]" if ":" in host else host, safe="[]:")
    login = f"{quote(user, safe='')}@" if user else ""
    port = f":{port}" if port else ""
    query = f"?{urlencode(rest, safe='/', quote_via=quote)}" if rest else ""
    return f"postgresql://{login}{place}{port}/{quote(dbname, safe='')}{query}"
