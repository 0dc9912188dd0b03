"""Polymarket's answers as they come over the wire: names, types and ranges, nothing more.

Gamma is the catalogue, with numbers as JSON numbers and some lists as JSON text inside a string.
The CLOB is the exchange, with numbers as strings. Source: docs.polymarket.com and recorded
answers, September 2026.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from pydantic.alias_generators import to_camel

from chalicelib.venues.payload import (
    Amount,
    BlankIsNone,
    Flag,
    FromJsonText,
    Instant,
    Number,
    Probability,
    WireModel,
)

ConditionId = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{64}$")]
TokenId = Annotated[str, Field(pattern=r"^[0-9]{1,78}$")]

_MOST_OUTCOMES = 50
_MOST_LEVELS = 10_000
_MOST_TAGS = 200


class OracleStatus(StrEnum):
    """How far the oracle is with a market's result."""

    INITIALIZED = "initialized"
    POSED = "posed"
    PROPOSED = "proposed"
    CHALLENGED = "challenged"
    REPROPOSED = "reproposed"
    DISPUTED = "disputed"
    ACTIVE = "active"
    ARBITRATION = "arbitration"
    RESOLVED = "resolved"

    @property
    def is_contested(self) -> bool:
        """Whether somebody objected to a result that was proposed."""
        return self in _CONTESTED


_CONTESTED = frozenset(
    {
        OracleStatus.CHALLENGED,
        OracleStatus.REPROPOSED,
        OracleStatus.DISPUTED,
        OracleStatus.ARBITRATION,
    }
)


class PositionStatus(StrEnum):
    """How far a market of the venue's second protocol version is."""

    INACTIVE = "inactive"
    ACTIVE = "active"
    RESOLVED = "resolved"


class GammaModel(WireModel):
    """Base of the catalogue's answers, which name fields in camelCase."""

    model_config = WireModel.model_config | {"alias_generator": to_camel}


class FeeSchedule(GammaModel):
    """The taker's fee: ``shares · rate · (p(1-p))^exponent``."""

    rate: Probability
    exponent: Annotated[Number, Field(gt=0, le=4)]
    taker_only: Flag = True
    rebate_rate: Probability = Decimal(0)


class GammaState(GammaModel):
    """Where a market of the catalogue is in its life; one in preparation has little else yet."""

    active: Flag = False
    closed: Flag
    archived: Flag | None = None
    accepting_orders: Flag | None = None
    enable_order_book: Flag | None = None

    @property
    def takes_orders(self) -> bool:
        """Whether an order could be sent now; anything not stated counts as no."""
        stated = self.active and self.accepting_orders and self.enable_order_book
        return bool(stated) and not self.closed and not self.archived


class GammaSeries(GammaModel):
    """What events repeat in: daily weather, a season."""

    slug: str = ""


class GammaTag(GammaModel):
    """One of the venue's own words on what a market is about."""

    label: str = ""


class GammaEvent(GammaModel):
    """What a market belongs to; the catalogue names it inside of each market."""

    id: str = ""
    series_slug: str | None = None
    series: tuple[GammaSeries, ...] | None = Field(None, max_length=_MOST_OUTCOMES)
    resolution_source: str | None = None
    neg_risk_augmented: Flag | None = None
    neg_risk_market_id: Annotated[ConditionId | None, BlankIsNone] = Field(
        None, alias="negRiskMarketID"
    )
    tags: tuple[GammaTag, ...] | None = Field(None, max_length=_MOST_TAGS)
    markets_listed: Annotated[int, Field(strict=True, ge=0)] = 0
    """How many markets came inside of it; 0 where it came inside of a market."""

    @property
    def series_name(self) -> str:
        """The series it belongs to, nothing where it stands alone."""
        return self.series_slug or next((series.slug for series in self.series or ()), "")


NO_EVENT = GammaEvent()


class GammaMember(GammaModel):
    """A market as a part of its event."""

    events: tuple[GammaEvent, ...] = Field(max_length=_MOST_OUTCOMES, min_length=1)

    @property
    def event(self) -> GammaEvent:
        """The event that it came in."""
        return self.events[0]


class GammaMarket(GammaState):
    """One market of the catalogue. Lists about outcomes run in parallel."""

    id: str = ""
    condition_id: ConditionId
    question: str
    slug: str = ""
    category: str | None = None
    outcomes: Annotated[tuple[str, ...], FromJsonText, Field(max_length=_MOST_OUTCOMES)] = ()
    clob_token_ids: Annotated[
        tuple[TokenId, ...], FromJsonText, Field(max_length=_MOST_OUTCOMES)
    ] = ()
    outcome_prices: Annotated[
        tuple[Probability, ...], FromJsonText, Field(max_length=_MOST_OUTCOMES)
    ] = ()
    end_date: Instant = None
    updated_at: Instant = None
    order_price_min_tick_size: Number | None = None
    order_min_size: Number | None = None
    liquidity_num: Amount | None = None
    liquidity: Annotated[Amount | None, BlankIsNone] = None
    volume_24h: Amount | None = Field(None, alias="volume24hr")
    best_bid: Probability | None = None
    best_ask: Probability | None = None
    neg_risk: Flag | None = None
    neg_risk_market_id: Annotated[ConditionId | None, BlankIsNone] = Field(
        None, alias="negRiskMarketID"
    )
    neg_risk_other: Flag | None = None
    events: tuple[GammaEvent, ...] | None = Field(None, max_length=_MOST_OUTCOMES)
    tags: tuple[GammaTag, ...] | None = Field(None, max_length=_MOST_TAGS)
    description: str | None = None
    resolution_source: str | None = None
    fees_enabled: Flag | None = None
    fee_type: str | None = None
    fee_schedule: FeeSchedule | None = None
    uma_resolution_status: Annotated[OracleStatus | None, BlankIsNone] = None
    resolution_status: Annotated[PositionStatus | None, BlankIsNone] = None

    @property
    def event(self) -> GammaEvent:
        """The first event it belongs to; an empty one where the catalogue names none."""
        return self.events[0] if self.events else NO_EVENT


class GammaPage(WireModel):
    """One page of the catalogue; its entries are read one by one, so that one cannot spoil all."""

    markets: tuple[object, ...] = Field(max_length=1000)
    next_cursor: str | None = Field(None, max_length=4000)


class BookLevel(WireModel):
    """Resting size at one price."""

    price: Probability
    size: Amount


class ClobBook(WireModel):
    """One token's order book. On the wire the best level of each side is the last one."""

    asset_id: TokenId
    timestamp: Annotated[str, Field(pattern=r"^[0-9]{13}$", description="Milliseconds")]
    bids: tuple[BookLevel, ...] = Field(max_length=_MOST_LEVELS)
    asks: tuple[BookLevel, ...] = Field(max_length=_MOST_LEVELS)


class ClobToken(WireModel):
    """One outcome of a market at the exchange."""

    token_id: TokenId
    price: Probability
    winner: Flag


class TerseFee(WireModel):
    """The exchange's short form of a fee schedule."""

    rate: Probability = Field(alias="r")
    exponent: Annotated[Number, Field(gt=0, le=4)] = Field(Decimal(1), alias="e")
    taker_only: Flag = Field(default=True, alias="to")


class TerseMarket(WireModel):
    """The exchange's short form of a market: tick, least size and fee, no words."""

    tick: Number = Field(alias="mts")
    min_size: Number = Field(alias="mos")
    fee: TerseFee | None = Field(None, alias="fd")


class ClobMarket(WireModel):
    """What the exchange says about a market; the second witness of a result."""

    condition_id: ConditionId | None = None
    closed: Flag
    is_50_50_outcome: Flag = False
    tokens: tuple[ClobToken, ...] = Field(max_length=_MOST_OUTCOMES)


class ResolutionRow(WireModel):
    """What the venue's data service says of a result; another witness beside the exchange.

    ``payouts`` are millionths of a dollar per contract, in the order of the outcomes.
    """

    condition_id: ConditionId
    status: OracleStatus
    payouts: tuple[Annotated[int, Field(strict=True, ge=0, le=10**6)], ...] | None = Field(
        None, max_length=_MOST_OUTCOMES
    )


class ResolutionRows(WireModel):
    """The rows, read one by one."""

    data: tuple[object, ...] = Field(max_length=1000)
