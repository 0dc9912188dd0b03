"""What a simulated world is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.simulator.faults import RATES, Fault
from bot.simulator.strategies import EVERYTHING, PLAIN
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.protection import ProtectionRules, unprotected
from chalicelib.domain.risk import HouseLimits, RiskLimits
from chalicelib.domain.strategy import Strategy

ROOMY = RiskLimits(starting_cash=Decimal(1_000_000), cash_per_entry=Decimal(20))
"""Limits that are never reached."""

EAGER = ProtectionRules(
    losses_in_a_row=3,
    losses_pause_minutes=6,
    hourly_loss=Decimal("0.03"),
    hourly_pause_minutes=10,
    daily_drawdown=Decimal("0.08"),
    total_drawdown=Decimal("0.25"),
    win_rate_after=10,
    win_rate_floor=Decimal("0.3"),
    win_rate_pause_minutes=8,
    market_pause_minutes=4,
    venue_faults_in_a_row=2,
    venue_pause_minutes=2,
)
"""Protections that trip often, and soon let go."""

TIGHT = RiskLimits(
    starting_cash=Decimal(500),
    cash_per_entry=Decimal(20),
    max_exposure=Decimal("0.15"),
    max_market_exposure=Decimal("0.07"),
    max_venue_exposure=Decimal("0.12"),
    max_open_positions=4,
    max_position=Decimal(19),
    max_trades_per_hour=14,
    max_trades_per_day=250,
    max_drawdown=Decimal("0.5"),
)
"""Limits of an account that are often reached."""

HOUSE = HouseLimits(
    max_exposure=Decimal("0.06"),
    max_market_exposure=Decimal("0.03"),
    max_open_positions=8,
    max_trades_per_hour=40,
)
"""Limits of the house that are reached before those of all accounts together."""

SETTINGS: Mapping[str, StrategySetting] = {
    "coin": StrategySetting(
        exits=ExitRules(
            stop_loss=Decimal("0.3"), take_profit=Decimal("0.4"), minutes_before_close=2
        )
    ),
    "pair": StrategySetting(merge_pairs=True),
    "bold": StrategySetting(
        limits=RiskLimits(
            starting_cash=Decimal(60), cash_per_entry=Decimal(25), max_exposure=Decimal(1)
        )
    ),
}
"""What differs from strategy to strategy: rules for exits, pairs that are merged, cash that runs
out before any other limit is reached."""


@dataclass(frozen=True)
class Setting:
    """What a simulation is made of, besides its seed."""

    registry: Mapping[str, type[Strategy]] = field(default_factory=lambda: EVERYTHING)
    slots: int = 3
    span: int = 24
    together: bool = False
    depth: int = 400
    limits: RiskLimits = TIGHT
    house: HouseLimits = HOUSE
    protections: ProtectionRules = EAGER
    settings: Mapping[str, StrategySetting] = field(default_factory=lambda: SETTINGS)
    params: Mapping[str, object] = field(default_factory=lambda: {"one_in": 12})
    """Parameters of every strategy at the start."""
    rates: Mapping[Fault, float] = field(default_factory=lambda: RATES)
    replay_every: int = 50
    """One in so many committed cycles is decided again from its record."""
    longest_window: int = 9
    """Rows of history that operators choose at most."""
    quiet_every: int = 400
    """Minutes between checks that the system recovers by itself."""

    def config(self) -> Config:
        """The operators' settings at the start."""
        chosen = {
            name: replace(self.settings.get(name, StrategySetting()), params=dict(self.params))
            for name in self.registry
        }
        return Config(chosen, self.limits, 1, self.house, self.protections)


FREE = Setting(
    registry=PLAIN,
    slots=2,
    limits=ROOMY,
    house=HouseLimits(),
    protections=unprotected(),
    settings={},
    params={},
)
"""Two strategies that nothing holds back: the protocol alone is tested hardest by many trades."""
