"""Synthetic answers for the page Risk & control, made with the wire models."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.risk import Limits, RiskLimits
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.web import wire
from tests.e2e.page import values

HOUSE = Limits(max_exposure=Decimal("0.8"), max_daily_loss=Decimal("0.04"), max_open_positions=40)
ACCOUNT = RiskLimits(
    max_venue_exposure=Decimal("0.4"),
    max_trades_per_hour=12,
    max_daily_loss=Decimal("0.03"),
    max_drawdown=Decimal("0.1"),
    max_position=Decimal(500),
)
USED = {
    "max_exposure": "0.31",
    "max_market_exposure": "0.02",
    "max_group_exposure": "0",
    "max_venue_exposure": "0.31",
    "max_open_positions": "3",
    "max_trades_per_hour": "12",
    "max_trades_per_day": "41",
    "max_daily_loss": "0.0254",
    "max_total_loss": "0.012",
    "max_drawdown": "0.0042",
    "max_position": "200",
}
EXITS = ExitRules(stop_loss=Decimal("0.2"), take_profit=Decimal("0.5"), minutes_before_close=2)
SIZING = Sizing(policy=SizingPolicy.KELLY)
REFUSALS = {"max_trades_per_hour": 214, "book_too_old": 61, "no_depth": 17, "protection": 6}


def unit_of(name: str) -> str:
    if name in {"max_open_positions", "max_trades_per_hour", "max_trades_per_day"}:
        return "count"
    return "dollars" if name == "max_position" else "share"


def limit_uses(limits: Limits) -> list[wire.LimitUse]:
    fields = type(limits).model_fields
    return [
        wire.LimitUse.model_validate(
            {
                "name": name,
                "description": fields[name].description or "Entries",
                "unit": unit_of(name),
                "used": USED[name],
                "limit": getattr(limits, name),
            }
        )
        for name in USED
        if name in fields
    ]


def exit_statistics() -> list[wire.ExitStatistic]:
    rows = (("take-profit", 9, 9, "41.20"), ("stop-loss", 4, 0, "-63.75"))
    return [
        wire.ExitStatistic(reason=reason, count=count, wins=wins, profit=Decimal(profit))
        for reason, count, wins, profit in rows
    ]


def orders() -> list[wire.OrderView]:
    bid = {
        "order_id": "0b5e", "strategy": "mean-reversion", "instrument_id": "recorded:a",
        "market_id": "synthetic", "title": "Synthetic market A: does the line end higher? Yes",
        "side": "buy", "order_type": "limit", "time_in_force": "good-till-cancelled",
        "left": Decimal("120.5"), "limit": Decimal("0.41"), "trigger": None, "triggered": False,
        "queue_ahead": Decimal(900), "reserved": Decimal("49.405"), "version": 7,
        "placed_at": values.cycle_time(TRIPPED_BY - 20), "expires_at": None,
        "reason": "2.3 deviations below its mean",
    }  # fmt: skip
    stop = bid | {
        "order_id": "77aa", "strategy": "momentum", "title": f"Synthetic market C {values.SCRIPT}",
        "side": "sell", "order_type": "stop-limit", "time_in_force": "good-till-date",
        "trigger": Decimal("0.38"), "limit": Decimal("0.36"), "reserved": Decimal(0),
        "expires_at": values.cycle_time(TRIPPED_BY + 90), "reason": "stop of the strategy",
    }  # fmt: skip
    return [wire.OrderView.model_validate(row) for row in (bid, stop)]


def strategy_risk(strategy: str) -> wire.StrategyRisk:
    first = strategy == "mean-reversion"
    return wire.StrategyRisk(
        strategy=strategy,
        limits=limit_uses(ACCOUNT if first else RiskLimits()),
        exits=(EXITS if first else ExitRules()).model_dump(mode="json"),
        sizing=(SIZING if first else Sizing()).model_dump(mode="json"),
        exit_reasons=exit_statistics() if first else [],
        settings=(ACCOUNT if first else RiskLimits()).model_dump(mode="json"),
        protections=ProtectionRules().model_dump(mode="json"),
        borrow=BorrowModel(enabled=first).model_dump(mode="json"),
        exits_from="operator" if first else "strategy",
        sizing_from="operator" if first else "strategy",
    )


TRIPPED_BY = values.FIRST_CYCLE + 240


def protections() -> list[wire.ProtectionView]:
    at = values.cycle_time(TRIPPED_BY)
    rows: tuple[dict[str, Any], ...] = (
        {
            "id": "strategy|mean-reversion|losses_in_a_row",
            "rule": "losses_in_a_row",
            "scope": "strategy",
            "subject": "mean-reversion",
            "strategy": "mean-reversion",
            "reason": "4 losing trades in a row, 38.20 lost together",
            "tripped_at": at - timedelta(minutes=18),
            "releases_at": at + timedelta(minutes=42),
        },
        {
            "id": "house||total_drawdown",
            "rule": "total_drawdown",
            "scope": "house",
            "subject": "",
            "strategy": None,
            "reason": "Equity is 30.4 % below its peak of 30,112.00",
            "tripped_at": at - timedelta(minutes=90),
            "releases_at": None,
        },
    )
    return [wire.ProtectionView.model_validate(row) for row in rows]


def risk(last: int, version: int, paused_venues: list[str], house: Limits = HOUSE) -> wire.Risk:
    return wire.Risk(
        market_time=values.cycle_time(last),
        house=limit_uses(house),
        strategies=[strategy_risk(name) for name in values.STRATEGIES],
        protections=protections(),
        refusals=REFUSALS,
        paused_venues=paused_venues,
        version=version,
        house_settings=house.model_dump(mode="json"),
    )


def empty_risk() -> wire.Risk:
    return wire.Risk(
        market_time=None,
        house=[],
        strategies=[],
        protections=[],
        refusals={},
        paused_venues=[],
        version=0,
    )


REASONS = (
    ("max_trades_per_hour", "12 trades in the last hour, 12 are allowed"),
    ("book_too_old", "The book is 48 s old, 30 s are allowed"),
    ("no_depth", f"Nobody sells below the limit {values.SCRIPT}"),
)


def refusals(last: int) -> list[wire.RefusalView]:
    return [
        wire.RefusalView(
            cycle_id=last - n,
            at=values.cycle_time(last - n),
            strategy=values.STRATEGIES[n % 3],
            instrument_id=f"recorded:{values.STRATEGIES[n % 3]}",
            code=code,
            reason=reason,
        )
        for n, (code, reason) in enumerate(REASONS * 4)
    ]


def strategy_view(
    name: str, version: int, enabled: bool, paused: bool, merges: bool
) -> wire.StrategyView:
    return wire.StrategyView.model_validate(
        {
            "name": name,
            "summary": "Synthetic strategy.",
            "enabled": enabled,
            "paused": paused,
            "params": {},
            "schema": {},
            "lookback": 20,
            "merge_pairs": merges,
            "version": version,
            "trades": ["binary"],
            "baseline": name == "mean-reversion",
            "enters": "Synthetic entry.",
            "leaves": f"Synthetic exit {values.SCRIPT}",
            "fails_when": "The line is flat.",
        }
    )


def broken_strategy(version: int) -> wire.StrategyView:
    """A file of the user that could not be read."""
    broken = strategy_view("dip-buyer", version, False, False, False)
    return broken.model_copy(update={"fault": f"dip_buyer.py: SyntaxError {values.SCRIPT}"})
