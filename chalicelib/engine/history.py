"""The window of committed snapshots, and the tape that strategies see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.book import Quote
from chalicelib.domain.cycle import CYCLE_SECONDS, HistoryRow
from chalicelib.domain.fee import FeeFormula, FeeUnknown, Liquidity
from chalicelib.domain.market import InstrumentId, Market, MarketKind
from chalicelib.domain.quality import Doubted
from chalicelib.domain.question import Questions
from chalicelib.domain.tape import Tape
from chalicelib.validation.look import PastRow

FIELDS = 4
"""Bid, ask, bid size, ask size."""


@dataclass(frozen=True)
class TapeRow:
    """A history row with its numbers as one (4, N) array, NaN for unknown."""

    row: HistoryRow
    values: FloatArray

    @classmethod
    def of(cls, row: HistoryRow) -> "TapeRow":
        """Convert once; the window keeps the result."""
        shape = (FIELDS, len(row.instruments))
        return cls(row, np.array(row.values, dtype=np.float64).reshape(shape))

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
    cycle_id: int, quotes: Mapping[InstrumentId, Quote], doubted: tuple[Doubted, ...] = ()
) -> HistoryRow:
    """The top of book of everything quoted now, in the order of instrument ids."""
    instruments = tuple(sorted(quotes))
    ordered = [quotes[i] for i in instruments]
    return HistoryRow(
        cycle_id,
        instruments,
        (
            tuple(_number(q.bid) for q in ordered),
            tuple(_number(q.ask) for q in ordered),
            tuple(_number(q.bid_size) for q in ordered),
            tuple(_number(q.ask_size) for q in ordered),
        ),
        doubted,
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def build_tape(window: Sequence[TapeRow], markets: Iterable[Market]) -> Tape:
    """Align the rows to the instruments quoted in the newest one. ``window`` is oldest first."""
    instruments = window[-1].row.instruments
    cube = np.array([_aligned(row, instruments) for row in window])
    traits = np.array(_traits(instruments, markets), np.float64).reshape(-1, len(Traits._fields))
    complement, market, closes_at, spot, fee_rate, fee_exponent, fee_of_value = traits.T
    unknown = np.full(cube[:, 0].shape, np.nan)
    return Tape(
        instruments=instruments,
        times=np.array([r.row.cycle_id * CYCLE_SECONDS for r in window], np.int64),
        bid=cube[:, 0],
        ask=cube[:, 1],
        bid_size=cube[:, 2],
        ask_size=cube[:, 3],
        complement=complement.astype(np.int64),
        market=market.astype(np.int64),
        closes_at=closes_at.copy(),
        fee_rate=fee_rate.copy(),
        fee_exponent=fee_exponent.copy(),
        fee_of_value=fee_of_value.astype(np.bool_),
        spot=spot.astype(np.bool_),
        volume=unknown,
        forecast=unknown,
        news=unknown,
        questions=Questions.none(len(instruments)),
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


class Traits(NamedTuple):
    """What a strategy may know of an instrument besides its prices."""

    complement: int
    market: int
    closes_at: float
    spot: bool
    fee_rate: float
    fee_exponent: float
    fee_of_value: bool


UNKNOWN = Traits(-1, -1, float("nan"), False, 0.0, 1.0, False)


def _traits(instruments: Sequence[InstrumentId], markets: Iterable[Market]) -> list[Traits]:
    columns = {name: column for column, name in enumerate(instruments)}
    found: dict[InstrumentId, Traits] = {}
    for number, market in enumerate(sorted(markets, key=lambda m: m.market_id)):
        closes_at = market.closes_at.timestamp() if market.closes_at else float("nan")
        for outcome in market.outcomes:
            found[outcome.instrument_id] = Traits(
                columns.get(outcome.complement or "", -1),
                number,
                closes_at,
                market.kind is MarketKind.SPOT,
                *_fee_of(market),
            )
    return [found.get(name, UNKNOWN) for name in instruments]


def _fee_of(market: Market) -> tuple[float, float, bool]:
    """The taker's rate and exponent, and whether it is a share of the value traded."""
    fee = market.fee
    if isinstance(fee, FeeUnknown):
        return float("nan"), 1.0, False
    percent = fee.formula is FeeFormula.PERCENT
    return float(fee.rate(Liquidity.TAKER)), float(fee.exponent), percent


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

    def past(self, most: int) -> tuple[PastRow, ...]:
        """The newest ``most`` committed rows as a look is held against them, oldest first."""
        return tuple(row.past for row in self._rows[-most:])

    def rows(self) -> tuple[HistoryRow, ...]:
        """The window as it is stored in a record, oldest first."""
        return tuple(row.row for row in self._rows)
