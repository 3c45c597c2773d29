"""Where market data comes from, as a user writes it: `csv:PATH`, `catalog:PATH`, `mock` or `mock:SEED`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

from btsql.errors import UsageError

SourceKind = Literal["csv", "catalog", "mock"]
KINDS: Final = get_args(SourceKind)
"""The kinds of data a run can be started on, and that can be loaded again."""

LONGEST_SEED: Final = 100  # digits
_HINT: Final = "Use csv:PATH, catalog:PATH, mock or mock:SEED."


class InvalidSourceError(UsageError, ValueError):
    """The text does not name a data source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """One place to load bars from.

    Attributes
    ----------
    kind : SourceKind
        What is there.
    path : Path | None
        The file or directory, as given; None for mock data.
    seed : int | None
        Seed of mock data, 0 or more; None for the default seed, and for the other kinds.

    Raises
    ------
    InvalidSourceError
        If the kind is unknown, or comes with the wrong one of path and seed.

    """

    kind: SourceKind
    path: Path | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        """Refuse a source that cannot be."""
        if self.kind not in KINDS:
            raise InvalidSourceError(f"unknown data source {self.kind!r}", hint=_HINT)
        if (self.path is None) != (self.kind == "mock"):
            trouble = "takes a seed, not a path" if self.kind == "mock" else "needs a path"
            raise InvalidSourceError(f"the data source {self.kind!r} {trouble}", hint=_HINT)
        if self.seed is not None and (self.kind != "mock" or self.seed < 0):
            raise InvalidSourceError(
                f"a seed of {self.seed} does not fit the data source {self.kind!r}", hint=_HINT
            )

    @classmethod
    def parse(cls, text: str) -> DataSource:
        """Read a source as a user writes it; `str()` of the result gives the same text back.

        Raises
        ------
        InvalidSourceError
            If the text is anything else than the four forms.

        """
        kind, colon, rest = text.strip().partition(":")
        if kind == "mock":
            return cls(kind="mock", seed=_seed(rest, text) if colon else None)
        if kind == "csv" and rest:
            return cls(kind="csv", path=_file(rest, text))
        if kind == "catalog" and rest:
            return cls(kind="catalog", path=_file(rest, text))
        if kind in {"csv", "catalog"}:
            raise InvalidSourceError(f"the data source {text!r} lacks its path", hint=_HINT)
        raise InvalidSourceError(f"{text!r} is no data source", hint=_HINT)

    def placed(self) -> DataSource:
        """Return the source with its path as it is known from everywhere."""
        return self if self.path is None else replace(self, path=self.path.expanduser().resolve())

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        if self.kind == "mock":
            return "mock" if self.seed is None else f"mock:{self.seed}"
        return f"{self.kind}:{self.path}"


def _file(text: str, source: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # of no user that there is
        raise InvalidSourceError(f"there is no such home directory as in {source!r}", hint=_HINT) from error


def _seed(text: str, source: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_SEED):
        raise InvalidSourceError(
            f"the seed in {source!r} must be a whole number, 0 or more, of up to {LONGEST_SEED} digits",
            hint=_HINT,
        )
    return int(text)
