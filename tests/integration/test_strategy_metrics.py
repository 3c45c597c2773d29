"""The metrics of the built-in strategies on real bars, against an independent library on the same curve."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import empyrical
import numpy as np
import pytest

from btsql.adapters.backtest import build
from btsql.adapters.closes import Closes
from btsql.adapters.equity import rebuild
from btsql.metrics import EquityCurve, measure
from btsql.request import from_mapping

pytestmark = pytest.mark.engine


def stocks() -> Path:
    spec = importlib.util.find_spec("bokeh_sampledata")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "_data" / "stocks.csv.gz"


@pytest.mark.parametrize(
    ("strategy", "instrument"),
    [("sma_crossover", "AAPL.XNAS"), ("mean_reversion", "IBM.XNYS"), ("momentum", "MSFT.XNAS")],
)
def test_an_independent_library_agrees(strategy: str, instrument: str) -> None:
    backtest = build(
        from_mapping({"strategy": strategy, "instrument": instrument, "data": f"csv:{stocks()}"})
    )
    backtest.engine.run()
    closes = Closes()
    closes.feed(backtest.market.bars)
    portfolio = rebuild(backtest.engine.cache, closes)
    account = backtest.engine.cache.account_for_venue(backtest.market.instrument.id.venue)
    balance = account.balance_total(account.base_currency).as_double()
    backtest.engine.dispose()

    curve, trades = portfolio.curve, portfolio.trades
    assert isinstance(curve, EquityCurve)
    assert isinstance(trades, tuple)
    assert len(curve.equity) == len(backtest.market.bars)
    # Every position is closed at the end: what the account holds is all there is.
    assert curve.equity[-1] == pytest.approx(balance, abs=0.005)
    # The engine rounds each of a trade's two bookings to the cent.
    assert sum(trades) == pytest.approx(balance - curve.opening, abs=0.01 * len(trades))

    returns = np.diff([curve.opening, *curve.equity]) / np.array([curve.opening, *curve.equity[:-1]])
    measured = measure(curve, trades).metrics
    expected = {
        "total_return": empyrical.cum_returns_final(returns),
        "annualized_return": empyrical.annual_return(returns, annualization=252),
        "volatility": empyrical.annual_volatility(returns, annualization=252),
        "sharpe_ratio": empyrical.sharpe_ratio(returns, annualization=252),
        "sortino_ratio": empyrical.sortino_ratio(returns, annualization=252),
        "max_drawdown": empyrical.max_drawdown(returns),
    }
    assert {name: measured[name] for name in expected} == pytest.approx(expected, rel=1e-9)
