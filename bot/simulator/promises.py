"""Promises about a single trade, spelt out apart from the product's own code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from bot.simulator.shadow import StoredAccount
from bot.simulator.universe import Universe
from chalicelib.domain.book import Level
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.fee import Liquidity
from chalicelib.domain.order import Fill, Purpose, Settlement, Side

Objections: TypeAlias = Iterator[tuple[str, str]]
"""Pairs of invariant and detail."""

StoredProtection: TypeAlias = Mapping[str, Any]
MERGE = "merge"


def is_permitted(state: ControlState, trade: Fill | Settlement) -> bool:
    """Whether a trade may be booked in this state of the control."""
    if state is ControlState.FLATTENING:
        return isinstance(trade, Settlement) or trade.purpose is Purpose.FLATTEN
    if state is ControlState.PAUSED:
        return isinstance(trade, Settlement) or trade.purpose is not Purpose.ENTRY
    return state is ControlState.RUNNING


def badly_taken(fill: Fill, universe: Universe, before: StoredAccount | None) -> Objections:
    """What is wrong with where a fill came from: its book's age, prices and sizes.

    ``before`` is the account as it was stored when the fill was decided.
    """
    book = universe.book(fill.instrument_id, fill.cycle_id)
    if book is None or fill.occurred_at != cycle_time(fill.cycle_id):
        yield "I11", f"{fill.fill_id} was taken from a book of {fill.occurred_at}"
        return
    levels = book.asks if fill.side is Side.BUY else book.bids
    if fill.value != sum(match.price * match.size for match in fill.matches):
        yield "I11", f"{fill.fill_id} is booked at {fill.value}, its matches say otherwise"
    if fill.liquidity is Liquidity.MAKER:
        yield from _badly_made(fill, levels, before)
        return
    shown = {level.price: level.size for level in levels}
    if any(match.size > shown.get(match.price, 0) for match in fill.matches):
        yield "I11", f"{fill.fill_id} took more than {fill.instrument_id} showed"


def _badly_made(fill: Fill, levels: Sequence[Level], before: StoredAccount | None) -> Objections:
    """What is wrong with a fill of a waiting order.

    It must have waited at that price, and others must have come to it, past those ahead of it.
    """
    limit = fill.matches[0].price
    where = fill.instrument_id, fill.side.value
    waiting = before["orders"].values() if before else ()
    orders = [order for order in waiting if (order["instrument_id"], order["side"]) == where]
    limits = {Decimal(order["limit"]): Decimal(order["queue_ahead"]) for order in orders}
    if limit not in limits:
        yield "I18", f"{fill.fill_id} was made at {limit}, orders waited at {sorted(limits)}"
        return
    buys = fill.side is Side.BUY
    came = sum(
        (lv.size for lv in levels if (lv.price <= limit if buys else lv.price >= limit)), Decimal(0)
    )
    ahead = limits[limit] if levels and levels[0].price == limit else Decimal(0)
    if fill.size > came - ahead:
        yield "I18", f"{fill.fill_id} made {fill.size} of {came} that came, {ahead} were ahead"


def badly_queued(
    before: StoredAccount | None, after: StoredAccount, universe: Universe
) -> Objections:
    """What is wrong with orders that have just begun to rest: all that is shown is ahead."""
    known = before["orders"] if before else {}
    for identity, order in after["orders"].items():
        earlier = known.get(identity)
        if not order["rested"] or (earlier and earlier["rested"]):
            continue
        book = universe.book(order["instrument_id"], after["last_cycle"])
        levels = () if book is None else book.bids if order["side"] == "buy" else book.asks
        limit = Decimal(order["limit"])
        shown = sum((level.size for level in levels if level.price == limit), Decimal(0))
        if Decimal(order["queue_ahead"]) != shown:
            yield "I18", f"{identity} began to wait behind {order['queue_ahead']} of {shown}"


def badly_paid(paid: Sequence[Settlement], universe: Universe) -> Objections:
    """What is wrong with payouts: a result's is the venue's, a pair's is one dollar for both."""
    merged: dict[str, list[Settlement]] = defaultdict(list)
    for settlement in paid:
        if settlement.source == MERGE:
            merged[settlement.market_id].append(settlement)
            continue
        at = cycle_time(settlement.cycle_id)
        result = universe.resolution(settlement.market_id, at)
        payout = None if result is None else result.payouts[settlement.instrument_id]
        if payout is None or settlement.value != payout * settlement.size:
            yield "I20", f"{settlement.settlement_id} paid {settlement.value}, the result {payout}"
    for market, sides in merged.items():
        sizes = {side.size for side in sides}
        value = sum(side.value for side in sides)
        outcomes = {side.instrument_id for side in sides}
        if len(sizes) != 1 or len(outcomes) != 2 or value != sides[0].size:
            yield "I20", f"{sorted(sizes)} pairs of {market} were merged for {value} dollars"


def barred(entry: Fill, protections: Iterable[StoredProtection]) -> Objections:
    """The protections that held and covered what was entered."""
    at = cycle_time(entry.cycle_id)
    subjects = {"market": entry.market_id, "venue": entry.instrument_id.partition(":")[0]}
    for protection in protections:
        releases = protection["releases_at"]
        if releases is not None and datetime.fromisoformat(releases) <= at:
            continue
        scope = protection["scope"]
        if scope not in subjects or subjects[scope] == protection["subject"]:
            yield "I19", f"{entry.fill_id} entered while {protection['rule']} held"
