"""How many units an amount of money buys, in whole lots."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Final

FEE_MARGIN: Final = Decimal("0.001")
"""Share of an order's value kept back for costs the instrument does not state, such as a fee per order."""


def affordable_units(
    *,
    equity: Decimal,
    free: Decimal,
    fraction: Decimal,
    price: Decimal,
    tick: Decimal = Decimal(0),
    fee: Decimal = Decimal(0),
) -> Decimal:
    """Return how many units to hold, not yet rounded to lots.

    Parameters
    ----------
    equity : Decimal
        Worth of the account, in the currency of `price`.
    free : Decimal
        What the account can pay now, same currency.
    fraction : Decimal
        Share of the equity to put to work, above 0 and up to 1.
    price : Decimal
        Last price of one unit, above 0.
    tick : Decimal
        How much worse than `price` a fill may be, per unit.
    fee : Decimal
        Commission as a fraction of the order's value; a rebate (below 0) counts as none.

    Returns
    -------
    Decimal
        `equity * fraction / price`, or less where the price one tick worse, the commission and
        `FEE_MARGIN` would cost more than `free`; never below 0.

    """
    if price <= 0:
        return Decimal(0)
    wanted = equity * fraction / price
    payable = free / ((price + tick) * (1 + max(fee, Decimal(0)) + FEE_MARGIN))
    return max(min(wanted, payable), Decimal(0))


def whole_lots(
    units: Decimal,
    *,
    step: Decimal,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
) -> Decimal:
    """Return the largest tradable quantity that is not above `units`; 0 when there is none.

    Parameters
    ----------
    units : Decimal
        The quantity wished for.
    step : Decimal
        Smallest difference between two quantities, above 0.
    minimum, maximum : Decimal | None
        What the venue takes in one order.

    """
    if maximum is not None:
        units = min(units, maximum)
    quantity = (units / step).to_integral_value(rounding=ROUND_FLOOR) * step
    if quantity <= 0 or (minimum is not None and quantity < minimum):
        return Decimal(0)
    return quantity
