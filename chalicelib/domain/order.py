"""Orders, what became of them, and why."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.fee import NEW_ORDER, FeeAccumulator, Liquidity
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.money import ZERO


class Side(StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"


class Purpose(StrEnum):
    """Why an order exists: PAUSED lets no ENTRY through, FLATTENING nothing but FLATTEN."""

    ENTRY = "entry"
    EXIT = "exit"
    UNWIND = "unwind"
    FLATTEN = "flatten"


class OrderType(StrEnum):
    """How an order meets the market."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop-limit"


class TimeInForce(StrEnum):
    """How long an order lives; an unfilled part of IOC is cancelled, FOK fills whole or not."""

    GTC = "good-till-cancelled"
    IOC = "immediate-or-cancel"
    FOK = "fill-or-kill"
    GTD = "good-till-date"


@dataclass(frozen=True, slots=True)
class RestingOrder:
    """An order that waits across cycles. ``left`` is what is still to be filled.

    ``queue_ahead`` is the size that was shown at our price when the order was placed: it is
    filled before us. ``trigger`` is the price at which a stop becomes an order. ``book_at`` is the
    time of the last book it was held against: only a later one can fill it. ``rested`` says that
    nothing within its limit was left to take, so that from then on it makes. ``fees`` is what it
    carries of fees from one match to the next. ``inputs`` are the numbers it was decided on.
    """

    order_id: str
    instrument_id: InstrumentId
    market_id: MarketId
    side: Side
    purpose: Purpose
    order_type: OrderType
    time_in_force: TimeInForce
    left: Decimal
    limit: Decimal | None
    trigger: Decimal | None
    queue_ahead: Decimal
    placed_at: datetime
    expires_at: datetime | None
    triggered: bool
    reason: str
    title: str
    book_at: datetime | None = None
    rested: bool = False
    cancel_when_unwished: bool = False
    fees: FeeAccumulator = NEW_ORDER
    inputs: dict[str, float] = field(default_factory=dict, hash=False)


RESTS = (TimeInForce.GTC, TimeInForce.GTD)
"""Times in force under which what is unfilled waits for a later book."""


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """How a strategy wants its wish worked; by default at once, at the prices shown.

    Prices are dollars per contract. A limit or stop without its price, or one that no market can
    trade at, is refused with the reason when the order would be placed.
    """

    order_type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.IOC
    limit: Decimal | None = None
    trigger: Decimal | None = None
    minutes_to_live: int | None = None
    cancel_when_unwished: bool = False


AT_MARKET = OrderTerms()


@dataclass(frozen=True, slots=True)
class Order:
    """A sized wish to trade against the book, by default immediate or cancel.

    ``limit`` is the worst price that will be taken; None takes any price shown. ``sized_by`` names
    the bound that decided its size. ``inputs`` are the numbers it was decided on.
    """

    strategy: str
    instrument_id: InstrumentId
    market_id: MarketId
    side: Side
    purpose: Purpose
    size: Decimal
    limit: Decimal | None
    reason: str
    basket: str = ""
    time_in_force: TimeInForce = TimeInForce.IOC
    sized_by: str = ""
    inputs: dict[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A part of a fill: size taken from one level, with the venue's fee on it."""

    price: Decimal
    size: Decimal
    fee: Decimal


@dataclass(frozen=True, slots=True)
class Fill:
    """What an order really got. ``value`` is the exact sum of price times size, fee apart.

    ``sized_by`` names the bound that decided how large the order was; empty for a sale.
    ``loan_fee`` is what was paid for borrowing the units that it gives back. ``rebate`` is what the
    venue promises its makers for it: it is counted apart and moves no cash. ``inputs`` are the
    numbers that its order was decided on.
    """

    fill_id: str
    cycle_id: int
    strategy: str
    instrument_id: InstrumentId
    market_id: MarketId
    side: Side
    purpose: Purpose
    size: Decimal
    value: Decimal
    fee: Decimal
    matches: tuple[Match, ...]
    occurred_at: datetime
    reason: str
    basket: str
    fee_rule: str
    title: str
    liquidity: Liquidity = Liquidity.TAKER
    sized_by: str = ""
    loan_fee: Decimal = ZERO
    rebate: Decimal = ZERO
    inputs: dict[str, float] = field(default_factory=dict, hash=False)

    @property
    def opens_short(self) -> bool:
        """Whether it sells what is not held: an entry that sells."""
        return self.side is Side.SELL and self.purpose is Purpose.ENTRY

    @property
    def price(self) -> Decimal:
        """Average price over all levels taken, to six places, for display only."""
        return (self.value / self.size).quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Settlement:
    """A position paid out by its venue because the market resolved."""

    settlement_id: str
    cycle_id: int
    strategy: str
    instrument_id: InstrumentId
    market_id: MarketId
    size: Decimal
    payout: Decimal
    value: Decimal
    realised: Decimal
    known_at: datetime
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a wish did not become an order, or an order not a fill, and what the wish was made on."""

    strategy: str
    instrument_id: InstrumentId
    code: str
    reason: str
    basket: str = ""
    inputs: dict[str, float] = field(default_factory=dict, hash=False)
