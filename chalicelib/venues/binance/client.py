"""The Binance client: asks the venue, and leaves all judgement to the parsers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.errors import VenueError
from chalicelib.domain.market import InstrumentId, MarketId, MarketStatus
from chalicelib.domain.public import Candle, ExchangeStatus, PublicTrade
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock, Depth, Results, Scan
from chalicelib.venues.binance.history import BinanceHistory
from chalicelib.venues.binance.parse import (
    VENUE,
    of_symbols,
    read_book,
    read_quote,
    read_volume,
)
from chalicelib.venues.binance.rules import AT_ONCE, RuleBook, listing
from chalicelib.venues.binance.settings import BinanceSettings
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.mirrors import Mirrors
from chalicelib.venues.pacing import Pace
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.spot import market_of, name_of, names_of, only_dollars
from chalicelib.venues.spot_fees import fee_of, require_tier
from chalicelib.venues.transport import Query, Transport

PACE = Pace(per_second=3, burst=30, limit=6000, weight_header="x-mbx-used-weight-1m")
"""At most 210 requests a minute. The usual one weighs 5 and the limit is 6,000: under a fifth."""

LEVELS = 100
"""Of each side; fewer cost as much."""
VOLUMES_KEPT = timedelta(minutes=15)
VOLUME_SECONDS = 3.0
"""How long a scan waits for them."""


def open_venue(settings: Mapping[str, str]) -> "Binance":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = BinanceSettings.from_env(settings)
    require_tier(VENUE, chosen.fee_tier, chosen.variable("fee_tier"))
    paces = dict.fromkeys(chosen.hosts, PACE)
    return Binance(Transport(VENUE, paces, chosen.contact), chosen, VenueClock())


class Binance:
    """Live public market data of spot pairs that are quoted in dollars.

    A halt is seen when the rules are read again, five minutes later at the most.
    """

    name = VENUE

    def __init__(self, transport: Transport, settings: BinanceSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._hosts = Mirrors(settings.hosts, transport.seconds)
        self._history = BinanceHistory(
            lambda path, query: self._get(path, query, self._deadline()), clock
        )
        self._rules = RuleBook(self._get, clock)
        self._volumes: dict[str, Decimal] = {}
        self._volumes_until: datetime | None = None

    def _deadline(self) -> float:
        return self._transport.until(self._settings.budget_seconds)

    async def _get(self, path: str, query: Query, deadline: float) -> object:
        """Ask a host, and the next one when it is out of order."""
        return await self._hosts.ask(
            lambda host, until: self._transport.get(
                f"https://{host}/api/v3/{path}", query, deadline=until
            ),
            deadline,
        )

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """The configured symbols, and those held, with the top of their books and its sizes."""
        symbols = tuple(dict.fromkeys([*self._settings.symbols, *names_of(VENUE, held)]))
        deadline = self._deadline()
        rules = await self._rules.of(symbols, deadline)
        listed = only_dollars(rules.kept, self._settings.quote_currencies)
        names = {terms.name for terms in listed.kept}
        quotes = await self._quotes_of(names, deadline)
        unanswered = await self._refresh_volumes(sorted(names), deadline)
        now = self._clock.now()
        markets = [
            market_of(
                terms,
                fee_of(VENUE, terms.name, self._settings.fee_tier, now),
                self._volumes.get(terms.name),
            )
            for terms in listed.kept
        ]
        return Scan(
            {market.market_id: market for market in markets},
            {quote.instrument_id: quote for quote in quotes.kept},
            (*rules.quarantined, *listed.quarantined, *quotes.quarantined, *unanswered),
            origin=self._transport.origin,
        )

    async def _quotes_of(self, names: set[str], deadline: float) -> Sifted[Quote]:
        answer = await self._get("ticker/bookTicker", (), deadline)
        path, now = "binance bookTicker", self._clock.now()
        return sift(
            VENUE,
            path,
            of_symbols(answer, path, names),
            lambda entry, where: read_quote(entry, where, now),
            name_field="symbol",
        )

    async def _refresh_volumes(
        self, names: Sequence[str], deadline: float
    ) -> Sequence[Quarantined]:
        """Read what was traded in 24 hours now and then: it is not worth waiting for."""
        now = self._clock.now()
        if not names or (self._volumes_until is not None and now < self._volumes_until):
            return ()
        self._volumes_until = now + VOLUMES_KEPT
        query = [("symbols", listing(names)), ("type", "MINI")]
        path, soon = "binance 24hr", min(deadline, self._transport.until(VOLUME_SECONDS))
        try:
            entries = of_symbols(await self._get("ticker/24hr", query, soon), path, names)
            read = sift(VENUE, path, entries, read_volume, name_field="symbol")
        except VenueError as exc:
            return [Quarantined(VENUE, "24hr", UNANSWERED, str(exc))]
        self._volumes = dict(read.kept)
        return read.quarantined

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books, one call each; those empty, unknown or not believed are left out.

        Raises VenueError when no call succeeded.
        """
        deadline = self._deadline()
        calls = {name: self._book(name, deadline) for name in names_of(VENUE, instrument_ids)}
        answered = await side_by_side(VENUE, calls, AT_ONCE)
        books = {book.instrument_id: book for book in answered.kept if book is not None}
        return Depth(books, answered.quarantined)

    async def _book(self, name: str, deadline: float) -> OrderBook | None:
        query = [("symbol", name), ("limit", str(LEVELS))]
        answer = await self._get("depth", query, deadline)
        return read_book(answer, name, self._clock.now())

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Nothing: a currency has no result."""
        return Results(())

    async def candles(
        self, instrument_id: InstrumentId, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Bars of trades; idle ones are there, with no volume."""
        return await self._history.candles(_own(instrument_id), interval, start, end)

    async def trades(
        self, instrument_id: InstrumentId, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        """Trades, those of one taker at one price put together."""
        return await self._history.trades(_own(instrument_id), start, end)

    async def status(self) -> ExchangeStatus:
        """Open while one of the configured symbols is traded."""
        listed = await self._rules.ask(self._settings.symbols, self._deadline())
        trading = {t.name for t in listed.kept if t.status is MarketStatus.OPEN}
        words = f"{len(trading)} of {len(self._settings.symbols)} symbols are traded"
        return ExchangeStatus(VENUE, bool(trading), words)


def _own(instrument_id: InstrumentId) -> str:
    name = name_of(VENUE, instrument_id)
    if name is None:
        raise VenueError(f"{instrument_id} is no instrument of {VENUE}", "Name one, as in a scan.")
    return name
