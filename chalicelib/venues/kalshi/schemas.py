"""Kalshi's answers as they come over the wire: names, types and ranges, nothing more.

Sources: docs.kalshi.com, and answers recorded from January to September 2026.
"""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from chalicelib.venues.kalshi.prices import (
    AmountCents,
    AmountText,
    CentsOrText,
    Count,
    Dollars,
    DollarText,
    first,
)
from chalicelib.venues.payload import BlankIsNone, Flag, Instant, Number, WireModel

TICKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+\-]{0,149}", re.ASCII)
"""Travels in addresses, and in our own ids between colons."""
Ticker = Annotated[str, Field(pattern=rf"^{TICKER.pattern}$")]
Multiplier = Annotated[Number, Field(ge=0, le=100)]
Cursor = Annotated[Annotated[str, Field(max_length=4000)] | None, BlankIsNone]

_MOST_ENTRIES = 20_000
_MOST_SOURCES = 200


class KalshiStatus(StrEnum):
    """Where a market is in its life. Older answers call the last state ``settled``."""

    INITIALIZED = "initialized"
    ACTIVE = "active"
    INACTIVE = "inactive"
    CLOSED = "closed"
    DETERMINED = "determined"
    DISPUTED = "disputed"
    AMENDED = "amended"
    FINALIZED = "finalized"
    SETTLED = "settled"


class KalshiResult(StrEnum):
    """How a market ended; SCALAR and VOID pay a price between 0 and 1."""

    YES = "yes"
    NO = "no"
    SCALAR = "scalar"
    VOID = "void"


class KalshiKind(StrEnum):
    """Whether a contract pays all or nothing, or something between."""

    BINARY = "binary"
    SCALAR = "scalar"


class KalshiSide(StrEnum):
    """One of the two contracts of a market."""

    YES = "yes"
    NO = "no"


class BookSide(StrEnum):
    """Which side of the Yes book an order joined or took."""

    BID = "bid"
    ASK = "ask"


class PriceRange(WireModel):
    """A span of prices with one step."""

    start: Dollars
    end: Dollars
    step: Annotated[Dollars, Field(gt=0)]


class KalshiState(WireModel):
    """How far a market is, and what it pays if it has ended."""

    ticker: Ticker
    status: KalshiStatus
    result: Annotated[KalshiResult | None, BlankIsNone] = None
    settlement_value_dollars: DollarText = None
    settlement_value: CentsOrText = None
    settlement_ts: Instant = None

    @property
    def pays(self) -> Decimal | None:
        """Dollars per Yes contract; None while nothing is stated."""
        return first(self.settlement_value_dollars, self.settlement_value)


class KalshiMarket(KalshiState):
    """One market. Category, group and fees come from its event and series."""

    event_ticker: Ticker
    market_type: KalshiKind = KalshiKind.BINARY
    title: str | None = None
    yes_sub_title: str | None = None
    no_sub_title: str | None = None
    close_time: Instant = None
    rules_primary: str | None = None
    rules_secondary: str | None = None
    fee_waiver_expiration_time: Instant = None
    price_ranges: Annotated[tuple[PriceRange, ...] | None, Field(max_length=50)] = None
    tick_size: Annotated[int | None, Field(strict=True, ge=1, le=100)] = None
    notional_value_dollars: AmountText = None
    notional_value: AmountCents = None
    yes_bid_dollars: DollarText = None
    yes_bid: CentsOrText = None
    yes_ask_dollars: DollarText = None
    yes_ask: CentsOrText = None
    yes_bid_size_fp: Count = None
    yes_ask_size_fp: Count = None
    last_price_dollars: DollarText = None
    last_price: CentsOrText = None
    volume_fp: Count = None
    volume_24h_fp: Count = None
    volume_24h: Count = None
    liquidity_dollars: AmountText = None
    liquidity: AmountCents = None


def series_of(ticker: str) -> str:
    """The series of a market or event, by the venue's rule for its tickers."""
    return ticker.partition("-")[0]


class KalshiSource(WireModel):
    """Somebody whose word settles a market."""

    name: str | None = None


class KalshiEvent(WireModel):
    """What several markets belong to. Overrides win over the series' fees."""

    event_ticker: Ticker
    series_ticker: Ticker | None = None
    title: str | None = None
    category: str | None = None
    mutually_exclusive: Flag = False
    fee_type_override: str | None = None
    fee_multiplier_override: Multiplier | None = None
    settlement_sources: Annotated[
        tuple[KalshiSource, ...] | None, Field(max_length=_MOST_SOURCES)
    ] = None
    markets: Annotated[tuple[object, ...] | None, Field(max_length=_MOST_ENTRIES)] = None

    @property
    def series(self) -> str:
        """The series that its fees come from."""
        return self.series_ticker or series_of(self.event_ticker)


class KalshiSeries(WireModel):
    """What events repeat in; says what trading in them costs."""

    ticker: Ticker
    category: str | None = None
    fee_type: str | None = None
    fee_multiplier: Multiplier | None = None
    settlement_sources: Annotated[
        tuple[KalshiSource, ...] | None, Field(max_length=_MOST_SOURCES)
    ] = None


class MarketsPage(WireModel):
    """A page of markets; its entries are read one by one, so that one cannot spoil all."""

    markets: tuple[object, ...] = Field(max_length=_MOST_ENTRIES)
    cursor: Cursor = None


class EventsPage(WireModel):
    """A page of events, with or without their markets."""

    events: tuple[object, ...] = Field(max_length=_MOST_ENTRIES)
    cursor: Cursor = None


class OneEvent(WireModel):
    """One event asked for by name."""

    event: KalshiEvent


class OneSeries(WireModel):
    """One series asked for by name."""

    series: KalshiSeries


class SeriesList(WireModel):
    """The series of a category, all in one answer."""

    series: Annotated[tuple[object, ...] | None, Field(max_length=100_000)]


class NamedBook(WireModel):
    """One of several order books; its levels are read apart, because they are many."""

    ticker: Ticker


class BooksPage(WireModel):
    """Several order books."""

    orderbooks: tuple[object, ...] = Field(max_length=1000)
