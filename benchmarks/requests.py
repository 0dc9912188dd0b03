"""Requests of one cycle over 2,000 markets of each prediction market venue, with 30 held.

The real clients run over the real transport against a made-up network of 20,000 open markets each,
on a clock of its own. Nothing here is market data.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, Protocol

import httpx

from benchmarks.figure import Figure, Size, at_most
from chalicelib.ports import Clock, MarketData
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.kalshi import hosts as kalshi_hosts
from chalicelib.venues.kalshi.client import Kalshi
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.polymarket import hosts as polymarket_hosts
from chalicelib.venues.polymarket.client import Polymarket
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.transport import Surroundings, Transport

OPEN, SHOWN, HELD, CYCLES = 20_000, 2_000, 30, 4
START = datetime(2026, 9, 14, 12, tzinfo=UTC)
MARKETS_PER_EVENT, EVENTS_PER_SERIES = 10, 10
FIFTH_OF_POLYMARKET = 300 // 5
"""Of the tightest limit of the catalogue, in 10 seconds."""
FIFTH_OF_KALSHI = 20 * 60 // 5
"""Of the lowest documented tier, in a minute."""

Answer = Any
Handler = Callable[[httpx.Request], Answer]


@dataclass
class _Body(httpx.AsyncByteStream):
    """A body that is read as it comes."""

    content: bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.content


@dataclass
class _Network:
    """Answers at once, counts what it is asked for, and lets time pass only by waiting."""

    handler: Handler
    counted: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.counted[request.url.host] += 1
        return httpx.Response(200, stream=_Body(json.dumps(self.handler(request)).encode()))

    async def sleep(self, seconds: float) -> None:
        wakes = self.seconds + seconds
        await asyncio.sleep(0)
        self.seconds = max(self.seconds, wakes)

    def transport(self, venue: str, paces: Any) -> Transport:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        return Transport(
            venue,
            paces,
            surroundings=Surroundings(lambda: client, _CountedClock(self), lambda: 0.5),
        )


class _CountedClock(VenueClock):
    """The network's own seconds: whoever sleeps moves them on."""

    def __init__(self, network: _Network) -> None:
        self.network = network
        self.pace = 1.0

    def now(self) -> datetime:
        return self.network.now()

    def seconds(self) -> float:
        return self.network.seconds

    async def sleep(self, seconds: float) -> None:
        await self.network.sleep(seconds)


class _Opened(Protocol):
    def __call__(self, network: _Network, clock: Clock) -> MarketData: ...


def measure(_size: Size) -> list[Figure]:
    """The most requests of a warm cycle, and of the cycles in which the full list is read."""
    figures = []
    for name, opened, handler, fifth in (
        ("polymarket", _polymarket, _answer_as_polymarket, FIFTH_OF_POLYMARKET),
        ("kalshi", _kalshi, _answer_as_kalshi, FIFTH_OF_KALSHI),
    ):
        cold, warm = asyncio.run(_count(opened, handler))
        scope = f"{name}, {SHOWN} of {OPEN} markets, {HELD} held"
        figures.append(at_most(f"requests of a cycle, {scope}", warm, fifth, "requests"))
        figures.append(at_most(f"requests of a cold start, {scope}", cold, fifth, "requests"))
    return figures


async def _count(opened: _Opened, handler: Handler) -> tuple[int, int]:
    """Requests of the first cycle, and the most of any later one that read no full list."""
    network = _Network(handler)
    venue = opened(network, network)
    held: Sequence[str] = ()
    made = []
    for cycle in range(CYCLES):
        network.counted.clear()
        network.seconds = max(network.seconds, cycle * 60.0)
        scan = await venue.scan(network.now(), held)
        held = list(scan.markets)[:: max(1, len(scan.markets) // HELD)][:HELD]
        outcomes = [o.instrument_id for name in held for o in scan.markets[name].outcomes]
        await venue.books(outcomes, network.now())
        await venue.resolutions(held[:2], network.now())
        made.append((network.counted.total(), len(scan.markets)))
    complete = [requests for requests, markets in made if markets >= SHOWN]
    return made[0][0], max(complete[1:])


def _polymarket(network: _Network, clock: Clock) -> MarketData:
    settings = PolymarketSettings(max_markets=SHOWN, refresh_minutes=60)
    transport = network.transport("polymarket", polymarket_hosts.PACES)
    return Polymarket(transport, settings, clock)


def _answer_as_polymarket(request: httpx.Request) -> Answer:
    query = request.url.params
    if request.url.path == "/books":
        return [_polymarket_book(entry["token_id"]) for entry in json.loads(request.content)]
    if query.get("closed") == "true":
        return {"markets": []}
    named = [*query.get_list("id"), *(str(int(c, 16)) for c in query.get_list("condition_ids"))]
    if named:
        return {"markets": [_polymarket_market(int(number)) for number in named]}
    first = int(query.get("after_cursor", "0"))
    page = {"markets": [_polymarket_market(number) for number in range(first, first + 100)]}
    return page if first + 100 >= OPEN else {**page, "next_cursor": str(first + 100)}


def _polymarket_market(number: int) -> Answer:
    return {
        "id": str(number), "conditionId": f"0x{number:064x}", "question": f"Question {number}?",
        "active": True, "closed": False, "acceptingOrders": True, "enableOrderBook": True,
        "outcomes": '["Yes", "No"]', "clobTokenIds": f'["{number}1", "{number}2"]',
        "orderPriceMinTickSize": 0.01, "orderMinSize": 5, "bestBid": 0.42, "bestAsk": 0.45,
        "liquidityNum": 5000, "volume24hr": 2_000_000 - number, "feesEnabled": False,
    }  # fmt: skip


def _polymarket_book(token: str) -> Answer:
    return {
        "asset_id": token, "timestamp": str(int(START.timestamp() * 1000)),
        "bids": [{"price": "0.42", "size": "100"}], "asks": [{"price": "0.45", "size": "100"}],
    }  # fmt: skip


def _kalshi(network: _Network, clock: Clock) -> MarketData:
    settings = KalshiSettings(max_markets=SHOWN, refresh_minutes=60)
    return Kalshi(network.transport("kalshi", kalshi_hosts.PACES), settings, clock)


def _answer_as_kalshi(request: httpx.Request) -> Answer:
    path, query = request.url.path.removeprefix("/trade-api/v2"), request.url.params
    if path == "/events":
        first, most = int(query.get("cursor", "0")), ceil(OPEN / MARKETS_PER_EVENT)
        last = min(first + 200, most)
        events = [_kalshi_event(number) for number in range(first, last)]
        return {"events": events, "cursor": "" if last == most else str(last)}
    if path == "/series":
        return {"series": [_kalshi_series(number) for number in range(OPEN // 100)]}
    if path.startswith("/series/"):
        return {"series": _kalshi_series(int(path.rpartition("S")[2]))}
    if path == "/markets/orderbooks":
        return {"orderbooks": [_kalshi_book(ticker) for ticker in query.get_list("tickers")]}
    named = query["tickers"].split(",") if "tickers" in query else []
    return {"markets": [_kalshi_market(int(t.rpartition("T")[2])) for t in named], "cursor": ""}


def _kalshi_event(number: int) -> Answer:
    first = number * MARKETS_PER_EVENT
    series = number // EVENTS_PER_SERIES
    return {
        "event_ticker": f"S{series}-E{number}", "series_ticker": f"S{series}",
        "title": f"Event {number}", "category": "Invented", "mutually_exclusive": False,
        "markets": [_kalshi_market(n) for n in range(first, first + MARKETS_PER_EVENT)],
    }  # fmt: skip


def _kalshi_market(number: int) -> Answer:
    event = number // MARKETS_PER_EVENT
    event_ticker = f"S{event // EVENTS_PER_SERIES}-E{event}"
    return {
        "ticker": f"{event_ticker}-T{number}", "event_ticker": event_ticker, "status": "active",
        "market_type": "binary", "title": f"Question {number}?", "result": "",
        "yes_bid_dollars": "0.4200", "yes_ask_dollars": "0.4500", "last_price_dollars": "0.4400",
        "yes_bid_size_fp": "100.00", "yes_ask_size_fp": "100.00", "volume_fp": "9.00",
        "volume_24h_fp": f"{2_000_000 - number}.00", "notional_value_dollars": "1.0000",
        "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
    }  # fmt: skip


def _kalshi_series(number: int) -> Answer:
    return {
        "ticker": f"S{number}", "category": "Invented", "fee_type": "quadratic",
        "fee_multiplier": 1,
    }  # fmt: skip


def _kalshi_book(ticker: str) -> Answer:
    sides = {"yes_dollars": [["0.4200", "100.00"]], "no_dollars": [["0.5500", "100.00"]]}
    return {"ticker": ticker, "orderbook_fp": sides}
