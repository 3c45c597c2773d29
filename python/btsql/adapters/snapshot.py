"""The snapshot of a run: what builds it again, and what of it could not be captured."""

from __future__ import annotations

import base64
import inspect
import random
import struct
from typing import TYPE_CHECKING, Any

from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import ActorConfig, ExecAlgorithmConfig, StrategyConfig
from nautilus_trader.model.enums import AccountType

from btsql.adapters.configs import config_json, importable, to_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from btsql.adapters.closes import Closes
    from btsql.adapters.context import RunContext

# The arguments that have the same place on every version of the engine.
VENUE_ARGUMENTS = (
    "venue",
    "oms_type",
    "account_type",
    "starting_balances",
    "base_currency",
    "default_leverage",
    "leverages",
    "margin_model",
    "modules",
    "fill_model",
    "fee_model",
    "latency_model",
    "book_type",
    "routing",
    "reject_stop_orders",
    "support_gtd_orders",
    "support_contingent_orders",
)
VENUE_DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(BacktestEngine.add_venue).parameters.items()
    if parameter.default not in {parameter.empty, None}
}
PROBABILITIES = ("prob_fill_on_limit", "prob_fill_on_stop", "prob_slippage")
MODELS = "nautilus_trader.backtest.models"
MARGIN_MODELS = "nautilus_trader.accounting.margin_models"
RANDOM_WORDS = struct.Struct("<625I")


def snapshot_of(
    engine: Any, context: RunContext, strategies: Sequence[Any], missing: list[str]
) -> dict[str, Any]:
    """Return the snapshot of a run whose engine still holds all of it."""
    whole = built_of(engine) | {
        "format": 1,
        "venues": context.venues if context.venues is not None else _venues_by_account(engine),
        "strategies": [_importable(strategy, "strategy") for strategy in strategies],
        "data": context.data or [_data_summary(context.closes)],
        "range": {"start": context.start, "end": context.end},
        "run_config": context.run_config,
        "not_captured": missing,
    }
    if context.random_state is not None:
        whole["random_state"] = context.random_state
    return whole


def built_of(engine: Any) -> dict[str, Any]:
    """Return the part of the snapshot that the engine was built of, besides its venues and strategies."""
    return {
        # The engine has no public way to its configuration.
        "engine": importable(engine.kernel._config),  # noqa: SLF001
        "instruments": [to_plain(type(item).to_dict(item)) for item in engine.cache.instruments()],
        "actors": [_importable(actor, "actor") for actor in engine.trader.actors()],
        "exec_algorithms": [_importable(item, "exec_algorithm") for item in engine.trader.exec_algorithms()],
    }


def path_of(component: Any) -> str:
    """Return the import path of a component's class."""
    return f"{type(component).__module__}:{type(component).__qualname__}"


def _importable(component: Any, kind: str) -> dict[str, Any]:
    config = component.config
    return {f"{kind}_path": path_of(component), "config_path": path_of(config), "config": importable(config)}


def _venues_by_account(engine: Any) -> list[dict[str, Any]]:
    accounts = ((venue, engine.cache.account_for_venue(venue)) for venue in engine.list_venues())
    return [
        {
            "venue": str(venue),
            "account_type": account.type.name,
            "base_currency": to_plain(account.base_currency),
            "starting_balances": [str(balance) for balance in account.starting_balances().values()],
        }
        for venue, account in accounts
        if account is not None
    ]


def _data_summary(closes: Closes) -> dict[str, Any]:
    return {
        "items": closes.items,
        "instruments": sorted(closes.instruments),
        "bar_types": sorted(closes.bar_types),
    }


# ---- venues


def venue_settings(arguments: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a venue was added with, as JSON that `btsql.adapters.rebuild` reads back.

    What the engine takes by default anyway is left out, so that the same venue is described alike whether a
    node, which gives every setting, or a script added it. A model is `{"class": path, setting: value}`. One
    whose settings cannot be read says `"settings": None`.
    """
    given = dict(zip(VENUE_ARGUMENTS, arguments, strict=False)) | dict(named)
    return {name: _setting(value) for name, value in given.items() if not _is_default(name, value, given)}


def _is_default(name: str, value: Any, given: Mapping[str, Any]) -> bool:
    if value is None or (isinstance(value, (list, dict)) and not value):
        return True
    if name == "default_leverage":
        return bool(given.get("account_type") == AccountType.CASH and value == 1)
    default = VENUE_DEFAULTS.get(name)
    return default is not None and bool(value == default)  # a currency of 1.221 cannot be compared with None


def _setting(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_setting(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _setting(item) for key, item in value.items()}
    kind = type(value)
    if kind.__module__.startswith((MODELS, MARGIN_MODELS)):
        return {"class": path_of(value)} | _model_settings(value)
    if hasattr(value, "config") and hasattr(kind, "to_importable_config"):
        return {"class": path_of(value)} | _component_settings(value)
    engines_own = kind.__module__.startswith(("nautilus_trader", "builtins", "decimal", "enum"))
    if not engines_own or kind.__module__.startswith("nautilus_trader.backtest"):
        return {"class": path_of(value)} | UNREAD
    return to_plain(value)


UNREAD: dict[str, Any] = {"settings": None}


def _component_settings(component: Any) -> dict[str, Any]:
    """Return the configuration of a module of the venue, if it has one that can be read back."""
    config = config_json(component.config)
    return UNREAD if config is None else {"config_path": path_of(component.config), "config": config}


def _model_settings(model: Any) -> dict[str, Any]:
    """Return the settings of one of the engine's own models.

    A commission is private to its compiled class, whose pickle gives the attributes in order of their names.
    """
    match type(model).__name__:
        case "LatencyModel":
            base = model.base_latency_nanos
            return {"base_latency_nanos": base} | {
                f"{kind}_latency_nanos": getattr(model, f"{kind}_latency_nanos") - base
                for kind in ("insert", "update", "cancel")
            }
        case "FixedFeeModel":
            once, commission = model.__reduce__()[2][:2]
            return {"commission": str(commission), "charge_commission_once": bool(once)}
        case "PerContractFeeModel":
            return {"commission": str(model.__reduce__()[2][0])}
    return {name: getattr(model, name) for name in PROBABILITIES if hasattr(model, name)}


def fills_at_random(venue: Mapping[str, Any]) -> bool:
    """Whether a venue's fills depend on random numbers, or may: of somebody's own model nobody knows."""
    model = venue.get("fill_model")
    if not isinstance(model, dict):
        return False
    name = str(model["class"]).rpartition(":")[2]
    return (
        "settings" in model
        or name == "ProbabilisticFillModel"
        or any(0 < model.get(probability, 0) < 1 for probability in PROBABILITIES)
    )


# ---- random numbers


def keep_random_state(context: RunContext, venues: Iterable[Mapping[str, Any]]) -> None:
    """Have a reproduction draw what its original drew, and keep what the run will draw where it matters.

    The engine's fill models draw from Python's own generator, seeded or not.
    """
    known = context.reproduction.random_state if context.reproduction else None
    if known is not None:
        random.setstate((3, RANDOM_WORDS.unpack(base64.b64decode(known)), None))
    if known is not None or any(fills_at_random(venue) for venue in venues):
        context.random_state = base64.b64encode(RANDOM_WORDS.pack(*random.getstate()[1])).decode()


# ---- what could not be captured


def not_captured(engine: Any, strategies: Iterable[Any], context: RunContext) -> list[str]:
    """Return in a few words each what a re-run needs that the snapshot does not have.

    First what cannot be made up for, last the data, whose place a re-run can be told.
    """
    kinds = {
        "strategy": strategies,
        "actor": engine.trader.actors(),
        "exec algorithm": engine.trader.exec_algorithms(),
    }
    missing = []
    if context.venues is None:
        missing.append(
            "the settings of the venues beyond their accounts: the engine was made before btsql watched it"
        )
    missing += [note for kind, items in kinds.items() for item in items for note in _lacking(item, kind)]
    if context.run_config is None:  # which holds the configurations that the venues' objects are made from
        missing += [
            f"{name} of venue {venue['venue']}: a {item['class']} object"
            for venue in context.venues or []
            for name, value in venue.items()
            for item in (value if isinstance(value, list) else [value])
            if isinstance(item, dict) and "settings" in item
        ]
    if context.data_source == "memory":
        # reproduction_reasons() in SQL and `btsql rerun` know it by its first words.
        missing.append("the market data, which was handed over in memory")
    return missing


def _lacking(component: Any, kind: str) -> Iterator[str]:
    path = path_of(component)
    if path.startswith("__main__:"):
        yield f"{kind} {path} is defined in a script, which is not saved"
    elif "<locals>" in path:
        yield f"{kind} {path} is defined inside a function"
    if config_json(component.config) is None:
        yield f"the config of {kind} {path} as its class reads it: some value has no JSON form"
    elif "<locals>" in path_of(component.config):
        yield f"the config class of {kind} {path} is defined inside a function"
    accepted = _arguments_besides_config(component)
    if accepted:
        yield f"what {kind} {path} was given besides its config: {', '.join(accepted)}"


def _arguments_besides_config(component: Any) -> list[str]:
    named = _parameters(type(component))
    # Whoever has a config of their own was given it first, whatever they call it.
    is_given = type(component.config) not in {StrategyConfig, ActorConfig, ExecAlgorithmConfig}
    if named and (_is_config(named[0]) or (is_given and named[0].annotation is inspect.Parameter.empty)):
        named = named[1:]
    return [one.name for one in named]


def takes_no_config(component_class: type[Any]) -> bool:
    """Tell whether a constructor's first parameter is something else than the configuration."""
    named = _parameters(component_class)
    return bool(named) and not _is_config(named[0])


def _parameters(component_class: type[Any]) -> list[inspect.Parameter]:
    try:
        parameters = inspect.signature(component_class).parameters.values()
    except (TypeError, ValueError):  # a compiled class
        return []
    return [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]


def _is_config(parameter: inspect.Parameter) -> bool:
    """Tell whether a parameter is the configuration, by its name or its type."""
    kind = parameter.annotation
    return "config" in parameter.name.lower() or "Config" in str(getattr(kind, "__name__", kind))
