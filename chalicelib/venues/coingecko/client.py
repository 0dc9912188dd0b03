"""The CoinGecko client: asks the venue, and leaves all judgement to the parsers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.public import Candle, ExchangeStatus, PublicTrade
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.domain.reference import ReferencePrice
from chalicelib.ports import Clock, Depth, Results, Scan
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.coingecko.errors import hint_for, require_no_error
from chalicelib.venues.coingecko.history import DAY, charts_for, days_for
from chalicelib.venues.coingecko.parse import (
    VENUE,
    CoinNames,
    coin_id_of,
    daily_candles,
    read_bar,
    read_coin,
    read_market,
    read_point,
    read_simple,
    require_spacing,
    simple_entries,
)
from chalicelib.venues.coingecko.schemas import GeckoChart, GeckoCoin, GeckoPing, GeckoPoint
from chalicelib.venues.coingecko.settings import COIN_ID, MOST_IDS, CoinGeckoSettings, GeckoPlan
from chalicelib.venues.pacing import Pace
from chalicelib.venues.payload import read_model
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.transport import Declined, Query, Transport

HOSTS = {
    GeckoPlan.KEYLESS: "api.coingecko.com",
    GeckoPlan.DEMO: "api.coingecko.com",
    GeckoPlan.PRO: "pro-api.coingecko.com",
}
HEADERS = {GeckoPlan.DEMO: "x-cg-demo-api-key", GeckoPlan.PRO: "x-cg-pro-api-key"}
PACES = {
    GeckoPlan.KEYLESS: Pace(per_second=1 / 60, burst=3),
    GeckoPlan.DEMO: Pace(per_second=0.1, burst=5, limit=100),
    GeckoPlan.PRO: Pace(per_second=1.0, burst=10),
}
"""A fifth of 5 a minute (shared by strangers), of 30 (the older demo limit), of 300."""
REFRESH_SECONDS = {GeckoPlan.KEYLESS: 60, GeckoPlan.DEMO: 600, GeckoPlan.PRO: 60}
"""A demo key has 10,000 calls a month, and one every ten minutes are 4,464."""

Item = TypeVar("Item")
DOLLARS = ("vs_currency", "usd")


def open_venue(settings: Mapping[str, str]) -> "CoinGecko":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = CoinGeckoSettings.from_env(settings)
    key = chosen.api_key.get_secret_value()
    secrets = {HEADERS[chosen.plan]: key} if chosen.plan in HEADERS else {}
    paces = {HOSTS[chosen.plan]: PACES[chosen.plan]}
    return CoinGecko(Transport(VENUE, paces, chosen.contact, secrets=secrets), chosen, VenueClock())


class CoinGecko:
    """Index prices in dollars over all exchanges; their own times say how old they are."""

    name = VENUE

    def __init__(self, transport: Transport, settings: CoinGeckoSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._names: dict[str, CoinNames] = {}
        self._last: tuple[float, Scan] | None = None
        self._refresh = settings.refresh_seconds or REFRESH_SECONDS[settings.plan]

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """The index prices, in one request; an answer is used until it is due for another.

        The first request also says what the currencies are called. Later ones ask for the prices
        alone, with all their digits.
        """
        now = self._transport.until(0)
        if self._last is not None and now - self._last[0] < self._refresh:
            return self._last[1]
        deadline = self._transport.until(self._settings.budget_seconds)
        ids = self._settings.ids
        is_named = all(coin_id in self._names for coin_id in ids)
        found = await (self._short_list(deadline) if is_named else self._long_list(deadline))
        references = dict(found.kept)
        told_of = {*references, *(refusal.subject for refusal in found.quarantined)}
        missing = (_not_listed(i) for i in ids if i not in told_of)
        scan = Scan(
            {},
            {},
            (*found.quarantined, *missing),
            {r.instrument_id: r for name, r in references.items() if name in ids},
            self._transport.origin,
        )
        self._last = now, scan
        return scan

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """None: an index has no book."""
        return Depth({})

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """None: an index has no market that could end."""
        return Results(())

    async def coins(self) -> Sequence[GeckoCoin]:
        """All currencies with their ids, to choose COINGECKO_IDS from: symbols are not unique."""
        answer = await self._get("/coins/list", (), self._deadline())
        read = _sift("coins", answer, read_coin)
        return read.kept

    async def candles(
        self, instrument_id: InstrumentId, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Bars of the index, without volumes: 30 minutes, 4 hours or 4 days, and whole UTC days.

        The venue keeps the shorter ones for a day and for 30 days. Those of a day are made from
        hourly points.
        """
        seen_at, coin_id = self._clock.now(), _coin(instrument_id)
        if interval == DAY:
            points = await self._points(coin_id, start, min(end + DAY, seen_at))
            bars: Sequence[Candle] = daily_candles(instrument_id, points)
        else:
            days = days_for(interval, seen_at - start)
            bars = await self._bars(instrument_id, coin_id, interval, days)
        return [bar for bar in bars if start <= bar.start < end and bar.known_at <= seen_at]

    async def trades(
        self, instrument_id: InstrumentId, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        """Always VenueUnavailable: an index is computed, nothing is traded at it."""
        raise VenueUnavailable(
            f"{VENUE} has no trades of {instrument_id}: it publishes an index",
            "Ask a venue where it is traded, or ask for candles.",
        )

    async def status(self) -> ExchangeStatus:
        """Never open; VenueError when the venue gives no sign of life."""
        read_model(GeckoPing, await self._get("/ping", (), self._deadline()), f"{VENUE} ping")
        return ExchangeStatus(VENUE, is_open=False, reason="an index: it takes no orders")

    def _deadline(self) -> float:
        return self._transport.until(self._settings.budget_seconds)

    async def _long_list(self, deadline: float) -> Sifted[tuple[str, ReferencePrice]]:
        ids = ",".join(self._settings.ids)
        query = (DOLLARS, ("ids", ids), ("per_page", str(MOST_IDS)), ("page", "1"))
        answer = await self._get("/coins/markets", query, deadline)
        seen_at = self._clock.now()
        read = _sift("markets", answer, lambda raw, where: read_market(raw, where, seen_at))
        self._names.update((name, CoinNames(r.base, r.title)) for name, r in read.kept)
        return read

    async def _short_list(self, deadline: float) -> Sifted[tuple[str, ReferencePrice]]:
        query = (
            ("ids", ",".join(self._settings.ids)),
            ("vs_currencies", "usd"),
            ("include_24hr_vol", "true"),
            ("include_last_updated_at", "true"),
            ("precision", "full"),
        )
        answer = await self._get("/simple/price", query, deadline)
        seen_at = self._clock.now()
        return _sift(
            "prices",
            simple_entries(answer, f"{VENUE} prices"),
            lambda raw, where: read_simple(raw, where, self._names, seen_at),
        )

    async def _bars(
        self, instrument_id: str, coin_id: str, interval: timedelta, days: int
    ) -> Sequence[Candle]:
        query = (DOLLARS, ("days", str(days)))
        answer = await self._get(f"/coins/{coin_id}/ohlc", query, self._deadline())
        read = _sift(
            "bars", answer, lambda raw, where: read_bar(raw, where, instrument_id, interval)
        )
        require_spacing(read.kept, interval, f"{VENUE} {coin_id}")
        return read.kept

    async def _points(self, coin_id: str, start: datetime, end: datetime) -> Sequence[GeckoPoint]:
        deadline, path = self._deadline(), f"/coins/{coin_id}/market_chart/range"
        points: list[GeckoPoint] = []
        for first, last in charts_for(start, end):
            query = (DOLLARS, ("from", str(first)), ("to", str(last)))
            answer = await self._get(path, query, deadline)
            chart = read_model(GeckoChart, answer, f"{VENUE} chart")
            points.extend(_sift("points", list(chart.prices), read_point).kept)
        return points

    async def _get(self, path: str, query: Query, deadline: float) -> object:
        url = f"https://{HOSTS[self._settings.plan]}/api/v3{path}"
        try:
            answer = await self._transport.get(url, query, deadline=deadline)
        except Declined as exc:
            raise VenueUnavailable(exc.message, hint_for(exc.answer)) from exc
        require_no_error(answer, f"{VENUE}: {path}")
        return answer


def _sift(what: str, answer: object, read: Callable[[object, str], Item | None]) -> Sifted[Item]:
    if not isinstance(answer, list):
        raise VenuePayloadError(f"{VENUE} {what}: expected a list, got {type(answer).__name__}")
    return sift(VENUE, f"{VENUE} {what}", answer, read, name_field="id")


def _coin(instrument_id: InstrumentId) -> str:
    """The venue's id in one of ours; it becomes part of an address."""
    coin_id = coin_id_of(instrument_id)
    if coin_id is None or not COIN_ID.fullmatch(coin_id):
        raise VenueUnavailable(
            f"{VENUE} knows no {instrument_id!r}", f"Expected {VENUE}:<id>, e.g. {VENUE}:bitcoin."
        )
    return coin_id


def _not_listed(coin_id: str) -> Quarantined:
    return Quarantined(VENUE, coin_id, UNANSWERED, "not listed there: check COINGECKO_IDS")
