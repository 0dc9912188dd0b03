"""Which positions are to be given up now, whatever their strategies say. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import Config, Observation
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import InstrumentId, Market
from chalicelib.domain.order import Purpose
from chalicelib.domain.portfolio import Account, Position
from chalicelib.engine.gate import MOST_TRADES, Desk
from chalicelib.engine.objection import Objection
from chalicelib.engine.settle import revalue
from chalicelib.engine.short import MARGIN_CALL, margin_calls

STOP_LOSS, TRAILING_STOP, TAKE_PROFIT = "stop-loss", "trailing-stop", "take-profit"
CLOSING_SOON, TIME = "closing-soon", "time"
FLATTEN, STRATEGY, UNWIND, SETTLEMENT = "flatten", "strategy", "unwind", "settlement"
RULES = (STOP_LOSS, TRAILING_STOP, TAKE_PROFIT, CLOSING_SOON, TIME)
"""Codes of the rules, the one that is judged first in front."""

FORCED = (*RULES, MARGIN_CALL)
"""Codes with which a reason to close a position can begin."""

NONE = ExitRules()


def due_exits(
    account: Account, rules: ExitRules, market_of: Mapping[InstrumentId, Market], at: datetime
) -> dict[InstrumentId, str]:
    """Positions whose rules hold now, each with the reason; it starts with the rule's code.

    ``account`` carries this cycle's marks. A price rule is not judged on an older mark.
    """
    found = {}
    for instrument_id, position in account.positions.items():
        own = position.exits or rules
        if own is NONE or own == NONE:
            continue
        reason = due_exit(position, own, market_of.get(instrument_id), at)
        if reason is not None:
            found[instrument_id] = reason
    return found


def due_exit(
    position: Position, rules: ExitRules, market: Market | None, at: datetime
) -> str | None:
    """Why this position is to be given up now, by the first rule that holds; None to keep it."""
    judged = position.marked_at == at and position.cost != 0
    by_price = _by_price(position, rules) if judged else None
    return by_price or _by_close(rules, market, at) or _by_time(position, rules, at)


def flatten_reasons(account: Account, control: Control) -> dict[InstrumentId, str]:
    """Every position, because the operator has everything closed."""
    words = f"{FLATTEN}: {control.reason or 'the operator closes everything'}"
    return dict.fromkeys(account.positions, words)


def legs_to_unwind(account: Account) -> dict[InstrumentId, str]:
    """Legs of a failed basket that could not be sold in the cycle in which they were bought."""
    return {
        instrument_id: f"{UNWIND}: {held.unwind}"
        for instrument_id, held in account.positions.items()
        if held.unwind
    }


def instruments_to_leave(
    accounts: Mapping[str, Account],
    config: Config,
    control: Control,
    observation: Observation,
    at: datetime,
) -> set[InstrumentId]:
    """Instruments whose books are needed because a position in them has to be given up.

    While flattening these are all positions, as far as one commit of an account can close them.
    """
    market_of = observation.market_of
    wanted: set[InstrumentId] = set()
    for name, account in accounts.items():
        if control.state is ControlState.FLATTENING:
            wanted.update(sorted(account.positions)[:MOST_TRADES])
            continue
        wanted.update(margin_calls(account, config.setting(name).borrow))
        wanted.update(legs_to_unwind(account))
        rules = config.setting(name).exit_rules
        if rules == NONE and not any(p.exits for p in account.positions.values()):
            continue
        marked = revalue(account, observation.quotes, at)
        due = due_exits(marked, rules, market_of, at)
        wanted.update(sorted(due)[:MOST_TRADES])
    return wanted


def worst_exit(desk: Desk, position: Position) -> Decimal | Objection:
    """The worst price at which a forced exit still trades: the slippage bound below the bid.

    The bid is the one quoted in this cycle, or the last mark where nothing was quoted. Without
    any bid there is nothing to measure slippage from, so nothing is sold. A short position is
    bought back up to as much above the ask.
    """
    quotes = desk.asks if position.is_short else desk.bids
    best = quotes.get(position.instrument_id, position.mark)
    if not best:
        who = "offers" if position.is_short else "bids for"
        return Objection("no-bid", f"nobody {who} it; it is tried again in the next cycle")
    market = desk.market_of[position.instrument_id]
    room = market.slippage(best, desk.limits.max_slippage)
    return best + room if position.is_short else max(best - room, market.tick)


def exit_code(purpose: Purpose, reason: str) -> str:
    """The code that a sale is counted under: its rule's, or whose wish it was."""
    if purpose is Purpose.FLATTEN:
        return FLATTEN
    if purpose is Purpose.UNWIND:
        return UNWIND
    code = reason.partition(":")[0]
    return code if code in FORCED else STRATEGY


def _by_price(position: Position, rules: ExitRules) -> str | None:
    gained = (position.value - position.cost) / abs(position.cost)
    if rules.stop_loss is not None and -gained >= rules.stop_loss:
        return _words(STOP_LOSS, position, f"{-gained:.1%} below", rules.stop_loss)
    trailing = _trailing(position, rules)
    if trailing is not None:
        return trailing
    if rules.take_profit is not None and gained >= rules.take_profit:
        return _words(TAKE_PROFIT, position, f"{gained:.1%} above", rules.take_profit)
    return None


def _trailing(position: Position, rules: ExitRules) -> str | None:
    high, mark = position.high, position.mark
    if rules.trailing_stop is None or high is None or mark is None:
        return None
    share = rules.trailing_stop
    back = mark >= high * (1 + share) if position.is_short else mark <= high * (1 - share)
    if high * position.size <= position.cost or not back:
        return None
    side, where = ("ask", "above") if position.is_short else ("bid", "below")
    return (
        f"{TRAILING_STOP}: the {side} {mark.normalize():f} is {abs(high - mark) / high:.1%} "
        f"{where} the best one of {high.normalize():f}, the rule is {share:.1%}"
    )


def _words(code: str, position: Position, how: str, rule: Decimal) -> str:
    """The rule and the numbers it was judged on."""
    return (
        f"{code}: worth {position.value:.2f} dollars, {how} its cost of {position.cost:.2f}, "
        f"the rule is {rule:.1%}"
    )


def _by_close(rules: ExitRules, market: Market | None, at: datetime) -> str | None:
    minutes = rules.minutes_before_close
    if minutes is None or market is None or market.closes_at is None:
        return None
    if at < market.closes_at - timedelta(minutes=minutes):
        return None
    return (
        f"{CLOSING_SOON}: the market ends at {market.closes_at:%Y-%m-%d %H:%M} UTC, "
        f"the rule is {minutes} minutes before"
    )


def _by_time(position: Position, rules: ExitRules, at: datetime) -> str | None:
    if rules.max_minutes is None:
        return None
    held = (at - position.opened_at).total_seconds() / 60
    if held < rules.max_minutes:
        return None
    return f"{TIME}: held for {held:.0f} minutes, the rule is {rules.max_minutes}"
