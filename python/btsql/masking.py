"""Takes passwords out of text that is about to be recorded: messages and tracebacks quote what failed."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
LONGEST_TEXT: Final = 10_000_000  # characters; PostgreSQL takes no JSON text of more than 256 MB

# Text of megabytes, whatever is in it, must not take quadratic time: a repetition has a bound, or what
# follows it ends it.
_UNBROKEN = re.compile(r"[^\s'\"]+")
_LOGIN = re.compile(
    r"(?<![a-z0-9+.-])(?P<scheme>[a-z][a-z0-9+.-]{0,30})://(?P<user>[^\s/:@'\"]{0,256}):", re.IGNORECASE
)
_PAGES: Final = frozenset({"http", "https", "ftp"})
_LONGEST_PASSWORD: Final = 4096

_NAME = r"(?:password|passwd|passphrase|pwd|secret|token|credential|(?:api|access|private)[_-]?key)\w{0,30}"
# A quote behind any backslash ends nothing: in text that was quoted before, the backslashes are doubled.
_QUOTED = r"(?P<quote>['\"])(?:\\+[^\\\n]|(?!(?P=quote))[^\\\n])*(?P=quote)"
_ESCAPED = r"\\+['\"].*\\['\"]"  # inside a text that is quoted itself
_CUT_OFF = r"\\*['\"].*"
_BARE = r"\S+?(?=[\\'\")\]},;]{0,9}(?:\s|\Z))"  # what closes the text around it is not of it
_ASSIGNED = re.compile(
    rf"(?P<name>{_NAME}\\*['\"]?\]?\s{{0,9}}=(?!=)\s{{0,9}})(?:{_QUOTED}|{_ESCAPED}|{_CUT_OFF}|{_BARE})",
    re.IGNORECASE,
)
_MAPPED = re.compile(
    rf"(?P<name>{_NAME}\\*['\"]\s{{0,9}}:\s{{0,9}})(?:{_QUOTED}|{_ESCAPED}|{_CUT_OFF}|{_BARE})",
    re.IGNORECASE,
)

# As in a header, a YAML file or a command: in prose a word follows, and a colon ends nothing in code.
_WORD = r"[^\s'\"(){}\[\],;:*\\-][^\s'\"(){}\[\],;\\]{0,2000}+"
_END = r"(?=[ \t]{0,9}(?:['\")\]},;]|\n|\Z))"
_NO_TYPE = r"(?!(?:str|bytes|int|bool|None|Any|Optional)\b)"
_LABELLED = re.compile(
    rf"(?P<name>{_NAME}[ \t]{{0,9}}:(?!:)[ \t]{{0,9}})"
    rf"(?:{_QUOTED}|{_NO_TYPE}{_WORD}(?:\\\S{{0,2000}}|{_END}))",
    re.IGNORECASE,
)
_OPTION = re.compile(
    rf"(?P<name>(?<![\w-])--[\w-]{{0,30}}?{_NAME}\\*['\"]?,?[ \t]{{1,9}})"
    rf"(?:{_QUOTED}|(?!(?:or|and|to|is|for|in|with|was|must|needs)\b)(?!-){_BARE})",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?P<name>authorization\\*['\"]?\]?[ \t]{0,9}[:=][ \t]{0,9}\\*['\"]?"
    rf"(?:bearer|basic|digest|token|apikey)[ \t]{{1,9}}){_BARE}",
    re.IGNORECASE,
)


def without_passwords(text: str) -> str:
    """Return text in which `***` stands for each password or key.

    Found are those in addresses (`scheme://user:password@host`), in keywords (`password=...`, and what is
    named like a secret, a token or a key), in mappings (`"password": "..."`), headers and command options,
    whatever quotes they are in.
    """
    text = _UNBROKEN.sub(_without_logins, text)
    for pattern in (_HEADER, _ASSIGNED, _MAPPED, _OPTION, _LABELLED):
        text = pattern.sub(rf"\g<name>{MASK}", text)
    return text


def _without_logins(found: re.Match[str]) -> str:
    """Return text without a blank or a quote, in which the passwords of addresses are masked."""
    text = found[0]
    if "@" not in text or "://" not in text:
        return text
    parts: list[str] = []
    done = place = at = 0
    while (login := _LOGIN.search(text, place)) is not None:
        begin = login.end()
        if at <= begin and (at := text.find("@", begin + 1)) < 0:
            break
        end = begin + 1 + _LONGEST_PASSWORD
        if login["scheme"].lower() in _PAGES:
            # Here a slash begins the path; in the address of a database it may be of the password.
            slash = text.find("/", begin, end)
            end = end if slash < 0 else slash
        if at >= end:
            place = login.start("user")  # what is called a user here may be the scheme of the next
            continue
        place = text.rfind("@", at, end)
        parts += [text[done:begin], MASK]
        done = place
    return "".join([*parts, text[done:]])


def shortened(text: str, limit: int = LONGEST_TEXT) -> str:
    """Return text of no more than about `limit` characters: of a longer one its two ends."""
    if len(text) <= limit:
        return text
    half = limit // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[... {left_out:,} characters left out by btsql ...]\n{text[-half:]}"
