"""Small backtests: deterministic bars, and a strategy that trades by the calendar and fails where told to."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nautilus_trader.backtest.config import (
    BacktestDataConfig,
    BacktestEngineConfig,
    BacktestRunConfig,
    BacktestVenueConfig,
)
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.common.actor import Actor
from nautilus_trader.common.component import init_logging, is_logging_initialized
from nautilus_trader.common.config import ActorConfig
from nautilus_trader.common.enums import LogLevel
from nautilus_trader.config import ImportableStrategyConfig, LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.catalog import ParquetDataCatalog
from nautilus_trader.trading.strategy import Strategy

from btsql.runs import get_run, list_runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import psycopg

    from btsql.run_details import RunDetails

FIRST_DAY = 19_723  # Monday 2024-01-01
DAY = 86_400_000_000_000
CLOSE = 21 * 3_600_000_000_000
XNAS = Venue("XNAS")
BAR_COUNT = 60


def equity(symbol: str) -> Equity:
    """Return a share in dollars with cents."""
    return Equity(
        instrument_id=InstrumentId(Symbol(symbol), XNAS),
        raw_symbol=Symbol(symbol),
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )


# A node that logs a failure sets logging up when nobody has, which aborts the process on 1.221.
LOG_GUARD = None if is_logging_initialized() else init_logging(level_stdout=LogLevel.OFF)

AAPL, IBM = equity("AAPL"), equity("IBM")


def bars(instrument: Any = AAPL, count: int = BAR_COUNT, closes: Sequence[float] | None = None) -> list[Bar]:
    """Return one bar a day, at 21:00 UTC, whose four prices are the close."""
    if closes is None:
        closes = [round(100 + 10 * math.sin(day / 5) + day / 10, 2) for day in range(count)]
    kind = BarType.from_str(f"{instrument.id}-1-DAY-LAST-EXTERNAL")
    volume = Quantity.from_int(1_000_000)
    made = []
    for day, close in enumerate(closes):
        price, at = instrument.make_price(close), (FIRST_DAY + day) * DAY + CLOSE
        made.append(Bar(kind, price, price, price, price, volume, at, at))
    return made


class Trouble(Exception):
    """What the strategy raises."""


class BadText(Exception):
    """An exception that cannot even be printed."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


RAISED: list[BaseException] = []
"""Every exception that a strategy raised, to be compared with what reached the caller."""


def saved(connection: psycopg.Connection[Any]) -> list[RunDetails]:
    """Return every recorded run, the oldest first."""
    runs = list_runs(connection, result_limit=1000)
    return [get_run(connection, str(run.run_id)) for run in reversed(runs)]


def only_run(connection: psycopg.Connection[Any]) -> RunDetails:
    """Return the only run there is."""
    (run,) = saved(connection)
    return run


def fail(message: str, kind: str = "Trouble") -> None:
    kinds: dict[str, type[BaseException]] = {
        "Trouble": Trouble,
        "BadText": BadText,
        "KeyboardInterrupt": KeyboardInterrupt,
        "SystemExit": SystemExit,
    }
    RAISED.append(kinds[kind](message))
    raise RAISED[-1]


class CycleConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    every: int = 6
    hold: int = 4
    quantity: Decimal = Decimal(10)
    threshold: Decimal = Decimal("0.25")
    fail_in: str | None = None
    kind: str = "Trouble"
    message: str = "told to fail"


class Cycle(Strategy):
    """Buys every few bars and sells a few bars later."""

    def __init__(self, config: CycleConfig) -> None:
        super().__init__(config)
        self.count = 0
        self.may_fail("__init__")

    def may_fail(self, place: str) -> None:
        if self.config.fail_in == place:
            fail(self.config.message, self.config.kind)

    def on_start(self) -> None:
        self.subscribe_bars(BarType.from_str(f"{self.config.instrument_id}-1-DAY-LAST-EXTERNAL"))
        self.may_fail("on_start")
        if self.config.fail_in == "on_timer":
            self.clock.set_timer("alarm", timedelta(days=3), callback=self.on_timer)

    def on_timer(self, _: Any) -> None:
        self.may_fail("on_timer")

    def on_bar(self, _: Bar) -> None:
        self.count += 1
        if self.count == 10:
            self.may_fail("on_bar")
            if self.config.fail_in == "shutdown":
                self.shutdown_system("enough")
                return
        place = self.count % self.config.every
        if place == 1:
            self.send(OrderSide.BUY)
        elif place == 1 + self.config.hold:
            self.send(OrderSide.SELL)

    def send(self, side: OrderSide) -> None:
        quantity = Quantity.from_int(int(self.config.quantity))
        self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))

    def on_order_filled(self, _: Any) -> None:
        self.may_fail("on_order_filled")

    def on_stop(self) -> None:
        self.may_fail("on_stop")

    def on_reset(self) -> None:
        self.count = 0


class WatcherConfig(ActorConfig, frozen=True):
    instrument_id: InstrumentId


class Watcher(Actor):
    """Looks on."""

    def on_start(self) -> None:
        self.subscribe_bars(BarType.from_str(f"{self.config.instrument_id}-1-DAY-LAST-EXTERNAL"))


def cycle(instrument: Any = AAPL, **config: Any) -> Cycle:
    """Return a strategy; `config` changes its defaults."""
    return Cycle(CycleConfig(instrument_id=instrument.id, **config))


def engine_config(**values: Any) -> BacktestEngineConfig:
    return BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), **values)


def engine(
    *strategies: Strategy,
    data: Sequence[Bar] | None = None,
    capital: int = 10_000,
    account: AccountType = AccountType.MARGIN,
    engine_class: type[BacktestEngine] | None = None,
) -> BacktestEngine:
    """Return an engine that is ready to run: one venue, bars of one instrument unless `data` says others."""
    made = (engine_class or BacktestEngine)(engine_config())
    made.add_venue(
        venue=XNAS,
        oms_type=OmsType.NETTING,
        account_type=account,
        base_currency=USD,
        starting_balances=[Money(capital, USD)],
        default_leverage=Decimal(10 if account == AccountType.MARGIN else 1),
    )
    items = bars() if data is None else list(data)
    for instrument in (AAPL, IBM):
        if any(item.bar_type.instrument_id == instrument.id for item in items):
            made.add_instrument(instrument)
    if items:
        made.add_data(items)
    for strategy in strategies:
        made.add_strategy(strategy)
    return made


def catalog(path: Path) -> Path:
    """Write a catalog with the bars of AAPL."""
    path.mkdir()
    written = ParquetDataCatalog(str(path))
    written.write_data([AAPL])
    written.write_data(bars())
    return path


def run_config(
    path: Path,
    *,
    raise_exception: bool = False,
    strategy_path: str = "backtests:Cycle",
    chunk_size: int | None = None,
    start: str | None = None,
    end: str | None = None,
    options: dict[str, Any] | None = None,
    dispose_on_completion: bool = True,
    storage: dict[str, Any] | None = None,
    **config: Any,
) -> BacktestRunConfig:
    """Return a node's configuration of one run over the catalog; `config` changes the strategy's defaults."""
    strategy = ImportableStrategyConfig(
        strategy_path=strategy_path,
        config_path="backtests:CycleConfig",
        config={"instrument_id": str(AAPL.id), **config},
    )
    return BacktestRunConfig(
        engine=engine_config(strategies=[strategy]),
        venues=[
            BacktestVenueConfig(
                name="XNAS",
                oms_type="NETTING",
                account_type="MARGIN",
                base_currency="USD",
                starting_balances=["10000 USD"],
                default_leverage=10.0,
                **(options or {}),
            )
        ],
        data=[
            BacktestDataConfig(
                catalog_path=str(path),
                data_cls=Bar,
                instrument_id=AAPL.id,
                bar_spec="1-DAY-LAST",
                catalog_fs_storage_options=storage,
            )
        ],
        raise_exception=raise_exception,
        chunk_size=chunk_size,
        start=start,
        end=end,
        dispose_on_completion=dispose_on_completion,
    )


def broken(*_: Any, **__: Any) -> Any:
    """Stand for a function that has a defect."""
    raise RuntimeError("a defect")
