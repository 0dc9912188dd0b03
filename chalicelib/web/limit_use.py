"""How much of each limit is used, by the same count that the gate judges orders with. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.domain.cycle import Config
from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId, Market
from chalicelib.domain.money import ZERO
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits
from chalicelib.web import wire

if TYPE_CHECKING:
    from chalicelib.engine.limits import Usage

SIX_PLACES = Decimal("0.000001")
DESCRIPTIONS = {
    "max_exposure": "In all open positions, at cost, as a share of equity",
    "max_venue_exposure": "At the venue with the most, as a share of equity",
    "max_group_exposure": "In the group of exclusive outcomes with the most, as a share of equity",
    "max_market_exposure": "In the market with the most, as a share of equity",
    "max_daily_loss": "Lost since the day began, as a share of the equity then",
    "max_total_loss": "Lost since the start, as a share of deposits",
    "max_drawdown": "Below the highest equity so far, as a share of it",
    "max_open_positions": "Instruments held or ordered",
    "max_trades_per_hour": "Entries of the last 60 minutes",
    "max_trades_per_day": "Entries of the last 24 hours",
    "max_position": "Dollars at cost in the largest position",
}


def limit_uses(
    accounts: Iterable[Account],
    config: Config,
    house: House,
    cycle_id: int,
    market_of: Mapping[InstrumentId, Market],
) -> dict[str, list[wire.LimitUse]]:
    """Every limit with how much of it is used: the house's under ``""``, then by strategy.

    ``market_of`` is needed only to tell which markets exclude each other.
    """
    from chalicelib.engine.limits import house_usage, usage_of  # noqa: PLC0415 - only when asked

    usages = {
        a.strategy: usage_of(a, config.limits_of(a.strategy), market_of, cycle_id) for a in accounts
    }
    total = house_usage(usages.values(), config.house, house)
    return {"": _uses(total), **{name: _uses(usage) for name, usage in usages.items()}}


def _uses(usage: "Usage") -> list[wire.LimitUse]:
    limits = usage.limits
    shares = {
        "max_exposure": _exposure(usage, "total"),
        "max_venue_exposure": _exposure(usage, "venue"),
        "max_group_exposure": _exposure(usage, "group"),
        "max_market_exposure": _exposure(usage, "market"),
        "max_daily_loss": _loss(usage.day_equity, usage.equity),
        "max_total_loss": _loss(usage.deposits, usage.equity),
        "max_drawdown": _loss(usage.peak, usage.equity),
    }
    counts = {
        "max_open_positions": Decimal(usage.positions),
        "max_trades_per_hour": Decimal(usage.hour),
        "max_trades_per_day": Decimal(usage.day),
    }
    found = [
        *(_use(name, "share", used, getattr(limits, name)) for name, used in shares.items()),
        *(_use(name, "count", used, getattr(limits, name)) for name, used in counts.items()),
    ]
    if isinstance(limits, RiskLimits):
        found.append(
            _use("max_position", "dollars", _most(usage, "instrument"), limits.max_position)
        )
    return found


def _most(usage: "Usage", kind: str) -> Decimal:
    """The largest cost held in one place of this kind, in dollars."""
    return max((cost for (place, _), cost in usage.held.items() if place == kind), default=ZERO)


def _exposure(usage: "Usage", kind: str) -> Decimal:
    """The same as a share of equity; all of it where money is held and no equity is left."""
    cost = _most(usage, kind)
    if cost == 0:
        return ZERO
    return cost / usage.equity if usage.equity > 0 else Decimal(1)


def _loss(before: Decimal, now: Decimal) -> Decimal:
    return max((before - now) / before, ZERO) if before > 0 else ZERO


def _use(name: str, unit: wire.Unit, used: Decimal, limit: Decimal | int | None) -> wire.LimitUse:
    return wire.LimitUse(
        name=name,
        description=DESCRIPTIONS[name],
        unit=unit,
        used=used.quantize(SIX_PLACES),
        limit=None if limit is None else Decimal(limit),
    )
