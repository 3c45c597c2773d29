"""The filter language of the command line, as `fast_period >= 10 and sharpe_ratio > 1 and not exists stop`.

    criteria  := criterion { "and" criterion }
    criterion := name op value | value op name | name "in" "(" value { "," value } ")" | ["not"] "exists" name
    op        := "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="
    value     := number ["%"] | 'text' | "text" | "true" | "false" | "null"
    name      := word | "text" | "param." word | "metric." word

A name is a metric where there is one of this name, else a parameter; `param.` and `metric.` say which. A
short name of a metric, as `sharpe`, may be that of a parameter too: who asks the database tells which it is.
It compiles to what `list_runs()` takes as parameters and metrics, and says nothing that this cannot.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from btsql.errors import UsageError
from btsql.metric_names import FRACTIONS, METRICS, SHORT_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection

EXAMPLE = "fast_period >= 10 and sharpe_ratio > 1 and mode in ('a', 'b') and not exists stop"
OPERATORS = {"=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
CONSTANTS = {"true": True, "false": False, "null": None}
KEYWORDS = {"and", "or", "not", "exists", "in", "is", "like", "between", *CONSTANTS}
SMALLEST, LARGEST = 1e-307, 1e307
LONGEST_NUMBER = 400  # characters; the largest have 308 digits, and Python reads no more than 4,300
EXCERPT = 60  # characters of the text that an error shows

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?)
      | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<word>[^\W\d][\w.]*)
      | (?P<operator><=|>=|<>|!=|==|=|<|>)
      | (?P<mark>[(),])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What list_runs() takes: {name: {operator: value}}, for parameters and for metrics.

    Attributes
    ----------
    parameters, metrics : dict
        The criteria.
    short_names : set of str
        Which of the parameters have names that are short for a metric.
    doubts : list of str
        What was written in a way that is seldom meant so, each in a sentence.

    """

    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    short_names: set[str] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)


class Token(NamedTuple):
    """A piece of the text and the place where it begins; the last one has the kind `end`."""

    kind: str
    text: str
    place: int

    @property
    def keyword(self) -> str | None:
        """The keyword that it is, in lower case."""
        return self.text.lower() if self.kind == "word" and self.text.lower() in KEYWORDS else None


def parse_where(text: str, *, short_names: Collection[str] = ()) -> Criteria:
    """Return the criteria that a text asks for; of short names only those given mean their metrics.

    Raises
    ------
    UsageError
        It is not in the language; the message shows the place.

    """
    if not text.strip():
        raise UsageError("--where is empty", hint=f"For example: {EXAMPLE}")
    return _Parser(text, short_names).criteria()


class _Parser:
    def __init__(self, text: str, short_names: Collection[str]) -> None:
        self.text = text
        self.short_names = short_names
        self.tokens = self._tokens()
        self.found = Criteria()

    def criteria(self) -> Criteria:
        self._criterion()
        while self.tokens[0].kind != "end":
            joint = self.tokens.pop(0)
            if joint.keyword == "or":
                self._fail(
                    joint.place,
                    "`or` cannot be searched for",
                    "Several values of one name are `name in (1, 2)`; else search twice.",
                )
            if joint.keyword != "and":
                self._fail(joint.place, "`and` is missing here")
            self._criterion()
        return self.found

    # ---- grammar

    def _criterion(self) -> None:
        token = self.tokens[0]
        if token.keyword in {"not", "exists"}:
            self._existence()
        elif self._is_value(token):
            self._turned_comparison()
        else:
            name = self._name()
            operator = self.tokens.pop(0)
            if operator.kind == "operator":
                self._add(name, OPERATORS[operator.text], *self._value(), operator.place)
            elif operator.keyword == "in":
                self._add(name, "in", self._list(), operator.place, operator.place)
            else:
                self._refuse_operator(name, operator)

    def _existence(self) -> None:
        first = self.tokens.pop(0)
        if first.keyword == "not" and self.tokens.pop(0).keyword != "exists":
            self._fail(
                first.place,
                "`not` goes with `exists` only",
                "Turn the comparison around: `x <= 1` for `not x > 1`.",
            )
        self._add(self._name(), "exists", first.keyword != "not", first.place, first.place)

    def _turned_comparison(self) -> None:
        value, place = self._value()
        operator = self.tokens.pop(0)
        if operator.kind != "operator":
            self._fail(operator.place, "a comparison is missing here: = <> < <= > >=")
        self._add(self._name(), TURNED[OPERATORS[operator.text]], value, place, operator.place)

    def _name(self) -> Token:
        token = self.tokens.pop(0)
        if token.kind == "text" and token.text[0] == '"':
            return token
        if token.text == "(":
            self._fail(token.place, "parentheses only list values", "All criteria are joined by `and`.")
        if token.kind != "word":
            self._fail(token.place, "the name of a parameter or of a metric is missing here")
        if token.keyword:
            self._fail(
                token.place,
                f'`{token.text}` is a word of the language, a name of it is written "{token.text}"',
            )
        return token

    @staticmethod
    def _is_value(token: Token) -> bool:
        # A text in double quotes is a name where a criterion begins, as in SQL.
        return (
            token.kind == "number"
            or token.keyword in CONSTANTS
            or (token.kind == "text" and token.text[0] == "'")
        )

    def _value(self) -> tuple[Any, int]:
        token = self.tokens.pop(0)
        if token.kind == "number":
            return self._number(token), token.place
        if token.kind == "text":
            return self._plain(token), token.place
        if token.keyword in CONSTANTS:
            return CONSTANTS[token.keyword], token.place
        if token.kind == "word":
            self._fail(token.place, "a text is written in quotes", f"Write '{token.text}'.")
        return self._fail(token.place, "a value is missing here: a number, a 'text', true, false or null")

    def _list(self) -> list[Any]:
        opening = self.tokens.pop(0)
        if opening.text != "(":
            self._fail(opening.place, "the values after `in` are in parentheses: in (1, 2)")
        values = [self._value()[0]]
        while (mark := self.tokens.pop(0)).text == ",":
            values.append(self._value()[0])
        if mark.text != ")":
            self._fail(mark.place, "a `,` or the closing parenthesis is missing here")
        return values

    def _refuse_operator(self, name: Token, token: Token) -> NoReturn:
        hint = f"{self._shown(name)} = 1, {self._shown(name)} in (1, 2), exists {self._shown(name)}"
        if token.keyword in {"not", "is", "like", "between"}:
            self._fail(token.place, f"`{token.text}` cannot be searched for", f"There is: {hint}.")
        self._fail(token.place, "a comparison is missing here: = <> < <= > >= or in", f"For example: {hint}.")

    # ---- meaning

    def _add(self, name: Token, operator: str, value: Any, place: int, operator_place: int) -> None:
        plain, is_metric = self._meaning(name)
        shown = self._shown(name)
        if is_metric:
            self._check_metric(shown, operator, value, place, operator_place)
            self._doubt(plain, shown, value, place)
        elif operator in {"<", "<=", ">", ">="} and (value is None or isinstance(value, bool)):
            self._fail(place, f"{shown} is compared by {operator} with numbers and texts only")
        kind = self.found.metrics if is_metric else self.found.parameters
        criteria = kind.setdefault(plain, {})
        if operator in criteria:
            self._fail(
                operator_place,
                f"{shown} has a criterion with {operator} already",
                "One of each can be searched for.",
            )
        criteria[operator] = value

    def _check_metric(self, shown: str, operator: str, value: Any, place: int, operator_place: int) -> None:
        if operator == "exists":
            return
        if operator == "in":
            self._fail(
                operator_place,
                f"{shown} is a metric, and compared with one number",
                "Write a range: >= and <=.",
            )
        if value is None:
            self._fail(
                place, f"{shown} is a metric, and compared with a number", f"Write: not exists {shown}"
            )
        if isinstance(value, bool | str):
            self._fail(
                place,
                f"{shown} is a metric, and compared with a number",
                f"A parameter of this name: param.{shown}",
            )

    def _doubt(self, metric: str, shown: str, value: Any, place: int) -> None:
        """Note a fraction that looks like a percentage without its sign."""
        if metric not in FRACTIONS or isinstance(value, bool) or abs(value) <= 1:
            return
        written = TOKEN.match(self.text, place)
        if written and not written[0].endswith("%"):
            number = written[0]
            self.found.doubts.append(
                f"{shown} is a fraction: {number} is {value * 100:g} %; write {number}% for {number} percent"
            )

    def _meaning(self, name: Token) -> tuple[str, bool]:
        """Return the plain name, and whether it is one of a metric."""
        if name.kind == "text":
            return self._plain(name), False
        prefix, dot, rest = name.text.partition(".")
        if not dot and name.text in SHORT_NAMES:
            if name.text in self.short_names:
                return SHORT_NAMES[name.text], True
            self.found.short_names.add(name.text)
        if not dot:
            return name.text, name.text in METRICS
        if not rest or "." in rest or prefix not in {"param", "metric"}:
            self._fail(
                name.place,
                f"there are no names within names, as {name.text}",
                "param.NAME is a parameter and metric.NAME a metric.",
            )
        if prefix == "metric":
            rest = SHORT_NAMES.get(rest, rest)
        if prefix == "metric" and rest not in METRICS:
            self._fail(name.place, f"there is no metric {rest}", f"The metrics: {', '.join(METRICS)}.")
        return rest, prefix == "metric"

    def _number(self, token: Token) -> int | float:
        if len(token.text) > LONGEST_NUMBER:
            self._fail(token.place, "this number has too many digits")
        digits = token.text.removesuffix("%")
        value: int | float = float(digits)
        if token.text.endswith("%"):
            value = float(f"{digits}e-2" if "e" not in digits.lower() else value / 100)
        if abs(value) > LARGEST or 0 < abs(value) < SMALLEST:
            self._fail(token.place, "this number is too large or too small")
        if token.text.endswith("%"):
            return value
        return int(digits) if digits.lstrip("+-").isdecimal() else value

    def _plain(self, token: Token) -> str:
        quote = token.text[0]
        text = token.text[1:-1].replace(quote * 2, quote)
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
            self._fail(token.place, "this text has characters that no database takes")
        return text

    @staticmethod
    def _shown(name: Token) -> str:
        return name.text

    # ---- text

    def _tokens(self) -> list[Token]:
        tokens: list[Token] = []
        place = 0
        while place < len(self.text):
            match = TOKEN.match(self.text, place)
            if match is None:
                open_text = self.text[place] in "'\""
                self._fail(place, "this text does not end" if open_text else "this means nothing here")
            kind = match.lastgroup or ""
            if tokens and kind == "word" and tokens[-1].kind == "number" and _end(tokens[-1]) == place:
                self._fail(
                    tokens[-1].place, "a name does not begin with a digit, and a text is written in quotes"
                )
            if kind != "space":
                tokens.append(Token(kind, match[0], place))
            place = match.end()
        # One will do: whatever takes it fails there, and nothing is taken after it.
        return [*tokens, Token("end", "", len(self.text.rstrip()))]

    def _fail(self, place: int, message: str, hint: str | None = None) -> NoReturn:
        """Raise with the text and a mark under the place that is meant."""
        first = max(0, place - EXCERPT // 2) if len(self.text) > EXCERPT else 0
        shown = "".join(c if c.isprintable() else " " for c in self.text[first : first + EXCERPT])
        column = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown[: place - first])
        raise UsageError(
            f"--where: {message}\n  {shown}\n  {' ' * column}^", hint=hint or f"For example: {EXAMPLE}"
        )


def _end(token: Token) -> int:
    return token.place + len(token.text)
