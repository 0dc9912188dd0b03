"""From tape columns to domain values: markets, quotes and books, in Decimal."""

from datetime import datetime
from decimal import Decimal
from functools import cache

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.domain.market import InstrumentId, Market, MarketStatus, Outcome
from chalicelib.fees.load import published
from chalicelib.venues.recorded import TAPE_START
from chalicelib.venues.recorded.laps import VENUE, Name
from chalicelib.venues.recorded.snapshots import PRICE_SCALE, SIZE_SCALE, Ladder, Snapshots
from chalicelib.venues.recorded.tape_file import RecordedMarket

CENT = Decimal("0.01")
TENTH_OF_A_CENT = Decimal("0.001")


@cache
def tape_fee() -> FeeTerms | FeeUnknown:
    """The published row that was in force when the tape was recorded."""
    return published().in_force("polymarket", "", "", "crypto", TAPE_START)


def market_answer(
    market: RecordedMarket, name: Name, *, is_open: bool, is_fine: bool, closes_at: datetime
) -> Market:
    """The market as the venue would list it; ``is_fine`` says that its tick has become finer."""
    up, down = name.instrument_id("up"), name.instrument_id("down")
    return Market(
        market_id=name.market_id,
        venue=VENUE,
        title=market.question + (f" (lap {name.lap})" if name.lap > 1 else ""),
        status=MarketStatus.OPEN if is_open else MarketStatus.CLOSED,
        outcomes=(Outcome(up, "Up", complement=down), Outcome(down, "Down", complement=up)),
        closes_at=closes_at,
        tick=TENTH_OF_A_CENT if is_fine else CENT,
        min_size=Decimal(5),
        size_step=CENT,
        min_notional=Decimal(1),
        fee=tape_fee(),
        category="crypto",
        resale_seconds=5,
        url=f"https://polymarket.com/event/{market.slug}",
        mirrored=True,
    )


def quote_answer(
    instrument_id: InstrumentId,
    snapshots: Snapshots,
    index: int,
    occurred_at: datetime,
    seen_at: datetime,
) -> Quote:
    """Top of book of one snapshot; a side that shows nothing is None."""
    bid = _levels(snapshots.bids, index, depth=1)
    ask = _levels(snapshots.asks, index, depth=1)
    return Quote(
        instrument_id=instrument_id,
        bid=bid[0].price if bid else None,
        bid_size=bid[0].size if bid else None,
        ask=ask[0].price if ask else None,
        ask_size=ask[0].size if ask else None,
        occurred_at=occurred_at,
        seen_at=seen_at,
    )


def book_answer(
    instrument_id: InstrumentId, snapshots: Snapshots, index: int, occurred_at: datetime
) -> OrderBook:
    """All levels of one snapshot."""
    return OrderBook(
        instrument_id=instrument_id,
        bids=_levels(snapshots.bids, index),
        asks=_levels(snapshots.asks, index),
        occurred_at=occurred_at,
        seen_at=occurred_at,
    )


def _levels(ladder: Ladder, index: int, depth: int | None = None) -> tuple[Level, ...]:
    return tuple(
        Level(Decimal(price) / PRICE_SCALE, Decimal(size) / SIZE_SCALE)
        for price, size in ladder.levels(index, depth)
    )
