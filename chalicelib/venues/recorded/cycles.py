"""The recorded venue over a tape of cycles: what those cycles were shown, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import InstrumentId, Market, MarketId, Outcome, Resolution
from chalicelib.domain.origin import Origin
from chalicelib.ports import Depth, Results, Scan
from chalicelib.tapes.facts import microseconds, moment_of
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.looks import books_at, markets_at, quotes_at
from chalicelib.tapes.reader import TapeReader
from chalicelib.venues.recorded.laps import VENUE

CYCLE = timedelta(minutes=1)
_PREFIX = f"{VENUE}:"


def renamed(identity: str) -> str:
    """The id under this venue: ``kalshi:X`` becomes ``recorded:kalshi:X``, ours stay."""
    return identity if identity.startswith(_PREFIX) else _PREFIX + identity


class ReplayedCycles:
    """A tape that `bot tape export` made, by its own clock; it ends and does not start again.

    A book is there only where a cycle fetched one, and a result only where one asked for it: no
    other was seen. What was not seen is not traded on.
    """

    name = VENUE

    def __init__(self, recording: Recording, where: str) -> None:
        self._recording = recording
        self._moments = recording.table(RowKind.MOMENTS).times
        if not len(self._moments):
            raise InputError(
                f"{where} holds no cycles, so there is nothing to replay",
                "Make a tape of cycles: `bot tape export`.",
            )
        found = (_own_result(resolution) for resolution in recording.facts.resolutions)
        self._results = {resolution.market_id: resolution for resolution in found}

    @property
    def title(self) -> str:
        """What the tape holds."""
        return self._recording.facts.title

    def tape_start(self) -> datetime:
        """The first cycle."""
        return moment_of(int(self._moments[0]))

    def tape_span(self) -> timedelta:
        """From the first cycle to the end of the last."""
        return moment_of(int(self._moments[-1])) - self.tape_start() + CYCLE

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """The markets and quotes of the cycle at this minute; none where none was committed."""
        moment = self._moment(at)
        if moment is None:
            return Scan({}, {}, origin=Origin.RECORDED)
        markets = [_own_market(m) for m in markets_at(self._recording, moment).values()]
        quotes = [
            replace(quote, instrument_id=renamed(quote.instrument_id))
            for quote in quotes_at(self._recording, moment).values()
        ]
        return Scan(
            {m.market_id: m for m in markets},
            {q.instrument_id: q for q in quotes},
            origin=Origin.RECORDED,
        )

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """The books that the cycle at this minute fetched, after its decisions."""
        moment = self._moment(at)
        if moment is None:
            return Depth({})
        own = (_own_book(book) for book in books_at(self._recording, moment).values())
        return Depth({b.instrument_id: b for b in own if b.instrument_id in instrument_ids})

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """The results that were known at this time."""
        found = (self._results.get(wanted) for wanted in market_ids)
        return Results(tuple(result for result in found if result and result.known_at <= at))

    def _moment(self, at: datetime) -> datetime | None:
        place = int(np.searchsorted(self._moments, microseconds(at), side="right")) - 1
        if place < 0:
            return None
        moment = moment_of(int(self._moments[place]))
        return moment if at - moment < CYCLE else None


def _own_market(market: Market) -> Market:
    fee = market.fee
    if isinstance(fee, FeeUnknown):
        fee = replace(fee, market_id=renamed(market.market_id))
    outcomes = tuple(
        Outcome(renamed(o.instrument_id), o.label, o.complement and renamed(o.complement))
        for o in market.outcomes
    )
    return replace(
        market, market_id=renamed(market.market_id), venue=VENUE, outcomes=outcomes, fee=fee
    )


def _own_book(book: OrderBook) -> OrderBook:
    return replace(book, instrument_id=renamed(book.instrument_id))


def _own_result(resolution: Resolution) -> Resolution:
    payouts = {renamed(name): payout for name, payout in resolution.payouts.items()}
    return replace(resolution, market_id=renamed(resolution.market_id), payouts=payouts)


def open_cycles(path: Path) -> ReplayedCycles:
    """The venue over the tape in a file; InputError for one that cannot be replayed."""
    try:
        with path.open("rb") as stream:
            return ReplayedCycles(TapeReader(stream, str(path)).recording(), str(path))
    except OSError as exc:
        raise InputError(
            f"RECORDED_TAPE names {path}, which cannot be read: {exc.strerror}",
            "Name a tape, or leave it unset for the bundled one.",
        ) from exc
