"""How much a strategy's sizing policy asks for, before any limit. Pure.

A basket counts as one contract: it costs what its legs cost together, and its edge is theirs.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import inf

from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.signal import Basket
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.engine.objection import Objection


@dataclass(frozen=True, slots=True)
class Sized:
    """How many contracts, or baskets of them, and the name of the bound that decided it."""

    size: Decimal
    bound: str


@dataclass(frozen=True, slots=True)
class Stake:
    """What a policy looks at, in dollars and contracts.

    ``cost`` is what one basket costs at worst, fees included; ``quoted`` is what it would cost at
    the asks that the wish was made on, None where one was missing. ``depth`` is how many baskets
    are shown within the limit of the thinnest leg, before anybody's share of it. ``pays`` says
    that every leg is a contract that pays 1 or 0.
    """

    equity: Decimal
    cost: Decimal
    quoted: Decimal | None
    basket: Basket
    depth: Decimal
    pays: bool = True


def wanted(sizing: Sizing, stake: Stake) -> Sized | Objection | None:
    """What the policy asks for; None when it leaves it to the limit on cash per entry."""
    policy = sizing.policy
    if policy is SizingPolicy.KELLY:
        return kelly(sizing, stake)
    if policy is SizingPolicy.VOLATILITY_TARGET:
        return volatility_target(sizing, stake)
    if policy is SizingPolicy.EQUITY_SHARE:
        return Sized(sizing.share * stake.equity / stake.cost, policy.value)
    if policy is SizingPolicy.LIQUIDITY_SHARE:
        return Sized(sizing.depth_share * stake.depth, policy.value)
    return None if sizing.cash is None else Sized(sizing.cash / stake.cost, policy.value)


def kelly(sizing: Sizing, stake: Stake) -> Sized | Objection:
    """A fraction of the stake that maximises the logarithm of wealth, up to a cap.

    For something that pays 1 or 0, costs c with fees and wins with probability q, the full stake
    is (q - c) / (1 - c) of equity. A strategy's edge is its gain per contract over the ask quoted,
    so it implies q = ask + edge, at most 1. Source: Kelly, Bell System Technical Journal 35, 1956.
    """
    if not stake.pays:
        return Objection(
            "kelly",
            "a currency pays neither 1 nor 0, so no stake follows from its edge; choose another "
            "sizing policy",
        )
    if stake.quoted is None or stake.cost >= ONE:
        return Objection(
            "kelly",
            f"it costs {stake.cost:.4f} a contract; Kelly needs a payoff of 1 or 0 above it",
        )
    wins = min(stake.quoted + Decimal(repr(stake.basket.edge)), ONE)
    full = (wins - stake.cost) / (ONE - stake.cost)
    if full <= 0:
        return Objection(
            "no-edge", f"it wins with {wins:.4f} and costs {stake.cost:.4f} with fees at worst"
        )
    share, bound = sizing.kelly_fraction * full, "kelly"
    if share > sizing.kelly_cap:
        share, bound = sizing.kelly_cap, "kelly-cap"
    return Sized(share * stake.equity / stake.cost, bound)


def volatility_target(sizing: Sizing, stake: Stake) -> Sized | Objection:
    """The size that moves by the target share of equity when every leg moves by one deviation."""
    moves = ZERO
    for leg in stake.basket.legs:
        if leg.volatility is None or not 0 < leg.volatility < inf:
            return Objection(
                "no-volatility",
                f"its strategy says {leg.volatility} for how much {leg.instrument_id} moves, "
                "so its size cannot follow from that; choose another sizing policy",
            )
        moves += leg.exact_ratio * Decimal(repr(leg.volatility))
    return Sized(sizing.target * stake.equity / moves, SizingPolicy.VOLATILITY_TARGET.value)
