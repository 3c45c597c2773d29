"""What a re-run changes of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from btsql.errors import UsageError
from btsql.reproduction import Variation

RECORDED: Any = SimpleNamespace(
    data_start=datetime(2020, 1, 1, tzinfo=UTC),
    data_end=datetime(2021, 1, 1, tzinfo=UTC),
    initial_capital=Decimal(100_000),
    data_source="mock",
    snapshot={"data": [{"kind": "mock", "seed": 1}]},
)


@pytest.mark.parametrize(
    ("recorded", "made", "is_same"),
    [
        (1, 1.0, True),
        ([1, {"a": 2}], [1.0, {"a": 2.0}], True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        (0.1, 0.1, True),
        (10**400, 10**400, True),
        (None, None, True),
        (1, True, False),
        ([0], [False], False),
        (1, "1", False),
        ([1, 2], [2, 1], False),
        (1, 1.0000001, False),
        (None, 0, False),
        (10**400, 10**400 + 1, False),
    ],
)
def test_a_parameter_is_changed_if_its_json_value_is(recorded: object, made: object, is_same: bool) -> None:
    changed = Variation(parameters={"size": made}).changes(RECORDED, {"size": (recorded, made)})
    assert changed == (None if is_same else {"size": {"from": recorded, "to": made}})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"start": datetime(2020, 6, 1)}, "the start must have a time zone"),  # noqa: DTZ001 - that is it
        ({"end": datetime(2020, 6, 1)}, "the end must have a time zone"),  # noqa: DTZ001
        ({"end": datetime(999, 6, 1, tzinfo=UTC)}, "the end must be in the years 1000 to 9998"),
        ({"capital": Decimal(0)}, "the capital must be above 0"),
        ({"capital": Decimal("NaN")}, "the capital must be above 0"),
        (
            {"start": datetime(2020, 6, 1, tzinfo=UTC), "end": datetime(2020, 1, 1, tzinfo=UTC)},
            "is after the end",
        ),
    ],
)
def test_what_no_backtest_could_be_made_of_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Variation(**given)
