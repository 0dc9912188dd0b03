"""The Coinbase client: asks the venue, and leaves all judgement to the parsers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import VenueError
from chalicelib.domain.market import InstrumentId, MarketId, MarketStatus
from chalicelib.domain.public import Candle, ExchangeStatus, PublicTrade
from chalicelib.ports import Clock, Depth, Results, Scan
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.coinbase import advanced, exchange
from chalicelib.venues.coinbase.advanced import AdvancedInterface
from chalicelib.venues.coinbase.exchange import ExchangeInterface
from chalicelib.venues.coinbase.history import CoinbaseHistory
from chalicelib.venues.coinbase.interface import Source
from chalicelib.venues.coinbase.parse import VENUE, Product, Top
from chalicelib.venues.coinbase.settings import CoinbaseSettings, Interface
from chalicelib.venues.mirrors import Mirrors
from chalicelib.venues.pacing import Pace
from chalicelib.venues.rejection import Sifted
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.spot import market_of, name_of, names_of, not_listed, only_dollars
from chalicelib.venues.spot_fees import fee_of, require_tier
from chalicelib.venues.transport import Transport

PACES = {host: Pace(per_second=2, burst=10, limit=600) for host in (exchange.HOST, advanced.HOST)}
"""A fifth of the documented 10 a second; ten at once are within the documented burst of 15."""

AT_ONCE = 5
ENDED = MarketStatus.CLOSED
PRODUCTS_KEPT = timedelta(minutes=5)


def open_venue(settings: Mapping[str, str]) -> "Coinbase":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = CoinbaseSettings.from_env(settings)
    require_tier(VENUE, chosen.fee_tier, chosen.variable("fee_tier"))
    return Coinbase(Transport(VENUE, PACES, chosen.contact), chosen, VenueClock())


@dataclass(frozen=True, slots=True)
class ProductList:
    """What the venue says of some products, and until when that is believed."""

    names: tuple[str, ...]
    listed: Sifted[Product]
    until: datetime


class Coinbase:
    """Live public market data of spot pairs that are quoted in dollars.

    Both interfaces show the same books; one is the other's mirror. A halt is seen when the
    products are read again, five minutes later at the most.
    """

    name = VENUE

    def __init__(self, transport: Transport, settings: CoinbaseSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        both: list[Source] = [
            ExchangeInterface(transport, clock),
            AdvancedInterface(transport, clock),
        ]
        ordered = both if settings.interface is Interface.EXCHANGE else both[::-1]
        self._sources = Mirrors(ordered, transport.seconds)
        self._history = CoinbaseHistory(ordered, transport, settings.budget_seconds, clock)
        self._catalogue: ProductList | None = None

    def _deadline(self) -> float:
        return self._transport.until(self._settings.budget_seconds)

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """The configured products, and those held, with the top of their books."""
        names = tuple(dict.fromkeys([*self._settings.products, *names_of(VENUE, held)]))
        deadline = self._deadline()
        catalogue = await self._catalogue_of(names, deadline)
        listed = only_dollars(
            (product.terms for product in catalogue.kept), self._settings.quote_currencies
        )
        wanted = (terms.name for terms in listed.kept if terms.status is not ENDED)
        asked = list(dict.fromkeys(wanted))  # the catalogue may name one twice
        tops = await self._tops(asked, deadline)
        volumes = {product.terms.name: product.volume for product in catalogue.kept}
        volumes |= {top.name: top.volume for top in tops.kept if top.volume is not None}
        now, tier = self._clock.now(), self._settings.fee_tier
        markets = [
            market_of(terms, fee_of(VENUE, terms.name, tier, now), volumes[terms.name])
            for terms in listed.kept
        ]
        return Scan(
            {market.market_id: market for market in markets},
            {top.quote.instrument_id: top.quote for top in tops.kept if top.quote is not None},
            (*catalogue.quarantined, *listed.quarantined, *tops.quarantined),
            origin=self._transport.origin,
        )

    async def _catalogue_of(self, names: tuple[str, ...], deadline: float) -> Sifted[Product]:
        """These products, from memory while they are fresh."""
        known, now = self._catalogue, self._clock.now()
        if known is None or known.names != names or known.until <= now:
            listed = await self._ask_products(names, deadline)
            known = self._catalogue = ProductList(names, listed, now + PRODUCTS_KEPT)
        return known.listed

    async def _ask_products(self, names: Sequence[str], deadline: float) -> Sifted[Product]:
        listed = await self._sources.ask(
            lambda source, until: source.products(names, until), deadline
        )
        answered = [product.terms.name for product in listed.kept]
        answered += [refused.subject for refused in listed.quarantined]
        missing = not_listed(VENUE, names, answered)
        return Sifted(listed.kept, (*listed.quarantined, *missing))

    async def _tops(self, names: Sequence[str], deadline: float) -> Sifted[Top]:
        return await self._sources.ask(
            lambda source, until: side_by_side(
                VENUE, {name: source.top(name, until) for name in names}, AT_ONCE
            ),
            deadline,
        )

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books, one call each; those empty, unknown or not believed are left out.

        Raises VenueError when no call succeeded.
        """
        names = names_of(VENUE, instrument_ids)
        answered = await self._sources.ask(
            lambda source, until: _books(source, names, until), self._deadline()
        )
        books = {book.instrument_id: book for book in answered.kept if book is not None}
        return Depth(books, answered.quarantined)

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Nothing: a currency has no result."""
        return Results(())

    async def candles(
        self, instrument_id: InstrumentId, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Bars of trades; an interval without a trade has none."""
        return await self._history.candles(_own(instrument_id), interval, start, end)

    async def trades(
        self, instrument_id: InstrumentId, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        """Trades; read back from now, so that a time long ago is out of reach."""
        return await self._history.trades(_own(instrument_id), start, end)

    async def status(self) -> ExchangeStatus:
        """Open while one of the configured products takes all kinds of orders."""
        listed = await self._ask_products(self._settings.products, self._deadline())
        trading = {p.terms.name for p in listed.kept if p.terms.status is MarketStatus.OPEN}
        words = f"{len(trading)} of {len(self._settings.products)} products are traded"
        return ExchangeStatus(VENUE, bool(trading), words)


async def _books(source: Source, names: Sequence[str], deadline: float) -> Sifted[OrderBook | None]:
    calls = {name: source.book(name, deadline) for name in names}
    return await side_by_side(VENUE, calls, AT_ONCE)


def _own(instrument_id: InstrumentId) -> str:
    name = name_of(VENUE, instrument_id)
    if name is None:
        raise VenueError(f"{instrument_id} is no instrument of {VENUE}", "Name one, as in a scan.")
    return name
