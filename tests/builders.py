"""Small markets, books, quotes, accounts and tapes: a test states only what it is about.

Prices and sizes may be written as text or numbers; they become exact decimals.
"""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import Config, Observation, cycle_time
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
from chalicelib.domain.question import Questions
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.domain.strategy import Strategy
from chalicelib.domain.tape import FEES, SEEN, Tape
from chalicelib.engine.decide import Inputs
from chalicelib.engine.gate import Desk
from chalicelib.engine.runtime import Runtime
from chalicelib.engine.wish import Wishes
from chalicelib.fees.charge import charge
from chalicelib.fees.stated import EVER, quadratic_terms
from chalicelib.ports import MarketData

CYCLE = 29_842_560
NOW = cycle_time(CYCLE)
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


def tape(mids: Any, spread: Any = 0.02, fee: float = 0.0, minutes_left: float = 1440) -> Tape:
    """A tape of these mid prices, (T,) for one instrument or (T, N); a minute from row to row.

    Columns 0 and 1 are two sides of one market, 2 and 3 of the next, and so on.
    """
    values = np.asarray(mids, np.float64)
    values = values.reshape(len(values), -1)
    return tape_of(values - spread / 2, values + spread / 2, fee, minutes_left)


def tape_of(bid: Any, ask: Any, fee: float = 0.0, minutes_left: float = 1440) -> Tape:
    """A tape of these bids and asks, (T, N), with 100 contracts shown on each side."""
    bids, asks = np.array(bid, np.float64), np.array(ask, np.float64)
    rows_, columns = bids.shape
    numbers = np.arange(columns)
    partner = np.where(numbers ^ 1 < columns, numbers ^ 1, -1)
    end = NOW.timestamp() + 60 * minutes_left
    return Tape(
        instruments=tuple(f"test:m{n // 2}:{'no' if n % 2 else 'yes'}" for n in numbers),
        times=np.array([int(NOW.timestamp()) + 60 * (t - rows_ + 1) for t in range(rows_)]),
        bid=bids,
        ask=asks,
        bid_size=np.where(np.isnan(bids), np.nan, 100.0),
        ask_size=np.where(np.isnan(asks), np.nan, 100.0),
        complement=partner.astype(np.int64),
        market=(numbers // 2).astype(np.int64),
        closes_at=np.full(columns, end),
        fee_rate=np.full(columns, fee),
        fee_exponent=np.ones(columns),
        fee_of_value=np.zeros(columns, bool),
        spot=np.zeros(columns, bool),
        volume=np.full(bids.shape, np.nan),
        forecast=np.full(bids.shape, np.nan),
        news=np.full(bids.shape, np.nan),
        questions=replace(Questions.none(columns), affirmative=numbers % 2 == 0),
    )


def asking(tape: Tape, **columns: Any) -> Tape:
    """The same tape with what its instruments ask: arrays of Questions, by name."""
    known = {
        name: np.asarray(values, getattr(tape.questions, name).dtype)
        for name, values in columns.items()
    }
    return replace(tape, questions=replace(tape.questions, **known))


def spot_tape(mids: Any, spread: float = 0.0, fee: float = 0.0) -> Tape:
    """A tape of currencies at these mid prices, with a fee that is a share of the value."""
    values = np.asarray(mids, np.float64)
    values = values.reshape(len(values), -1)
    columns = values.shape[1]
    contracts = tape(values, spread * values, fee)
    return replace(
        contracts,
        instruments=tuple(f"test:COIN{n}USD" for n in range(columns)),
        complement=np.full(columns, -1),
        market=np.arange(columns),
        closes_at=np.full(columns, np.nan),
        fee_of_value=np.ones(columns, bool),
        spot=np.ones(columns, bool),
        questions=Questions.none(columns),
    )


def random_walk(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """A tape of wandering prices in cents, some of them missing; the same seed gives the same."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 0.04, (rows_, columns)).cumsum(axis=0)
    mids = np.clip(np.round(0.5 + steps, 2), 0.03, 0.97)
    mids[chance.random(mids.shape) < unknown] = np.nan
    return tape(mids, fee=0.07, minutes_left=float(chance.integers(0, 60)))


def random_spot_walk(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """A tape of wandering currencies, dear and cheap ones, some of their prices missing."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 0.03, (rows_, columns)).cumsum(axis=0)
    mids = np.exp(steps) * 10.0 ** chance.integers(-5, 6, columns)
    mids[chance.random(mids.shape) < unknown] = np.nan
    return spot_tape(mids, 0.0001, fee=0.001)


def random_exchanges(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """Currencies that wander in pairs, each quoted by two venues that do not quite agree."""
    chance = np.random.default_rng(seed)
    names = ("BTC", "ETH", "SOL", "AVAX", "LTC", "BCH")[: max(2, min(columns, 6))]
    pairs = np.repeat(np.arange(3), 2)[: len(names)]
    walks = np.exp(chance.normal(0, 0.003, (rows_, 3)).cumsum(axis=0))[:, pairs]
    prices = 10.0 ** chance.integers(-1, 5, len(names)) * walks
    prices = prices * np.exp(chance.normal(0, 0.004, prices.shape))
    mids = np.hstack([prices, prices * np.exp(chance.normal(0, 0.004, prices.shape))])
    mids[chance.random(mids.shape) < unknown] = np.nan
    ids = [*(f"one:{name}-USD" for name in names), *(f"two:{name}USDT" for name in names)]
    quoted = replace(spot_tape(mids, 0.0001, fee=0.0002), instruments=tuple(ids))
    return asking(quoted, subject=np.tile(np.arange(len(names)), 2))


def beside(left: Tape, right: Tape) -> Tape:
    """The instruments of two tapes of the same times in one; their names must differ."""
    width = len(left.instruments)
    joined = {
        name: np.hstack([getattr(left, name), getattr(right, name)])
        for name in (*SEEN, *FEES, "closes_at", "spot")
    }
    asked = {}
    for each in fields(Questions):
        here, there = getattr(left.questions, each.name), getattr(right.questions, each.name)
        if each.name in ("underlying", "twin"):
            there = np.where(there < 0, -1, there + width)
        if each.name in ("group", "subject"):
            there = np.where(there < 0, -1, there + here.max(initial=-1) + 1)
        asked[each.name] = np.hstack([here, there])
    partner = np.where(right.complement < 0, -1, right.complement + width)
    return replace(
        left,
        **joined,
        instruments=left.instruments + right.instruments,
        complement=np.hstack([left.complement, partner]),
        market=np.hstack([left.market, right.market + left.market.max(initial=-1) + 1]),
        questions=Questions(**asked),
    )


def mixed_walk(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """Contracts that ask something, four for each of ``columns``, and currencies, in one tape."""
    contracts = random_walk(seed, rows_, 4 * columns, unknown)
    currencies = random_spot_walk(seed, rows_, 1 + columns // 3, unknown)
    return random_questions(beside(contracts, currencies), seed)


def random_questions(walk: Tape, seed: int) -> Tape:
    """The same walk with questions that fit together, twins, forecasts, news and volume.

    One after the other its markets ask for: the members of an exclusive group, which is listed
    whole or not; a price at a time, or touched until a time, above, below or between bounds;
    something by a date; up or down over a window that has begun; the same as a market at another
    venue. Prices asked for lie around those of a currency of the tape, where it has one.
    """
    chance = np.random.default_rng(seed)
    asked = {f.name: getattr(walk.questions, f.name).copy() for f in fields(Questions)}
    ends, names = walk.closes_at.copy(), list(walk.instruments)
    firsts = np.flatnonzero(asked["affirmative"] & (walk.complement >= 0) & ~walk.spot)
    kinds = ("group", "level", "touch", "dated", "change", "twin", "none")
    offset = int(chance.integers(0, len(kinds)))
    for number in range(0, len(firsts), 3):
        yes = firsts[number : number + 3]
        both = [yes, walk.complement[yes]]
        ends[both] = NOW.timestamp() + 60 * chance.integers(-5, 240, len(yes))
        _ask(kinds[(offset + number // 3) % len(kinds)], walk, yes, asked, ends, names, chance)
    shape = walk.bid.shape
    forecast = np.clip(chance.random(shape[1]) + chance.normal(0, 0.02, shape).cumsum(axis=0), 0, 1)
    other = firsts, walk.complement[firsts]
    forecast[:, other[1]] = 1 - forecast[:, other[0]]
    nothing_said = chance.random(shape) < 0.1
    forecast[nothing_said | walk.spot | (chance.random(shape[1]) < 0.5)] = np.nan
    return replace(
        walk,
        instruments=tuple(names),
        closes_at=ends,
        questions=Questions(**asked),
        forecast=forecast,
        news=np.where(nothing_said, np.nan, chance.poisson(0.1, shape)),
        volume=np.where(nothing_said, np.nan, 1e4 * chance.lognormal(0, 0.5, shape)),
    )


def _ask(
    kind: str,
    walk: Tape,
    yes: IntArray,
    asked: dict[str, Any],
    ends: FloatArray,
    names: list[str],
    chance: np.random.Generator,
) -> None:
    """Write what the markets of the columns ``yes`` ask, into both of their columns."""
    both = [yes, walk.complement[yes]]
    now, count = NOW.timestamp(), len(yes)
    if kind == "group":
        asked["group"][both] = asked["group"].max() + 1
        asked["group_size"][both] = chance.choice([0, count, count, count + 1])
    if kind in ("level", "touch", "dated"):
        asked["subject"][both] = asked["subject"].max() + 1
        asked["touch"][both] = kind != "level"
    if kind in ("level", "touch"):
        ends[both] = ends[yes[0]] if kind == "level" else ends[yes]
        asked["low"][both], asked["high"][both] = _bounds(walk, yes, asked, chance)
    if kind == "change":
        minutes = chance.choice([5, 15, 60], count)
        begun = now - 60 * chance.integers(0, minutes)
        asked["starts_at"][both], ends[both] = begun, begun + 60 * minutes
        asked["underlying"][both] = chance.choice(np.append(np.flatnonzero(walk.spot)[:1], -1))
    if kind == "twin" and count > 1:
        turned = int(chance.integers(0, 2))  # whether the other venue asks the opposite
        for column in (0, 1):
            here, there = both[column][0], both[column ^ turned][1]
            asked["twin"][here], asked["twin"][there] = there, here
            names[there] = names[there].replace("test:", "other:")
        ends[both] = ends[yes[0]]
    if kind not in ("none", "group"):
        asked["ends_at"][both] = ends[both]


def _bounds(
    walk: Tape, yes: IntArray, asked: dict[str, Any], chance: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Above, below and between prices around the last one known of a currency, if there is one."""
    price = 100.0
    currencies = np.flatnonzero(walk.spot)
    if currencies.size:
        currency = chance.choice(currencies)
        asked["underlying"][[yes, walk.complement[yes]]] = currency
        price = next((p for p in walk.mid[::-1, currency] if not np.isnan(p)), price)
    bounds = np.sort(price * np.exp(chance.normal(0, 0.2, (2, len(yes)))), axis=0)
    open_side = chance.integers(0, 3, len(yes))
    return (
        np.where(open_side == 1, -np.inf, bounds[0]),
        np.where(open_side == 0, np.inf, bounds[1]),
    )


class Silence:
    """Telemetry that nobody reads."""

    def count(self, name: str, value: float = 1) -> None:
        """Add to no metric."""

    def event(self, message: str, **fields: object) -> None:
        """Write no line."""

    def failure(self, message: str, exc: BaseException) -> None:
        """Write no line."""


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
        TableLedger(table), archive, {venue.name: venue}, clock, Silence(), in_turn, registry
    )
