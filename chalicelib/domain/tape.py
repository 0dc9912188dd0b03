"""The columnar history a strategy sees: time down, instruments across, NaN for unknown."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.question import Questions

SEEN = ("bid", "ask", "bid_size", "ask_size", "volume", "forecast", "news")
FEES = ("fee_rate", "fee_exponent", "fee_of_value")


@dataclass(frozen=True)
class Tape:
    """Committed snapshots, newest last; every array is read-only.

    Shapes: ``times`` is (T,) in unix seconds; ``bid``, ``ask`` (dollars per contract),
    ``bid_size``, ``ask_size`` (contracts) are (T, N); the rest are (N,) and describe instruments.
    ``complement`` and ``market`` are column and market numbers, -1 where there is none;
    ``closes_at`` is unix seconds, NaN where unknown. ``fee_rate`` is NaN where no fee is known;
    ``fee_of_value`` says that it is a share of the value and not of ``(p(1-p))^exponent``. ``spot``
    says that a column is a currency, whose price has no bound, and not a contract that pays 1 or 0.
    (T, N) too, and NaN where nobody said: ``volume``, the dollars that the venue counted over the
    24 hours before; ``forecast``, the probability that an outside model gave the instrument to
    pay; ``news``, the headlines about its market that appeared since the row before.
    """

    instruments: tuple[str, ...]
    times: IntArray
    bid: FloatArray
    ask: FloatArray
    bid_size: FloatArray
    ask_size: FloatArray
    complement: IntArray
    market: IntArray
    closes_at: FloatArray
    fee_rate: FloatArray
    fee_exponent: FloatArray
    fee_of_value: BoolArray
    spot: BoolArray
    volume: FloatArray
    forecast: FloatArray
    news: FloatArray
    questions: Questions

    def __post_init__(self) -> None:
        """Check the shapes and lock the arrays: a strategy can neither break nor change them."""
        rows, columns = len(self.times), len(self.instruments)
        self._lock(("times",), (rows,))
        self._lock(SEEN, (rows, columns))
        self._lock(("complement", "market", "closes_at", "spot", *FEES), (columns,))
        self.questions.lock(columns)

    def _lock(self, names: tuple[str, ...], shape: tuple[int, ...]) -> None:
        for name in names:
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
            array.setflags(write=False)

    def __len__(self) -> int:
        """Number of rows (observations in time)."""
        return len(self.times)

    @cached_property
    def mid(self) -> FloatArray:
        """Half-way between bid and ask, (T, N); NaN where either side shows nothing."""
        mid = (self.bid + self.ask) / 2
        mid.setflags(write=False)
        return mid

    def taker_fee(self, price: FloatArray, columns: IntArray | None = None) -> FloatArray:
        """Fee in dollars per contract for taking at ``price``, shaped like ``price``.

        ``price`` is of all instruments, or of the ``columns`` given.
        """
        here = slice(None) if columns is None else columns
        rate, exponent, of_value = (getattr(self, name)[here] for name in FEES)
        contract = np.clip(price, 0, 1) if of_value.any() else price
        curve = contract * (1 - contract)
        bent = exponent != 1  # a power costs more than all the rest, and most curves have none
        if bent.any():
            curve[..., bent] = curve[..., bent] ** exponent[bent]
        return np.asarray(rate * np.where(of_value, price, curve))

    def move_unit(self, price: FloatArray) -> FloatArray:
        """What a bound on a move is counted in: dollars of a contract, a share of a spot price."""
        return np.asarray(np.where(self.spot, price, 1.0))

    def rows(self, start: int, stop: int) -> "Tape":
        """The same instruments over rows ``start`` to ``stop`` (exclusive)."""
        if start == 0 and stop == len(self):
            return self
        cut = slice(start, stop)
        return replace(
            self, times=self.times[cut], **{name: getattr(self, name)[cut] for name in SEEN}
        )
