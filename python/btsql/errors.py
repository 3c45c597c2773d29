"""What can go wrong, each with the exit code a command ends with."""

from __future__ import annotations


class BtsqlError(Exception):
    """Base of every error btsql raises on purpose.

    Attributes
    ----------
    hint : str | None
        What to do about it, in a sentence.
    exit_code : int
        The code a command ends with when this error reaches it.

    """

    exit_code = 1
    _hint: str | None = None

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def hint(self) -> str | None:
        """What to do about it, in a sentence."""
        return self._hint

    @hint.setter
    def hint(self, hint: str | None) -> None:
        notes: list[str] = getattr(self, "__notes__", [])
        if f"Hint: {self._hint}" in notes:
            notes.remove(f"Hint: {self._hint}")
        self._hint = hint
        if hint is not None:
            self.add_note(f"Hint: {hint}")  # it is in tracebacks, and in notebooks, too


class OperationFailed(BtsqlError):
    """The operation itself failed: a backtest that raised, a deployment that stopped."""

    exit_code = 1


class UsageError(BtsqlError):
    """What was asked for is not well formed: a bad option, parameter, limit or reference."""

    exit_code = 2


class RunNotFound(BtsqlError):
    """No recorded run fits the reference."""

    exit_code = 3


class AmbiguousReference(BtsqlError):
    """Several runs fit the abbreviation; the message lists up to ten of them."""

    exit_code = 4


class DatabaseUnavailable(BtsqlError):
    """The database cannot be reached, or refuses."""

    exit_code = 5


class DatabaseAway(DatabaseUnavailable):
    """Nothing answers where the database should be: it may be back later."""


class SchemaMismatch(DatabaseUnavailable):
    """The database has no btsql schema, an older one, or one newer than this btsql knows."""


class SchemaMissing(SchemaMismatch):
    """The database has no btsql schema, or not a whole one."""


class RunWaits(BtsqlError):
    """The run ended, and its record waits in the spool for its database."""

    exit_code = 7


class RecordRefused(BtsqlError):
    """The database refuses the record permanently: it breaks one of the schema's rules."""

    exit_code = 1


class SourceUnavailable(BtsqlError):
    """The market data or the strategy's code cannot be loaded."""

    exit_code = 6


class Interruption(BaseException):
    """What ends a run from outside: no error of the backtest, and not to be caught by `except Exception`."""


class Terminated(Interruption):
    """The process was asked to end by a signal."""


class NotEnded(Interruption):
    """A streaming run was given up without `end()`."""
