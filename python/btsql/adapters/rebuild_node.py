"""A recorded run of a node, built again from its whole configuration."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from nautilus_trader.backtest.config import BacktestRunConfig
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.model.data import Bar
from nautilus_trader.persistence.funcs import class_to_filename, urisafe_identifier

from btsql.adapters import hooks
from btsql.adapters.components import strategy_of
from btsql.adapters.configs import read_config
from btsql.adapters.context import reproducing
from btsql.adapters.rebuild_engine import (
    WITHOUT_EFFECT,
    check_whose_parameters,
    varied_parameters,
    vary_capital,
)
from btsql.adapters.strategies import look_here
from btsql.errors import SourceUnavailable, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nautilus_trader.backtest.config import BacktestDataConfig

    from btsql.adapters.context import Reproduction
    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails


def rebuild_node(run: RunDetails, variation: Variation, reproduction: Reproduction) -> Callable[[], None]:
    """Check that a run of a node can be built again; returns what does it and runs it."""
    document, made = _varied(run, variation)
    reproduction.changes = variation.changes(run, made)
    _no_secret_is_missing(document)
    try:
        config, _ = read_config(BacktestRunConfig, document)
    except Exception as error:
        raise SourceUnavailable(f"this engine does not take the recorded settings: {error}") from error
    look_here()
    # What is not there may be the very failure to reproduce; a run that had an engine had its strategies.
    if run.status != "failure" or "engine" in run.snapshot:
        for strategy in document["engine"].get("strategies") or []:
            strategy_of(strategy, {})
    if run.status != "failure":
        for data in config.data:
            _check_catalog(run, data)

    def execute() -> None:
        owner = object()
        hooks.install(owner)
        try:
            with reproducing(reproduction):
                BacktestNode(configs=[config]).run()
        finally:
            hooks.uninstall(owner)

    return execute


def _varied(run: RunDetails, variation: Variation) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Return the node's configuration with what is varied, and the parameters as `varied_parameters` does."""
    document: dict[str, Any] = copy.deepcopy(run.snapshot["run_config"])
    made: dict[str, tuple[Any, Any]] = {}
    document["raise_exception"] = True  # so that it is seen here too
    document["engine"] |= {name: None for name in WITHOUT_EFFECT if name in document["engine"]} | {
        "catalogs": [],
        "logging": {"log_level": "ERROR", "log_colors": False},
    }
    if variation.parameters:
        strategies = document["engine"].get("strategies") or []
        check_whose_parameters(strategies, variation)
        _, config = strategy_of(strategies[0], dict(variation.parameters))
        made = varied_parameters(run, variation, strategies, [config])
        strategies[0]["config"] = msgspec.json.decode(config.json())
    vary_capital(document["venues"], run, variation)
    if variation.start is not None:
        document["start"] = variation.start.isoformat()
    if variation.end is not None:
        document["end"] = variation.end.isoformat()
    if variation.data is not None:
        catalog = variation.data.path
        if variation.data.kind != "catalog" or catalog is None:
            raise UsageError("a node reads catalogs only", hint="Give --data catalog:PATH.")
        for data in document["data"]:
            data["catalog_path"] = str(catalog.absolute())
    return document, made


def _no_secret_is_missing(document: Any, place: str = "") -> None:
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for name, value in items:
        if value == "not saved":
            raise SourceUnavailable(
                f"the run needs {place}{name}, which is a secret and therefore not in the record",
                hint="Run it from your own script, which has it.",
            )
        if isinstance(value, (dict, list)):
            _no_secret_is_missing(value, f"{place}{name}.")


def _check_catalog(run: RunDetails, data: BacktestDataConfig) -> None:
    """Refuse a catalog that is gone or has lost what the run read: a node runs on it without a word."""
    if data.catalog_fs_protocol not in {None, "file"}:
        return
    path = Path(data.catalog_path)
    try:
        identifiers = _identifiers(data)
    except Exception as error:  # its class is imported
        raise SourceUnavailable(f"{data.data_cls} cannot be imported: {error}") from error
    wanted = ", ".join(identifiers)
    expected = f"Run {run.short_id[:8]} read {wanted} from it. Elsewhere: --data catalog:PATH."
    if not path.is_dir():
        raise SourceUnavailable(f"the catalog {path} does not exist", hint=expected)
    if not any(path.glob("data/**/*.parquet")):
        raise SourceUnavailable(f"the catalog {path} is empty", hint=expected)
    kind = data.data_type
    if not kind.__module__.startswith("nautilus_trader"):  # somebody's own data may be laid out otherwise
        return
    folder = path / "data" / class_to_filename(kind)
    held = {file.parent.name for file in folder.glob("*/*.parquet")}
    for identifier in identifiers:
        name = urisafe_identifier(identifier)
        is_there = name in held or (kind is Bar and any(each.startswith(f"{name}-") for each in held))
        # A run may have asked for more than the catalog had.
        if not is_there and any(identifier.startswith(each) for each in run.instruments or ()):
            raise SourceUnavailable(
                f"the catalog {path} has no {kind.__name__} data of {identifier}", hint=expected
            )


def _identifiers(data: BacktestDataConfig) -> list[str]:
    """Return the instruments whose data was asked for; of bars their types, where those are known."""
    instruments = [data.instrument_id] if data.instrument_id else data.instrument_ids or []
    if data.data_type is not Bar:
        return [str(each) for each in instruments]
    if data.bar_spec and instruments:
        return [f"{each}-{data.bar_spec}-EXTERNAL" for each in instruments]
    return [str(each) for each in instruments or data.bar_types or []]
