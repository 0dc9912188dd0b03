"""Small markets, books, quotes, accounts and tapes: a test states only what it is about.

Prices and sizes may be written as text or numbers; they become exact decimals.
"""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.authoring.questions import (  # noqa: F401 - made-up tapes belong to the builders
    asking,
    beside,
    mixed_walk,
    random_exchanges,
    random_questions,
)
from bot.authoring.walks import (  # noqa: F401
    CYCLE,
    NOW,
    random_spot_walk,
    random_walk,
    spot_tape,
    tape,
    tape_of,
)
from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import Config, Observation
from chalicelib.domain.fee import FeeFormula, FeeTerms
from chalicelib.domain.market import Market, MarketKind, MarketStatus, Outcome
from chalicelib.domain.order import (
    Fill,
    Match,
    Order,
    OrderType,
    Purpose,
    RestingOrder,
    Settlement,
    Side,
    TimeInForce,
)
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.domain.strategy import Strategy
from chalicelib.engine.decide import Inputs
from chalicelib.engine.gate import Desk
from chalicelib.engine.runtime import Runtime
from chalicelib.engine.wish import Wishes
from chalicelib.fees.charge import charge
from chalicelib.fees.stated import EVER, quadratic_terms
from chalicelib.ports import MarketData
from chalicelib.research.paper import Unheard

YES, NO = "test:m:yes", "test:m:no"
FREE = quadratic_terms("test", Decimal(0), "no fee")
SEVEN = quadratic_terms("test", Decimal("0.07"), "0.07 p(1-p)")

PERMILLE = FeeTerms(
    venue="test",
    scope="*",
    valid_from=EVER,
    formula=FeeFormula.PERCENT,
    taker_rate=Decimal("0.001"),
    maker_rate=Decimal("0.0005"),
    name="0.10 % of the value",
    source="the test",
)
SPOT = "test:COINUSD"

Number = str | int | float | Decimal
Ladder = Iterable[tuple[Number, Number]]


def exact(number: Number) -> Decimal:
    """The decimal that the number is written as."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


def market(name: str = "m", fee: FeeTerms = FREE, **changes: Any) -> Market:
    """An open market of two outcomes, ``test:<name>:yes`` and ``test:<name>:no``."""
    yes, no = f"test:{name}:yes", f"test:{name}:no"
    usual = Market(
        market_id=f"test:{name}",
        venue="test",
        title=f"Will {name} happen?",
        status=MarketStatus.OPEN,
        outcomes=(Outcome(yes, "Yes", no), Outcome(no, "No", yes)),
        closes_at=NOW + timedelta(days=1),
        tick=Decimal("0.01"),
        min_size=Decimal(5),
        size_step=Decimal("0.01"),
        min_notional=Decimal(1),
        fee=fee,
    )
    return replace(usual, **changes)


def spot_market(name: str = "COINUSD", **changes: Any) -> Market:
    """An open pair with one outcome of its own name, at a fee of 0.10 % of the value."""
    own_id = f"test:{name}"
    usual = Market(
        market_id=own_id,
        venue="test",
        title="COIN/USD",
        status=MarketStatus.OPEN,
        outcomes=(Outcome(own_id, "COIN"),),
        closes_at=None,
        tick=Decimal("0.01"),
        min_size=Decimal("0.00000001"),
        size_step=Decimal("0.00000001"),
        min_notional=Decimal(5),
        fee=PERMILLE,
        kind=MarketKind.SPOT,
    )
    return replace(usual, **changes)


def levels(ladder: Ladder) -> tuple[Level, ...]:
    """Price levels, best first."""
    return tuple(Level(exact(price), exact(size)) for price, size in ladder)


def book(instrument: str = YES, bids: Ladder = (), asks: Ladder = (), age: float = 0) -> OrderBook:
    """An order book, ``age`` seconds old at the time of the cycle."""
    shown = NOW - timedelta(seconds=age)
    return OrderBook(instrument, levels(bids), levels(asks), shown, shown)


def quote(instrument: str, bid: Number | None, ask: Number | None, size: Number = 100) -> Quote:
    """Top of book now; a side of None shows nothing."""
    return Quote(
        instrument,
        None if bid is None else exact(bid),
        None if bid is None else exact(size),
        None if ask is None else exact(ask),
        None if ask is None else exact(size),
        NOW,
        NOW,
    )


def order(size: Number, limit: Number | None = None, side: Side = Side.BUY) -> Order:
    """An order on the YES outcome."""
    purpose = Purpose.ENTRY if side is Side.BUY else Purpose.EXIT
    worst = None if limit is None else exact(limit)
    return Order("test", YES, "test:m", side, purpose, exact(size), worst, "a test")


def fill(
    side: Side, size: Number, price: Number, instrument: str = YES, fee: FeeTerms = FREE
) -> Fill:
    """A fill at one price, with the fee that the rule asks for."""
    paid = charge(fee, side, [Level(exact(price), exact(size))]).total
    return Fill(
        fill_id=f"{side}-{instrument}-{size}-{price}",
        cycle_id=CYCLE,
        strategy="test",
        instrument_id=instrument,
        market_id=instrument.rpartition(":")[0],
        side=side,
        purpose=Purpose.ENTRY if side is Side.BUY else Purpose.EXIT,
        size=exact(size),
        value=exact(price) * exact(size),
        fee=paid,
        matches=(Match(exact(price), exact(size), paid),),
        occurred_at=NOW,
        reason="a test",
        basket="",
        fee_rule=fee.name,
        title="Yes · Will m happen?",
    )


def settlement(instrument: str, size: Number, payout: Number, cost: Number = 0) -> Settlement:
    """What a venue pays for a whole position."""
    value = exact(size) * exact(payout)
    return Settlement(
        "settled",
        CYCLE,
        "test",
        instrument,
        instrument.rpartition(":")[0],
        exact(size),
        exact(payout),
        value,
        value - exact(cost),
        NOW,
        "the venue",
        "Yes · Will m happen?",
    )


def resting(order_id: str = "waits", size: Number = 50, limit: Number = "0.4") -> RestingOrder:
    """A purchase of the YES outcome that waits at its limit until it is cancelled."""
    return RestingOrder(
        order_id,
        YES,
        "test:m",
        Side.BUY,
        Purpose.ENTRY,
        OrderType.LIMIT,
        TimeInForce.GTC,
        exact(size),
        exact(limit),
        None,
        exact(60),
        NOW,
        None,
        False,
        "a test",
        "Yes · Will m happen?",
    )


def account(cash: Number = 1000, name: str = "test") -> Account:
    """A new account with that much cash."""
    return Account.opening(name, exact(cash))


def control(state: ControlState = ControlState.RUNNING, version: int = 1) -> Control:
    """The operator's switch in a state."""
    return Control(state, version, "because", "someone", NOW)


def signal(instrument: str = YES, edge: float = 0.05) -> Signal:
    """A wish for an instrument."""
    return Signal(instrument, edge, 1.0, "a test")


def basket(*legs: Signal, unfilled: Unfilled = Unfilled.ABORT) -> Basket:
    """Legs that belong together; one leg is an ordinary signal."""
    return Basket(legs, unfilled)


def wishes(*entries: Basket, exits: Mapping[str, str] | None = None) -> Wishes:
    """What a strategy would like to do now."""
    return Wishes(entries, exits or {})


def desk(
    *books: OrderBook,
    markets: Sequence[Market] | None = None,
    state: ControlState = ControlState.RUNNING,
    asks: Mapping[str, Number] | None = None,
    **limits: Any,
) -> Desk:
    """A trading stage; each book's best ask was also the quoted one, unless ``asks`` says else."""
    listed = [market()] if markets is None else markets
    quoted = {b.instrument_id: b.asks[0].price if b.asks else None for b in books}
    return Desk(
        CYCLE,
        NOW,
        control(state),
        RiskLimits(**limits),
        {m.market_id: m for m in listed},
        {o.instrument_id: m for m in listed for o in m.outcomes},
        {b.instrument_id: b for b in books},
        {**quoted, **{name: exact(price) for name, price in (asks or {}).items()}},
    )


def inputs(**changes: Any) -> Inputs:
    """A decision to take: one running strategy, one open market, nothing wished for."""
    usual = Inputs(
        cycle_id=CYCLE,
        control=control(),
        config=Config({}, RiskLimits()),
        accounts={"test": account()},
        observation=Observation({"test:m": market()}, {}),
        books={},
        wishes={},
    )
    return replace(usual, **changes)


class SetClock:
    """A clock that shows what it is set to."""

    def __init__(self, shown: datetime = NOW) -> None:
        self.shown = shown

    def now(self) -> datetime:
        """The time it was set to."""
        assert self.shown.tzinfo is UTC
        return self.shown


async def in_turn(calls: Sequence[Awaitable[Any]], seconds: float) -> list[Any]:
    """Await one call after the other; what one raises is its answer."""
    answers: list[Any] = []
    for call in calls:
        try:
            answers.append(await call)
        except Exception as failure:  # noqa: BLE001 - the port answers any failure as a value
            answers.append(failure)
    return answers


def running_table(config: Config | None = None) -> MemoryTable:
    """A table on which an operator has started the system."""
    table = MemoryTable()
    table._store(rows.CONTROL_KEY, rows.control_item(control()))
    if config is not None:
        table._store(rows.CONFIG_KEY, rows.config_item(config))
    return table


def runtime(
    table: MemoryTable,
    archive: MemoryArchive,
    venue: MarketData,
    registry: Mapping[str, type[Strategy]],
    clock: SetClock,
) -> Runtime:
    """The real cycle's runtime over a table and an archive in memory."""
    return Runtime(
        TableLedger(table), archive, {venue.name: venue}, clock, Unheard(), in_turn, registry
    )
