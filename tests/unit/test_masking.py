"""Passwords in text that is recorded."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from btsql.masking import shortened, without_passwords

# A mark that no surrounding text has: where any of it is left, so is a part of the password.
PASSWORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(
    lambda text: f"Zq{text}qZ"
)
AROUND = st.text(st.sampled_from(" \n:=abc{}(),./"), max_size=10)


@given(password=PASSWORDS, before=AROUND, after=AROUND)
def test_a_password_in_an_address_is_masked(password: str, before: str, after: str) -> None:
    address = f"postgresql://me:{quote(password, safe='')}@host:5432/db"
    masked = without_passwords(f"{before} {address} {after}")
    assert "postgresql://me:***@host:5432/db" in masked
    assert "Zq" not in masked
    assert "qZ" not in masked


@given(
    password=PASSWORDS.filter(
        lambda text: not set(text) & set(" '\"\u00a0") and not any(map(str.isspace, text))
    )
)
def test_a_password_that_should_have_been_escaped_is_masked_too(password: str) -> None:
    masked = without_passwords(f"cannot connect to postgresql://me:{password}@host/db: refused")
    assert masked == "cannot connect to postgresql://me:***@host/db: refused"


@example(password="Zq 'qZ", shown=json.dumps)
@given(password=PASSWORDS, shown=st.sampled_from([str, repr, json.dumps, lambda text: repr(repr(text))]))
def test_a_password_among_keywords_is_masked_however_it_is_quoted(password: str, shown: object) -> None:
    assert callable(shown)
    text = str(shown(make_conninfo(host="here", password=password)))
    masked = without_passwords(text)
    assert "here" in masked
    assert "Zq" not in masked
    assert "qZ" not in masked


@given(password=PASSWORDS, shown=st.sampled_from([repr, json.dumps]))
def test_a_password_in_a_mapping_is_masked(password: str, shown: object) -> None:
    assert callable(shown)
    masked = without_passwords(str(shown({"user": "me", "password": password, "port": 5})))
    assert "Zq" not in masked
    assert "qZ" not in masked
    assert "port" in masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('psycopg.connect(password="hunter2", port=5)', "psycopg.connect(password=***, port=5)"),
        ("os.environ['PGPASSWORD'] = 'hunter2'", "os.environ['PGPASSWORD'] = ***"),
        ("redis://:hunter2@cache/0", "redis://:***@cache/0"),
        ("amqps://a:b/c@queue", "amqps://a:***@queue"),
        ("https://me:hunter2@example.com/a@b", "https://me:***@example.com/a@b"),
        ("url?user=a&token=hunter2&page=3", "url?user=a&token=***"),
        ("{'api_key': 'hunter2'}", "{'api_key': ***}"),
        ("password='hunt", "password=***"),
        ('connect("host=h password=hunter2")', 'connect("host=h password=***")'),
        ("connect('password=hunter2', 5)", "connect('password=***', 5)"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ('{"Authorization": "Bearer abc"}', '{"Authorization": "Bearer ***"}'),
        ("tool --password hunter2 --port 5", "tool --password *** --port 5"),
        ("tool --password=hunter2 --port 5", "tool --password=*** --port 5"),
        ("['tool', '--db-password', 'hunter2', '5']", "['tool', '--db-password', ***, '5']"),
        ("token: hunter2", "token: ***"),
        ("api_key: 'hunter2' # mine", "api_key: *** # mine"),
        ("API_SECRET=hunter2\nHOME=/root", "API_SECRET=***\nHOME=/root"),
    ],
)
def test_what_is_masked(text: str, masked: str) -> None:
    assert without_passwords(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com:8080/path?who=a@b",
        "the password was wrong",
        "password: must have eight characters",
        "if password == other:",
        "def connect(token: str) -> None:",
        "give --password or --token-file",
        "unexpected token at line 3",
        "see postgresql://host:5432/db",
        'File "x.py", line 3, in <module>',
    ],
)
def test_what_stays_as_it_is(text: str) -> None:
    assert without_passwords(text) == text


@given(st.text())
def test_text_is_masked_once_and_for_all(text: str) -> None:
    once = without_passwords(text)
    assert without_passwords(once) == once


def test_a_text_too_long_to_record_keeps_its_ends() -> None:
    assert shortened("a" * 100, 100) == "a" * 100
    text = shortened("a" * 60 + "b" * 60, 100)
    assert text.startswith("a" * 50)
    assert text.endswith("b" * 50)
    assert "[... 20 characters left out by btsql ...]" in text


def seconds(text: str) -> float:
    """Return the best of three times that the thread itself took, whatever else the machine does."""
    best = float("inf")
    for _ in range(3):
        began = time.thread_time()
        without_passwords(text)
        best = min(best, time.thread_time() - began)
    return best


@pytest.mark.parametrize(
    ("begin", "repeated", "end"),
    [
        ("", "a://", ""),
        ("", "a://b:", ""),
        ("", "https://a:", ""),
        ("", "a://", "@"),
        ("a://b:", "c", "@"),
        ("", "@a://", ""),
        ("password=\\'", "\\", ""),
        ("", "token: '", ""),
        ("", "--password ", ""),
    ],
)
def test_no_text_takes_much_longer_than_another(begin: str, repeated: str, end: str) -> None:
    size = 100_000
    assert seconds(begin + repeated * (size // len(repeated)) + end) < 5 * seconds(
        "some words " * (size // 11)
    )
