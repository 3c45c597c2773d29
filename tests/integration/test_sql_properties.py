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


ANYTHING = {
    "text": st.none() | TEXT | st.sampled_from(["@", "@~1", "@ok", "abcd", "sharpe_ratio", "started_at"]),
    "jsonb": st.none() | VALUES.map(as_json),
    "text[]": st.none() | st.lists(st.none() | TEXT | st.sampled_from(["@", "@~1"]), max_size=12),
    "integer": st.none() | st.integers(-(2**31), 2**31 - 1),
    "boolean": st.none() | st.booleans(),
    "timestamp with time zone": st.none()
    | st.sampled_from(["infinity", "-infinity", "2026-03-02", "4000-01-01 BC"]),
    "uuid": st.none() | st.uuids().map(str),
    "numeric": st.none() | NUMBERS.map(str),
}
SIGNATURES = """
    SELECT proname, ARRAY(SELECT format_type(type, NULL) FROM unnest(proargtypes) AS type), provariadic <> 0
      FROM pg_proc
     WHERE pronamespace = 'btsql'::regnamespace AND prorettype <> 'trigger'::regtype
       -- The one takes SQL text of list_runs() only, the other finite times of other functions.
       AND proname <> ALL ('{page_of_runs,epoch_milliseconds,new_run_id,test_bed}')
     ORDER BY proname
"""
EXPECTED = (
    pg.NoDataFound, pg.CardinalityViolation, pg.DataError, pg.IntegrityError, pg.ProgramLimitExceeded,
)  # fmt: skip


@pytest.fixture
def populated(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    for minute in range(3):
        record = records.success(after=60 * minute)
        connection.execute("SELECT btsql.record_run(%s::jsonb)", [record.document()])
    return connection


@SETTINGS
@given(data=st.data())
def test_no_input_makes_a_function_fail_by_itself(
    populated: psycopg.Connection[Any], data: st.DataObject
) -> None:
    """Whatever is passed, the answer is a result or an error of the standard conditions, never an internal one."""
    signatures = populated.execute(SIGNATURES).fetchall()
    callable_ones = [one for one in signatures if all(kind in ANYTHING for kind in one[1])]
    name, kinds, is_variadic = data.draw(st.sampled_from(callable_ones))
    arguments = [data.draw(ANYTHING[kind], label=kind) for kind in kinds]
    places = [f"%s::{kind}" for kind in kinds]
    if is_variadic:
        places[-1] = f"VARIADIC {places[-1]}"
    try:
        with populated.transaction(force_rollback=True):
            populated.execute(
                f"SELECT * FROM btsql.{name}({', '.join(places)})".encode(), arguments
            ).fetchall()
    except EXPECTED as exc:
        assert exc.diag.message_primary
