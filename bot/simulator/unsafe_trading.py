"""Unsafe variants of what is traded: limits, protections, waiting orders, pairs, results."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import Any

from bot.simulator.patching import module, patched
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.order import Purpose, Side
from chalicelib.engine.limits import Usage

CENT = Decimal("0.01")


def protections_ignored() -> AbstractContextManager[None]:
    """Enter whatever protection holds."""
    return patched(module("engine.admission"), "is_shut", lambda *_: None)


def house_not_shared() -> AbstractContextManager[None]:
    """Let each account use what the house had left before the first of them."""
    decide = module("engine.decide")
    real = decide.take_turn

    def take_turn(desk: Any, *inputs: Any, **named: Any) -> Any:
        return real(replace(desk, house=deepcopy(desk.house)), *inputs, **named)

    return patched(decide, "take_turn", take_turn)


def limits_too_wide() -> AbstractContextManager[None]:
    """Take three times of what the limits on exposure allow."""
    real = Usage.__post_init__

    def widened(self: Usage) -> None:
        real(self)
        self.shares = tuple((kind, 3 * share, *words) for kind, share, *words in self.shares)  # type: ignore[misc]

    return patched(Usage, "__post_init__", widened)


def entries_forgotten() -> AbstractContextManager[None]:
    """Forget in the next cycle what was entered in this one."""
    return patched(module("engine.trade"), "remember_entries", lambda account, *_: account)


def flatten_enters() -> AbstractContextManager[None]:
    """Let entries through while everything is being closed."""
    stopped = (ControlState.KILLED, ControlState.PAUSED)
    return patched(Control, "allows", lambda self, _: self.state not in stopped)


def merged_for_more() -> AbstractContextManager[None]:
    """Pay a cent more than a dollar for each merge."""
    merge = module("engine.merge")
    real = merge._merge

    def generous(*inputs: Any) -> Iterator[Any]:
        first, second = real(*inputs)
        yield first
        yield replace(second, value=second.value + CENT, realised=second.realised + CENT)

    return patched(merge, "_merge", generous)


def filled_better_than_limit() -> AbstractContextManager[None]:
    """Fill a waiting order a tick better than it asked for."""
    cross = module("engine.cross")
    real = cross._fill_at_limit

    def fill(desk: Any, turn: Any, order: Any, request: Any, ours: Decimal) -> Any:
        better = request.limit + (CENT if order.side is Side.SELL else -CENT)
        return real(desk, turn, order, replace(request, limit=better), ours)

    return patched(cross, "_fill_at_limit", fill)


def queue_ignored() -> AbstractContextManager[None]:
    """Fill a waiting order before those who were there first."""
    cross = module("engine.cross")
    real = cross._make

    def make(desk: Any, turn: Any, order: Any, book: Any) -> Any:
        return real(desk, turn, replace(order, queue_ahead=Decimal(0)), book)

    return patched(cross, "_make", make)


def queue_not_seen() -> AbstractContextManager[None]:
    """See nobody in front of an order that begins to wait."""
    return patched(module("engine.cross"), "_shown_at", lambda *_: Decimal(0))


def unlisted_worked() -> AbstractContextManager[None]:
    """Hold a waiting order against the book of a market that the venue did not list."""
    rest = module("engine.rest")
    real = rest._work

    def work(desk: Any, turn: Any, order: Any, *, paused: bool) -> None:
        if rest.crosses(desk, order):
            real(desk, turn, order, paused=paused)
        else:
            rest.keep(desk, turn, order, rest.hold_against_book(desk, turn, order))

    return patched(rest, "_work", work)


def unwound_at_cost() -> AbstractContextManager[None]:
    """Book an unwound leg at what it had cost, as if nothing had been lost."""
    basket = module("engine.basket")
    real = basket.book_fill

    def book(desk: Any, turn: Any, order: Any, executed: Any) -> None:
        if order.purpose is Purpose.UNWIND:
            cost = turn.account.positions[order.instrument_id].cost
            executed = replace(executed, value=cost, fee=Decimal(0))
        real(desk, turn, order, executed)

    return patched(basket, "book_fill", book)


def cost_of_parts_cut_off() -> AbstractContextManager[None]:
    """Release the cost of a part in whole cents."""
    booking = module("domain.booking")
    real = booking.released_cost

    def released(held: Any, size: Decimal) -> Decimal:
        cost: Decimal = real(held, size)
        return cost if size == held.size else cost.quantize(CENT, ROUND_DOWN)

    return patched(booking, "released_cost", released)


def opened_with_the_usual_cash() -> AbstractContextManager[None]:
    """Open every account with the starting cash of those that have no limits of their own."""
    cycle = module("engine.cycle")
    real = cycle.open_accounts

    def opened(accounts: Any, strategies: Any, config: Any) -> Any:
        alike = {name: replace(one, limits=None) for name, one in config.strategies.items()}
        return real(accounts, strategies, replace(config, strategies=alike))

    return patched(cycle, "open_accounts", opened)


def results_pay_a_dollar() -> AbstractContextManager[None]:
    """Pay every result as if it had been won."""
    settle = module("engine.settle")
    real = settle._settlement

    def settlement(account: Any, position: Any, *inputs: Any) -> Any:
        paid = real(account, position, *inputs)
        return replace(paid, value=position.size, realised=position.size - position.cost)

    return patched(settle, "_settlement", settlement)
