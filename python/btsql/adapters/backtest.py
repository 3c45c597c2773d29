"""From a request to a Nautilus engine that is ready to run."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import TraderId
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Currency

from btsql.adapters.capture import identity_of
from btsql.adapters.closes import Closes
from btsql.adapters.context import RunContext, garbage_kept
from btsql.adapters.snapshot import venue_settings
from btsql.adapters.sources import load
from btsql.adapters.strategies import ResolvedStrategy, check_parameters, instantiate, make_config, resolve
from btsql.adapters.venues import add_venue, opening_balance, venue_arguments
from btsql.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from btsql.adapters.market_data import MarketData
    from btsql.request import BacktestRequest

TRADER_ID: Final = "BTSQL-001"
OF_THE_REQUEST: Final = {"venue", "starting_balances", "base_currency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """An engine ready to run, and what it was made of.

    Attributes
    ----------
    request : BacktestRequest
        What was asked for.
    engine : BacktestEngine
        Holds venue, instrument, bars and strategy; `engine.run()` is all that is left, then `dispose()`.
    market : MarketData
        Instrument, bars, range, and the description of the source.
    resolved : ResolvedStrategy
        Names and classes of the strategy.
    strategy : Strategy
        The instance in the engine.
    config : StrategyConfig
        Its parameters, defaults included.
    venue : dict[str, object]
        The settings of the venue, as the snapshot has them.
    closes : Closes
        Has read the bars.

    """

    request: BacktestRequest
    engine: BacktestEngine
    market: MarketData
    resolved: ResolvedStrategy
    strategy: Any
    config: Any
    venue: dict[str, Any]
    closes: Closes


def build(
    request: BacktestRequest,
    *,
    engine_class: type[BacktestEngine] = BacktestEngine,
    log_level: str = "ERROR",
) -> Backtest:
    """Load strategy and data, and put them into an engine.

    The venue is a simulated exchange with the instrument's own venue name and netting. Shares are traded on
    a cash account, or on a margin account when the strategy's parameter `allow_short` is set; everything
    else on a margin account without leverage.

    Parameters
    ----------
    request : BacktestRequest
        What to run.
    engine_class : type[BacktestEngine]
        The class of the engine.
    log_level : str
        Nautilus Trader's log level; `ERROR` writes to standard error only, `OFF` nothing. Nautilus sets up
        its log once in a process, so the first engine decides.

    Raises
    ------
    UsageError
        If a parameter is unknown, missing, or of a wrong type or value, or the currency does not fit.
    SourceUnavailable
        If the strategy or the data cannot be loaded.

    """
    # The strategy first: it is found, or not, in no time, where the data may take some.
    resolved = resolve(request.strategy)
    check_parameters(resolved, request.parameters)
    market = load(
        request.data,
        request.instrument,
        request.start,
        request.end,
        request.bar,
        currency=request.currency,
    )
    config = make_config(resolved, request.parameters, market)
    strategy = instantiate(resolved, config)
    venue = _venue(request, market, margin=bool(getattr(config, "allow_short", False)))
    engine = engine_class(
        config=BacktestEngineConfig(
            trader_id=TraderId(TRADER_ID),
            logging=LoggingConfig(log_level=log_level, log_colors=False),
        ),
    )
    try:
        add_venue(engine, venue)
        engine.add_instrument(market.instrument)
        engine.add_data(market.bars)
        engine.add_strategy(strategy)
    except BaseException:
        engine.dispose()
        raise
    closes = Closes()
    with garbage_kept():
        closes.feed(market.bars)
    return Backtest(
        request=request,
        engine=engine,
        market=market,
        resolved=resolved,
        strategy=strategy,
        config=config,
        venue=_recorded_venue(venue, request),
        closes=closes,
    )


def identity(backtest: Backtest) -> dict[str, Any]:
    """Return what a backtest is going to test, as `find_duplicates` takes it."""
    market, request = backtest.market, backtest.request
    context = RunContext(
        data_source=request.data.kind,
        data=[market.description],
        start=market.start,
        end=market.end,
        venues=[backtest.venue],
        closes=backtest.closes,
    )
    return identity_of(backtest.engine, context)


def progress(engine: BacktestEngine, total: int | None = None) -> tuple[int, int]:
    """Return how many pieces of data the engine has processed, and how many there are.

    Reading a counter changes nothing in the run, and may be done from another thread: the engine's loop is
    compiled, but calls the strategy's Python code at every bar, where Python lets other threads run.

    Parameters
    ----------
    engine : BacktestEngine
        Running, or not.
    total : int | None
        How many there are, if known; else the engine's data is copied to be counted.

    """
    total = len(engine.data) if total is None else total
    return min(int(engine.iteration), total), total


@contextmanager
def watching(
    engine: BacktestEngine,
    report: Callable[[int, int], object],
    *,
    total: int | None = None,
    every: float = 0.1,
) -> Iterator[None]:
    """Call `report(done, total)` while the block runs the engine, and once when it is left.

    Parameters
    ----------
    engine : BacktestEngine
        The engine that runs.
    report : Callable[[int, int], object]
        Called from a thread of its own; what it raises ends the reports, not the run.
    total : int | None
        How many pieces of data there are, if known.
    every : float
        Seconds between two calls.

    """
    total = len(engine.data) if total is None else total
    done = threading.Event()

    def poll() -> None:
        try:
            while not done.wait(every):
                report(*progress(engine, total))
            report(*progress(engine, total))
        except Exception:  # noqa: BLE001, S110 - a display that fails must not reach the backtest
            pass

    thread = threading.Thread(target=poll, name="btsql-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _venue(request: BacktestRequest, market: MarketData, *, margin: bool) -> dict[str, Any]:
    instrument = market.instrument
    if instrument.quote_currency.code != request.currency:
        raise UsageError(
            f"{instrument.id} is priced in {instrument.quote_currency}, the account is in {request.currency}",
            hint=f"Use {instrument.quote_currency} as currency: there is no rate to book the profit by.",
        )
    currency = Currency.from_str(request.currency)
    chosen = {name: value for name, value in request.venue.items() if name not in OF_THE_REQUEST}
    if len(chosen) != len(request.venue):
        raise UsageError(
            "venue, starting_balances and base_currency are no settings of the venue here",
            hint="Instrument, capital and currency say them.",
        )
    cash = isinstance(instrument, Equity) and not margin
    return {
        "venue": instrument.id.venue,
        "oms_type": OmsType.NETTING,
        "account_type": AccountType.CASH if cash else AccountType.MARGIN,
        "base_currency": currency,
        "starting_balances": [opening_balance(request.capital, currency)],
        "default_leverage": Decimal(1),
    } | venue_arguments(chosen)


def _recorded_venue(arguments: dict[str, Any], request: BacktestRequest) -> dict[str, Any]:
    """Return the venue as the snapshot has it; a fill model does not tell the seed that it was given."""
    settings = venue_settings((), arguments)
    asked = request.venue.get("fill_model")
    if isinstance(asked, Mapping) and asked.get("random_seed") is not None:
        settings["fill_model"]["random_seed"] = asked["random_seed"]
    return settings
