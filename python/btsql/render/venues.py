"""The venues of a run, as its snapshot has them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from btsql.render.values import money, printable, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from btsql.run_details import RunDetails

# What people ask first; what else was set comes after it, by name.
FIRST = (
    "account_type",
    "oms_type",
    "base_currency",
    "starting_balances",
    "default_leverage",
    "leverages",
    "margin_model",
    "fill_model",
    "fee_model",
    "latency_model",
)
TITLES = {"oms_type": "OMS type"}


def venue_blocks(run: RunDetails) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each venue's name, and what it was set up with: labels and values, in the words of `[venue]`."""
    venues = run.snapshot.get("venues")
    for venue in venues if isinstance(venues, list) else []:
        if isinstance(venue, dict):
            names = [name for name in FIRST if name in venue] + sorted(venue.keys() - {"venue", *FIRST})
            yield (
                printable(str(venue.get("venue", ""))),
                [
                    (TITLES.get(name, printable(name).replace("_", " ")), _setting_text(name, venue[name]))
                    for name in names
                    if venue[name] not in (None, [], {}) and not _is_the_capital(name, venue[name], run)
                ],
            )


def _is_the_capital(name: str, value: object, run: RunDetails) -> bool:
    """Tell whether a setting only repeats the capital of the run, or its currency."""
    if name == "base_currency":
        return value == run.currency
    if name != "starting_balances" or not isinstance(value, list) or len(value) != 1:
        return False
    return _amount(value[0]) == (run.initial_capital, run.currency)


def _amount(text: object) -> tuple[Decimal, str] | None:
    number, _, currency = str(text).partition(" ")
    try:
        return Decimal(number), currency
    except InvalidOperation:
        return None


def _setting_text(name: str, value: object) -> str:
    if isinstance(value, dict):
        return _model_text(value) if "class" in value else _settings_text(value, " ")
    if isinstance(value, list):
        return ", ".join(_setting_text(name, item) for item in value)
    amount = _amount(value) if name == "starting_balances" else None
    return value_text(value) if amount is None else money(*amount)


def _model_text(model: Mapping[str, Any]) -> str:
    """Return a model by the name of its class, with its settings; a module has them in a configuration."""
    name = printable(str(model["class"]).rpartition(":")[2])
    if "settings" in model:
        return f"{name} (its settings were not captured)"
    config = model.get("config")
    given = config if isinstance(config, dict) else model
    settings = {key: value for key, value in given.items() if given is config or key != "class"}
    return f"{name} ({_settings_text(settings, '=')})" if settings else name


def _settings_text(settings: Mapping[str, Any], sign: str) -> str:
    return ", ".join(
        f"{printable(name)}{sign}{value_text(value)}" for name, value in sorted(settings.items())
    )
