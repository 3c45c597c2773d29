"""The parameters of runs in a table: those by which the runs are told apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from btsql.render.tables import Cell, Column, wrapped
from btsql.render.values import elided, printable, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RunOfParameters(Protocol):
    """A run of which a table tells the parameters."""

    @property
    def instruments(self) -> list[str] | None:
        """Return the ids of its instruments."""

    @property
    def parameters(self) -> dict[str, Any]:
        """Return all its parameters."""


def parameters_column(runs: Sequence[RunOfParameters], *, wraps: bool = False, spare: int = 0) -> Column:
    """Return the parameters of runs, without those that all of them have the same."""
    told = _told(runs)
    cells: list[Cell] = [(_assignments(run.parameters, told), "cyan") for run in runs]
    return Column(title="parameters", cells=cells, wraps=wraps, spare=spare)


def shared_parameters(runs: Sequence[RunOfParameters], width: int | None) -> str:
    """Return the parameters that all runs have the same, in a sentence; nothing where there are none."""
    if len(runs) < 2:
        return ""
    differing = _differing([run.parameters for run in runs])
    same = {
        name
        for name, value in runs[0].parameters.items()
        if name not in differing and beside_instrument(value, runs[0].instruments) is None
    }
    return wrapped(f"the same in all: {_assignments(runs[0].parameters, same)}", width) if same else ""


def _told(runs: Sequence[RunOfParameters]) -> set[str]:
    """Return the names of the parameters that tell runs apart by more than the instrument beside them."""
    names = _differing([_without_instruments(run) for run in runs])
    if len(runs) > 1:
        return names
    return {
        name
        for run in runs
        for name in names
        if beside_instrument(run.parameters[name], run.instruments) is None
    }


def _without_instruments(run: RunOfParameters) -> dict[str, Any]:
    """Return the parameters with what they say beside the run's own instrument, as a bar type does."""
    rests = {name: beside_instrument(value, run.instruments) for name, value in run.parameters.items()}
    return {
        name: value if rests[name] is None else {"beside the instrument": rests[name]}
        for name, value in run.parameters.items()
    }


def beside_instrument(value: object, instruments: Sequence[str] | None) -> str | None:
    """Return what follows a run's own instrument in a value; None where it does not begin with one."""
    if isinstance(value, str):
        for instrument in sorted(instruments or (), key=len, reverse=True):
            rest = value.removeprefix(instrument)
            if value.startswith(instrument) and not rest[:1].isalnum():
                return rest
    return None


def _differing(documents: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the names whose values differ; of a single run all of them."""
    if len(documents) == 1:
        return set(documents[0])
    names = {name for document in documents for name in document}
    return {
        name
        for name in names
        if any(name not in document for document in documents)
        or len({json.dumps(document[name], sort_keys=True) for document in documents}) > 1
    }


def _assignments(parameters: Mapping[str, Any], names: set[str]) -> str:
    shown = [name for name in parameters if name in names]
    return " ".join(f"{printable(name)}={shown_value(parameters[name])}" for name in sorted(shown))


def shown_value(value: object) -> str:
    """Return the value of a parameter, cut where it is long."""
    return elided(value_text(value))
