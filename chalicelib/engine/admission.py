"""Whether a strategy may enter, and with how much, under its own limits and the house's. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.domain.market import InstrumentId
from chalicelib.engine.gate import Desk, is_shut, may_open
from chalicelib.engine.limits import past_limit, rooms
from chalicelib.engine.objection import Objection
from chalicelib.engine.turn import Turn


def may_enter(
    desk: Desk, turn: Turn, legs: Sequence[InstrumentId], opened: int | None = None
) -> Objection | None:
    """Whether these listed instruments may be bought into at all now.

    ``opened`` is how many of them would be new positions; all of them unless told.
    """
    for instrument_id in legs:
        objection = is_shut(desk, turn.account.protections, instrument_id)
        if objection is not None:
            return objection
    new = len(legs) if opened is None else opened
    return may_open(desk, turn.usages(desk), len(turn.fills), legs, new) or turn.full(len(legs))


def entry_room(desk: Desk, turn: Turn, instrument_id: InstrumentId) -> Decimal:
    """Dollars that may still be spent on one listed instrument; negative when past a limit."""
    market = desk.market_of[instrument_id]
    return min(
        room.left for usage in turn.usages(desk) for room in rooms(usage, [market], [instrument_id])
    )


def too_much(
    desk: Desk, turn: Turn, legs: Sequence[InstrumentId], costs: Sequence[Decimal]
) -> Objection | None:
    """The limit that spending ``costs`` (dollars with fees) on these legs would go past."""
    markets = [desk.market_of[instrument_id] for instrument_id in legs]
    return past_limit(turn.usages(desk), markets, legs, costs)
