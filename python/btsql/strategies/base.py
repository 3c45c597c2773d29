"""What the built-in strategies share: one instrument, one position, sized by capital.

A strategy says which side it wants to be on after each closed bar; this module waits for its history,
sizes the order and sends it. Orders are market orders. In a backtest they fill at the close of the bar
that gave the signal, one tick worse for what exceeds a quarter of that bar's volume.
"""

from abc import abstractmethod
from decimal import Decimal
from typing import Any

from msgspec.structs import force_setattr
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

from btsql.strategies.checks import check_flag, check_fraction
from btsql.strategies.sizing import affordable_units, whole_lots

LONG, FLAT, SHORT = 1, 0, -1


class SingleInstrumentConfig(StrategyConfig, kw_only=True, frozen=True):
    """Parameters every built-in strategy has.

    Attributes
    ----------
    instrument_id : InstrumentId
        What is traded.
    bar_type : BarType
        The bars the rules look at.
    position_fraction : float
        Share of the account's equity put into a position, above 0 and at most 1.
    allow_short : bool
        Whether the mirror image of the long rules is traded too. Needs a margin account. A short position
        can lose more than the account holds; the simulated exchange makes no margin call on shares.
    close_on_stop : bool
        Whether a position still open at the end is sold at the last price, so that it counts as a trade.

    Raises
    ------
    ValueError
        If a parameter makes no sense; the message names it, its value and what is allowed.

    """

    instrument_id: InstrumentId
    bar_type: BarType
    position_fraction: float = 0.95
    allow_short: bool = False
    close_on_stop: bool = True

    def __post_init__(self) -> None:
        """Refuse parameters that make no sense."""
        self._keep("position_fraction", check_fraction("position_fraction", self.position_fraction))
        check_flag("allow_short", self.allow_short)
        check_flag("close_on_stop", self.close_on_stop)

    def _keep(self, name: str, value: float) -> None:
        # 1 and 1.0 are one configuration, so they have to be stored as one.
        force_setattr(self, name, value)


class SingleInstrumentStrategy(Strategy):
    """Base of the strategies that hold one position in one instrument.

    No order is sent before `warmed_up`. A position is opened with `position_fraction` of the equity, in
    whole multiples of the instrument's size increment, and never for more than the account can pay with
    fees. It is not resized while it is held. A signal that comes while an order is working is passed over.

    Parameters
    ----------
    config : SingleInstrumentConfig
        The parameters.

    """

    def __init__(self, config: SingleInstrumentConfig) -> None:
        super().__init__(config)
        self._instrument: Any = None

    @abstractmethod
    def observe(self, close: float) -> None:
        """Take in the close of one more bar."""

    @property
    @abstractmethod
    def warmed_up(self) -> bool:
        """Whether enough closes were seen for every window to be full."""

    @abstractmethod
    def wanted(self, close: float, held: int) -> int:
        """Return the side wanted after this close: 1 long, 0 flat, -1 short; `held` to leave it as it is."""

    @abstractmethod
    def forget(self) -> None:
        """Return to the state before the first bar."""

    def on_start(self) -> None:
        """Check that the account can trade this way, then listen to the bars.

        Raises
        ------
        ValueError
            If the instrument is unknown or inverse, or `allow_short` meets a cash account.

        """
        identifier = self.config.instrument_id
        self._instrument = self.cache.instrument(identifier)
        if self._instrument is None:
            raise ValueError(f"the instrument {identifier} was not added to the engine")
        if self._instrument.is_inverse:
            raise ValueError(f"{identifier} is an inverse contract, which this strategy cannot size")
        account = self.portfolio.account(identifier.venue)
        if self.config.allow_short and account is not None and account.type == AccountType.CASH:
            raise ValueError("allow_short needs a margin account, and this one is a cash account")
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar: Bar) -> None:
        """Take in the bar and, once warm, trade towards the side wanted."""
        close = bar.close.as_double()
        self.observe(close)
        if not self.warmed_up:
            return
        held = self._held()
        wanted = self.wanted(close, held)
        if wanted == SHORT and not self.config.allow_short:
            wanted = FLAT
        if wanted == held or self._order_is_working():
            return
        # Sized before the old position is given up: both orders fill at this close.
        quantity = self._quantity(bar.close.as_decimal()) if wanted else Decimal(0)
        if held:
            self.close_all_positions(self.config.instrument_id)
        if quantity:
            self._enter(OrderSide.BUY if wanted == LONG else OrderSide.SELL, quantity)

    def on_stop(self) -> None:
        """Close the position, if that was asked for."""
        if self.config.close_on_stop:
            self.close_all_positions(self.config.instrument_id)

    def on_reset(self) -> None:
        """Forget every bar, so that a second run equals the first."""
        self.forget()

    def _positions(self) -> list[Any]:
        found: list[Any] = self.cache.positions_open(
            instrument_id=self.config.instrument_id,
            strategy_id=self.id,
        )
        return found

    def _held(self) -> int:
        amount: float = sum(position.signed_qty for position in self._positions())
        return int(amount > 0) - int(amount < 0)

    def _order_is_working(self) -> bool:
        which = {"instrument_id": self.config.instrument_id, "strategy_id": self.id}
        return bool(self.cache.orders_inflight_count(**which) or self.cache.orders_open_count(**which))

    def _quantity(self, price: Decimal) -> Decimal:
        instrument = self._instrument
        equity, free = self._money(price)
        multiplier = instrument.multiplier.as_decimal()
        units = affordable_units(
            equity=equity,
            free=free,
            fraction=Decimal(str(self.config.position_fraction)),
            price=price * multiplier,
            tick=instrument.price_increment.as_decimal() * multiplier,
            fee=instrument.taker_fee,
        )
        lots = whole_lots(
            units,
            step=instrument.size_increment.as_decimal(),
            minimum=_decimal(instrument.min_quantity),
            maximum=_decimal(instrument.max_quantity),
        )
        if not lots:
            self.log.warning(f"no position: {equity} buys no whole lot of {instrument.id} at {price}")
        return lots

    def _money(self, price: Decimal) -> tuple[Decimal, Decimal]:
        """Return the account's worth and what it can pay, in the currency the instrument is priced in."""
        account = self.portfolio.account(self.config.instrument_id.venue)
        currency = self._instrument.quote_currency
        total = account.balance_total(currency)
        if total is None:
            raise ValueError(f"the account holds no {currency}, in which {self._instrument.id} is priced")
        if account.type == AccountType.CASH:
            return total.as_decimal(), account.balance_free(currency).as_decimal()
        quote = self._instrument.make_price(price)
        # A flip is sized while the old position is open, so its open profit belongs to the worth.
        worth = total.as_decimal() + sum(
            (position.unrealized_pnl(quote).as_decimal() for position in self._positions()),
            Decimal(0),
        )
        return worth, worth

    def _enter(self, side: OrderSide, quantity: Decimal) -> None:
        order = self.order_factory.market(
            instrument_id=self.config.instrument_id,
            order_side=side,
            quantity=self._instrument.make_qty(quantity),
        )
        self.submit_order(order)


def _decimal(quantity: Any) -> Decimal | None:
    return None if quantity is None else Decimal(quantity.as_decimal())
