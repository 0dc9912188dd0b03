"""One strategy's turn: leave what it wants to leave, then enter what it may enter. Pure."""

from chalicelib.domain.portfolio import Account
from chalicelib.engine.enter import enter
from chalicelib.engine.gate import Desk
from chalicelib.engine.leave import leave_all
from chalicelib.engine.objection import Objection
from chalicelib.engine.pulse import remember_entries
from chalicelib.engine.rest import work_orders
from chalicelib.engine.turn import Turn
from chalicelib.engine.wish import Wishes, is_held


def take_turn(
    desk: Desk, account: Account, wishes: Wishes, settled: int = 0, *, paused: bool
) -> Turn:
    """Exits first, so that their cash and room can be used; then entries, best edge first.

    Protections are judged in between: a loss that was just made keeps its strategy from entering.
    ``settled`` counts the positions that were paid out in this cycle before.
    """
    turn = Turn(account, settled)
    work_orders(desk, turn, wishes, paused=paused, enabled=desk.setting.enabled)
    leave_all(desk, turn, wishes)
    turn.judge(desk)
    for basket in wishes.entries:
        if is_held(basket, turn.account.positions):
            continue
        if paused:
            objection = Objection("strategy-paused", "the strategy is paused by the operator")
            leg = basket.legs[0]
            turn.refuse(leg.instrument_id, objection, inputs=leg.inputs)
            continue
        enter(desk, turn, basket)
    turn.account = remember_entries(turn.account, desk.cycle_id, turn.entries)
    if turn.remembered < len(turn.ended):
        turn.judge(desk)
    return turn
