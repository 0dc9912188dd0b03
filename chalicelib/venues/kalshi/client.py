"""The Kalshi client: asks the venue, and leaves all judgement to the parsers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import VenueError, VenueUnavailable
from chalicelib.domain.market import InstrumentId, MarketId, Resolution
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock, Depth, Results, Scan
from chalicelib.venues.batches import parts
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.kalshi.books import read_books
from chalicelib.venues.kalshi.contracts import VENUE, contract_of, tickers_of
from chalicelib.venues.kalshi.history import KalshiHistory
from chalicelib.venues.kalshi.hosts import BOOKS, MARKETS, OLD_MARKETS, PACES
from chalicelib.venues.kalshi.resolution import read_state, result_of
from chalicelib.venues.kalshi.scanning import MARKETS_PER_PAGE
from chalicelib.venues.kalshi.schemas import BooksPage, KalshiSide, MarketsPage, NamedBook
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.kalshi.universe import KalshiUniverse
from chalicelib.venues.payload import read_model
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import NotThere, Transport

BOOKS_PER_CALL = 100
RESULTS_PER_CALL = 100
AT_ONCE = 4

Wanted = Mapping[str, Sequence[KalshiSide]]
"""The sides wanted of each ticker."""
Books = Mapping[InstrumentId, OrderBook]


def open_venue(settings: Mapping[str, str]) -> "Kalshi":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = KalshiSettings.from_env(settings)
    return Kalshi(Transport(VENUE, PACES, chosen.contact), chosen, VenueClock())


class Kalshi(KalshiHistory):
    """Live public market data. Times seen are the clock's; the cycle's own time is not needed."""

    name = VENUE

    def __init__(self, transport: Transport, settings: KalshiSettings, clock: Clock) -> None:
        super().__init__(transport, settings, clock)
        self._universe = KalshiUniverse(transport, settings, clock)

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """List the most traded open markets, with the top of both books and its sizes.

        ``held`` markets are listed in any state, without quotes once they do not trade any more.
        """
        return replace(await self._universe.scan(held), origin=self._transport.origin)

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books, up to 100 markets a call; those empty or unknown are left out.

        Raises VenueError when no call succeeded; some failing leaves out their books only.
        """
        wanted = _by_ticker(instrument_ids)
        deadline = self._deadline()
        if len(wanted) == 1:
            return await self._one_market(wanted, deadline)
        calls = {
            f"books {number}": self._some_books(part, wanted, deadline)
            for number, part in enumerate(parts(list(wanted), BOOKS_PER_CALL))
        }
        answered = await side_by_side(VENUE, calls, AT_ONCE)
        books = {own_id: book for part in answered.kept for own_id, book in part.books.items()}
        refused = (q for part in answered.kept for q in part.quarantined)
        return Depth(books, (*refused, *answered.quarantined))

    async def _one_market(self, wanted: Wanted, deadline: float) -> Depth:
        ((ticker, sides),) = wanted.items()
        try:
            answer = await self._transport.get(f"{MARKETS}/{ticker}/orderbook", deadline=deadline)
        except NotThere as exc:
            return Depth({}, (Quarantined(VENUE, ticker, UNANSWERED, str(exc)),))
        seen_at = self._clock.now()
        return Depth(read_books(answer, f"kalshi book of {ticker}", ticker, sides, seen_at))

    async def _some_books(self, tickers: Sequence[str], wanted: Wanted, deadline: float) -> Depth:
        # Repeated, not joined with commas: of those the venue reads only the first.
        query = [("tickers", ticker) for ticker in tickers]
        answer = await self._transport.get(BOOKS, query, deadline=deadline)
        seen_at = self._clock.now()

        def read(entry: object, where: str) -> Books | None:
            ticker = read_model(NamedBook, entry, where).ticker
            if ticker not in wanted:
                return None
            return read_books(entry, where, ticker, wanted[ticker], seen_at)

        page = read_model(BooksPage, answer, "kalshi books")
        sifted = sift(VENUE, "kalshi books", page.orderbooks, read, name_field="ticker")
        books = {own_id: book for found in sifted.kept for own_id, book in found.items()}
        return Depth(books, sifted.quarantined)

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Results that are final. One that is determined or disputed is paid later, or never."""
        deadline = self._deadline()
        tickers = tickers_of(market_ids)
        answered, seen = await self._results(MARKETS, tickers, deadline)
        older = await self._older([name for name in tickers if name not in seen], deadline)
        found = [*answered.kept, *older.kept]
        contested = (item for item in found if isinstance(item, Quarantined))
        return Results(
            tuple(item for item in found if isinstance(item, Resolution)),
            (*answered.quarantined, *older.quarantined, *contested),
        )

    async def _older(
        self, tickers: Sequence[str], deadline: float
    ) -> Sifted[Resolution | Quarantined]:
        """Results that the venue has moved to its archive."""
        try:
            return (await self._results(OLD_MARKETS, tickers, deadline))[0]
        except VenueError as exc:
            # What the usual address has answered stands; the next cycle asks again about these.
            return Sifted((), (Quarantined(VENUE, "older results", UNANSWERED, str(exc)),))

    async def _results(
        self, url: str, tickers: Sequence[str], deadline: float
    ) -> tuple[Sifted[Resolution | Quarantined], set[str]]:
        """What is final or contested among these markets, and which of them the address knows."""
        seen: set[str] = set()
        calls = {
            f"results {number}": self._some_results(url, part, seen, deadline)
            for number, part in enumerate(parts(tickers, RESULTS_PER_CALL))
        }
        answered = await side_by_side(VENUE, calls, AT_ONCE)
        kept = tuple(item for sifted in answered.kept for item in sifted.kept)
        refused = (q for sifted in answered.kept for q in sifted.quarantined)
        return Sifted(kept, (*refused, *answered.quarantined)), seen

    async def _some_results(
        self, url: str, tickers: Sequence[str], seen: set[str], deadline: float
    ) -> Sifted[Resolution | Quarantined]:
        query = [("tickers", ",".join(tickers)), ("limit", str(MARKETS_PER_PAGE))]
        answer = await self._transport.get(url, query, deadline=deadline)
        now = self._clock.now()

        def read(entry: object, where: str) -> Resolution | Quarantined | None:
            state = read_state(entry, where)
            if state.ticker not in tickers:
                return None
            seen.add(state.ticker)
            return result_of(state, where, now)

        page = read_model(MarketsPage, answer, "kalshi results")
        return sift(VENUE, "kalshi results markets", page.markets, read, name_field="ticker")


def _by_ticker(instrument_ids: Sequence[InstrumentId]) -> Wanted:
    wanted: dict[str, list[KalshiSide]] = defaultdict(list)
    for own_id in dict.fromkeys(instrument_ids):
        try:
            ticker, side = contract_of(own_id)
        except VenueUnavailable:
            continue  # an id of another venue, or of nothing: it has no book here
        wanted[ticker].append(side)
    return wanted
