"""What holds for any input of the stored functions."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors as pg

import records

SETTINGS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
TEXT = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=20)
NUMBERS = (
    st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-(10**9), 10**9, places=4)
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


def canonical(value: Any) -> str:
    """Return the canonical text of a JSON value, written without any regard to how SQL does it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            text = format(number, "f")
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return "0" if text in {"-0", ""} else text
        case str():
            return escaped(value)
        case list():
            return "[" + ", ".join(canonical(item) for item in value) + "]"
    # jsonb's own order of keys: the shorter first, then by bytes.
    ordered = sorted(value.items(), key=lambda item: (len(item[0].encode()), item[0].encode()))
    return "{" + ", ".join(f"{escaped(key)}: {canonical(item)}" for key, item in ordered) + "}"


def escaped(text: str) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(known.get(c, f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def as_json(value: Any) -> str:
    """Return JSON text with every digit of a decimal, which json.dumps does not write."""
    match value:
        case Decimal():
            return format(value, "f")
        case list():
            return "[" + ",".join(as_json(item) for item in value) + "]"
        case dict():
            return "{" + ",".join(f"{json.dumps(key)}:{as_json(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


@SETTINGS
@given(value=VALUES)
def test_config_hash_is_that_of_an_independent_canonicaliser(
    connection: psycopg.Connection[Any], value: Any
) -> None:
    row = connection.execute("SELECT btsql.config_hash(%s::jsonb)", [as_json(value)]).fetchone()
    assert row == (hashlib.sha256(canonical(value).encode()).hexdigest(),)


@SETTINGS
@given(
    value=st.dictionaries(TEXT, VALUES, max_size=5),
    other=st.dictionaries(TEXT, VALUES, max_size=5),
)
def test_config_hash_tells_values_apart(
    connection: psycopg.Connection[Any], value: dict[str, Any], other: dict[str, Any]
) -> None:
    statement = "SELECT btsql.config_hash(one) = btsql.config_hash(two), one = two FROM (SELECT %s::jsonb, %s::jsonb) AS pair (one, two)"
    same_hash, same = connection.execute(statement, [as_json(value), as_json(other)]).fetchone() or (
        None,
        None,
    )
    assert same_hash == same


# Half of what is made up is nearly right, to get past the first check.
CRITERIA = st.dictionaries(
    st.sampled_from(["fast_period", "slow_period", "sharpe_ratio", "total_trades"]) | TEXT,
    SCALARS
    | st.dictionaries(
        st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "in", "exists", "like"]), VALUES, max_size=2
    ),
    max_size=3,
)


def changed(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with some of the keys taken away or given any value."""
    return st.builds(
        lambda missing, other: {
            key: value for key, value in (document | other).items() if key not in missing
        },
        st.sets(st.sampled_from(sorted(document)), max_size=1),
        st.dictionaries(st.sampled_from(sorted(document)), VALUES, max_size=2),
    )


RECORD = json.loads(records.success(after=3600).document())
DOCUMENTS = CRITERIA | changed(RECORD) | changed(json.loads(records.failure(after=7200).document()))
ANYTHING = {
    "text": st.none()
    | TEXT
    | st.sampled_from(["@", "@~1", "@ok", "abcd", "sharpe_ratio", "started_at", "success", "sma_crossover"]),
    "jsonb": st.none() | (VALUES | DOCUMENTS).map(as_json),
    "text[]": st.none() | st.lists(st.none() | TEXT | st.sampled_from(["@", "@~1"]), max_size=12),
    "integer": st.none() | st.integers(0, 30) | st.integers(-(2**31), 2**31 - 1),
    "boolean": st.none() | st.booleans(),
    "timestamp with time zone": st.none()
    | st.sampled_from(["infinity", "-infinity", "2026-03-02", "4000-01-01 BC", "294276-01-01"]),
    "uuid": st.none() | st.uuids().map(str),
    "uuid[]": st.none() | st.lists(st.none() | st.uuids().map(str), max_size=4),
    "numeric": st.none() | NUMBERS.map(str),
}
SIGNATURES = """
    SELECT proname, ARRAY(SELECT format_type(type, NULL) FROM unnest(proargtypes) AS type), provariadic <> 0
      FROM pg_proc
     WHERE pronamespace = 'btsql'::regnamespace AND prorettype <> 'trigger'::regtype
     ORDER BY proname
"""
# What only the functions behind the public ones are given: rows, SQL text of their own making, finite times.
NOT_TRIED = {
    "epoch_milliseconds", "new_run_id", "page_of_runs", "record_digest", "test_bed", "write_metrics", "write_run",
}  # fmt: skip
EXPECTED = (
    pg.NoDataFound, pg.CardinalityViolation, pg.DataError, pg.IntegrityError, pg.ProgramLimitExceeded,
)  # fmt: skip
Signature = tuple[str, list[str], bool]


@pytest.fixture
def populated(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    for minute in range(3):
        record = records.success(after=60 * minute)
        connection.execute("SELECT btsql.record_run(%s::jsonb)", [record.document()])
    return connection


def try_anything(connection: psycopg.Connection[Any], signature: Signature) -> None:
    """Call one function with whatever its types allow."""
    name, kinds, is_variadic = signature
    places = [f"%s::{kind}" for kind in kinds]
    if is_variadic:
        places[-1] = f"VARIADIC {places[-1]}"
    statement = f"SELECT * FROM btsql.{name}({', '.join(places)})".encode()

    @settings(SETTINGS, max_examples=15 if kinds else 1)
    @given(arguments=st.tuples(*(ANYTHING[kind] for kind in kinds)))
    def call(arguments: tuple[Any, ...]) -> None:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(statement, arguments).fetchall()
        except EXPECTED as exc:
            assert exc.diag.message_primary

    call()


def test_no_input_makes_a_function_fail_by_itself(populated: psycopg.Connection[Any]) -> None:
    """Whatever is passed, the answer is a result or an error of the standard conditions, never an internal one."""
    signatures: list[Signature] = populated.execute(SIGNATURES).fetchall()
    assert {name for name, _, _ in signatures} >= NOT_TRIED | {"compare_runs", "record_run", "set_tags"}
    for signature in signatures:
        if signature[0] not in NOT_TRIED:
            try_anything(populated, signature)
