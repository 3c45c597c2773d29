from __future__ import annotations

import importlib
import math
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from nautilus_trader.common.config import NonNegativeInt, PositiveFloat, PositiveInt

from btsql.adapters import strategies
from btsql.errors import UsageError
from btsql.strategies import BUILTIN
from btsql.strategies.sizing import FEE_MARGIN, affordable_units, whole_lots

pytestmark = pytest.mark.engine


def config_class(name: str) -> Any:
    module, _, attribute = BUILTIN[name].config_path.partition(":")
    return getattr(importlib.import_module(module), attribute)


def config(name: str, **parameters: object) -> Any:
    from nautilus_trader.model.data import BarType
    from nautilus_trader.model.identifiers import InstrumentId

    return config_class(name)(
        instrument_id=InstrumentId.from_str("AAPL.XNAS"),
        bar_type=BarType.from_str("AAPL.XNAS-1-DAY-LAST-EXTERNAL"),
        **parameters,
    )


@pytest.mark.parametrize("name", BUILTIN)
def test_everything_but_instrument_and_bar_type_has_a_default(name: str) -> None:
    made = config(name)
    assert config_class(name).parse(made.json()) == made
    assert made.close_on_stop is True
    assert made.allow_short is False


@pytest.mark.parametrize("name", BUILTIN)
def test_the_paths_lead_to_the_classes(name: str) -> None:
    from nautilus_trader.trading.strategy import Strategy

    module, _, attribute = BUILTIN[name].strategy_path.partition(":")
    assert issubclass(getattr(importlib.import_module(module), attribute), Strategy)
    assert BUILTIN[name].summary


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        (
            "sma_crossover",
            {"fast_period": 30, "slow_period": 30},
            "fast_period must be below slow_period, not 30",
        ),
        ("sma_crossover", {"fast_period": 0}, "fast_period must be a whole number from 1 .* not 0"),
        ("sma_crossover", {"slow_period": 10**9}, "slow_period"),
        ("sma_crossover", {"fast_period": 5.0}, "fast_period .* not 5.0"),
        ("sma_crossover", {"fast_period": True}, "fast_period .* not True"),
        ("mean_reversion", {"period": 1}, "period must be a whole number from 2"),
        ("mean_reversion", {"entry_deviations": 0}, "entry_deviations must be a number above 0, not 0"),
        ("mean_reversion", {"entry_deviations": math.nan}, "entry_deviations .* not nan"),
        ("mean_reversion", {"exit_deviations": 2.0}, "exit_deviations must be below entry_deviations"),
        ("momentum", {"lookback_period": -1}, "lookback_period .* not -1"),
        ("momentum", {"entry_return": math.inf}, "entry_return .* not inf"),
        ("momentum", {"entry_return": 0.01, "exit_return": 0.02}, "exit_return must be at most entry_return"),
    ],
)
def test_nonsense_is_refused_with_name_and_value(
    name: str, parameters: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        config(name, **parameters)


@pytest.mark.parametrize("name", BUILTIN)
@pytest.mark.parametrize("fraction", [0, -0.1, 1.01, math.nan, math.inf, True, "all", None, 10**400])
def test_the_fraction_is_above_0_and_at_most_1(name: str, fraction: object) -> None:
    with pytest.raises(ValueError, match="position_fraction must be a number above 0 and at most 1"):
        config(name, position_fraction=fraction)


def test_a_whole_number_and_its_float_are_one_configuration() -> None:
    assert config("momentum", position_fraction=1).json() == config("momentum", position_fraction=1.0).json()


def test_the_refusal_survives_parsing() -> None:
    import msgspec

    raw = config("sma_crossover").json().replace(b'"fast_period":10', b'"fast_period":40')
    with pytest.raises(msgspec.ValidationError, match="fast_period must be below slow_period"):
        config_class("sma_crossover").parse(raw)


def test_units_are_a_share_of_the_equity_and_never_more_than_the_cash() -> None:
    money = {"equity": Decimal(10000), "free": Decimal(10000), "price": Decimal(13)}
    assert affordable_units(fraction=Decimal("0.5"), **money) == Decimal(5000) / 13
    everything = affordable_units(fraction=Decimal(1), tick=Decimal("0.01"), fee=Decimal("0.002"), **money)
    assert everything * Decimal("13.01") * (Decimal("1.002") + FEE_MARGIN) <= 10000
    assert affordable_units(fraction=Decimal(1), equity=Decimal(-5), free=Decimal(-5), price=Decimal(1)) == 0
    assert affordable_units(fraction=Decimal(1), equity=Decimal(5), free=Decimal(5), price=Decimal(0)) == 0


@pytest.mark.parametrize(
    ("units", "step", "minimum", "maximum", "expected"),
    [
        ("730.77", "1", None, None, "730"),
        ("0.99", "1", None, None, "0"),
        ("0.3", "0.1", None, None, "0.3"),
        ("999", "1", "1000", None, "0"),
        ("5000.5", "1", None, "4000", "4000"),
        ("-3", "1", None, None, "0"),
    ],
)
def test_lots_are_whole(
    units: str, step: str, minimum: str | None, maximum: str | None, expected: str
) -> None:
    lots = whole_lots(
        Decimal(units),
        step=Decimal(step),
        minimum=Decimal(minimum) if minimum else None,
        maximum=Decimal(maximum) if maximum else None,
    )
    assert lots == Decimal(expected)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PositiveInt, "a whole number of 1 or more"),
        (NonNegativeInt, "a whole number of 0 or more"),
        (PositiveFloat, "a number of more than 0.0"),
        (PositiveInt | None, "a whole number of 1 or more or null"),
        (Annotated[int, msgspec.Meta(ge=2, lt=10)], "a whole number of 2 or more and of 9 at most"),
        (Annotated[float, msgspec.Meta(ge=0, le=1)], "a number of 0 or more and of 1 at most"),
        (
            Annotated[str, msgspec.Meta(min_length=2, max_length=4)],
            "a text of 2 or more characters and of 4 characters at most",
        ),
        (Annotated[PositiveInt, msgspec.Meta(le=5)], "a whole number of 1 or more and of 5 at most"),
        (Annotated[int, "a note"], "a whole number"),
        (bool, "true or false"),
    ],
)
def test_what_a_parameter_takes_is_told_in_words(kind: Any, words: str) -> None:
    (field,) = msgspec.structs.fields(msgspec.defstruct("Config", [("lookback", kind)]))
    with pytest.raises(UsageError) as caught:
        strategies.converted(field, object())
    assert str(caught.value).startswith(f"lookback must be {words}, not ")
