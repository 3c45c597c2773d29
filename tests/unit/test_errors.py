"""What an error says of itself where nobody catches it."""

from __future__ import annotations

import pickle
import traceback

from btsql.errors import RunNotFound


def test_a_traceback_shows_the_hint() -> None:
    error = RunNotFound("no run", hint="List them.")
    assert traceback.format_exception(error)[-2:] == [
        "btsql.errors.RunNotFound: no run\n",
        "Hint: List them.\n",
    ]
    error.hint = "Look again."
    assert traceback.format_exception(error)[-1] == "Hint: Look again.\n"
    error.hint = None
    assert traceback.format_exception(error) == ["btsql.errors.RunNotFound: no run\n"]
    assert str(error) == "no run"


def test_a_hint_goes_along_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(RunNotFound("no run", hint="List them.")))  # noqa: S301
    assert (str(again), again.hint) == ("no run", "List them.")
