"""What Polymarket publishes of its past: mid prices at the exchange, trades at the data service."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.public import Candle, ExchangeStatus, PublicTrade
from chalicelib.ports import Clock
from chalicelib.venues.bars import complete, in_order, known_interval, windows
from chalicelib.venues.batches import own_name
from chalicelib.venues.payload import read_model, refused
from chalicelib.venues.polymarket.hosts import LATER_PRICES, MARKETS, PRICES, TIME, TRADES
from chalicelib.venues.polymarket.parse import VENUE, read_page
from chalicelib.venues.polymarket.past import (
    DataPage,
    PricePoint,
    answer_of_data_service,
    candles_of,
    not_doubled,
    numbered,
    read_points,
    read_trade,
)
from chalicelib.venues.polymarket.schemas import GammaMarket
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.rejection import sift
from chalicelib.venues.stamps import from_seconds
from chalicelib.venues.transport import Transport

FIDELITY = {
    timedelta(minutes=1): 1,
    timedelta(minutes=5): 1,
    timedelta(minutes=15): 1,
    timedelta(hours=1): 1,
    timedelta(hours=6): 5,
    timedelta(days=1): 10,
}
"""Minutes between the points from which a candle of each interval is made."""
LONGEST_WINDOW = timedelta(days=15)
CLOCKS_APART = timedelta(days=1)
"""A number that was cut off is still a number, and the time of another year."""
TRADES_PER_PAGE = 1000
MOST_TRADE_PAGES = 100
POINTS_PER_PAGE = 10_000
MOST_POINT_PAGES = 10

Query = list[tuple[str, str]]


class PolymarketHistory:
    """Candles from mid prices, trades of others, and whether the exchange answers."""

    def __init__(self, transport: Transport, settings: PolymarketSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._conditions: dict[str, str] = {}

    async def candles(
        self, instrument_id: InstrumentId, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Candles of mid prices, not of trades, and without volume.

        The exchange is asked first; where it has nothing, as for markets long settled, the data
        service is. Prices that are kept less closely than the interval make no candle.
        """
        fidelity = known_interval(VENUE, interval, FIDELITY)
        token = own_name(VENUE, instrument_id)
        now = self._clock.now()
        points: list[PricePoint] = []
        for opens, closes in windows(VENUE, start, min(end, now), LONGEST_WINDOW):
            found = await self._exchange_points(token, (opens, closes), fidelity, interval)
            points += found or await self._later_points(token, (opens, closes), fidelity, interval)
        found_candles = candles_of(points, instrument_id, interval)
        return complete(found_candles, start, end, now)

    async def _exchange_points(
        self, token: str, span: tuple[datetime, datetime], fidelity: int, interval: timedelta
    ) -> Sequence[PricePoint]:
        query = [("market", token), ("startTs", _seconds(span[0])), ("endTs", _seconds(span[1]))]
        query += [("fidelity", str(fidelity))]
        answer = await self._transport.get(PRICES, query, deadline=self._deadline())
        return read_points(answer, f"polymarket prices of {token[:12]}", interval)

    async def _later_points(
        self, token: str, span: tuple[datetime, datetime], fidelity: int, interval: timedelta
    ) -> Sequence[PricePoint]:
        query = [("token_id", token), ("start", _seconds(span[0])), ("end", _seconds(span[1]))]
        query += [("bucket_seconds", str(fidelity * 60)), ("limit", str(POINTS_PER_PAGE))]
        points: list[PricePoint] = []
        cursor: str | None = ""
        for _ in range(MOST_POINT_PAGES):
            answer = await self._data_page(LATER_PRICES, query, cursor)
            points += read_points(answer, f"polymarket later prices of {token[:12]}", interval)
            cursor = read_model(DataPage, answer, "polymarket later prices").pagination.next_cursor
            if not cursor:
                break
        return points

    async def trades(
        self, instrument_id: InstrumentId, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        """Trades of one outcome, each once, from its taker's side; newest three years at most."""
        token = own_name(VENUE, instrument_id)
        query = [("condition", await self._condition_of(token)), ("taker_only", "true")]
        query += [("limit", str(TRADES_PER_PAGE))]
        found: list[PublicTrade] = []
        cursor: str | None = ""
        for _ in range(MOST_TRADE_PAGES):
            answer = await self._data_page(TRADES, query, cursor)
            page = read_model(DataPage, answer, "polymarket trades")
            read = sift(VENUE, "polymarket trades", page.data, read_trade, "transaction_hash")
            rows = not_doubled(read.kept)
            found += [trade for row, trade in rows if row.token_id == token]
            cursor = page.pagination.next_cursor
            if not cursor or any(row.at < start for row, _ in rows):
                return in_order(numbered(found), start, end)
        raise VenueUnavailable(
            f"polymarket: {instrument_id[:30]} has more than {MOST_TRADE_PAGES * TRADES_PER_PAGE} "
            f"trades since {start:%Y-%m-%d %H:%M}",
            "Ask for a later time: the venue lists trades from the newest back.",
        )

    async def _data_page(self, url: str, query: Query, cursor: str | None) -> object:
        asked = [*query, ("cursor", cursor)] if cursor else query
        answer = await self._transport.get(url, asked, deadline=self._deadline())
        return answer_of_data_service(answer, f"polymarket: {url.removeprefix('https://')}")

    async def _condition_of(self, token: str) -> str:
        """The market that an outcome belongs to, which trades are listed by."""
        for closed in ("false", "true"):
            if token in self._conditions:
                break
            query = [("clob_token_ids", token), ("closed", closed)]
            page = read_page(await self._transport.get(MARKETS, query, deadline=self._deadline()))
            for position, entry in enumerate(page.markets):
                wire = read_model(GammaMarket, entry, f"polymarket market of a token[{position}]")
                self._conditions |= dict.fromkeys(wire.clob_token_ids, wire.condition_id)
        if token not in self._conditions:
            raise VenueUnavailable(
                f"polymarket lists no market with the outcome {token[:20]!r}",
                "Check the instrument's id.",
            )
        return self._conditions[token]

    async def status(self) -> ExchangeStatus:
        """Whether the exchange answers; it announces no hours and no pauses."""
        answer = await self._transport.get(TIME, deadline=self._deadline())
        try:
            stamp = from_seconds(answer)
        except ValueError as exc:
            raise refused("polymarket time", answer, str(exc)) from exc
        if abs(stamp - self._clock.now()) > CLOCKS_APART:
            raise refused("polymarket time", answer, "that is no time of today: it may be cut off")
        return ExchangeStatus(VENUE, is_open=True, reason=f"its clock reads {stamp:%H:%M:%S} UTC")

    def _deadline(self) -> float:
        return self._transport.until(self._settings.budget_seconds)


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
