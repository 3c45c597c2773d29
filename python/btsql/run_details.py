"""One run with everything that is recorded about it, as get_run() returns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails:
    """Everything that is recorded about one run: the columns of btsql.run_details, which has their units."""

    run_id: UUID
    short_id: str
    status: str
    started_at: datetime
    duration_seconds: Decimal | None
    strategy_type: str
    strategy_name: str
    strategy_path: str
    parameters: dict[str, Any]
    instruments: list[str] | None
    data_start: datetime | None
    data_end: datetime | None
    data_source: str | None
    initial_capital: Decimal | None
    currency: str | None
    total_return: float | None
    cagr: float | None
    annualized_return: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    max_drawdown: float | None
    volatility: float | None
    total_trades: int | None
    winning_trades: int | None
    losing_trades: int | None
    win_rate: float | None
    profit_factor: float | None
    average_win: float | None
    average_loss: float | None
    final_equity: float | None
    net_profit: float | None
    periods_per_year: int | None
    rejected_metrics: dict[str, dict[str, Any]] | None
    engine_figures: dict[str, Any] | None
    error_type: str | None
    error_message: str | None
    error_traceback: str | None
    origin_run_id: UUID | None
    changes: dict[str, Any] | None
    snapshot: dict[str, Any]
    environment: dict[str, Any] | None
    config_hash: str
    record_digest: str
    recorded_at: datetime
    replaced_interrupted_at: datetime | None
    tags: list[str]
    annotations: list[dict[str, Any]]

    def _repr_html_(self) -> str:
        from btsql.notebook import details_html  # noqa: PLC0415 - for notebooks alone

        return details_html(self)
