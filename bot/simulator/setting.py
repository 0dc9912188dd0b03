"""What a simulated world is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.simulator.faults import RATES, Fault
from bot.simulator.strategies import USUAL
from bot.simulator.world import LIMITS, UNPROTECTED
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.strategy import Strategy


@dataclass(frozen=True)
class Setting:
    """What a simulation is made of, besides its seed."""

    registry: Mapping[str, type[Strategy]] = field(default_factory=lambda: USUAL)
    slots: int = 2
    span: int = 24
    together: bool = False
    depth: int = 400
    limits: RiskLimits = LIMITS
    params: Mapping[str, object] = field(default_factory=dict)
    """Parameters of every strategy at the start."""
    rates: Mapping[Fault, float] = field(default_factory=lambda: RATES)
    protections: ProtectionRules = UNPROTECTED
    replay_every: int = 50
    """One in so many committed cycles is decided again from its record."""
    quiet_every: int = 400
    """Minutes between checks that the system recovers by itself."""
