"""Equity and trades rebuilt from real engines, against cases worked out on paper.

One bar a day whose four prices are the close, stamped 21:00 UTC: an order sent on a bar fills at its close.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.models import FixedFeeModel
from nautilus_trader.backtest.modules import SimulationModule, SimulationModuleConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import BTC, EUR, GBP, JPY, USD, USDT
from nautilus_trader.model.data import Bar, BarType, QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, PositionId, Symbol, TradeId, Venue
from nautilus_trader.model.instruments import CryptoPerpetual, CurrencyPair, Equity, FuturesContract
from nautilus_trader.model.objects import Currency, Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from btsql.adapters.closes import Closes
from btsql.adapters.equity import Portfolio, rebuild
from btsql.metrics import EquityCurve, Unavailable, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = pytest.mark.engine

FIRST_DAY = 19_723  # Monday 2024-01-01
DAY = 86_400_000_000_000
CLOSE = 21 * 3_600_000_000_000

XNAS, SIM, CRYPTO = Venue("XNAS"), Venue("SIM"), Venue("CRYPTO")


def equity_of(symbol: str, *, venue: Venue = XNAS, currency: Currency = USD) -> Equity:
    return Equity(
        instrument_id=InstrumentId(Symbol(symbol), venue),
        raw_symbol=Symbol(symbol),
        currency=currency,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )


def pair_of(base: Currency, quote: Currency, *, venue: Venue = SIM, digits: int = 5) -> CurrencyPair:
    symbol = Symbol(f"{base.code}/{quote.code}")
    return CurrencyPair(
        instrument_id=InstrumentId(symbol, venue),
        raw_symbol=symbol,
        base_currency=base,
        quote_currency=quote,
        price_precision=digits,
        size_precision=0,
        price_increment=Price(10**-digits, digits),
        size_increment=Quantity.from_int(1),
        lot_size=None,
        max_quantity=None,
        min_quantity=None,
        max_notional=None,
        min_notional=None,
        max_price=None,
        min_price=None,
        margin_init=Decimal("0.05"),
        margin_maint=Decimal("0.05"),
        maker_fee=Decimal(0),
        taker_fee=Decimal(0),
        ts_event=0,
        ts_init=0,
    )


def inverse_perpetual() -> CryptoPerpetual:
    symbol = Symbol("XBTUSD")
    return CryptoPerpetual(
        instrument_id=InstrumentId(symbol, CRYPTO),
        raw_symbol=symbol,
        base_currency=BTC,
        quote_currency=USD,
        settlement_currency=BTC,
        is_inverse=True,
        price_precision=1,
        size_precision=0,
        price_increment=Price.from_str("0.1"),
        size_increment=Quantity.from_int(1),
        margin_init=Decimal("0.01"),
        margin_maint=Decimal("0.005"),
        maker_fee=Decimal(0),
        taker_fee=Decimal(0),
        ts_event=0,
        ts_init=0,
    )


AAPL = equity_of("AAPL")
EURUSD = pair_of(EUR, USD)
USDJPY = pair_of(USD, JPY, digits=3)


def bar_type_of(instrument: Any, price_type: str = "LAST") -> BarType:
    return BarType.from_str(f"{instrument.id}-1-DAY-{price_type}-EXTERNAL")


def bar(
    instrument: Any, day: int, close: float, *, price_type: str = "LAST", opening: float | None = None
) -> Bar:
    price = instrument.make_price(close)
    first = price if opening is None else instrument.make_price(opening)
    at = (FIRST_DAY + day) * DAY + CLOSE
    return Bar(
        bar_type_of(instrument, price_type),
        first,
        max(price, first),
        min(price, first),
        price,
        Quantity.from_int(1_000_000),
        at,
        at,
    )


def bars(instrument: Any, closes: Sequence[float], **options: Any) -> list[Bar]:
    return [bar(instrument, day, close, **options) for day, close in enumerate(closes)]


class ScriptConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    orders: list[list[int]]  # [bar number, signed quantity]
    position: str | None = None


class Script(Strategy):
    """Sends market orders on given bars, and nothing else."""

    def __init__(self, config: ScriptConfig) -> None:
        super().__init__(config)
        self.count = -1

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_bars(bar_type_of(self.instrument))

    def on_reset(self) -> None:
        self.count = -1

    def on_bar(self, _: Bar) -> None:
        self.count += 1
        for number, quantity in self.config.orders:
            if number == self.count:
                self.send(quantity)

    def send(self, quantity: int) -> None:
        order = self.order_factory.market(
            self.config.instrument_id,
            OrderSide.BUY if quantity > 0 else OrderSide.SELL,
            Quantity.from_int(abs(quantity)),
        )
        target = self.config.position
        self.submit_order(order, position_id=None if target is None else PositionId(target))


class Interest(SimulationModule):
    """Pays 42 once, on the second bar."""

    paid = False

    def process(self, ts_now: int) -> None:
        if not self.paid and ts_now >= (FIRST_DAY + 1) * DAY:
            self.paid = True
            self.exchange.adjust_account(usd(42))

    def pre_process(self, data: Any) -> None: ...

    def log_diagnostics(self, logger: Any) -> None: ...

    def reset(self) -> None:
        self.paid = False


@dataclass
class Bench:
    """An engine, the data it was given, and what is rebuilt from it."""

    engine: BacktestEngine = field(
        default_factory=lambda: BacktestEngine(
            BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True))
        )
    )
    closes: Closes = field(default_factory=Closes)
    scripts: int = 0

    def venue(
        self,
        venue: Venue,
        *money: Money,
        base: Currency | None = USD,
        account: AccountType = AccountType.MARGIN,
        oms: OmsType = OmsType.NETTING,
        commission: Money | None = None,
        **options: Any,
    ) -> None:
        self.engine.add_venue(
            venue=venue,
            oms_type=oms,
            account_type=account,
            base_currency=base,
            starting_balances=list(money),
            default_leverage=Decimal(10) if account == AccountType.MARGIN else Decimal(1),
            fee_model=None if commission is None else FixedFeeModel(commission),
            **options,
        )

    def instrument(
        self,
        instrument: Any,
        data: Sequence[Any],
        orders: Sequence[tuple[int, int]] = (),
        position: str | None = None,
    ) -> None:
        self.engine.add_instrument(instrument)
        if data:
            self.engine.add_data(list(data))
            self.closes.feed(list(data))
        self.script(instrument, orders, position)

    def script(self, instrument: Any, orders: Sequence[tuple[int, int]], position: str | None = None) -> None:
        self.scripts += 1
        config = ScriptConfig(
            instrument_id=instrument.id,
            orders=[list(order) for order in orders],
            position=position,
            order_id_tag=f"{self.scripts:03d}",
        )
        self.engine.add_strategy(Script(config))

    def run(self) -> Portfolio:
        self.engine.run()
        return self.rebuild()

    def rebuild(self, **options: Any) -> Portfolio:
        return rebuild(self.engine.cache, self.closes, **options)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.engine.dispose()


def usd(amount: float) -> Money:
    return Money(amount, USD)


def points(portfolio: Portfolio) -> tuple[float, ...]:
    assert isinstance(portfolio.curve, EquityCurve), portfolio.curve
    return portfolio.curve.equity


def trades(portfolio: Portfolio) -> tuple[float, ...]:
    assert not isinstance(portfolio.trades, Unavailable), portfolio.trades
    return portfolio.trades


def reasons(portfolio: Portfolio) -> str:
    assert isinstance(portfolio.curve, Unavailable), portfolio.curve
    assert portfolio.trades == portfolio.curve
    return portfolio.curve.reason


def engine_equity(bench: Bench, venue: Venue) -> float:
    """Balance plus unrealised profit, as the engine's portfolio sees them."""
    balance = bench.engine.cache.account_for_venue(venue).balance_total().as_double()
    unrealised = bench.engine.portfolio.unrealized_pnls(venue).values()
    return float(balance) + sum(float(money.as_double()) for money in unrealised)


# --- margin accounts ------------------------------------------------------------------------------


def test_long_from_flat_to_flat_with_commission(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000), commission=usd(5))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 9, 12, 13]), [(0, 100), (3, -100)])
    portfolio = bench.run()
    # buy 100 at 10 for 5 on day 0, sell at 12 for 5 on day 3
    # 10000 - 5 = 9995; + 100 = 10095; - 100 = 9895; + 200 - 5 = 10190, and stays
    assert points(portfolio) == (9_995, 10_095, 9_895, 10_190, 10_190)
    assert trades(portfolio) == (190,)  # 200 - 5 - 5
    assert portfolio.initial_capital == Decimal(10_000)
    assert portfolio.currency == "USD"
    assert portfolio.instruments == ("AAPL.XNAS",)
    assert isinstance(portfolio.curve, EquityCurve)
    assert portfolio.curve.days == tuple(range(FIRST_DAY, FIRST_DAY + 5))
    assert portfolio.curve.opening == 10_000


def test_short_and_open_at_the_end(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000), commission=usd(5))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 9, 12]), [(0, -100), (2, 40)])
    portfolio = bench.run()
    # short 100 at 10: 9995; at 11: -100 = 9895; buys 40 back at 9: +40 - 5, 60 short at 9: +60 -> 10090
    # at 12 the 60 have lost 120: 10000 - 5 + 40 - 5 - 120 = 9910
    assert points(portfolio) == (9_995, 9_895, 10_090, 9_910)
    assert points(portfolio)[-1] == engine_equity(bench, XNAS)
    assert trades(portfolio) == ()  # nothing is flat yet


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("oms", [OmsType.NETTING, OmsType.HEDGING])
def test_random_orders_end_where_the_engine_ends(bench: Bench, seed: int, oms: OmsType) -> None:
    rng = random.Random(seed)  # noqa: S311
    closes = [round(rng.uniform(90, 110), 2) for _ in range(40)]
    orders = [
        (day, rng.choice([-1, 1]) * rng.randint(1, 50)) for day in range(40) for _ in range(rng.randint(0, 3))
    ]
    bench.venue(XNAS, usd(1_000_000), oms=oms, commission=usd(1))
    bench.instrument(AAPL, bars(AAPL, closes), orders)
    portfolio = bench.run()
    assert points(portfolio)[-1] == pytest.approx(engine_equity(bench, XNAS), abs=0.01 * len(orders))
    net = list(accumulate((quantity for _, quantity in orders), initial=0))
    ended = sum(before != 0 and before * after <= 0 for before, after in pairwise(net))
    assert len(trades(portfolio)) == (0 if oms == OmsType.HEDGING else ended)


def test_interest_is_in_the_curve_and_in_no_trade(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000), modules=[Interest(SimulationModuleConfig())])
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]), [(0, 100), (1, -100)])
    portfolio = bench.run()
    assert bench.engine.cache.account_for_venue(XNAS).balance_total() == usd(10_142)
    assert points(portfolio) == (10_000, 10_142, 10_142)  # 1.221 writes it into the event of day 0, too
    assert trades(portfolio) == (100,)


def test_average_cost_of_two_purchases(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 13, 12, 11]), [(0, 100), (1, 50), (2, -60), (3, -90)])
    portfolio = bench.run()
    # 100 at 10 and 50 at 13 cost 1650, 11 each; at 12: 60 sold for +60, 90 left at +90; at 11: +0
    assert points(portfolio) == (10_000, 10_300, 10_150, 10_060)
    assert trades(portfolio) == (60,)


def test_break_even_is_exactly_zero(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    # 3 at 10.01 and 7 at 10.31 cost 102.20; sold 10 at 10.22 = 102.20
    bench.instrument(AAPL, bars(AAPL, [10.01, 10.31, 10.22, 10.22]), [(0, 3), (1, 7), (2, -3), (3, -7)])
    assert trades(bench.run()) == (0,)


def test_a_flip_ends_one_trade_and_begins_another(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000), commission=usd(6))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 9, 12]), [(0, 100), (1, -150), (2, 50)])
    portfolio = bench.run()
    # long 100 at 10; 150 sold at 11: +100, and 50 short at 11; bought back at 9: +100; 6 for each fill
    assert points(portfolio) == (9_994, 10_088, 10_182, 10_182)
    # the flip's 6 belong to its parts: 100 of 150 = 4, and 2
    assert trades(portfolio) == (100 - 6 - 4, 100 - 2 - 6)


def test_many_flips_are_as_many_trades(bench: Bench) -> None:
    bench.venue(XNAS, usd(100_000))
    closes = [10 + (day % 3) for day in range(31)]
    orders = [(0, 100)] + [(day, -200 if day % 2 else 200) for day in range(1, 30)] + [(30, 100)]
    orders[-1] = (30, -100 if orders[-2][1] > 0 else 100)
    bench.instrument(AAPL, bars(AAPL, closes), orders)
    portfolio = bench.run()
    assert len(trades(portfolio)) == 30
    assert sum(trades(portfolio)) == pytest.approx(points(portfolio)[-1] - 100_000, abs=1e-9)


def test_closing_and_opening_at_one_instant_are_two_trades(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 9]), [(0, 100), (1, -100), (1, 100), (2, -100)])
    portfolio = bench.run()
    assert trades(portfolio) == (100, -200)
    assert points(portfolio) == (10_000, 10_100, 9_900)


def test_two_strategies_hold_positions_of_their_own(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]), [(0, 100), (2, -100)])
    bench.script(AAPL, [(1, -100), (2, 100)])
    portfolio = bench.run()
    # long 100 from 10: +100, +200; short 100 from 11 to 12: -100
    assert points(portfolio) == (10_000, 10_100, 10_100)
    assert sorted(trades(portfolio)) == [-100, 200]


def test_hedging_counts_each_position(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000), oms=OmsType.HEDGING)
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]), [(0, 100), (1, -100)])
    portfolio = bench.run()
    # both stay open: long from 10, short from 11
    assert points(portfolio) == (10_000, 10_100, 10_100)
    assert points(portfolio)[-1] == engine_equity(bench, XNAS)
    assert trades(portfolio) == ()


def test_hedging_position_that_flips(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000), oms=OmsType.HEDGING)
    bench.instrument(AAPL, bars(AAPL, [10, 11, 9]), [(0, 100), (1, -150)], position="P-1")
    portfolio = bench.run()
    # +100 on the way to flat, then 50 short from 11 to 9: +100
    assert points(portfolio) == (10_000, 10_100, 10_200)
    assert points(portfolio)[-1] == engine_equity(bench, XNAS)
    assert trades(portfolio) == (100,)


def test_contract_multiplier(bench: Bench) -> None:
    future = FuturesContract(
        instrument_id=InstrumentId(Symbol("ESH4"), XNAS),
        raw_symbol=Symbol("ESH4"),
        asset_class=equity_of("X").asset_class,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.25"),
        multiplier=Quantity.from_int(50),
        lot_size=Quantity.from_int(1),
        underlying="ES",
        activation_ns=0,
        expiration_ns=(FIRST_DAY + 400) * DAY,
        ts_event=0,
        ts_init=0,
    )
    bench.venue(XNAS, usd(100_000))
    bench.instrument(future, bars(future, [4_000, 4_010, 3_990]), [(0, 2), (2, -2)])
    portfolio = bench.run()
    assert points(portfolio) == (100_000, 101_000, 99_000)  # 2 contracts of 50: 10 points are 1000
    assert trades(portfolio) == (-1_000,)


def test_a_future_that_expires_is_closed_by_the_engine(bench: Bench) -> None:
    future = FuturesContract(
        instrument_id=InstrumentId(Symbol("ESF4"), XNAS),
        raw_symbol=Symbol("ESF4"),
        asset_class=equity_of("X").asset_class,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.25"),
        multiplier=Quantity.from_int(50),
        lot_size=Quantity.from_int(1),
        underlying="ES",
        activation_ns=0,
        expiration_ns=(FIRST_DAY + 2) * DAY,
        ts_event=0,
        ts_init=0,
    )
    bench.venue(XNAS, usd(100_000))
    bench.instrument(future, bars(future, [4_000, 4_010, 4_020]), [(0, 2)])
    bench.instrument(AAPL, bars(AAPL, [10, 10, 10, 10]))
    portfolio = bench.run()
    assert not bench.engine.cache.positions_open()
    balance = engine_equity(bench, XNAS)
    if balance == 100_000:  # 1.221 closes the position and forgets to book its profit
        assert "does not follow from its fills" in reasons(portfolio)
    else:
        assert points(portfolio)[-1] == balance
        assert trades(portfolio) == (balance - 100_000,)


def test_inverse_contract_is_settled_in_its_base_currency(bench: Bench) -> None:
    perpetual = inverse_perpetual()
    bench.venue(CRYPTO, Money(10, BTC), base=None)
    bench.instrument(
        perpetual, bars(perpetual, [40_000, 50_000, 32_000, 40_000]), [(0, 100_000), (2, -50_000)]
    )
    portfolio = bench.run()
    # 100000 USD long from 40000: 2.5 BTC; at 50000 2.0: +0.5; at 32000 3.125: -0.625, half of it realised
    assert portfolio.currency == "BTC"
    assert points(portfolio) == pytest.approx((10, 10.5, 9.375, 9.6875), abs=1e-12)
    engine = bench.engine.cache.account_for_venue(CRYPTO).balance_total(BTC).as_double()
    unrealised = bench.engine.portfolio.unrealized_pnls(CRYPTO)[BTC].as_double()
    assert points(portfolio)[-1] == pytest.approx(engine + unrealised, abs=1e-8)


def test_no_trades(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]))
    portfolio = bench.run()
    assert points(portfolio) == (10_000, 10_000, 10_000)
    assert trades(portfolio) == ()
    assert (
        measure(portfolio.curve, portfolio.trades).undefined["sharpe_ratio"]
        == "the daily returns do not vary"
    )


# --- cash accounts --------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [USD, None])
def test_cash_account_adds_what_the_shares_are_worth(bench: Bench, base: Currency | None) -> None:
    bench.venue(XNAS, usd(10_000), base=base, account=AccountType.CASH, commission=usd(5))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 9, 12]), [(0, 100), (1, 100), (2, -50)])
    portfolio = bench.run()
    # 10000 - 1000 - 5 + 1000 = 9995; 8995 - 1100 - 5 = 7890 + 200 * 11 = 10090
    # 7890 + 450 - 5 = 8335 + 150 * 9 = 9685; 8335 + 150 * 12 = 10135
    assert points(portfolio) == (9_995, 10_090, 9_685, 10_135)
    assert portfolio.currency == "USD"


def test_spot_pairs_are_balances_and_not_counted_twice(bench: Bench) -> None:
    spot = pair_of(BTC, USDT, venue=CRYPTO, digits=2)
    bench.venue(CRYPTO, Money(1_000_000, USDT), Money(10, BTC), base=None, account=AccountType.CASH)
    data = [bar(spot, 0, 31_000, opening=30_000), *bars(spot, [31_000, 32_000, 33_000])[1:]]
    bench.instrument(spot, data, [(1, 2), (2, -2)])
    portfolio = bench.run()
    # the opening 10 BTC are worth the first price, 30000; 2 more are bought at 32000 and sold at 33000
    assert portfolio.initial_capital == Decimal(1_300_000)
    assert portfolio.currency == "USDT"
    assert points(portfolio) == (1_310_000, 1_320_000, 1_332_000)
    assert trades(portfolio) == (2_000,)


# --- balances that the engine changes after it showed them -----------------------------------------


def two_currencies(bench: Bench, **options: Any) -> None:
    """Trade in dollars and in yen, out of two balances and for 5 of either a fill."""
    bench.venue(SIM, usd(100_000), Money(10_000_000, JPY), base=None, **options)
    eurusd, gbpjpy = pair_of(EUR, USD), pair_of(GBP, JPY, digits=3)
    usdjpy = pair_of(USD, JPY, digits=3)
    bench.instrument(
        eurusd, bars(eurusd, [1.1, 1.11, 1.12, 1.13, 1.1]), [(0, 10_000), (2, -10_000), (3, -20_000)]
    )
    bench.instrument(gbpjpy, bars(gbpjpy, [190, 191, 192, 189, 190]), [(1, 10_000), (3, -10_000), (4, 5_000)])
    bench.instrument(usdjpy, bars(usdjpy, [100, 100, 100, 100, 100]))


def test_a_commission_is_not_in_the_balance_of_the_day_before(bench: Bench) -> None:
    two_currencies(bench, commission=usd(5))
    portfolio = bench.run()
    # 100000 + 10000000 / 100 = 200000; every fill costs 5 USD
    # day 0: bought 10000 EUR at 1.10: -5; day 1: +100, bought 10000 GBP at 191: -5; day 2: +200 - 5, +10000 JPY
    # day 3: sold 20000 EUR at 1.13 and the GBP at 189: -20000 JPY, -10; day 4: +600, -5
    assert points(portfolio) == pytest.approx((199_995, 200_090, 200_285, 199_975, 200_570), abs=1e-9)
    assert trades(portfolio) == pytest.approx((190, -210), abs=1e-9)
    assert portfolio.currency == "USD"


@pytest.mark.parametrize("commission", [usd(5), Money(500, JPY)])
@pytest.mark.parametrize("interest", [False, True])
def test_two_currencies_end_where_the_engine_ends(bench: Bench, commission: Money, interest: bool) -> None:
    modules = [Interest(SimulationModuleConfig())] if interest else []
    two_currencies(bench, commission=None if interest else commission, modules=modules)
    portfolio = bench.run()
    account = bench.engine.cache.account_for_venue(SIM)
    unrealised = bench.engine.portfolio.unrealized_pnls(SIM)
    dollars, yen = (
        account.balance_total(one).as_double() + unrealised[one].as_double() for one in (USD, JPY)
    )
    assert points(portfolio)[-1] == pytest.approx(dollars + yen / 100, abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_random_orders_in_one_of_two_balances_are_measured_as_in_the_only_one(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    closes = [round(rng.uniform(90, 110), 2) for _ in range(40)]
    orders = [
        (day, rng.choice([-1, 1]) * rng.randint(1, 50)) for day in range(40) for _ in range(rng.randint(0, 3))
    ]
    measured = []
    for base, money in ((USD, [usd(1_000_000)]), (None, [usd(1_000_000), Money(0, EUR)])):
        bench = Bench()
        bench.venue(XNAS, *money, base=base, commission=usd(1))
        bench.instrument(AAPL, bars(AAPL, closes), orders)
        portfolio = bench.run()
        measured.append((points(portfolio), trades(portfolio)))
        bench.engine.dispose()
    assert measured[0] == measured[1]


def test_a_commission_in_the_base_currency_is_refused_where_it_shrinks_the_position(bench: Bench) -> None:
    bench.venue(SIM, usd(100_000), Money(10_000_000, JPY), base=None, commission=usd(5))
    bench.instrument(USDJPY, bars(USDJPY, [150, 151, 152]), [(0, 10_000), (1, -10_000)])
    portfolio = bench.run()
    if bench.engine.cache.positions_open():  # 9,995 were bought, and 10,000 sold
        assert reasons(portfolio) == "the engine took a commission in USD out of a position in USD/JPY.SIM"
    else:
        assert trades(portfolio) == (10_000 - 5 * 150 - 5 * 151,)


# --- several venues and currencies ----------------------------------------------------------------


def test_venues_in_one_currency_are_added(bench: Bench) -> None:
    other = equity_of("IBM", venue=SIM)
    bench.venue(XNAS, usd(10_000))
    bench.venue(SIM, usd(5_000), account=AccountType.CASH)
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]), [(0, 100)])
    bench.instrument(other, bars(other, [20, 19, 21]), [(0, 10), (2, -10)])
    portfolio = bench.run()
    assert points(portfolio) == (15_000, 15_090, 15_210)
    assert portfolio.initial_capital == Decimal(15_000)
    assert portfolio.instruments == ("AAPL.XNAS", "IBM.SIM")
    alone = bench.rebuild(venues=[SIM])
    assert points(alone) == (5_000, 4_990, 5_010)
    assert trades(alone) == (10,)


def test_venues_in_two_currencies_are_converted_at_each_close(bench: Bench) -> None:
    other = equity_of("SAP", venue=SIM, currency=EUR)
    bench.venue(XNAS, usd(10_000))
    bench.venue(SIM, Money(1_000, EUR), base=EUR)
    bench.instrument(AAPL, bars(AAPL, [10, 10, 10]))
    bench.instrument(other, bars(other, [20, 20, 20]))
    bench.instrument(EURUSD, [bar(EURUSD, 0, 1.1, opening=1.0), *bars(EURUSD, [1.1, 1.2, 1.3])[1:]])
    portfolio = bench.run()
    assert portfolio.initial_capital == Decimal(11_000)
    assert points(portfolio) == (11_100, 11_200, 11_300)


def test_venues_without_a_rate_have_no_common_curve(bench: Bench) -> None:
    other = equity_of("SAP", venue=SIM, currency=EUR)
    bench.venue(XNAS, usd(10_000))
    bench.venue(SIM, Money(1_000, EUR), base=EUR)
    bench.instrument(AAPL, bars(AAPL, [10, 11]), [(0, 100), (1, -100)])
    bench.instrument(other, bars(other, [20, 20]))
    portfolio = bench.run()
    assert portfolio.curve == Unavailable("there is no exchange rate from EUR to USD in the data")
    assert trades(portfolio) == (100,)  # known all the same
    assert portfolio.initial_capital == Decimal(10_000)


def test_profit_the_engine_never_booked_is_detected(bench: Bench) -> None:
    bench.venue(SIM, usd(1_000_000))
    bench.instrument(USDJPY, bars(USDJPY, [150, 151, 152]), [(0, 100_000), (1, -100_000)])
    portfolio = bench.run()
    balance = bench.engine.cache.account_for_venue(SIM).balance_total().as_double()
    if balance == 1_000_000:  # no rate, no booking
        assert "had no rate to convert JPY to USD" in reasons(portfolio)
    else:  # a version that converts must be believed
        assert points(portfolio)[-1] == balance


def test_foreign_profit_with_quotes_is_booked_and_believed(bench: Bench) -> None:
    bench.venue(SIM, usd(1_000_000))
    quotes = [
        QuoteTick(
            USDJPY.id,
            USDJPY.make_price(p),
            USDJPY.make_price(p),
            Quantity.from_int(10**6),
            Quantity.from_int(10**6),
            t,
            t,
        )
        for day, p in enumerate([150, 151, 152])
        for t in [(FIRST_DAY + day) * DAY + CLOSE - 1]
    ]
    bench.engine.add_instrument(USDJPY)
    bench.engine.add_data(quotes)
    bench.closes.feed(quotes)
    data = bars(USDJPY, [150, 151, 152])
    bench.engine.add_data(data)
    bench.closes.feed(data)
    bench.script(USDJPY, [(0, 100_000), (1, -100_000)])
    portfolio = bench.run()
    # 100000 USD bought at 150 and sold at 151 earn 100000 JPY, 662.25 USD at 151
    assert points(portfolio)[-1] == pytest.approx(1_000_662.25, abs=0.01)
    assert trades(portfolio) == pytest.approx((100_000 / 151,), abs=1e-9)


# --- what cannot be known -------------------------------------------------------------------------


def purge_orders(bench: Bench) -> None:
    bench.engine.cache.purge_closed_orders(ts_now=(FIRST_DAY + 999) * DAY)


def purge_orders_and_positions(bench: Bench) -> None:
    purge_orders(bench)
    bench.engine.cache.purge_closed_positions(ts_now=(FIRST_DAY + 999) * DAY)


def purge_account(bench: Bench) -> None:
    bench.engine.cache.purge_account_events(ts_now=(FIRST_DAY + 999) * DAY)


@pytest.mark.parametrize("purge", [purge_orders, purge_orders_and_positions, purge_account])
@pytest.mark.parametrize("last", [9, 12])
def test_a_purged_cache_is_noticed(bench: Bench, purge: Any, last: float) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11, last]), [(0, 100), (2, -100)])
    bench.run()
    assert points(bench.rebuild())[-1] == 10_000 + 100 * (last - 10)
    purge(bench)
    portfolio = bench.rebuild()
    assert "purged" in reasons(portfolio)
    assert portfolio.initial_capital == Decimal(10_000)


def test_a_purged_order_of_an_open_position_is_noticed(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11]), [(0, 100)])
    bench.run()
    purge_orders(bench)  # without a commission, no balance gives it away
    assert "do not add up to the open positions" in reasons(bench.rebuild())


def test_after_a_reset_nothing_is_made_up(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]), [(0, 100), (2, -100)])
    bench.run()
    bench.engine.reset()
    assert reasons(bench.rebuild())


def test_a_second_run_after_a_reset_is_measured_like_the_first(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11, 12]), [(0, 100), (1, -100)])
    first = bench.run()
    bench.engine.reset()
    assert bench.run() == first
    assert points(first) == (10_000, 10_100, 10_100)


def test_data_from_before_the_run_is_noticed(bench: Bench) -> None:
    data = bars(AAPL, [10, 11, 12, 13])
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, data, [(0, 100)])
    bench.engine.run(start=data[1].ts_init)
    assert reasons(bench.rebuild()).startswith("the data begins before the run")


def test_without_data_there_is_no_curve(bench: Bench) -> None:
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11]))
    bench.engine.run()
    portfolio = rebuild(bench.engine.cache, Closes())
    assert portfolio.curve == Unavailable("there was no market data")
    assert portfolio.initial_capital == Decimal(10_000)


def test_a_position_without_a_price_is_noticed(bench: Bench) -> None:
    other = equity_of("IBM")
    bench.venue(XNAS, usd(10_000))
    bench.instrument(AAPL, bars(AAPL, [10, 11]), [(0, 100)])
    bench.engine.run()
    closes = Closes()
    closes.feed(bars(other, [20, 21]))
    portfolio = rebuild(bench.engine.cache, closes)
    assert portfolio.curve == Unavailable("AAPL.XNAS was held without a price in the data")


def test_without_an_account_there_is_nothing(bench: Bench) -> None:
    portfolio = bench.rebuild()
    assert reasons(portfolio) == "the engine has no account"
    assert portfolio.initial_capital is None
    assert portfolio.currency is None


# --- closes ---------------------------------------------------------------------------------------


def close_of(closes: Closes, instrument: Any, day: int = 0) -> Decimal | None:
    return closes.prices().latest(str(instrument.id), FIRST_DAY + day)


def tick(instrument: Any, at: int, price: float) -> TradeTick:
    return TradeTick(
        instrument.id,
        instrument.make_price(price),
        Quantity.from_int(1),
        AggressorSide.BUYER,
        TradeId(str(at)),
        at,
        at,
    )


def quote(instrument: Any, at: int, bid: float, ask: float) -> QuoteTick:
    size = Quantity.from_int(1)
    return QuoteTick(
        instrument.id, instrument.make_price(bid), instrument.make_price(ask), size, size, at, at
    )


def test_the_last_price_of_a_day_in_any_order_and_across_midnight() -> None:
    end = (FIRST_DAY + 1) * DAY
    data = [tick(AAPL, end - 1, 11), tick(AAPL, end - 5, 10), tick(AAPL, end, 12), tick(AAPL, end - 3, 9)]
    closes = Closes()
    closes.feed(iter(data))
    assert closes.days() == [FIRST_DAY, FIRST_DAY + 1]
    assert close_of(closes, AAPL) == 11
    assert close_of(closes, AAPL, 1) == 12
    assert close_of(closes, AAPL, 30) == 12  # carried on
    assert close_of(closes, AAPL, -1) == 10  # the first price, for opening balances
    assert close_of(closes, AAPL, -2) is None
    assert (closes.first_ns, closes.last_ns, closes.items) == (end - 5, end, 4)


def test_interleaved_instruments_are_kept_apart() -> None:
    other = equity_of("IBM")
    closes = Closes()
    closes.feed([item for pair in zip(bars(AAPL, [1, 2]), bars(other, [3, 4]), strict=True) for item in pair])
    assert [close_of(closes, i, d) for i in (AAPL, other) for d in (0, 1)] == [1, 2, 3, 4]
    assert closes.instruments == {"AAPL.XNAS", "IBM.XNAS"}


def test_quotes_before_trades_before_bars() -> None:
    at = FIRST_DAY * DAY + 1
    closes = Closes()
    closes.feed(bars(AAPL, [10]))
    assert close_of(closes, AAPL) == 10
    closes.feed([tick(AAPL, at, 20)])
    assert close_of(closes, AAPL) == 20
    closes.feed([quote(AAPL, at, 30, 31)])
    assert close_of(closes, AAPL) == Decimal("30.5")


def test_bid_and_ask_bars_meet_in_the_middle() -> None:
    closes = Closes()
    closes.feed(bars(AAPL, [10], price_type="BID"))
    assert close_of(closes, AAPL) == 10
    closes.feed(bars(AAPL, [11], price_type="ASK"))
    assert close_of(closes, AAPL) == Decimal("10.5")
    closes.feed(bars(AAPL, [12], price_type="MID"))
    assert close_of(closes, AAPL) == 12
    closes.feed(bars(AAPL, [13]))
    assert close_of(closes, AAPL) == 13


def test_data_outside_the_run_is_left_out(bench: Bench) -> None:
    data = bars(AAPL, [10, 11, 12, 13])
    bench.venue(XNAS, usd(10_000))
    bench.closes = Closes(start_ns=data[1].ts_init, end_ns=data[2].ts_init)
    bench.instrument(AAPL, data, [(0, 100)])
    bench.engine.run(start=data[1].ts_init, end=data[2].ts_init)
    portfolio = bench.rebuild()
    assert points(portfolio) == (10_000, 10_100)  # bought at 11
    assert bench.closes.items == 2
