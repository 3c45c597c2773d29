"""What a Nautilus engine knows of a run, put into a neutral record. For the 1.x generation of engines."""

from __future__ import annotations

import re
import time
import traceback
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from btsql.adapters.configs import importable, to_plain
from btsql.adapters.context import garbage_kept, to_datetime
from btsql.adapters.environment import engine_version, environment_of, told_of_data
from btsql.adapters.equity import Portfolio, rebuild
from btsql.adapters.snapshot import built_of, not_captured, path_of, snapshot_of
from btsql.errors import Interruption
from btsql.masking import shortened, without_passwords
from btsql.messages import printable
from btsql.metrics import EquityCurve, Unavailable, measure
from btsql.provenance import digest_of_modules
from btsql.record import RunRecord, Status, clean_text, plain
from btsql.strategies import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from btsql.adapters.context import RunContext
    from btsql.adapters.fingerprint import Fingerprint

# They say how a strategy is called and what it logs, not what it does.
LABELS = {"strategy_id", "order_id_tag", "use_uuid_client_order_ids", "use_hyphens_in_client_order_ids"}
NO_STRATEGY = "btsql:no_strategy"
INTERRUPTS = (KeyboardInterrupt, SystemExit, Interruption)
LONGEST_NAME = 200
LONGEST_CURRENCY = 50


@garbage_kept()
def describe_run(engine: Any, context: RunContext, error: BaseException | None = None) -> RunRecord:
    """Return the record of a run that just ended, from its engine before `reset()` or `dispose()`.

    Parameters
    ----------
    engine : BacktestEngine
        After `run()` returned or raised.
    context : RunContext
        What is known besides.
    error : BaseException | None
        What `run()` raised.

    """
    duration = context.duration_seconds
    if duration is None:
        duration = time.perf_counter() - context.clock
    context.described = True
    if not context.is_read:
        context.feed(engine.data)
    portfolio = _portfolio(engine, context)
    start, end = _range(engine, context)
    instruments = portfolio.instruments or _instrument_ids(engine)
    status, fault = _ending(engine, error)
    capital = portfolio.initial_capital
    nothing = _why_nothing_to_measure(engine, instruments, start, portfolio)
    if status == "success" and nothing is not None:
        status, fault = "failure", {"type": "nothing_to_measure", "message": nothing}
    strategies = engine.trader.strategies()
    measurement = measure(_curve(portfolio, context), portfolio.trades) if status == "success" else None
    missing: list[str] = []
    return RunRecord(
        run_id=context.identify(),
        started_at=context.started_at,
        duration_seconds=duration,
        status=status,
        strategy_type=_short(_strategy_type(strategies)),
        strategy_name=_short(context.strategy_name) if context.strategy_name else None,
        strategy_path="+".join(_path(strategy) for strategy in strategies) or NO_STRATEGY,
        parameters=_readable_parameters(strategies, missing),
        instruments=instruments or None,
        data_start=start,
        data_end=end,
        initial_capital=capital if capital is not None and capital > 0 else None,
        currency=_currency(portfolio.currency),
        data_source=context.data_source,
        snapshot=_snapshot(engine, context, strategies, missing),
        environment=_environment([type(one).__module__ for one in strategies], context),
        error=fault,
        **context.origin,
        metrics=measurement.metrics if measurement else None,
        undefined_metrics=(measurement.undefined or None) if measurement else None,
        engine_figures=engine_figures(engine, status),
    )


def describe_start(engine: Any, context: RunContext) -> RunRecord:
    """Return what is known of a run before its engine runs: its record if nothing more is heard of it."""
    strategies = engine.trader.strategies()
    start, end = _range(engine, context)
    missing: list[str] = []
    return RunRecord(
        run_id=context.identify(),
        started_at=context.started_at,
        duration_seconds=None,
        status="interrupted",
        strategy_type=_short(_strategy_type(strategies)),
        strategy_name=_short(context.strategy_name) if context.strategy_name else None,
        strategy_path="+".join(_path(strategy) for strategy in strategies) or NO_STRATEGY,
        parameters=_readable_parameters(strategies, missing),
        instruments=_tested_instruments(engine, context) or None,
        data_start=start,
        data_end=end,
        data_source=context.data_source,
        snapshot=_snapshot(engine, context, strategies, missing),
        environment=_environment([type(one).__module__ for one in strategies], context),
        **context.origin,
    )


def identity_of(engine: Any, context: RunContext) -> dict[str, Any]:
    """Return what an engine is about to test, as `find_duplicates` takes it.

    Parameters
    ----------
    engine : BacktestEngine
        Before `run()`, with its strategies.
    context : RunContext
        What is known besides; it has read all of the data, or knows the range of it.

    """
    strategies = engine.trader.strategies()
    start, end = _range(engine, context)
    document: dict[str, Any] = plain(
        {
            "strategy_path": "+".join(_path(strategy) for strategy in strategies) or NO_STRATEGY,
            "parameters": _parameters(strategies),
            "instruments": _tested_instruments(engine, context),
            "data_start": start,
            "data_end": end,
            **_balance_of(context.venues or []),
            "data_source": context.data_source,
            "snapshot": built_of(engine) | {"venues": context.venues, "data": context.data or None},
            "environment": {
                "nautilus_trader": engine_version(),
                "source_digest": digest_of_modules(type(strategy).__module__ for strategy in strategies),
                **told_of_data(_fingerprint(context)),
            },
        }
    )
    return document


def _balance_of(venues: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the capital and its currency where there is one balance, as a record has them."""
    balances = [balance for venue in venues for balance in venue.get("starting_balances") or []]
    if len(balances) != 1:
        return {}
    amount, _, currency = str(balances[0]).partition(" ")
    return {"initial_capital": Decimal(amount), "currency": currency}


def describe_failure(context: RunContext, error: BaseException, strategies: Sequence[Any]) -> RunRecord:
    """Return the record of a run that failed before there was an engine to ask.

    Parameters
    ----------
    context : RunContext
        What is known besides.
    error : BaseException
        What was raised.
    strategies : sequence of ImportableStrategyConfig
        The strategies that were to be run.

    """
    paths = [str(strategy.strategy_path) for strategy in strategies]
    parameters = [_importable_parameters(strategy) for strategy in strategies]
    types = [_type_of_path(path) for path in paths]
    status, fault = _fault(error)
    return RunRecord(
        run_id=context.identify(),
        started_at=context.started_at,
        duration_seconds=time.perf_counter() - context.clock,
        status=status,
        strategy_type=_short("+".join(types) or "no_strategy"),
        strategy_name=_short(context.strategy_name) if context.strategy_name else None,
        strategy_path="+".join(paths) or NO_STRATEGY,
        parameters=_joined(types, parameters),
        data_source=context.data_source,
        data_start=context.start,
        data_end=context.end,
        snapshot={
            "format": 1,
            "strategies": [importable(strategy) for strategy in strategies],
            "data": context.data,
            "run_config": context.run_config,
        },
        environment=_environment([path.partition(":")[0] for path in paths], context),
        error=fault,
        **context.origin,
    )


def engine_figures(engine: Any, status: Status = "success") -> dict[str, Any] | None:
    """Return the engine's own statistics, verbatim; they are not comparable across its versions.

    They are those of `engine.get_result()`, which unpickles every closed position twice only to count them.
    Of a failure only the counts, which say how far it had come; of what was interrupted nothing.
    """
    if status == "interrupted":
        return None
    analyzer, cache = engine.kernel.portfolio.analyzer, engine.kernel.cache
    try:
        counts = {
            "iterations": engine.iteration,
            "total_events": engine.kernel.exec_engine.event_count,
            "total_orders": cache.orders_total_count(),
            "total_positions": _total_positions(cache),
        }
        if status == "failure":
            return counts
        return counts | {
            "stats_pnls": {
                currency.code: analyzer.get_performance_stats_pnls(currency)
                for currency in analyzer.currencies
            },
            "stats_returns": analyzer.get_performance_stats_returns(),
        }
    except Exception as exc:  # noqa: BLE001 - a statistic that raises is no reason to lose the run
        return {"unavailable": f"{type(exc).__name__}: {exc}"}


def _total_positions(cache: Any) -> int:
    """Return how many positions the engine's result counts; snapshots of closed ones on newer ones only."""
    from nautilus_trader.backtest.results import BacktestResult  # noqa: PLC0415

    total = int(cache.positions_total_count())
    if "summary" in BacktestResult.__dataclass_fields__:
        total += sum(len(cache.position_snapshot_bytes(one)) for one in cache.position_snapshot_ids())
    return total


# ---- data


def _portfolio(engine: Any, context: RunContext) -> Portfolio:
    try:
        return rebuild(engine.cache, context.closes)
    except Exception as exc:  # noqa: BLE001 - it costs the metrics, not the run
        nothing = Unavailable(f"the equity could not be rebuilt: {type(exc).__name__}: {exc}")
        capital, currency = _opening_balance(engine)
        return Portfolio(
            initial_capital=capital, currency=currency, curve=nothing, trades=nothing, instruments=()
        )


def _opening_balance(engine: Any) -> tuple[Decimal | None, str | None]:
    """Return what the first account began with, in its own currency."""
    try:
        account = engine.cache.accounts()[0]
        currency, balance = next(iter(account.starting_balances().items()))
        return balance.as_decimal(), str(currency)
    except Exception:  # noqa: BLE001 - what an exception left half done need not make sense
        return None, None


def _curve(portfolio: Portfolio, context: RunContext) -> EquityCurve | Unavailable:
    if context.unreadable is not None:
        return Unavailable(f"the market data could not be read: {context.unreadable}")
    if not context.closes.items:
        return Unavailable("the engine held no market data any more")
    return portfolio.curve


def _tested_instruments(engine: Any, context: RunContext) -> tuple[str, ...]:
    """Return the instruments that have data, or all there are where the data has not been read yet."""
    return tuple(sorted(context.closes.instruments)) or _instrument_ids(engine)


def _range(engine: Any, context: RunContext) -> tuple[datetime | None, datetime | None]:
    """Return the range asked for, else the data's, else what the engine says of data it no longer holds."""
    first, last = context.closes.first_ns, context.closes.last_ns
    if first is None and engine.iteration > 0 and engine.backtest_start is not None:
        first = engine.backtest_start.value
        last = first if engine.backtest_end is None else engine.backtest_end.value
    start = context.start or (None if first is None else to_datetime(first))
    end = context.end or (None if last is None else to_datetime(last))
    return (start, end) if start is None or end is None or start <= end else (None, None)


def _why_nothing_to_measure(
    engine: Any, instruments: Sequence[str], start: datetime | None, portfolio: Portfolio
) -> str | None:
    capital = portfolio.initial_capital
    if engine.iteration == 0 or start is None or not instruments:
        return "the engine ended without having had any market data"
    if capital is not None and capital < 0:
        opening = f"{capital:,.2f} {portfolio.currency}"
        return f"the account began with a negative balance, {opening}: there is no return on a debt"
    return None if capital else "the engine ended without an account that had a balance"


def _currency(code: str | None) -> str | None:
    """Return a currency's code as the database takes it: anybody may register one of any name."""
    return None if code is None else printable(code)[:LONGEST_CURRENCY]


def _environment(modules: Sequence[str], context: RunContext) -> dict[str, Any]:
    venues = context.venues if context.run_config is None else context.run_config["venues"]
    return environment_of(modules, venues or [], _fingerprint(context))


def _fingerprint(context: RunContext) -> Fingerprint | None:
    return context.closes.fingerprint if context.unreadable is None else None


# ---- how it ended


def _ending(engine: Any, error: BaseException | None) -> tuple[Status, dict[str, str] | None]:
    if error is not None:
        return _fault(error)
    from nautilus_trader.common.component import is_backtest_force_stop  # noqa: PLC0415

    if is_backtest_force_stop():
        message = (
            "an account error or a shutdown stopped the engine; "
            f"its clock stood at {engine.kernel.clock.utc_now()}"
        )
        return "failure", {"type": "stopped_early", "message": message}
    return "success", None


def _fault(error: BaseException) -> tuple[Status, dict[str, str]]:
    status: Status = "interrupted" if isinstance(error, INTERRUPTS) else "failure"
    return status, {
        "type": type(error).__name__,
        "message": _safe(_message(error)),
        "traceback": _safe("".join(traceback.format_exception(error))),
    }


def _safe(text: str) -> str:
    return clean_text(without_passwords(shortened(text)))


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as exc:  # noqa: BLE001 - it is somebody's own class
        return f"(its message could not be read: {type(exc).__name__})"


# ---- strategies


def _path(strategy: Any) -> str:
    return re.sub(r"\s", "_", path_of(strategy))  # a class that was made by type() may be called anything


def _type_of_path(path: str) -> str:
    built_in = next((name for name, known in BUILTIN.items() if known.strategy_path == path), None)
    return built_in or path.rpartition(":")[2].rpartition(".")[2]


def _short(name: str) -> str:
    """Return a name no longer than the database takes."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def _strategy_type(strategies: Sequence[Any]) -> str:
    return "+".join(_type_of_path(_path(strategy)) for strategy in strategies) or "no_strategy"


def _parameters(strategies: Sequence[Any]) -> dict[str, Any]:
    types = [_type_of_path(_path(strategy)) for strategy in strategies]
    return _joined(types, [strategy_parameters(strategy.config) for strategy in strategies])


def _readable_parameters(strategies: Sequence[Any], missing: list[str]) -> dict[str, Any]:
    """Return the parameters; of those that cannot be read at all, `missing` is told."""
    try:
        return _parameters(strategies)
    except Exception as exc:  # noqa: BLE001 - it costs the parameters, not the run
        missing.append(f"the parameters, which could not be read: {type(exc).__name__}")
        return {}


def _snapshot(
    engine: Any, context: RunContext, strategies: Sequence[Any], missing: Sequence[str]
) -> dict[str, Any]:
    try:
        lacking = [*missing, *not_captured(engine, strategies, context)]
        return snapshot_of(engine, context, strategies, lacking)
    except Exception as exc:  # noqa: BLE001 - it costs the snapshot, not the run
        lacking = [*missing, f"the snapshot, which could not be read: {type(exc).__name__}"]
        return {"format": 1, "not_captured": lacking}


def _joined(types: Sequence[str], parameters: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the parameters of one strategy as they are, of several by type and place."""
    if len(parameters) == 1:
        return parameters[0]
    return {
        f"{place}_{kind}": values
        for place, (kind, values) in enumerate(zip(types, parameters, strict=True), 1)
    }


def strategy_parameters(config: Any) -> dict[str, Any]:
    """Return the parameters of a strategy's configuration, defaults resolved and labels left out.

    What every Nautilus strategy has is left out while it has its default: it differs between engine versions.
    """
    from nautilus_trader.config import StrategyConfig  # noqa: PLC0415

    common = StrategyConfig()
    return {
        name: to_plain(getattr(config, name))
        for name in config.__struct_fields__
        if not _is_label(name)
        and not (hasattr(common, name) and getattr(config, name) == getattr(common, name))
    }


def _importable_parameters(strategy: Any) -> dict[str, Any]:
    """Return the parameters of a strategy that was never made; as given, if its class tells no more."""
    from nautilus_trader.common.config import msgspec_encoding_hook, resolve_config_path  # noqa: PLC0415

    try:
        given = msgspec.json.encode(strategy.config, enc_hook=msgspec_encoding_hook)
        return strategy_parameters(resolve_config_path(strategy.config_path).parse(given))
    except Exception:  # noqa: BLE001 - that may be the very reason why the run failed
        return {name: to_plain(value) for name, value in strategy.config.items() if not _is_label(name)}


def _is_label(name: str) -> bool:
    return name in LABELS or name.startswith("log_")


def _instrument_ids(engine: Any) -> tuple[str, ...]:
    return tuple(sorted(str(item.id) for item in engine.cache.instruments()))
