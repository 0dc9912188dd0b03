"""What the instruments of a tape ask: read from the texts of their markets, and from pairs."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.market import InstrumentId, Market, MarketKind
from chalicelib.domain.question import Questions
from chalicelib.engine.placed import Placed
from chalicelib.matching.inquiry import Inquiry, read_inquiry

DOLLARS = ("USD", "USDT", "USDC")
"""What a currency may be quoted in to have the price that a question asks for."""

Twins: TypeAlias = Sequence[tuple[InstrumentId, InstrumentId]]
"""Instruments at two venues that pay together, as operators confirmed."""

Columns: TypeAlias = Mapping[InstrumentId, int]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class _Read:
    """The markets whose text says what they ask, by their ``numbers`` among those placed."""

    placed: Placed
    numbers: IntArray
    asked: Sequence[Inquiry]

    @classmethod
    def of(cls, placed: Placed) -> "_Read":
        """Read every market that is a question."""
        found = [
            (number, asked)
            for number, market in enumerate(placed.markets)
            if market.kind is MarketKind.BINARY and (asked := _asked(market)) is not None
        ]
        numbers = np.array([number for number, _ in found], np.int64)
        return cls(placed, numbers, [asked for _, asked in found])

    def by_market(self, values: npt.NDArray[Number], otherwise: float) -> npt.NDArray[Number]:
        """One value per question as one per market."""
        spread = np.full(len(self.placed.markets), otherwise, values.dtype)
        spread[self.numbers] = values
        return spread

    def column(self, values: npt.NDArray[Number], otherwise: float) -> npt.NDArray[Number]:
        """One value per question as one per column of the tape."""
        return self.placed.spread(self.by_market(values, otherwise), otherwise)

    def floats(self, name: str) -> FloatArray:
        """A number of every question."""
        return np.array([getattr(asked, name) for asked in self.asked], np.float64)


def read_questions(placed: Placed, columns: Columns, at: float, twins: Twins = ()) -> Questions:
    """The questions of a tape whose newest row is of ``at`` (unix seconds)."""
    read, markets = _Read.of(placed), placed.markets
    touch = np.array([asked.touch for asked in read.asked], np.bool_)
    # Before its period begins, nothing that a price does counts: no time says how long is left.
    unopened = read.floats("opens_at") > at
    ends_at = np.where(unopened, np.nan, read.floats("ends_at"))
    groups = _numbered(market.exclusive_group for market in markets)
    sizes = np.array([market.group_size for market in markets], np.int64)
    return Questions(
        affirmative=_affirmative(read),
        group=placed.spread(groups, -1),
        group_size=placed.spread(sizes, 0),
        subject=placed.spread(_numbered(_subjects(read)), -1),
        low=read.column(read.floats("low"), np.nan),
        high=read.column(read.floats("high"), np.nan),
        touch=read.column(touch, otherwise=False),
        starts_at=read.column(read.floats("starts_at"), np.nan),
        ends_at=read.column(ends_at, np.nan),
        underlying=read.column(_underlying(read, columns), -1),
        twin=_twin(columns, twins),
    )


def _asked(market: Market) -> Inquiry | None:
    first = market.outcomes[0].label if market.outcomes else ""
    return read_inquiry(
        market.title, market.closes_at, market.rules, market.resolution_source, first
    )  # fmt: skip


def _affirmative(read: _Read) -> npt.NDArray[np.bool_]:
    placed = read.placed
    first_pays = read.by_market(np.array([a.first_pays for a in read.asked], np.bool_), True)
    question = np.array([m.kind is MarketKind.BINARY for m in placed.markets], np.bool_)
    pays = (placed.first == first_pays[placed.numbers]) & question[placed.numbers]
    return placed.scatter(pays, otherwise=False)


def _subjects(read: _Read) -> list[Hashable]:
    """What each market is about: a question's subject, or a currency, whatever venue it is at."""
    markets = read.placed.markets
    named: list[Hashable] = [_currency(market) for market in markets]
    for number, asked in zip(read.numbers, read.asked, strict=True):
        named[number] = (markets[number].venue, asked.subject)
    return named


def _currency(market: Market) -> str | None:
    """The currency that is quoted in dollars here; None for any other market."""
    base, _, quoted = market.title.partition("/")
    return base if market.kind is MarketKind.SPOT and quoted in DOLLARS else None


def _numbered(named: Iterable[Hashable]) -> IntArray:
    """Numbers from 0 in order of appearance, the same for the same name; -1 for None."""
    known: dict[Hashable, int] = {}
    return np.array(
        [-1 if name is None else known.setdefault(name, len(known)) for name in named], np.int64
    )


def _underlying(read: _Read, columns: Columns) -> IntArray:
    """The currency that each question is about: at the venue it names, or the first by its id."""
    priced: dict[str, list[tuple[InstrumentId, str]]] = {}
    for market in read.placed.markets:
        base = _currency(market)
        if base is not None:
            own_id = market.outcomes[0].instrument_id
            if own_id in columns:
                priced.setdefault(base, []).append((own_id, market.venue))
    found = []
    for asked in read.asked:
        options = priced.get(asked.asset, ())
        source = asked.source.lower()
        best = min(options, key=lambda o: (not source.startswith(o[1]), o[0]), default=None)
        found.append(-1 if best is None else columns[best[0]])
    return np.array(found, np.int64)


def _twin(columns: Columns, twins: Twins) -> IntArray:
    """Each pair both ways, where both are on the tape; a second pair of one column is left out."""
    twin = np.full(len(columns), -1, np.int64)
    for one, other in twins:
        a, b = columns.get(one, -1), columns.get(other, -1)
        if min(a, b) >= 0 and twin[a] == twin[b] == -1:
            twin[a], twin[b] = b, a
    return twin
