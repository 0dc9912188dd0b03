"""What Kalshi publishes of its past, and whether it trades.

Markets that settled two or three months ago, and trades that old, are at other addresses: candles
there are asked for when the usual address does not have the market, trades by the venue's cutoff.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.public import Candle, ExchangeStatus, PublicTrade
from chalicelib.ports import Clock
from chalicelib.venues.bars import Span, complete, in_order, known_interval, windows
from chalicelib.venues.batches import parts
from chalicelib.venues.kalshi.calendar import OneSchedule, Schedule, TradingNow, status_of
from chalicelib.venues.kalshi.contracts import VENUE, contract_of
from chalicelib.venues.kalshi.hosts import (
    CUTOFF,
    MANY_CANDLES,
    OLD_MARKETS,
    OLD_TRADES,
    SCHEDULE,
    SERIES,
    STATUS,
    TRADES,
)
from chalicelib.venues.kalshi.past import (
    CandlesPage,
    Cutoff,
    KalshiCandle,
    ManyCandles,
    TradesPage,
    candles_of,
    older_and_newer,
    read_trade,
)
from chalicelib.venues.kalshi.schemas import KalshiSide, series_of
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.payload import read_model
from chalicelib.venues.rejection import sift
from chalicelib.venues.transport import NotThere, Transport

INTERVALS = {timedelta(minutes=1): 1, timedelta(hours=1): 60, timedelta(days=1): 1440}
"""Minutes, as the venue names them."""
CANDLES_PER_CALL = 4999
"""One less than the venue sends: both ends of a span count."""
MARKETS_PER_CALL = 100
CANDLES_OF_MANY = 10_000
TRADES_PER_PAGE = 1000
MOST_TRADE_PAGES = 100
CUTOFF_GOOD_FOR = timedelta(hours=1)

Query = list[tuple[str, str]]


class KalshiHistory:
    """Candles of trades, or of quotes where nothing was traded; trades; the exchange's state."""

    def __init__(self, transport: Transport, settings: KalshiSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._cutoff: tuple[datetime, Cutoff] | None = None

    async def candles(
        self, instrument_id: InstrumentId, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Candles with bid and ask at their end; those of idle intervals are of mid prices."""
        minutes = known_interval(VENUE, interval, INTERVALS)
        ticker, side = contract_of(instrument_id)
        found: list[Candle] = []
        now = self._clock.now()
        for span in windows(VENUE, start, min(end, now), interval * CANDLES_PER_CALL):
            wires = await self._candles(ticker, minutes, span)
            found += candles_of(wires, ticker, side, interval, f"kalshi candles of {ticker}")
        return complete(found, start, end, now)

    async def _candles(self, ticker: str, minutes: int, span: Span) -> Sequence[KalshiCandle]:
        query = _span_query(span, minutes)
        try:
            url = f"{SERIES}/{series_of(ticker)}/markets/{ticker}/candlesticks"
            answer = await self._transport.get(url, query, deadline=self._deadline())
        except NotThere:
            url = f"{OLD_MARKETS}/{ticker}/candlesticks"
            answer = await self._transport.get(url, query, deadline=self._deadline())
        return read_model(CandlesPage, answer, f"kalshi candles of {ticker}").candlesticks

    async def many_candles(
        self,
        instrument_ids: Sequence[InstrumentId],
        interval: timedelta,
        start: datetime,
        end: datetime,
    ) -> Mapping[InstrumentId, Sequence[Candle]]:
        """Candles of many contracts of markets that are not long settled, 100 markets a request."""
        minutes = known_interval(VENUE, interval, INTERVALS)
        now = self._clock.now()
        contracts = {own_id: contract_of(own_id) for own_id in instrument_ids}
        found: dict[InstrumentId, list[Candle]] = {own_id: [] for own_id in contracts}
        tickers = list(dict.fromkeys(ticker for ticker, _ in contracts.values()))
        for part in parts(tickers, MARKETS_PER_CALL):
            longest = interval * (CANDLES_OF_MANY // len(part) - 1)
            for span in windows(VENUE, start, min(end, now), longest):
                wires = await self._candles_of_many(part, minutes, span)
                for own_id, (ticker, side) in contracts.items():
                    path = f"kalshi candles of {ticker}"
                    found[own_id] += candles_of(wires.get(ticker, ()), ticker, side, interval, path)
        return {own_id: complete(candles, start, end, now) for own_id, candles in found.items()}

    async def _candles_of_many(
        self, tickers: Sequence[str], minutes: int, span: Span
    ) -> Mapping[str, Sequence[KalshiCandle]]:
        query = [("market_tickers", ",".join(tickers)), *_span_query(span, minutes)]
        answer = await self._transport.get(MANY_CANDLES, query, deadline=self._deadline())
        pages = read_model(ManyCandles, answer, "kalshi candles of many").markets
        return {page.market_ticker: page.candlesticks for page in pages}

    async def trades(
        self, instrument_id: InstrumentId, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        """Trades of one contract; each trade of a market is one of both its contracts."""
        ticker, side = contract_of(instrument_id)
        older, newer = older_and_newer(start, end, (await self._read_cutoff()).trades_created_ts)
        found = [
            *await self._trades(OLD_TRADES, ticker, side, older),
            *await self._trades(TRADES, ticker, side, newer),
        ]
        return in_order(found, start, end)

    async def _trades(
        self, url: str, ticker: str, side: KalshiSide, span: Span
    ) -> Sequence[PublicTrade]:
        found: list[PublicTrade] = []
        if span[0] >= span[1]:
            return found
        query = [("ticker", ticker), ("limit", str(TRADES_PER_PAGE))]
        query += [("min_ts", _seconds(span[0])), ("max_ts", _seconds(span[1], up=True))]
        cursors: list[str] = []
        while len(cursors) < MOST_TRADE_PAGES:
            asked = [*query, *(("cursor", cursor) for cursor in cursors[-1:])]
            answer = await self._transport.get(url, asked, deadline=self._deadline())
            page = read_model(TradesPage, answer, "kalshi trades")
            sifted = sift(
                VENUE,
                "kalshi trades",
                page.trades or (),
                lambda entry, where: read_trade(entry, where, side),
                name_field="trade_id",
            )
            found += sifted.kept
            if page.cursor is None:
                return found
            if page.cursor in cursors:
                raise VenuePayloadError("kalshi trades: a page repeats an earlier one")
            cursors.append(page.cursor)
        raise VenueUnavailable(
            f"kalshi: {ticker} has more than {MOST_TRADE_PAGES * TRADES_PER_PAGE} trades then",
            "Ask for a shorter time.",
        )

    async def _read_cutoff(self) -> Cutoff:
        now = self._clock.now()
        if self._cutoff is None or self._cutoff[0] + CUTOFF_GOOD_FOR <= now:
            answer = await self._transport.get(CUTOFF, deadline=self._deadline())
            self._cutoff = now, read_model(Cutoff, answer, "kalshi cutoff")
        return self._cutoff[1]

    async def status(self) -> ExchangeStatus:
        """Whether the exchange trades; while it does not, when it has announced to go on."""
        answer = await self._transport.get(STATUS, deadline=self._deadline())
        now = read_model(TradingNow, answer, "kalshi status")
        is_open = now.exchange_active and now.trading_active
        schedule = None if is_open else await self._read_schedule()
        return status_of(now, schedule, self._clock.now())

    async def _read_schedule(self) -> Schedule:
        answer = await self._transport.get(SCHEDULE, deadline=self._deadline())
        return read_model(OneSchedule, answer, "kalshi").schedule

    def _deadline(self) -> float:
        return self._transport.until(self._settings.budget_seconds)


def _span_query(span: Span, minutes: int) -> Query:
    return [
        ("start_ts", _seconds(span[0])),
        ("end_ts", _seconds(span[1], up=True)),
        ("period_interval", str(minutes)),
    ]


def _seconds(at: datetime, *, up: bool = False) -> str:
    return str(int(at.timestamp()) + (1 if up and at.microsecond else 0))
