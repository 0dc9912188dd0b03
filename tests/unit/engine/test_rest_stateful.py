"""Whatever the books, the wishes and the operator do: no order fills better than was possible."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.domain.book import OrderBook
from chalicelib.domain.control import ControlState
from chalicelib.domain.fee import Liquidity
from chalicelib.domain.order import (
    Fill,
    OrderTerms,
    OrderType,
    Purpose,
    RestingOrder,
    Side,
    TimeInForce,
)
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from chalicelib.engine.wish import Wishes
from tests.builders import CYCLE, NOW, SEVEN, YES, account, book, control, desk, market

cents = st.integers(2, 98)
ladder = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 20_000)), max_size=4, unique_by=lambda lv: lv[0]
)
kinds = st.sampled_from(
    [
        (OrderType.LIMIT, TimeInForce.GTC),
        (OrderType.LIMIT, TimeInForce.GTD),
        (OrderType.LIMIT, TimeInForce.IOC),
        (OrderType.LIMIT, TimeInForce.FOK),
        (OrderType.STOP, TimeInForce.GTC),
        (OrderType.STOP_LIMIT, TimeInForce.GTC),
    ]
)
states = st.sampled_from([ControlState.RUNNING] * 6 + list(ControlState))


def price(cent: int) -> Decimal:
    return Decimal(cent) / 100


def order_terms(kind: tuple[OrderType, TimeInForce], limit: int, trigger: int) -> OrderTerms:
    of, live = kind
    return OrderTerms(
        of,
        live,
        price(limit) if of in {OrderType.LIMIT, OrderType.STOP_LIMIT} else None,
        price(trigger) if of in {OrderType.STOP, OrderType.STOP_LIMIT} else None,
        3 if live is TimeInForce.GTD else None,
    )


class Waiting(RuleBasedStateMachine):
    """One account, one instrument, a new book every minute."""

    def __init__(self) -> None:
        super().__init__()
        self.minute = 0
        self.account = account(100)

    @rule(
        mid=st.integers(14, 86), bids=ladder, asks=ladder, kind=kinds, limit=cents, trigger=cents,
        wish=st.sampled_from(["none", "enter", "leave", "rest"]), state=states,
        trust=st.booleans(), share=st.sampled_from(["0.25", "1"]),
    )  # fmt: skip
    def minute_passes(
        self, mid: int, bids: Any, asks: Any, kind: Any, limit: int, trigger: int, wish: str,
        state: ControlState, trust: bool, share: str,
    ) -> None:  # fmt: skip
        """Show a book, make a wish, take the turn and judge it."""
        self.minute += 1
        against = self._book(mid, bids, asks)
        stage = desk(
            against, markets=[market(fee=SEVEN)], trust_queue=trust, max_share_of_depth=share,
            max_exposure=1, cash_per_entry=30,
        )  # fmt: skip
        stage = replace(
            stage,
            at=NOW + timedelta(minutes=self.minute),
            cycle_id=CYCLE + self.minute,
            control=control(state),
        )
        before = self.account
        on = order_terms(kind, limit, trigger)
        wished = self._wishes(wish, on)
        taken = take_turn(stage, before, wished, paused=False)
        self.account = taken.account
        self._judge(taken, before.orders, against, state, trust)
        self._judge_limits(taken.fills, [*before.orders.values(), on])

    def _book(self, mid: int, bids: Any, asks: Any) -> OrderBook:
        below = [(price(mid - c), Decimal(s) / 100) for c, s in sorted(bids)]
        above = [(price(mid + c), Decimal(s) / 100) for c, s in sorted(asks)]
        return book(YES, below, above, age=-60 * self.minute)

    def _wishes(self, wish: str, on: OrderTerms) -> Wishes:
        if wish == "enter":
            return Wishes((Basket((Signal(YES, 0.05, 1.0, "in", on),), Unfilled.ABORT),), {})
        if wish == "leave":
            return Wishes((), {YES: "out"})
        return Wishes((), {YES: "out"}, {YES: on}) if wish == "rest" else Wishes((), {})

    def _judge(
        self,
        taken: Turn,
        before: dict[str, RestingOrder],
        against: OrderBook,
        state: ControlState,
        trust: bool,
    ) -> None:
        for fill in taken.fills:
            self._judge_prices(fill, against)
            assert state is not ControlState.KILLED
            assert state is ControlState.RUNNING or fill.purpose is not Purpose.ENTRY
        if state in {ControlState.KILLED, ControlState.FLATTENING}:
            assert taken.account.orders == {}
        for order_id, order in before.items():
            left = taken.account.orders.get(order_id)
            filled = sum(f.size for f in taken.fills if f.side is order.side)
            if left is not None:
                assert order.left - left.left == filled
                assert left.left > 0
            makes = [
                f for f in taken.fills if f.liquidity is Liquidity.MAKER and f.side is order.side
            ]
            assert all(f.price == order.limit for f in makes), "a maker is paid its own price"
            if makes and not trust and self._touch(order, against):
                shown = sum(lv.size for lv in self._opposite(order.side, against)[:1])
                assert sum(f.size for f in makes) <= max(0, shown - order.queue_ahead)

    def _judge_prices(self, fill: Fill, against: OrderBook) -> None:
        levels = self._opposite(fill.side, against)
        shown = {level.price: level.size for level in levels}
        buys = fill.side is Side.BUY
        if fill.liquidity is Liquidity.TAKER:
            assert all(m.size <= shown[m.price] for m in fill.matches)
            return
        (made,) = fill.matches
        reached = [
            lv for lv in levels if (lv.price <= made.price if buys else lv.price >= made.price)
        ]
        assert reached, "nobody came to our price"
        assert made.size <= sum(lv.size for lv in reached)
        assert made.fee == 0

    def _judge_limits(self, fills: list[Fill], asked: list[RestingOrder | OrderTerms]) -> None:
        """No purchase above the highest limit that was asked for, unless one asked for none."""
        limits = [order.limit for order in asked]
        known = [limit for limit in limits if limit is not None]
        bought = [m.price for f in fills if f.side is Side.BUY for m in f.matches]
        if len(known) == len(limits):
            assert all(paid <= max(known) for paid in bought)

    @staticmethod
    def _opposite(side: Side, against: OrderBook) -> Any:
        return against.asks if side is Side.BUY else against.bids

    def _touch(self, order: RestingOrder, against: OrderBook) -> bool:
        levels = self._opposite(order.side, against)
        return order.rested and bool(levels) and levels[0].price == order.limit

    @invariant()
    def nothing_is_lost_or_borrowed(self) -> None:
        assert self.account.imbalance() == 0
        assert self.account.cash >= 0
        assert all(p.size > 0 for p in self.account.positions.values())

    @invariant()
    def at_most_one_order_waits_on_each_side(self) -> None:
        sides = [order.side for order in self.account.orders.values()]
        assert len(sides) == len(set(sides))

    @invariant()
    def nothing_waits_past_its_date(self) -> None:
        now = NOW + timedelta(minutes=self.minute)
        assert all(o.expires_at is None or o.expires_at > now for o in self.account.orders.values())


Waiting.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_waiting_orders_never_fill_better_than_the_market_allowed = Waiting.TestCase
