"""The parameters of runs in a table: those by which the runs are told apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from btsql.render.tables import Cell, Column, wrapped
from btsql.render.values import elided, printable, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class RunOfParameters(Protocol):
    """A run of which a table tells the parameters."""

    @property
    def instruments(self) -> list[str] | None:
        """Return the ids of its instruments."""

    @property
    def parameters(self) -> dict[str, Any]:
        """Return all its parameters."""


def parameters_column(runs: Sequence[RunOfParameters], *, spare: int = 0) -> Column:
    """Return the parameters of runs, without those that all of them have the same.

    A spare column is cut where there is no room for it; one that is always there is wrapped between them.
    """
    told = _told(runs)
    items = [_assignments(run.parameters, told) for run in runs]
    cells: list[Cell] = [(" ".join(each), "cyan") for each in items]
    return Column(
        title="parameters",
        cells=cells,
        items=None if spare else items,
        elastic=bool(spare),
        spare=spare,
    )


def shared_parameters(runs: Sequence[RunOfParameters], width: int | None) -> str:
    """Return the parameters that all runs have the same, in a sentence; nothing where there are none."""
    if len(runs) < 2:
        return ""
    differing = _differing([run.parameters for run in runs])
    same = sorted(
        name
        for name, value in runs[0].parameters.items()
        if name not in differing and beside_instrument(value, runs[0].instruments) is None
    )
    told = " ".join(_assignments(runs[0].parameters, same))
    return wrapped(f"the same in all: {told}", width) if same else ""


def _told(runs: Sequence[RunOfParameters]) -> list[str]:
    """Return the names of the parameters that tell runs apart by more than the instrument beside them.

    First those with several values, then those that some runs lack: other strategies have other parameters.
    """
    documents = [_without_instruments(run) for run in runs]
    values = {name: _values(name, documents) for name in sorted(_differing(documents))}
    told = [name for name in values if not _only_repeats_instruments(name, runs)]
    return sorted(told, key=lambda name: len(values[name]) < 2)


def _only_repeats_instruments(name: str, runs: Sequence[RunOfParameters]) -> bool:
    """Tell whether all runs that have a parameter say the same in it beside their own instrument."""
    rests = {
        beside_instrument(run.parameters[name], run.instruments) for run in runs if name in run.parameters
    }
    return len(rests) == 1 and None not in rests


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
        if any(name not in document for document in documents) or len(_values(name, documents)) > 1
    }


def _values(name: str, documents: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the values that a name has, in JSON."""
    return {json.dumps(document[name], sort_keys=True) for document in documents if name in document}


def _assignments(parameters: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [f"{printable(name)}={shown_value(parameters[name])}" for name in names if name in parameters]


def shown_value(value: object) -> str:
    """Return the value of a parameter, cut where it is long."""
    return elided(value_text(value))
