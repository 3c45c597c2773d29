"""What a run was executed with: the environment of its record."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from btsql.provenance import provenance, versions_and_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from btsql.adapters.fingerprint import Fingerprint

UNKNOWN_SEED = "not known"


def environment_of(
    modules: Iterable[str],
    venues: Sequence[Mapping[str, Any]],
    fingerprint: Fingerprint | None = None,
) -> dict[str, Any]:
    """Return the environment of a run.

    Parameters
    ----------
    modules : iterable of str
        Where its strategies' classes are defined.
    venues : sequence of dict
        The settings of its venues.
    fingerprint : Fingerprint | None
        That of its data; None where it could not be read.

    """
    return {
        **versions_and_host(),
        "nautilus_trader": engine_version(),
        **provenance(modules),
        "fill_model_seeds": fill_model_seeds(venues) or None,
        **told_of_data(fingerprint),
    }


@cache
def engine_version() -> str:
    """Return the version of Nautilus Trader."""
    return version("nautilus_trader")


def told_of_data(fingerprint: Fingerprint | None) -> dict[str, str]:
    """Return the digest of the data and what it covers; nothing of data that could not be read."""
    if fingerprint is None or not fingerprint.items:
        return {}
    return {
        "data_fingerprint": fingerprint.hexdigest(),
        "data_fingerprint_covers": fingerprint.coverage(),
    }


def fill_model_seeds(venues: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the random seed of each venue's fill model: None where it has no seed or no model.

    A model given as an object does not tell its seed.
    """
    return {str(venue.get("venue", venue.get("name"))): _seed(venue.get("fill_model")) for venue in venues}


def _seed(model: Any) -> Any:
    if model is None:
        return None
    if isinstance(model, dict) and "random_seed" in model:
        return model["random_seed"]
    config = model.get("config") if isinstance(model, dict) else None
    return config.get("random_seed") if isinstance(config, dict) else UNKNOWN_SEED
