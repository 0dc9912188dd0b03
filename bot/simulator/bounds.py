"""Limits, counted again from the trades alone: what no commit with an entry may go past."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.simulator.shadow import Shadow, StoredAccount
from chalicelib.domain.order import Fill, Purpose
from chalicelib.domain.risk import Limits, RiskLimits

SLACK = Decimal(1)
"""Dollars: limits are shares of an equity that fees and spreads move within one turn, and an entry
past a limit is a whole entry past it."""
HOUR = 60


@dataclass(frozen=True, slots=True)
class Held:
    """What one account, or all of them, hold after a commit.

    ``costs`` are dollars by instrument; ``entered`` counts the entries of the last hour.
    """

    equity: Decimal
    costs: Mapping[str, Decimal]
    positions: int
    entered: int


def held_by(shadow: Shadow, account: StoredAccount, spent: Decimal, cycle_id: int) -> Held:
    """What an account holds, with the equity that it had before ``spent`` dollars were lost."""
    costs = {name: own.cost for name, own in shadow.holdings.items()}
    entered = sum(shadow.entered[cycle] for cycle in range(cycle_id - HOUR + 1, cycle_id + 1))
    return Held(shadow.equity(account) + spent, costs, len(costs), entered)


def with_waiting(held: Held, account: StoredAccount) -> Held:
    """The same as if every waiting purchase had filled: how much may wait is limited too."""
    costs = dict(held.costs)
    for order in account["orders"].values():
        if order["side"] == "buy":
            name = order["instrument_id"]
            reserved = Decimal(order["left"]) * Decimal(order["limit"] or order["trigger"])
            costs[name] = costs.get(name, Decimal(0)) + reserved
    return replace(held, costs=costs, positions=len(costs))


def together(parts: Iterable[Held]) -> Held:
    """All accounts as one."""
    costs: dict[str, Decimal] = {}
    equity, positions, entered = Decimal(0), 0, 0
    for part in parts:
        for name, cost in part.costs.items():
            costs[name] = costs.get(name, Decimal(0)) + cost
        equity, positions = equity + part.equity, positions + part.positions
        entered += part.entered
    return Held(equity, costs, positions, entered)


def lost_on_the_way(fills: Iterable[Fill], account: StoredAccount) -> Decimal:
    """At most what entries and unwinds took from the equity on which their limits were judged.

    An entry counts at its cost until the cycle ends, and a waiting order may fill far above what
    the market then pays; what was given up again was worth a spread and two fees less.
    """
    lost = Decimal(0)
    for fill in fills:
        if fill.purpose not in (Purpose.ENTRY, Purpose.UNWIND):
            continue
        position = account["positions"].get(fill.instrument_id)
        if fill.purpose is Purpose.ENTRY and position is not None and position["mark"] is not None:
            lost += max(Decimal(0), fill.value - Decimal(position["mark"]) * fill.size)
        else:
            lost += fill.value * Decimal("0.1")
        lost += fill.fee
    return lost


def past(who: str, held: Held, limits: Limits, instruments: Collection[str]) -> Iterator[str]:
    """Every limit that is broken where something was just entered, or began to wait."""
    exposures = _exposures(held, instruments)
    for kind, share in (
        ("all positions", limits.max_exposure),
        ("one venue", limits.max_venue_exposure),
        ("one market", limits.max_market_exposure),
    ):
        most = None if share is None else share * held.equity + SLACK
        if most is not None and exposures[kind] > most:
            yield f"{who} entered to {exposures[kind]} dollars in {kind}, {most:.2f} are the limit"
    if held.positions > limits.max_open_positions:
        yield f"{who} entered to {held.positions} positions of {limits.max_open_positions}"
    if limits.max_trades_per_hour is not None and held.entered > limits.max_trades_per_hour:
        yield f"{who} made {held.entered} entries an hour of {limits.max_trades_per_hour}"
    most_of_one = limits.max_position if isinstance(limits, RiskLimits) else None
    for name in instruments if most_of_one is not None else ():
        cost = held.costs.get(name, Decimal(0))
        if most_of_one is not None and cost > most_of_one + SLACK:
            yield f"{who} entered to {cost} dollars in {name} of {most_of_one}"


def _exposures(held: Held, instruments: Collection[str]) -> dict[str, Decimal]:
    """The most that is held of each kind, looked at where something was entered."""
    total, by_market = Decimal(0), dict.fromkeys(map(_market, instruments), Decimal(0))
    for name, cost in held.costs.items():
        total += cost
        if _market(name) in by_market:
            by_market[_market(name)] += cost
    return {"all positions": total, "one venue": total, "one market": max(by_market.values())}


def _market(instrument_id: str) -> str:
    return instrument_id.rpartition(":")[0]
