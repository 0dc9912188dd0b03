"""The recorded venue: answers from a tape what the live venue would have answered then."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.errors import InputError, VenuePayloadError
from chalicelib.domain.market import InstrumentId, Market, MarketId, Resolution
from chalicelib.domain.origin import Origin
from chalicelib.ports import Depth, Results, Scan
from chalicelib.tapes.file import SUFFIX
from chalicelib.venues.recorded.answers import book_answer, market_answer, quote_answer
from chalicelib.venues.recorded.cycles import ReplayedCycles, open_cycles
from chalicelib.venues.recorded.laps import (
    VENUE,
    LapClock,
    Name,
    ceil_milliseconds,
    floor_milliseconds,
    from_milliseconds,
    parse_name,
)
from chalicelib.venues.recorded.snapshots import Snapshots
from chalicelib.venues.recorded.tape_file import (
    BUNDLED_TAPE,
    RecordedMarket,
    RecordedTape,
    read_tape,
)

LATENCY = timedelta(seconds=2)
MAX_QUOTE_AGE_MS = 30_000
MAX_BOOK_DELAY_MS = 30_000
SETTLEMENT_DELAY_MS = 60_000
PAUSE_BETWEEN_LAPS = timedelta(minutes=5)
SETTLEMENT_SOURCE = "resolvedkit tape"

_MINUTE = timedelta(minutes=1)
_MINUTE_MS = 60_000
_MAX_LATENCY_SECONDS = 60.0


class RecordedVenue:
    """Real order books of settled markets, by the clock of the caller; no I/O once it is made.

    When the tape has ended it starts again as a new lap with new market ids, so that nothing of
    an earlier lap reopens. ``latency`` lies between a decision and the books it meets.
    """

    name = VENUE

    def __init__(self, tape: RecordedTape, latency: timedelta = LATENCY) -> None:
        self._tape = tape
        self._latency = latency
        self._clock = _lap_clock(tape)

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """List the markets that had books then, with quotes no later than ``at``.

        A market is listed from its first snapshot until its result is known, open until its end.
        A quote is at most 30 s old; crossed snapshots are passed over, empty ones give no quote.
        """
        markets: dict[MarketId, Market] = {}
        quotes: dict[InstrumentId, Quote] = {}
        lap = self._clock.lap(at)
        now = floor_milliseconds(self._clock.tape_time(at, lap))
        for market in self._listed(now) if lap > 0 else ():
            name = Name(market.slug, lap)
            markets[name.market_id] = self._market(market, name, now)
            quotes.update((quote.instrument_id, quote) for quote in self._quotes(name, now, at))
        return Scan(markets, quotes, origin=Origin.RECORDED)

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """The first book of each at or after ``at`` plus the latency, while its market is open.

        An order decided at ``at`` therefore meets a book that its decision could not know. An
        instrument without a book in the 30 s that follow is left out.
        """
        found = ((wanted, self._book(wanted, at)) for wanted in instrument_ids)
        return Depth({wanted: book for wanted, book in found if book is not None})

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Payouts of those that ended at least 60 s before ``at``.

        The payouts are the venue's own. The tape does not say when the venue published them:
        the 60 s are an assumption.
        """
        found = (self._resolution(wanted, at) for wanted in market_ids)
        return Results(tuple(resolution for resolution in found if resolution is not None))

    @property
    def title(self) -> str:
        """What the tape holds."""
        return self._tape.title

    def tape_start(self) -> datetime:
        """The first whole minute at which some market has a quote."""
        return self._clock.start

    def tape_span(self) -> timedelta:
        """How long a lap lasts: until every market has settled, and a few minutes more."""
        return self._clock.span

    def note(self, at: datetime) -> str:
        """One line for the dashboard: what is being replayed, and which lap it is."""
        lap = self._clock.lap(at)
        return f"{self._tape.title}, " + (f"lap {lap}" if lap > 0 else "before its start")

    def _listed(self, now: int) -> list[RecordedMarket]:
        return [
            market
            for market in self._tape.markets.values()
            if market.first_ms <= now < market.end_ms + SETTLEMENT_DELAY_MS
        ]

    def _market(self, market: RecordedMarket, name: Name, now: int) -> Market:
        fine_from = self._tape.books(market.slug).fine_from
        return market_answer(
            market,
            name,
            is_open=now < market.end_ms,
            is_fine=fine_from is not None and fine_from <= now,
            closes_at=self._clock.caller_time(market.end_ms, name.lap),
        )

    def _quotes(self, name: Name, now: int, at: datetime) -> Iterator[Quote]:
        for side in ("up", "down"):
            snapshots = self._tape.books(name.slug).side(side)
            index = _quoted(snapshots, now)
            if index is not None:
                occurred_at = self._clock.caller_time(int(snapshots.times[index]), name.lap)
                yield quote_answer(name.instrument_id(side), snapshots, index, occurred_at, at)

    def _book(self, wanted: InstrumentId, at: datetime) -> OrderBook | None:
        name = parse_name(wanted)
        if name is None or name.side is None or name.slug not in self._tape.markets:
            return None
        earliest = self._clock.tape_time(at, name.lap) + self._latency
        latest_ms = floor_milliseconds(earliest) + MAX_BOOK_DELAY_MS
        end_ms = self._tape.markets[name.slug].end_ms
        snapshots = self._tape.books(name.slug).side(name.side)
        index = snapshots.oldest(ceil_milliseconds(earliest), min(latest_ms, end_ms - 1))
        if index is None:
            return None
        occurred_at = self._clock.caller_time(int(snapshots.times[index]), name.lap)
        return book_answer(wanted, snapshots, index, occurred_at)

    def _resolution(self, wanted: MarketId, at: datetime) -> Resolution | None:
        name = parse_name(wanted)
        if name is None or name.side is not None or name.slug not in self._tape.markets:
            return None
        market = self._tape.markets[name.slug]
        known_at = self._clock.caller_time(market.end_ms + SETTLEMENT_DELAY_MS, name.lap)
        if known_at > at:
            return None
        payouts = {
            name.instrument_id("up"): Decimal(market.payout_up),
            name.instrument_id("down"): Decimal(market.payout_down),
        }
        return Resolution(wanted, payouts, known_at, SETTLEMENT_SOURCE)


def open_venue(settings: Mapping[str, str]) -> RecordedVenue | ReplayedCycles:
    """Make the venue from settings, all of them optional.

    RECORDED_TAPE is the path of another tape, RECORDED_LATENCY_SECONDS the latency between a
    decision and the books it meets; a tape of cycles has the latency that they had.
    """
    path = Path(settings.get("RECORDED_TAPE") or BUNDLED_TAPE)
    if path.suffix == SUFFIX:
        return open_cycles(path)
    latency = settings.get("RECORDED_LATENCY_SECONDS")
    return RecordedVenue(read_tape(path), LATENCY if not latency else _seconds(latency))


def _seconds(text: str) -> timedelta:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _MAX_LATENCY_SECONDS:
        raise InputError(
            f"RECORDED_LATENCY_SECONDS is {text!r}, not a number of seconds from 0 to 60",
            "Set it to a number such as 2, or leave it out.",
        )
    return timedelta(seconds=seconds)


def _lap_clock(tape: RecordedTape) -> LapClock:
    """Laps from the first quoted whole minute until every market has settled, and a pause."""
    start = _first_quoted_minute(tape)
    end_ms = max(market.end_ms for market in tape.markets.values())
    settled = from_milliseconds(end_ms + SETTLEMENT_DELAY_MS)
    whole_minutes = -((start - settled) // _MINUTE)
    return LapClock(start, whole_minutes * _MINUTE + PAUSE_BETWEEN_LAPS)


def _first_quoted_minute(tape: RecordedTape) -> datetime:
    first = min(tape.markets.values(), key=lambda market: market.first_ms)
    books = tape.books(first.slug)
    minute_ms = -(-first.first_ms // _MINUTE_MS) * _MINUTE_MS
    while minute_ms < first.end_ms:
        if any(_quoted(side, minute_ms) is not None for side in (books.up, books.down)):
            return from_milliseconds(minute_ms)
        minute_ms += _MINUTE_MS
    raise VenuePayloadError(
        f"the tape shows no quote of its first market {first.slug} at any whole minute",
        "Build the tape again with tools/convert_resolvedkit.py.",
    )


def _quoted(snapshots: Snapshots, now: int) -> int | None:
    """The snapshot that a quote at ``now`` is taken from, or None when there is none to show."""
    index = snapshots.newest(not_after=now, not_before=now - MAX_QUOTE_AGE_MS)
    return None if index is None or snapshots.is_empty(index) else index
