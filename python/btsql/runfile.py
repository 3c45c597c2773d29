"""A recorded run as the file that `btsql run -f` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from btsql.errors import UsageError
from btsql.record import plain
from btsql.sources import KINDS

if TYPE_CHECKING:
    from btsql.run_details import RunDetails

OF_THE_RUN = ("venue", "starting_balances", "base_currency")
"""Settings of a venue that follow from the instrument, the capital and the currency."""


def why_not_a_file(run: RunDetails) -> str | None:
    """Return why `btsql run` cannot be told to do what a run did, None when it can."""
    snapshot = run.snapshot
    counted = {name: len(snapshot.get(f"{name}s") or []) for name in ("venue", "instrument", "strategie")}
    data = snapshot.get("data") or []
    kinds = [item.get("kind") for item in data if isinstance(item, dict)]
    reasons = {
        "it is the run of a node's configuration": bool(snapshot.get("run_config")),
        f"it has {counted['strategie']} strategies": counted["strategie"] != 1,
        f"it has {counted['venue']} venues": counted["venue"] != 1,
        f"it has {counted['instrument']} instruments": counted["instrument"] != 1,
        "its data was handed over in memory": not kinds or any(kind not in KINDS for kind in kinds),
        f"it has {len(data)} sources of data": len(data) > 1,
        "it has actors": bool(snapshot.get("actors")),
        "it has execution algorithms": bool(snapshot.get("exec_algorithms")),
        "it has several balances": any(
            len(venue.get("starting_balances") or []) != 1 for venue in snapshot.get("venues") or []
        ),
        "it failed before its account was known": run.initial_capital is None or run.data_start is None,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def file_of(run: RunDetails) -> dict[str, Any]:
    """Return what `btsql run -f` reads to test the same again, with the same configuration hash."""
    (venue,), (data,), (instrument,) = (run.snapshot[name] for name in ("venues", "data", "instruments"))
    loaded_by = data.get("range") or {}
    place = data["seed"] if data["kind"] == "mock" else data["path"]
    document = {
        "strategy": run.strategy_path,
        "name": run.strategy_name if run.strategy_name != run.strategy_type else None,
        "instrument": instrument["id"],
        "data": f"{data['kind']}:{place}",
        "bar": data["bar"],
        "start": loaded_by.get("start", run.data_start),
        "end": loaded_by.get("end", run.data_end),
        "capital": run.initial_capital,
        "currency": run.currency,
        "venue": {name: value for name, value in venue.items() if name not in OF_THE_RUN},
        "parameters": run.parameters,
    }
    return {name: plain(value) for name, value in document.items() if value is not None}


def as_toml(document: dict[str, Any]) -> str:
    """Return a file for `btsql run -f` as TOML, in which `unset` names what is null: TOML has no word for it.

    Raises
    ------
    UsageError
        There is a null within a list, where nothing can name it.

    """
    import tomli_w  # noqa: PLC0415 - only who writes TOML pays for it

    unset: list[tuple[str, ...]] = []
    kept = _without_nulls(document, (), unset)
    names = [".".join(tomli_w.dumps({key: 0}).removesuffix(" = 0\n") for key in path) for path in unset]
    return tomli_w.dumps(kept | ({"unset": names} if names else {}))


def _without_nulls(value: Any, path: tuple[str, ...], unset: list[tuple[str, ...]]) -> Any:
    if isinstance(value, list) and _holds_null(value):
        raise UsageError(
            f"TOML has no null, and {'.'.join(path)} has one within a list",
            hint="Print it as JSON: --format json.",
        )
    if not isinstance(value, dict):
        return value
    unset += [(*path, name) for name, item in value.items() if item is None]
    return {
        name: _without_nulls(item, (*path, name), unset) for name, item in value.items() if item is not None
    }


def _holds_null(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_holds_null, value.values() if isinstance(value, dict) else value))
    return value is None
