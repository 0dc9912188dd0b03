"""How much of every limit is used, and whether an order would go past one. Pure.

One account has limits and so has the house. Both are judged alike; what all accounts hold runs
along while they take their turns, so that two of them cannot use the same room.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId, Market, MarketId
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import RestingOrder, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import Limits, RiskLimits
from chalicelib.engine.objection import Objection

MINUTES_PER_HOUR, MINUTES_PER_DAY = 60, 1440

Place: TypeAlias = tuple[str, str]
"""What exposure is counted by: a kind (total, venue, group, market, instrument) and its name."""

EXPOSURES = (
    ("total", "max_exposure", "max-exposure", "in all positions"),
    ("venue", "max_venue_exposure", "max-venue-exposure", "at venue"),
    ("group", "max_group_exposure", "max-group-exposure", "in the group"),
    ("market", "max_market_exposure", "max-market-exposure", "in market"),
)
"""Kind, the limit's name, the code of its refusal, and how it is read out."""


@dataclass(slots=True)
class Usage:
    """What one account, or the house, has used of its limits. Changes as orders are booked.

    Money is at cost with fees, of a short what it brought in; a resting purchase counts as if it
    had filled at its limit.
    ``hour`` and ``day`` count entries of the last 60 and 1,440 minutes on the market's clock.
    """

    limits: Limits
    prefix: str = ""
    equity: Decimal = ZERO
    deposits: Decimal = ZERO
    day_equity: Decimal = ZERO
    peak: Decimal = ZERO
    positions: int = 0
    hour: int = 0
    day: int = 0
    held: dict[Place, Decimal] = field(default_factory=dict)
    shares: tuple[tuple[str, Decimal, str, str], ...] = ()
    position: Decimal | None = None

    def __post_init__(self) -> None:
        """Read the limits on exposure once: every order is held against them."""
        found = ((k, getattr(self.limits, name), self.prefix + c, w) for k, name, c, w in EXPOSURES)
        self.shares = tuple(bound for bound in found if bound[1] is not None)
        if isinstance(self.limits, RiskLimits):
            self.position = self.limits.max_position

    def hold(self, places: Iterable[Place], cost: Decimal, positions: int) -> None:
        """Count dollars put into these places, or taken out of them, and positions with them."""
        held = self.held
        for place in places:
            held[place] = held.get(place, ZERO) + cost
        self.positions += positions

    def exchange(self, before: "Usage", after: "Usage") -> None:
        """Count one account as it is now instead of as it was before."""
        for usage, sign in ((before, -1), (after, 1)):
            for place, cost in usage.held.items():
                self.held[place] = self.held.get(place, ZERO) + sign * cost
            self.equity += sign * usage.equity
            self.deposits += sign * usage.deposits
            self.positions += sign * usage.positions
            self.hour += sign * usage.hour
            self.day += sign * usage.day

    def enter(self, entries: int) -> None:
        """Count entries made now."""
        self.hour += entries
        self.day += entries


class Room(NamedTuple):
    """One limit on exposure in dollars; ``legs`` are the places of the legs that use it."""

    code: str
    words: str
    name: str
    used: Decimal
    limit: Decimal
    legs: tuple[int, ...]

    @property
    def left(self) -> Decimal:
        """Dollars that may still be spent under this limit."""
        return self.limit - self.used

    def objection(self, cost: Decimal) -> Objection:
        """Why ``cost`` more dollars are too many; 0 when there is no room at all."""
        wanted = f", {cost:.2f} more are wanted" if cost else ""
        where = f"{self.words} {self.name}".rstrip()
        return Objection(
            self.code,
            f"{self.used:.2f} dollars are {where}{wanted}, {self.limit:.2f} are the limit",
        )


def usage_of(
    account: Account, limits: Limits, market_of: Mapping[InstrumentId, Market], cycle_id: int
) -> Usage:
    """What an account has used of its limits at this moment."""
    usage = Usage(
        limits,
        "",
        account.equity,
        account.starting_cash,
        account.pulse.day_equity,
        account.peak,
        hour=_entries(account, cycle_id - MINUTES_PER_HOUR),
        day=_entries(account, cycle_id - MINUTES_PER_DAY),
    )
    for held in account.positions.values():
        places = places_of(held.instrument_id, held.market_id, market_of.get(held.instrument_id))
        usage.hold(places, abs(held.cost), 1)
    for order in account.orders.values():
        if order.side is Side.BUY:
            market = market_of.get(order.instrument_id)
            places = places_of(order.instrument_id, order.market_id, market)
            usage.hold(places, reserved(order), order.instrument_id not in account.positions)
    return usage


def house_usage(usages: Iterable[Usage], limits: Limits, house: House) -> Usage:
    """What all accounts together have used of the house's limits."""
    total = Usage(limits, "house-", ZERO, ZERO, house.day_equity, house.peak)
    nothing = Usage(limits)
    for usage in usages:
        total.exchange(nothing, usage)
    return total


def places_of(
    instrument_id: InstrumentId, market_id: MarketId, market: Market | None
) -> tuple[Place, ...]:
    """Where a position counts; its group is known only while its market is listed."""
    places = (
        ("total", ""),
        ("venue", instrument_id.partition(":")[0]),
        ("market", market_id),
        ("instrument", instrument_id),
    )
    group = None if market is None else market.exclusive_group
    return (*places, ("group", group)) if group else places


def reserved(order: RestingOrder) -> Decimal:
    """Dollars that a resting purchase may still take, fees apart; a sale takes none."""
    price = order.limit if order.limit is not None else order.trigger
    return order.left * price if order.side is Side.BUY and price is not None else ZERO


def rooms(usage: Usage, legs: Sequence[Market], names: Sequence[InstrumentId]) -> list[Room]:
    """Every limit on exposure that a basket of these legs would use."""
    return [Room(*parts) for parts in _rooms(usage, legs, names)]


def objection_to(usage: Usage, opened: int, entries: int) -> Objection | None:
    """Why no order may open that many positions with that many entries, whatever their size."""
    return _by_losses(usage) or _by_counts(usage, opened, entries)


def past_limit(
    usages: Iterable[Usage],
    legs: Sequence[Market],
    names: Sequence[InstrumentId],
    costs: Sequence[Decimal] | None,
) -> Objection | None:
    """The first limit that legs at these costs (dollars with fees) would go past.

    Without costs: the first limit under which nothing is left to spend.
    """
    for usage in usages:
        for parts in _rooms(usage, legs, names):
            _, _, _, used, limit, which = parts
            cost = ZERO if costs is None else _sum(costs, which)
            if used + cost > limit or used >= limit:
                return Room(*parts).objection(cost)
    return None


def _rooms(
    usage: Usage, legs: Sequence[Market], names: Sequence[InstrumentId]
) -> Iterator[tuple[str, str, str, Decimal, Decimal, tuple[int, ...]]]:
    """The parts of each room: every order asks for all of them, and few become an objection."""
    held, equity = usage.held, usage.equity
    alone = legs[0] if len(legs) == 1 else None
    for kind, share, code, words in usage.shares:
        if alone is not None:
            only = _name(kind, alone)
            if only is not None:
                yield code, words, only, held.get((kind, only), ZERO), share * equity, (0,)
            continue
        for name, which in _sharing(kind, legs):
            yield code, words, name, held.get((kind, name), ZERO), share * equity, which
    if usage.position is not None:
        for place, name in enumerate(names):
            used = held.get(("instrument", name), ZERO)
            yield "max-position", "in position", name, used, usage.position, (place,)


def _sum(costs: Sequence[Decimal], which: tuple[int, ...]) -> Decimal:
    if len(which) == 1:
        return costs[which[0]]
    return sum((costs[place] for place in which), ZERO)


def _by_losses(usage: Usage) -> Objection | None:
    limits = usage.limits
    if limits.max_daily_loss is limits.max_total_loss is limits.max_drawdown is None:
        return None
    judged = (
        ("daily-loss", limits.max_daily_loss, usage.day_equity, "of the day's start"),
        ("total-loss", limits.max_total_loss, usage.deposits, "of deposits"),
        ("drawdown", limits.max_drawdown, max(usage.peak, usage.equity), "of the peak"),
    )
    for code, share, start, words in judged:
        if share is not None and start > 0 and start - usage.equity >= share * start:
            return Objection(
                usage.prefix + code,
                f"{start - usage.equity:.2f} dollars {words} {start:.2f} are lost, "
                f"{share * start:.2f} are the limit",
            )
    return None


def _by_counts(usage: Usage, opened: int, entries: int) -> Objection | None:
    limits = usage.limits
    if usage.positions + opened > limits.max_open_positions:
        return _too_many(
            usage, "max-positions", limits.max_open_positions, usage.positions, "open positions"
        )
    hourly, daily = limits.max_trades_per_hour, limits.max_trades_per_day
    if hourly is not None and usage.hour + entries > hourly:
        return _too_many(usage, "max-trades-hour", hourly, usage.hour, "entries an hour")
    if daily is not None and usage.day + entries > daily:
        return _too_many(usage, "max-trades-day", daily, usage.day, "entries a day")
    return None


def _too_many(usage: Usage, code: str, most: int, used: int, words: str) -> Objection:
    return Objection(usage.prefix + code, f"{most} {words} are the limit, {used} are used")


def _sharing(kind: str, legs: Sequence[Market]) -> Sequence[tuple[str, tuple[int, ...]]]:
    """The names that this kind of place has among the legs, each with the legs it is true of."""
    found: dict[str, tuple[int, ...]] = {}
    for number, market in enumerate(legs):
        name = _name(kind, market)
        if name is not None:
            found[name] = (*found.get(name, ()), number)
    return tuple(found.items())


def _name(kind: str, market: Market) -> str | None:
    if kind == "total":
        return ""
    if kind == "venue":
        return market.venue
    return market.market_id if kind == "market" else market.exclusive_group or None


def _entries(account: Account, after: int) -> int:
    return account.pulse.opened.after(after).total
