"""Polymarket's price points and trades to domain values. Pure.

Its prices of the past are mid prices at an instant, carried forward while nothing moves: no trade
was made at them. Candles are put together here from all points of their interval.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.venues.bars import floored
from chalicelib.venues.payload import Amount, Probability, WireModel, read_model, refused
from chalicelib.venues.polymarket.parse import VENUE
from chalicelib.venues.polymarket.schemas import ConditionId, TokenId
from chalicelib.venues.stamps import Seconds
from chalicelib.venues.text import clean_text

_MOST_POINTS = 50_000


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class PricePoint(WireModel):
    """The mid price at an instant; ``t`` and ``p`` at the exchange."""

    at: Annotated[Seconds, Field(validation_alias=AliasChoices("timestamp", "t"))]
    price: Annotated[Probability, Field(validation_alias=AliasChoices("price", "p"))]
    resolution_seconds: int = Field(0, ge=0)
    """How far apart the points are kept; 0 where the venue does not say."""


class PricePage(WireModel):
    """Price points, oldest first; ``history`` at the exchange, ``data`` at the data service."""

    points: tuple[PricePoint, ...] = Field(
        validation_alias=AliasChoices("data", "history"), max_length=_MOST_POINTS
    )


class TradeRow(WireModel):
    """One trade in the names of the service's second version, or of its first."""

    token_id: Annotated[TokenId, Field(validation_alias=AliasChoices("token_id", "asset"))]
    condition_id: Annotated[
        ConditionId, Field(validation_alias=AliasChoices("condition_id", "conditionId"))
    ]
    side: Annotated[Side | None, BeforeValidator(_lowered)] = None
    size: Amount
    price: Probability
    at: Annotated[Seconds, Field(validation_alias="timestamp")]
    transaction: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("transaction_hash", "transactionHash"),
            pattern=r"^(0x[0-9a-fA-F]{1,64})?$",
        ),
    ] = ""


class Pagination(WireModel):
    """Where a list of the data service goes on."""

    next_cursor: str | None = Field(None, max_length=4000)


class DataPage(WireModel):
    """A page of the data service's second version; its rows are read one by one."""

    data: tuple[object, ...] = Field(max_length=10_000)
    pagination: Pagination = Pagination()


def answer_of_data_service(answer: object, origin: str) -> object:
    """The answer, unless it is a refusal sent as a success: then VenueUnavailable."""
    if isinstance(answer, dict) and "error" in answer:
        raise VenueUnavailable(
            f"{origin} refused: {clean_text(str(answer['error']), 100)}",
            "The data service says so with status 200 when it is asked too often. Try again later.",
        )
    return answer


def read_points(raw: object, where: str, longest: timedelta) -> tuple[PricePoint, ...]:
    """The price points of an answer that are kept at least as closely as ``longest``."""
    page = read_model(PricePage, raw, where)
    most = longest.total_seconds()
    return tuple(point for point in page.points if point.resolution_seconds <= most)


def candles_of(
    points: Iterable[PricePoint], instrument_id: InstrumentId, interval: timedelta
) -> list[Candle]:
    """One candle for each interval that has points. Mid prices have no volume."""
    prices: dict[datetime, list[Decimal]] = defaultdict(list)
    for point in sorted(points, key=lambda point: point.at):
        prices[floored(point.at, interval)].append(point.price)
    return [
        Candle(
            instrument_id, start, interval, found[0], max(found), min(found), found[-1], None,
            PriceBasis.MID,
        )
        for start, found in prices.items()
    ]  # fmt: skip


def read_trade(raw: object, path: str) -> tuple[TradeRow, PublicTrade]:
    """Read one trade, in the shape of the first or the second version."""
    row = read_model(TradeRow, raw, path)
    key = f"{row.transaction}-{row.size.normalize():f}@{row.price.normalize():f}"
    try:
        trade = PublicTrade(f"{VENUE}:{row.token_id}", key, row.price, row.size, row.side, row.at)
    except ValueError as exc:
        raise refused(path, raw, str(exc)) from exc
    return row, trade


def not_doubled(
    rows: Sequence[tuple[TradeRow, PublicTrade]],
) -> Sequence[tuple[TradeRow, PublicTrade]]:
    """The rows of a page, unless each of them is there more than once: then VenuePayloadError.

    Some may be: one transaction can hold several trades of one size and price.
    """
    counts = Counter((trade.instrument_id, trade.trade_id) for _, trade in rows)
    if len(counts) > 1 and min(counts.values()) > 1:
        raise VenuePayloadError(
            f"polymarket trades: each of {len(counts)} trades is in the answer more than once",
            "They would be counted twice. Ask again.",
        )
    return rows


def numbered(trades: Iterable[PublicTrade]) -> list[PublicTrade]:
    """Tell apart trades that are alike: one transaction can hold several of one size and price."""
    counts: Counter[str] = Counter()
    told_apart = []
    for trade in trades:
        counts[trade.trade_id] += 1
        told_apart.append(replace(trade, trade_id=f"{trade.trade_id}#{counts[trade.trade_id]}"))
    return told_apart
