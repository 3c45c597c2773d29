"""The filter language: what it means, and where an error points."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from btsql.errors import UsageError
from btsql.where import Criteria, parse_where


@pytest.mark.parametrize(
    ("text", "parameters", "metrics"),
    [
        ("fast_period >= 10", {"fast_period": {">=": 10}}, {}),
        ("sharpe_ratio > 1", {}, {"sharpe_ratio": {">": 1}}),
        (
            "fast_period>=10 AND sharpe_ratio>1 and not exists slow_period",
            {"fast_period": {">=": 10}, "slow_period": {"exists": False}},
            {"sharpe_ratio": {">": 1}},
        ),
        ("x > 1 and x <= 2.5", {"x": {">": 1, "<=": 2.5}}, {}),
        ("10 < x and -1e-3 >= y", {"x": {">": 10}, "y": {"<=": -0.001}}, {}),
        (
            "total_return > 20% and max_drawdown >= -12.5%",
            {},
            {"total_return": {">": 0.2}, "max_drawdown": {">=": -0.125}},
        ),
        ("mode = 'it''s' and kind != \"b\"", {"mode": {"=": "it's"}, "kind": {"<>": "b"}}, {}),
        (
            "on == true and off <> FALSE and none = null",
            {"on": {"=": True}, "off": {"<>": False}, "none": {"=": None}},
            {},
        ),
        ("x in (1, 2.5, 'c', true)", {"x": {"in": [1, 2.5, "c", True]}}, {}),
        (
            "exists sharpe_ratio and exists stop",
            {"stop": {"exists": True}},
            {"sharpe_ratio": {"exists": True}},
        ),
        (
            "param.sharpe_ratio = 1 and metric.sharpe_ratio = 2",
            {"sharpe_ratio": {"=": 1}},
            {"sharpe_ratio": {"=": 2}},
        ),
        (
            '"in" = 1 and "a b" = 2 and "sharpe_ratio" = 3',
            {"in": {"=": 1}, "a b": {"=": 2}, "sharpe_ratio": {"=": 3}},
            {},
        ),
        ("größe = 1", {"größe": {"=": 1}}, {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_it_means(text: str, parameters: dict[str, Any], metrics: dict[str, Any]) -> None:
    assert parse_where(text) == Criteria(parameters=parameters, metrics=metrics)
    assert repr(parse_where(text)) == repr(Criteria(parameters=parameters, metrics=metrics)), "10 is no 10.0"


@pytest.mark.parametrize(
    ("text", "mark", "message"),
    [
        ("a = 1 and", "         ^", "the name of a parameter or of a metric is missing here"),
        ("fast_period", "           ^", "a comparison is missing here"),
        ("fast_period >=", "              ^", "a value is missing here"),
        ("fast_period >= ten", "               ^", "a text is written in quotes"),
        ("a = 1 or b = 2", "      ^", "`or` cannot be searched for"),
        ("a = 1 b = 2", "      ^", "`and` is missing here"),
        ("(a = 1)", "^", "parentheses only list values"),
        ("not a = 1", "^", "`not` goes with `exists` only"),
        ("a not in (1)", "  ^", "`not` cannot be searched for"),
        ("a in 1", "     ^", "are in parentheses"),
        ("a in (1 2)", "        ^", "or the closing parenthesis"),
        ("a in ()", "      ^", "a value is missing here"),
        ("mode = 'a", "       ^", "this text does not end"),
        ("a = 10x", "    ^", "a name does not begin with a digit"),
        ("a ; b", "  ^", "this means nothing here"),
        ("sharpe_ratio = 'high'", "               ^", "is a metric, and compared with a number"),
        ("sharpe_ratio in (1, 2)", "             ^", "is a metric, and compared with one number"),
        ("sharpe_ratio = null", "               ^", "is a metric, and compared with a number"),
        ("on > true", "     ^", "compared by > with numbers and texts only"),
        ("a.b = 1", "^", "there are no names within names"),
        ("metric.beauty > 1", "^", "there is no metric beauty"),
        ("a = 1e999", "    ^", "too large or too small"),
        ("sharpe_ratio <= 1e-307%", "                ^", "too large or too small"),
        ("a > 1 and a > 2", "            ^", "a has a criterion with > already"),
        ("戦略 = 1 or", "         ^", "`or` cannot be searched for"),
        ("a\t=\n1 or", "      ^", "`or` cannot be searched for"),
        ("and = 1", "^", "`and` is a word of the language"),
    ],
)
def test_an_error_shows_the_place(text: str, mark: str, message: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_where(text)
    said, shown, under = str(told.value).split("\n")
    assert message in said
    assert shown == "  " + text.replace("\t", " ").replace("\n", " ")
    assert under == "  " + mark


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_no_criteria_at_all_are_refused_without_a_place(text: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_where(text)
    assert str(told.value) == "--where is empty"


def test_a_short_name_is_a_parameter_until_told_otherwise() -> None:
    text = "sharpe > 1 and trades = 'x' and metric.sharpe < 3 and param.return = 1"
    first = parse_where(text)
    assert first.parameters == {"sharpe": {">": 1}, "trades": {"=": "x"}, "return": {"=": 1}}
    assert first.metrics == {"sharpe_ratio": {"<": 3}}
    assert first.short_names == {"sharpe", "trades"}
    second = parse_where(text, short_names={"sharpe"})
    assert second.parameters == {"trades": {"=": "x"}, "return": {"=": 1}}
    assert second.metrics == {"sharpe_ratio": {">": 1, "<": 3}}
    with pytest.raises(UsageError, match="trades is a metric, and compared with a number"):
        parse_where(text, short_names={"sharpe", "trades"})
    with pytest.raises(UsageError, match="sharpe_ratio has a criterion with > already"):
        parse_where("sharpe > 1 and sharpe_ratio > 2", short_names={"sharpe"})


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("total_return > 2", "2 is 200 %; write 2% for 2 percent"),
        ("-20 < max_drawdown", "-20 is -2000 %; write -20% for -20 percent"),
        ("volatility < 1.5", "1.5 is 150 %; write 1.5% for 1.5 percent"),
    ],
)
def test_a_fraction_that_looks_like_a_percentage_is_doubted(text: str, doubt: str) -> None:
    (told,) = parse_where(text).doubts
    assert told.endswith(f" is a fraction: {doubt}")


@pytest.mark.parametrize(
    "text", ["total_return > 200%", "win_rate <= 1", "sharpe_ratio > 2", "exists cagr", "fast > 5"]
)
def test_nothing_else_is_doubted(text: str) -> None:
    assert parse_where(text).doubts == []


def test_of_a_long_text_the_part_around_the_place_is_shown() -> None:
    with pytest.raises(UsageError) as told:
        parse_where("a = 1 and " * 1 + f"b = '{'x' * 200}' or c = 1 and " + "d = 'y' and " * 20)
    _, shown, under = str(told.value).split("\n")
    assert len(shown) <= 62
    assert shown[under.index("^") :].startswith("or c = 1")


@pytest.mark.parametrize("number", ["0" * 5000, "0" * 5000 + "%", "1." + "0" * 5000])
def test_a_number_of_too_many_digits_is_refused_with_its_place(number: str) -> None:
    with pytest.raises(UsageError, match="this number has too many digits") as told:
        parse_where(f"a = {number}")
    assert str(told.value).endswith("\n      ^")


WORDS = [
    "a",
    "sharpe_ratio",
    "param.",
    "metric.",
    "'text'",
    "10",
    "-2.5%",
    "1e5",
    "(",
    ")",
    ",",
    "and",
    "or",
    "not",
    "exists",
    "in",
    "=",
    "<>",
    ">=",
    "null",
    "true",
    ".",
]
PIECES = st.lists(st.sampled_from([*WORDS, '"a b"']) | st.text(max_size=3), max_size=12).map(" ".join)


@given(st.text(max_size=40) | PIECES)
def test_no_text_is_refused_by_any_other_error(text: str) -> None:
    try:
        criteria = parse_where(text)
    except UsageError as exc:
        assert exc.hint
        assert str(exc).endswith("^" if text.strip() else "--where is empty")
    else:
        assert criteria.parameters or criteria.metrics


@pytest.mark.parametrize("following", ["", "(", "10", "and", "not", "=", "a"])
def test_wherever_a_text_ends_it_is_an_error_of_the_text(following: str) -> None:
    """Each beginning of each form that the language has, and each with a word that may not follow."""
    forms = "a = 1 and 'b' <> c and d in (1, 'x', null) and not exists e and exists f and 2 < param.g"
    words = re.findall(r"[\w.']+|[^\w\s]+", forms)
    assert parse_where(" ".join(words)).parameters.keys() == set("abcdefg") - {"b"}
    accepted = []
    for count in range(len(words)):
        text = " ".join([*words[:count], following])
        try:
            parse_where(text)
        except UsageError as exc:
            assert str(exc).endswith("^" if text.strip() else "--where is empty")
        else:
            accepted.append(count)
    assert accepted == {"": [3, 7, 17, 21, 24], "10": [2], "a": [6, 20, 23, 27]}.get(following, [])
