"""Ask venues through the real clients and tell how each answers: for ``bot doctor --venues``."""

import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar, cast

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import TesterError, VenueError
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.public import Candle, ExchangeStatus
from chalicelib.domain.quarantine import Quarantined
from chalicelib.domain.usage import HostUsage
from chalicelib.ports import Depth, MarketData, PublicHistory, Scan
from chalicelib.venues import open_venue
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.gateway import gateway_of_environment
from chalicelib.venues.metering import take_usage

MARKETS_ASKED = 20
"""A full scan of a prediction market may take forty requests; one page shows that it is read."""

HOUR, HALF_HOUR = timedelta(hours=1), timedelta(minutes=30)
PAST = timedelta(hours=12)
"""How far back a candle is looked for: the shortest bars of an index are kept for a day."""

EMPTY = "empty"
"""The kind of a failure in which a venue answered, and nothing was in it."""

Answer = TypeVar("Answer")


class NothingThere(TesterError):
    """A venue answered, and what was asked for is not in it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question and what came of it; ``kind`` and ``hint`` are of a failure."""

    name: str
    ok: bool
    text: str
    milliseconds: int = 0
    kind: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class HostAsked:
    """What one host was asked. ``share`` is the part of what it allows in a minute."""

    host: str
    address: str
    requests: int
    share: float | None
    errors: Mapping[str, int]

    @classmethod
    def of(cls, usage: HostUsage, gateway: str) -> "HostAsked":
        """The host's counters, and where its questions really went."""
        address = gateway or f"https://{usage.host}"
        return cls(usage.host, address, usage.requests, usage.share, usage.errors)


@dataclass(frozen=True, slots=True)
class VenueCheck:
    """How a venue answered. ``markets`` counts index prices where it lists no market."""

    venue: str
    steps: tuple[Step, ...]
    hosts: tuple[HostAsked, ...] = ()
    markets: int = 0
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(step.ok for step in self.steps)


async def check_venues(
    names: Sequence[str], environment: Mapping[str, str]
) -> tuple[VenueCheck, ...]:
    """One venue after the other, so that no answer waits for another's.

    Raises InputError where the environment names a gateway that is not on this machine.
    """
    gateway = gateway_of_environment()
    return tuple([await _check(name, environment, gateway) for name in names])


async def _check(name: str, environment: Mapping[str, str], gateway: str) -> VenueCheck:
    take_usage()
    few = {f"{name.upper()}_MAX_MARKETS": f"{MARKETS_ASKED}"}
    try:
        venue = open_venue(name, {**environment, **few})
    except TesterError as exc:
        return VenueCheck(name, (_failure("settings", exc, "input"),))
    asked = _Questions(venue)
    scan = await asked.everything()
    hosts = tuple(HostAsked.of(usage, gateway) for usage in take_usage())
    seen = len(scan.markets) + len(scan.references) if scan else 0
    return VenueCheck(name, tuple(asked.steps), hosts, seen, scan.quarantined if scan else ())


@dataclass
class _Questions:
    """Puts the questions to one venue, and keeps what came of each."""

    venue: MarketData
    steps: list[Step] = field(default_factory=list)

    async def everything(self) -> Scan | None:
        """Status, scan, book and candle; what needs a market is not asked for without one."""
        history = cast("PublicHistory", self.venue) if hasattr(self.venue, "status") else None
        if history is not None:
            await self._ask("status", _status(history))
        scan = await self._ask("scan", _scan(self.venue))
        if scan is None:
            return None
        chosen = _best_known(scan)
        if scan.markets:
            await self._ask("book", _book(self.venue, chosen))
        if history is not None:
            await self._ask("candle", _candle(history, chosen, HOUR if scan.markets else HALF_HOUR))
        return scan

    async def _ask(self, name: str, question: Awaitable[tuple[str, Answer]]) -> Answer | None:
        """The answer, None when it failed; either way a step."""
        started = time.monotonic()
        try:
            text, answer = await question
        except VenueError as exc:
            self.steps.append(_failure(name, exc, exc.kind.value, started))
        except NothingThere as exc:
            self.steps.append(_failure(name, exc, EMPTY, started))
        else:
            self.steps.append(Step(name, True, text, _milliseconds(started)))
            return answer
        return None


def _failure(name: str, exc: TesterError, kind: str, started: float | None = None) -> Step:
    taken = 0 if started is None else _milliseconds(started)
    return Step(name, False, exc.message, taken, kind, exc.hint)


def _milliseconds(started: float) -> int:
    return round(1000 * (time.monotonic() - started))


async def _status(history: PublicHistory) -> tuple[str, ExchangeStatus]:
    status = await history.status()
    return "open" if status.is_open else f"closed: {status.reason}", status


async def _scan(venue: MarketData) -> tuple[str, Scan]:
    scan = await venue.scan(_now())
    if not scan.markets and not scan.references:
        raise NothingThere(
            f"no market was listed; {_set_aside(scan.quarantined)}",
            f"Nothing passes the settings {venue.name.upper()}_…, or nothing could be read.",
        )
    listed = f"{len(scan.markets)} markets, {len(scan.quotes)} quotes"
    return listed if scan.markets else f"{len(scan.references)} index prices", scan


def _best_known(scan: Scan) -> InstrumentId:
    """The most traded outcome with a price on both sides, else any that has one, else any."""
    if not scan.markets:
        return min(scan.references)
    busiest = sorted(
        scan.markets.values(), key=lambda m: (not m.is_tradable, -(m.volume_24h or 0), m.market_id)
    )
    outcomes = [outcome.instrument_id for market in busiest for outcome in market.outcomes]
    quotes = [scan.quotes[name] for name in outcomes if name in scan.quotes]
    both = [q.instrument_id for q in quotes if q.bid is not None and q.ask is not None]
    return [*both, *(q.instrument_id for q in quotes), *outcomes][0]


async def _book(venue: MarketData, chosen: InstrumentId) -> tuple[str, OrderBook]:
    depth: Depth = await venue.books([chosen], _now())
    book = depth.books.get(chosen)
    if book is None:
        raise NothingThere(
            f"no book of {chosen}; {_set_aside(depth.quarantined)}",
            "Ask again: a market may just have ended. If it stays, orders here find no price.",
        )
    return f"{len(book.bids)} bids, {len(book.asks)} asks of {chosen}", book


async def _candle(
    history: PublicHistory, chosen: InstrumentId, interval: timedelta
) -> tuple[str, Candle | None]:
    now = _now()
    found = await history.candles(chosen, interval, now - PAST, now)
    if not found:
        return f"none of {chosen} in {PAST // HOUR} hours", None
    newest = max(found, key=attrgetter("start"))
    return f"{newest.close} at {newest.known_at:%Y-%m-%d %H:%M} UTC, one of {len(found)}", newest


def _set_aside(quarantined: Sequence[Quarantined]) -> str:
    if not quarantined:
        return "nothing was set aside"
    first = quarantined[0]
    return f"{len(quarantined)} set aside, the first: {first.subject}: {first.reason}"


def _now() -> datetime:
    """The time where the venues are."""
    return VenueClock().now()
