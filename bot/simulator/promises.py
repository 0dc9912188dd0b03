"""Promises about a single trade, spelt out apart from the product's own code."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bot.simulator.universe import Universe
from chalicelib.domain.book import Level
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.fee import Liquidity
from chalicelib.domain.order import Fill, Purpose, Settlement, Side

Objections: TypeAlias = Iterator[tuple[str, str]]
"""Pairs of invariant and detail."""


def is_permitted(state: ControlState, trade: Fill | Settlement) -> bool:
    """Whether a trade may be booked in this state of the control."""
    if state is ControlState.FLATTENING:
        return isinstance(trade, Settlement) or trade.purpose is Purpose.FLATTEN
    if state is ControlState.PAUSED:
        return isinstance(trade, Settlement) or trade.purpose is not Purpose.ENTRY
    return state is ControlState.RUNNING


def badly_taken(fill: Fill, universe: Universe) -> Objections:
    """What is wrong with where a fill came from: its book's age, prices and sizes."""
    book = universe.book(fill.instrument_id, fill.cycle_id)
    if book is None or fill.occurred_at != cycle_time(fill.cycle_id):
        yield "I11", f"{fill.fill_id} was taken from a book of {fill.occurred_at}"
        return
    levels = book.asks if fill.side is Side.BUY else book.bids
    if fill.liquidity is Liquidity.MAKER:
        yield from _badly_made(fill, levels)
        return
    shown = {level.price: level.size for level in levels}
    if any(match.size > shown.get(match.price, 0) for match in fill.matches):
        yield "I11", f"{fill.fill_id} took more than {fill.instrument_id} showed"


def _badly_made(fill: Fill, levels: Sequence[Level]) -> Objections:
    """What is wrong with a fill of a waiting order: others must have come to its price."""
    limit = fill.matches[0].price
    buys = fill.side is Side.BUY
    came = sum(lv.size for lv in levels if (lv.price <= limit if buys else lv.price >= limit))
    if fill.size > came:
        yield "I11", f"{fill.fill_id} filled {fill.size} at {limit} where {came} had come"
