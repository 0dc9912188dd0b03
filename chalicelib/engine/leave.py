"""Give up positions: what a rule or the operator closes, then what the strategy leaves. Pure."""

from decimal import Decimal

from chalicelib.domain.control import ControlState
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.order import Order, Purpose, Refusal, Side
from chalicelib.engine.exits import due_exits, flatten_reasons, legs_to_unwind, worst_exit
from chalicelib.engine.gate import Desk, may_trade
from chalicelib.engine.grounds import Grounds, grounds_of_rule
from chalicelib.engine.objection import Objection
from chalicelib.engine.place import place_exit
from chalicelib.engine.rest import cancel_all
from chalicelib.engine.short import margin_calls
from chalicelib.engine.turn import Turn, book_fill, match_affordable
from chalicelib.engine.wish import Wishes


def leave_all(desk: Desk, turn: Turn, wishes: Wishes) -> None:
    """Give up what a rule or the operator wants closed, and then what the strategy wants to leave.

    What could not be sold is still held, so it is tried again in the next cycle.
    """
    flattening = desk.control.state is ControlState.FLATTENING
    if flattening:
        forced = flatten_reasons(turn.account, desk.control)
    else:
        forced = {
            **due_exits(turn.account, desk.setting.exit_rules, desk.market_of, desk.at),
            **margin_calls(turn.account, desk.setting.borrow),
        }
    purpose = Purpose.FLATTEN if flattening else Purpose.EXIT
    undone = {} if flattening else legs_to_unwind(turn.account)
    for instrument_id, reason in sorted({**forced, **undone}.items()):
        cancel_all(desk, turn, instrument_id, reason)
        why = Purpose.UNWIND if instrument_id in undone else purpose
        held = turn.account.positions[instrument_id]
        _give_up(desk, turn, instrument_id, grounds_of_rule(reason, held, desk.at), why)
    for instrument_id, reason in sorted(wishes.exits.items()):
        if instrument_id not in turn.account.positions or instrument_id in {**forced, **undone}:
            continue
        grounds = Grounds(reason, wishes.exit_inputs.get(instrument_id, {}))
        if instrument_id in wishes.exit_terms:
            place_exit(desk, turn, instrument_id, grounds, wishes.exit_terms[instrument_id])
        else:
            cancel_all(desk, turn, instrument_id, reason)
            _leave(desk, turn, instrument_id, grounds)


def _give_up(
    desk: Desk, turn: Turn, instrument_id: InstrumentId, grounds: Grounds, purpose: Purpose
) -> None:
    """Give up a whole position, no further than the slippage bound from its mark."""
    objection = may_trade(desk, instrument_id, purpose) or turn.full(1)
    if objection is not None:
        turn.refuse(instrument_id, objection, inputs=grounds.inputs)
        return
    worst = worst_exit(desk, turn.account.positions[instrument_id])
    if isinstance(worst, Objection):
        turn.refuse(instrument_id, worst, inputs=grounds.inputs)
    else:
        _close(desk, turn, instrument_id, grounds, purpose, worst)


def _leave(desk: Desk, turn: Turn, instrument_id: InstrumentId, grounds: Grounds) -> None:
    objection = may_trade(desk, instrument_id, Purpose.EXIT) or turn.full(1)
    if objection is not None:
        turn.refuse(instrument_id, objection, inputs=grounds.inputs)
    else:
        _close(desk, turn, instrument_id, grounds, Purpose.EXIT, None)


def _close(
    desk: Desk,
    turn: Turn,
    instrument_id: InstrumentId,
    grounds: Grounds,
    purpose: Purpose,
    worst: Decimal | None,
) -> None:
    held = turn.account.positions[instrument_id]
    order = Order(
        turn.account.strategy,
        instrument_id,
        held.market_id,
        Side.BUY if held.is_short else Side.SELL,
        purpose,
        abs(held.size),
        worst,
        grounds.reason,
        inputs=grounds.inputs,
    )
    executed = match_affordable(desk, turn, order)
    if isinstance(executed, Refusal):
        turn.refusals.append(executed)
    else:
        book_fill(desk, turn, order, executed)
