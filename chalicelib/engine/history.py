"""The window of committed snapshots, and the tape that strategies see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.book import Quote
from chalicelib.domain.cycle import CYCLE_SECONDS, HistoryRow
from chalicelib.domain.fee import FeeFormula, FeeUnknown, Liquidity
from chalicelib.domain.market import InstrumentId, Market, MarketKind
from chalicelib.domain.quality import Doubted
from chalicelib.domain.tape import Tape
from chalicelib.engine.placed import Placed
from chalicelib.engine.questions import Twins, read_questions
from chalicelib.validation.look import PastRow

FIELDS = 5
"""Bid, ask, bid size, ask size, volume."""

NOTHING: Mapping[InstrumentId, Market] = MappingProxyType({})


@dataclass(frozen=True)
class TapeRow:
    """A history row with its numbers as one (5, N) array, NaN for unknown."""

    row: HistoryRow
    values: FloatArray

    @classmethod
    def of(cls, row: HistoryRow) -> "TapeRow":
        """Convert once; the window keeps the result."""
        values = np.full((FIELDS, len(row.instruments)), np.nan)
        values[: len(row.values)] = np.array(row.values, np.float64).reshape(len(row.values), -1)
        return cls(row, values)

    @cached_property
    def columns(self) -> dict[InstrumentId, int]:
        """The column of each instrument."""
        return {name: column for column, name in enumerate(self.row.instruments)}

    @cached_property
    def past(self) -> PastRow:
        """What a later look is held against."""
        bid, ask = self.values[0], self.values[1]
        return PastRow(self.row.instruments, self.columns, (bid + ask) / 2, self.row.doubted)


def history_row(
    cycle_id: int,
    quotes: Mapping[InstrumentId, Quote],
    doubted: tuple[Doubted, ...] = (),
    market_of: Mapping[InstrumentId, Market] = NOTHING,
) -> HistoryRow:
    """The top of book of everything quoted now, in the order of instrument ids."""
    instruments = tuple(sorted(quotes))
    ordered = [quotes[i] for i in instruments]
    markets = [market_of.get(i) for i in instruments]
    return HistoryRow(
        cycle_id,
        instruments,
        (
            tuple(_number(q.bid) for q in ordered),
            tuple(_number(q.ask) for q in ordered),
            tuple(_number(q.bid_size) for q in ordered),
            tuple(_number(q.ask_size) for q in ordered),
            tuple(None if market is None else _number(market.volume_24h) for market in markets),
        ),
        doubted,
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def build_tape(
    window: Sequence[TapeRow], markets: Iterable[Market], twins: Twins = ()
) -> Tape:  # fmt: skip
    """Align the rows to the instruments quoted in the newest one. ``window`` is oldest first.

    ``twins`` are the instruments that pay together, by the pairs that operators confirmed.
    """
    newest = window[-1]
    instruments, columns = newest.row.instruments, newest.columns
    cube = np.array([_aligned(row, instruments) for row in window])
    placed = Placed.on(columns, markets)
    fees = np.array([_fee_of(market) for market in placed.markets], np.float64).reshape(-1, 3)
    spot = np.array([market.kind is MarketKind.SPOT for market in placed.markets], np.bool_)
    ends = np.array([_end_of(market) for market in placed.markets], np.float64)
    times = np.array([r.row.cycle_id * CYCLE_SECONDS for r in window], np.int64)
    return Tape(
        instruments=instruments,
        times=times,
        bid=cube[:, 0],
        ask=cube[:, 1],
        bid_size=cube[:, 2],
        ask_size=cube[:, 3],
        complement=placed.scatter(placed.complement, -1),
        market=placed.scatter(placed.numbers, -1),
        closes_at=placed.spread(ends, np.nan),
        fee_rate=placed.spread(fees[:, 0], 0.0),
        fee_exponent=placed.spread(fees[:, 1], 1.0),
        fee_of_value=placed.spread(fees[:, 2] == 1, otherwise=False),
        spot=placed.spread(spot, otherwise=False),
        volume=cube[:, 4],
        forecast=_sparse([row.row.forecast for row in window], columns, np.nan),
        news=_news([row.row.news for row in window], columns),
        questions=read_questions(placed, columns, float(times[-1]), twins),
    )


def _aligned(row: TapeRow, instruments: tuple[InstrumentId, ...]) -> FloatArray:
    if row.row.instruments == instruments:
        return row.values
    columns = row.columns
    found = [(to, columns[name]) for to, name in enumerate(instruments) if name in columns]
    aligned = np.full((FIELDS, len(instruments)), np.nan)
    if found:
        target, source = (np.array(side) for side in zip(*found, strict=True))
        aligned[:, target] = row.values[:, source]
    return aligned


def _end_of(market: Market) -> float:
    return market.closes_at.timestamp() if market.closes_at else float("nan")


def _fee_of(market: Market) -> tuple[float, float, bool]:
    """The taker's rate and exponent, and whether it is a share of the value traded."""
    fee = market.fee
    if isinstance(fee, FeeUnknown):
        return float("nan"), 1.0, False
    percent = fee.formula is FeeFormula.PERCENT
    return float(fee.rate(Liquidity.TAKER)), float(fee.exponent), percent


def _sparse(
    rows: Sequence[Mapping[InstrumentId, float]], columns: Mapping[InstrumentId, int], rest: float
) -> FloatArray:
    """What rows say of some instruments, (T, N); one number stands for all that is not said."""
    if not any(rows):
        return np.broadcast_to(np.float64(rest), (len(rows), len(columns)))
    values = np.full((len(rows), len(columns)), rest)
    for line, said in zip(values, rows, strict=True):
        for name, value in said.items():
            if name in columns:
                line[columns[name]] = value
    return values


def _news(
    rows: Sequence[Mapping[InstrumentId, int] | None], columns: Mapping[InstrumentId, int]
) -> FloatArray:
    """Headlines, (T, N): none where a feed answered and did not name it, NaN where none did."""
    answered = [row is not None for row in rows]
    if not any(answered):
        return _sparse([{}] * len(rows), columns, np.nan)
    counts = _sparse([row or {} for row in rows], columns, 0.0)
    return np.where(np.array(answered)[:, np.newaxis], counts, np.nan)


class History:
    """The committed window, kept in memory between cycles under the last record's key."""

    def __init__(self) -> None:
        self._rows: list[TapeRow] = []
        self._key: str | None = None
        self._most = 0

    def knows(self, record_key: str | None, most: int) -> bool:
        """Whether the window in memory ends at this record and was kept for ``most`` rows.

        A strategy that is enabled later may look back further than the window was kept for.
        """
        return record_key == self._key and most <= self._most

    def restore(self, record_key: str | None, rows: Iterable[HistoryRow], most: int) -> None:
        """Replace the window by one that was read back: the newest ``most`` rows there are."""
        self._rows = [TapeRow.of(row) for row in rows]
        self._key, self._most = record_key, most

    def extend(self, record_key: str, row: TapeRow, most: int) -> None:
        """Add a committed row and forget all but the newest ``most``."""
        self._rows = [*self._rows, row][-most:]
        self._key, self._most = record_key, most

    def window(self, now: TapeRow, most: int) -> list[TapeRow]:
        """The newest ``most`` rows, ending with the one being decided."""
        return [*self._rows, now][-most:]

    @property
    def newest(self) -> int | None:
        """The newest committed cycle that is kept, None before the first one."""
        return self._rows[-1].row.cycle_id if self._rows else None

    def past(self, most: int) -> tuple[PastRow, ...]:
        """The newest ``most`` committed rows as a look is held against them, oldest first."""
        return tuple(row.past for row in self._rows[-most:])

    @property
    def kept(self) -> int:
        """How many rows the window is kept for; it has fewer only where there were no more."""
        return self._most

    def rows(self) -> tuple[HistoryRow, ...]:
        """The window as it is stored in a record, oldest first."""
        return tuple(row.row for row in self._rows)
