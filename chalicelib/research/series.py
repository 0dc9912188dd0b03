"""Past prices as a venue: one price a day or an hour, under a stated spread and depth."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from itertools import pairwise

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.domain.market import (
    InstrumentId,
    Market,
    MarketId,
    MarketKind,
    MarketStatus,
    Resolution,
)
from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.origin import Origin
from chalicelib.ports import Depth, Results, Scan

FeeAt = Callable[[Market, datetime], FeeTerms | FeeUnknown]
_A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Prices:
    """The known prices of a market's first outcome, oldest first.

    ``known_at`` are unix seconds from which on a price could be acted on. ``bids`` and ``asks`` are
    what the venue showed then; where they are missing, the spread model makes them from ``mids``.
    ``volumes`` are the dollars of the 24 hours before, where known. ``next_mids`` are the first
    prices after each of these, such as the open of the next bar; where they are missing, the next
    known price is.
    """

    market: Market
    known_at: Sequence[int]
    mids: Sequence[Decimal]
    bids: Sequence[Decimal | None] = ()
    asks: Sequence[Decimal | None] = ()
    volumes: Sequence[Decimal | None] = ()
    next_mids: Sequence[Decimal] = ()
    resolution: Resolution | None = None

    def __post_init__(self) -> None:
        """Refuse times out of order and columns of unlike lengths: they would shift the past."""
        rows = len(self.known_at)
        columns = (self.mids, self.bids, self.asks, self.volumes, self.next_mids)
        if any(len(column) not in (0, rows) for column in columns) or len(self.mids) != rows:
            raise ValueError(f"{self.market.market_id}: columns of unlike lengths")
        if any(later <= earlier for earlier, later in pairwise(self.known_at)):
            raise ValueError(f"{self.market.market_id}: times are not in order, or one is doubled")


@dataclass(frozen=True, slots=True)
class SpreadModel:
    """What is assumed where only prices are known.

    ``half_spread``: dollars of a contract, a share of a spot price, on each side of the price.
    ``depth``: dollars shown at the best price of each side; nothing stands behind it.
    ``longest_gap``: how old the newest price may be, and how far off the next one, to be traded on.
    """

    half_spread: Decimal
    depth: Decimal
    longest_gap: timedelta


class SeriesVenue:
    """Answers by the clock of the caller from known prices; no I/O.

    A decision sees the newest known price. What it orders meets the *next* one: nobody could have
    traded at the price that he decided on.
    """

    def __init__(
        self, name: str, series: Iterable[Prices], spread: SpreadModel, fee_at: FeeAt
    ) -> None:
        self.name = name
        self._spread = spread
        self._series = {prices.market.market_id: prices for prices in series}
        self._of = {
            outcome.instrument_id: prices
            for prices in self._series.values()
            for outcome in prices.market.outcomes
        }
        self._fee_on = lru_cache(maxsize=None)(fee_at)

    @property
    def moments(self) -> list[datetime]:
        """The whole minutes at which something became known or paid, in order."""
        known = {at for prices in self._series.values() for at in prices.known_at}
        paid = {
            int(prices.resolution.known_at.timestamp())
            for prices in self._series.values()
            if prices.resolution is not None
        }
        minutes = sorted({-(-at // 60) for at in known | paid})
        return [datetime.fromtimestamp(minute * 60, UTC) for minute in minutes]

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """The markets of which a price is known and no result yet, with quotes not too old."""
        markets: dict[MarketId, Market] = {}
        quotes: dict[InstrumentId, Quote] = {}
        for market_id, prices in self._series.items():
            row = self._row(prices, at)
            if row < 0 or _is_paid(prices, at):
                continue
            markets[market_id] = self._market(prices, row, at)
            if self._is_fresh(prices, row, at):
                quotes.update(
                    (o.instrument_id, quote)
                    for o in prices.market.outcomes
                    if (quote := self._quote(prices, o.instrument_id, row, at)) is not None
                )
        return Scan(markets, quotes, origin=Origin.RECORDED)

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """The next known price of each as a book; left out where none follows in time."""
        found = ((wanted, self._book(wanted, at)) for wanted in instrument_ids)
        return Depth({wanted: book for wanted, book in found if book is not None})

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """The results that were known at this time."""
        asked = (self._series.get(market_id) for market_id in market_ids)
        return Results(tuple(p.resolution for p in asked if p and p.resolution and _is_paid(p, at)))

    def _row(self, prices: Prices, at: datetime) -> int:
        return bisect_right(prices.known_at, int(at.timestamp())) - 1

    def _is_fresh(self, prices: Prices, row: int, at: datetime) -> bool:
        return at.timestamp() - prices.known_at[row] <= self._spread.longest_gap.total_seconds()

    def _market(self, prices: Prices, row: int, at: datetime) -> Market:
        market = prices.market
        over = market.closes_at is not None and market.closes_at <= at
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return replace(
            market,
            status=MarketStatus.CLOSED if over else MarketStatus.OPEN,
            fee=self._fee_on(market, midnight),
            volume_24h=prices.volumes[row] if prices.volumes else market.volume_24h,
        )

    def _sides(self, prices: Prices, row: int) -> tuple[Decimal | None, Decimal | None]:
        """Bid and ask of the first outcome: as shown, or made by the model."""
        if prices.bids:
            return prices.bids[row], prices.asks[row]
        return self._around(prices.market, prices.mids[row])

    def _around(self, market: Market, mid: Decimal) -> tuple[Decimal | None, Decimal | None]:
        """The model's bid and ask around a price, rounded apart to ticks."""
        spot = market.kind is MarketKind.SPOT
        half = self._spread.half_spread * (mid if spot else ONE)
        tick = market.tick
        bid = ((mid - half) / tick).to_integral_value(ROUND_FLOOR) * tick
        ask = ((mid + half) / tick).to_integral_value(ROUND_CEILING) * tick
        return (bid if bid > ZERO else None), (ask if spot or ask < ONE else None)

    def _next_sides(self, prices: Prices, row: int) -> tuple[Decimal | None, Decimal | None]:
        """What an order decided on this row meets; nothing where no price follows in time."""
        if row < 0 or row + 1 >= len(prices.known_at):
            return None, None
        wait = prices.known_at[row + 1] - prices.known_at[row]
        if wait > self._spread.longest_gap.total_seconds():
            return None, None
        if prices.next_mids:
            return self._around(prices.market, prices.next_mids[row])
        return self._sides(prices, row + 1)

    def _of_outcome(
        self,
        prices: Prices,
        instrument_id: InstrumentId,
        sides: tuple[Decimal | None, Decimal | None],
    ) -> tuple[Decimal | None, Decimal | None]:
        bid, ask = sides
        if instrument_id == prices.market.outcomes[0].instrument_id:
            return bid, ask
        return None if ask is None else ONE - ask, None if bid is None else ONE - bid

    def _quote(
        self, prices: Prices, instrument_id: InstrumentId, row: int, at: datetime
    ) -> Quote | None:
        bid, ask = self._of_outcome(prices, instrument_id, self._sides(prices, row))
        if bid is None and ask is None:
            return None
        sizes = (self._size(prices.market, bid), self._size(prices.market, ask))
        return Quote(instrument_id, bid, sizes[0], ask, sizes[1], at, at)

    def _book(self, instrument_id: InstrumentId, at: datetime) -> OrderBook | None:
        prices = self._of.get(instrument_id)
        if prices is None:
            return None
        sides = self._next_sides(prices, self._row(prices, at))
        if sides == (None, None):
            return None
        bid, ask = self._of_outcome(prices, instrument_id, sides)
        shown_at = at + _A_SECOND
        return OrderBook(
            instrument_id,
            self._levels(prices.market, bid),
            self._levels(prices.market, ask),
            shown_at,
            shown_at,
        )

    def _levels(self, market: Market, price: Decimal | None) -> tuple[Level, ...]:
        size = self._size(market, price)
        return () if price is None or size is None else (Level(price, size),)

    def _size(self, market: Market, price: Decimal | None) -> Decimal | None:
        if price is None:
            return None
        steps = (self._spread.depth / price / market.size_step).to_integral_value(ROUND_FLOOR)
        return max(steps, ONE) * market.size_step


def _is_paid(prices: Prices, at: datetime) -> bool:
    return prices.resolution is not None and prices.resolution.known_at <= at
