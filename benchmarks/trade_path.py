"""Time of the trade path: one market order, and a cycle's look at a thousand open positions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter_ns, process_time

from benchmarks.figure import Figure, Size, at_most
from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.house import House
from chalicelib.domain.market import Market, MarketStatus, Outcome
from chalicelib.domain.order import Order, Purpose, Refusal, Side
from chalicelib.domain.portfolio import Account, Position
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.risk import Limits, RiskLimits
from chalicelib.engine.admission import may_enter, too_much
from chalicelib.engine.exits import due_exits
from chalicelib.engine.gate import Desk, may_trade
from chalicelib.engine.limits import Usage, house_usage, usage_of
from chalicelib.engine.protections import judge_account
from chalicelib.engine.settle import mark, revalue
from chalicelib.engine.turn import Turn, book_fill, match_order
from chalicelib.fees.stated import quadratic_terms

AT = datetime(2026, 1, 1, tzinfo=UTC)
CYCLE = int(AT.timestamp()) // 60
CENT = Decimal("0.01")
POSITIONS = 1_000
FEE = quadratic_terms("b", Decimal("0.07"), "0.07 p(1-p)")
LIMITS = RiskLimits(
    max_open_positions=500,
    max_market_exposure=Decimal("0.2"),
    max_group_exposure=Decimal("0.2"),
    max_venue_exposure=Decimal("0.4"),
    max_trades_per_hour=1_000,
    max_trades_per_day=10_000,
    max_daily_loss=Decimal("0.5"),
    max_drawdown=Decimal("0.5"),
)
RULES = ExitRules(
    stop_loss=Decimal("0.5"),
    take_profit=Decimal(2),
    trailing_stop=Decimal("0.5"),
    max_minutes=100_000,
    minutes_before_close=5,
)


def measure(size: Size) -> list[Figure]:
    """Median microseconds of one order, its ratio to a bare loop, and a look at all positions."""
    rounds = 20_000 if size == "full" else 4_000
    bare, order = _bare_loop(rounds), _one_order(rounds)
    look = min(_look() for _ in range(15))
    return [
        at_most("market order gated, matched, booked", order / 1_000, 25, "us median"),
        at_most("the same as a multiple of a bare loop's turn", order / bare, 2_500, "x"),
        at_most(f"{POSITIONS} positions marked, exit- and limit-checked", look, 20, "ms CPU"),
    ]


def _bare_loop(rounds: int) -> float:
    """Nanoseconds of one turn of a loop that does nothing: what this machine's Python costs."""
    times = []
    for _ in range(51):
        started = perf_counter_ns()
        for _ in range(rounds):
            pass
        times.append((perf_counter_ns() - started) / rounds)
    return median(times)


def _one_order(rounds: int) -> float:
    """Nanoseconds from a sized order to its booked fill; the first half of the rounds warms up."""
    desk, account = _desk(1, OrderBook("b:0", (), (Level(Decimal("0.5"), Decimal(900)),), AT, AT))
    wished = Order(
        "bench", "b:0", "m:0", Side.BUY, Purpose.ENTRY, Decimal(100), Decimal("0.51"), "a wish"
    )
    times = []
    for _ in range(rounds):
        turn, house = Turn(account), Usage(Limits(), "house-", Decimal(10**6))
        stage = replace(desk, house=house)
        turn.usages(stage)
        started = perf_counter_ns()
        _trade(stage, turn, wished)
        times.append(perf_counter_ns() - started)
    return median(times[rounds // 2 :])


def _trade(desk: Desk, turn: Turn, order: Order) -> None:
    """The steps of the trade path for one order, as a turn takes them."""
    legs = [order.instrument_id]
    refused = may_trade(desk, order.instrument_id, order.purpose) or may_enter(desk, turn, legs)
    executed = match_order(desk, order)
    if refused is not None or isinstance(executed, Refusal):
        raise AssertionError(f"the benchmark's order was refused: {refused or executed}")
    if too_much(desk, turn, legs, [executed.value + executed.fee]) is None:
        book_fill(desk, turn, order, executed)


def _look() -> float:
    """Milliseconds of CPU to value, judge and count all positions of one account."""
    desk, account = _desk(POSITIONS)
    positions = {
        name: Position(
            name, market.market_id, name, Decimal(10), Decimal(5), AT - timedelta(hours=1)
        )
        for name, market in desk.market_of.items()
    }
    held = Account("bench", account.starting_cash, Decimal(5_000), positions)
    bid = Decimal("0.49")
    quotes = {n: Quote(n, bid, Decimal(9), bid + CENT, Decimal(9), AT, AT) for n in positions}
    started = process_time()
    marked = revalue(held, quotes, AT)
    due = due_exits(marked, RULES, desk.market_of, AT)
    usage = usage_of(marked, LIMITS, desk.market_of, CYCLE)
    house_usage([usage], Limits(), House())
    judged = judge_account(marked, ProtectionRules(), AT)
    mark(judged, quotes, AT)
    taken = (process_time() - started) * 1_000
    if due:
        raise AssertionError("no rule of the benchmark should hold")
    return taken


def _desk(count: int, *books: OrderBook) -> tuple[Desk, Account]:
    markets = [_market(n) for n in range(count)]
    account = Account.opening("bench", Decimal(10_000))
    market_of = {market.outcomes[0].instrument_id: market for market in markets}
    desk = Desk(
        CYCLE,
        AT,
        Control(ControlState.RUNNING, 1, "", "bench", AT),
        LIMITS,
        {market.market_id: market for market in markets},
        market_of,
        {book.instrument_id: book for book in books},
        {book.instrument_id: book.asks[0].price for book in books},
        setting=StrategySetting(exits=RULES),
    )
    return desk, account


def _market(number: int) -> Market:
    return Market(
        f"m:{number}",
        "b",
        f"Will {number} happen?",
        MarketStatus.OPEN,
        (Outcome(f"b:{number}", "Yes"),),
        AT + timedelta(days=1),
        CENT,
        Decimal(5),
        CENT,
        Decimal(1),
        FEE,
        exclusive_group=f"g:{number % 50}",
    )
