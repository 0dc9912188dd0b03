"""A fast screen of single-leg strategies: whole columns at once, for sweeps. Pure, numpy.

It answers what the exact engine answers where nothing but the strategy decides: every entry gets
the same stake, accounts never run out of cash or room, books are deep enough, and no exit rule but
the strategy's own closes a position. The tests hold it to that: there, both agree to 1e-9. What it
leaves out makes it a screen: results to act on come from the exact engine.
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.signal import Signals
from chalicelib.domain.tape import Tape

MICRO = 1e-6
ROUNDING = 1e-9
"""Steps and ticks are decimals: a quotient this near to a whole number is that number."""


@dataclass(frozen=True, slots=True)
class Executions:
    """What an order decided on a row meets, (T, N): the bid and ask of the next price; NaN: none.

    ``payout`` (N,) is what a contract paid, NaN where that is not known; from ``paid_row`` (N,) on,
    which may be T, nothing is traded any more.
    """

    bid: FloatArray
    ask: FloatArray
    payout: FloatArray
    paid_row: IntArray

    @classmethod
    def next_row(cls, tape: Tape) -> "Executions":
        """Orders meet the quotes of the next row, and nothing has a result."""
        columns = len(tape.instruments)
        missing = np.full((1, columns), np.nan)
        return cls(
            np.concatenate([tape.bid[1:], missing]),
            np.concatenate([tape.ask[1:], missing]),
            np.full(columns, np.nan),
            np.full(columns, len(tape), np.int64),
        )


@dataclass(frozen=True, slots=True)
class FixedStake:
    """How much each entry buys: ``cash`` dollars with the fee, in whole ``size_step`` units.

    With ``units`` it buys so many, whatever they cost. The worst price of an entry is its quoted
    ask and the edge, down to a whole ``tick``. ``rounds_money`` books micro-dollars as the ledger
    does: values to the nearest, fees up, and one set aside for that.
    """

    cash: float = 200.0
    units: float | None = None
    size_step: float = 0.0
    tick: float = 0.0
    rounds_money: bool = True


@dataclass(frozen=True, slots=True)
class Screened:
    """One instrument's trades and gains; the position is zero at first and long or nothing.

    ``entry_rows`` and ``exit_rows`` (K,) are the rows of the decisions; an exit at ``paid_row`` is
    the venue's payout, or the last mark of a position that is still open. ``gains`` (K,) are
    dollars after fees, ``stakes`` (K,) what the entries cost. ``gain_so_far`` (T,) marks open
    positions as the account does.
    """

    entry_rows: IntArray
    exit_rows: IntArray
    sizes: FloatArray
    stakes: FloatArray
    gains: FloatArray
    gain_so_far: FloatArray


def screen(
    signals: Signals, tape: Tape, met: Executions, stake: FixedStake, column: int = 0
) -> Screened:
    """What the wishes for one instrument would have made. Raises ValueError for a basket."""
    if signals.basket is not None or signals.short is not None:
        raise ValueError("the screen takes single long legs; run this strategy in the exact engine")
    rows = len(tape)
    opened, closed = _alternating(*_decisions(signals, tape, met, stake, column))
    paid = int(met.paid_row[column])
    closed = np.append(closed, paid) if len(opened) > len(closed) else closed
    sold = closed < paid
    bid = met.bid[np.minimum(closed, rows - 1), column]
    asked = met.ask[opened, column]
    bought = _fee(tape, column, asked)
    sizes = _sizes(stake, asked + bought)
    costs = _value(stake, sizes * asked) + _charged(stake, sizes * bought)
    taken = _value(stake, sizes * bid) - _charged(stake, sizes * _fee(tape, column, bid))
    proceeds = np.where(sold, taken, sizes * met.payout[column])
    marks = _marks(tape.bid[:, column], tape.ask[:, column])
    ended = sold | ~np.isnan(met.payout[column])
    gains = np.where(ended, proceeds, sizes * marks[-1]) - costs
    back = np.where(ended, proceeds, 0.0)
    cash = _stepped(rows, opened, closed, -costs, back)
    held = _stepped(rows, opened, closed, sizes, -sizes)
    held *= marks
    held += cash
    return Screened(opened, closed, sizes, costs, gains, held)


def _decisions(
    signals: Signals, tape: Tape, met: Executions, stake: FixedStake, column: int
) -> tuple[BoolArray, BoolArray]:
    """Rows on which an entry would be filled if nothing is held, and an exit if something is."""
    worst = tape.ask[:, column] + np.maximum(signals.edge[:, column], 0.0)
    if stake.tick:
        worst = np.floor(worst / stake.tick + ROUNDING) * stake.tick
    ask = met.ask[:, column]
    # A missing price compares as false: nothing is bought at a price that nobody knows.
    entry = signals.entry[:, column] & (ask <= worst + ROUNDING)
    leave = signals.exit[:, column] & ~np.isnan(met.bid[:, column])
    paid = int(met.paid_row[column])
    entry[paid:] = False
    leave[paid:] = False
    return entry, leave


def _alternating(entry: BoolArray, leave: BoolArray) -> tuple[IntArray, IntArray]:
    """The first entry, the first exit after it, the first entry after that, and so on."""
    events = np.flatnonzero(entry | leave)
    buys = entry[events]
    changes = np.flatnonzero(np.diff(buys, prepend=False))
    turning = events[changes]
    return turning[0::2], turning[1::2]


def _fee(tape: Tape, column: int, price: FloatArray) -> FloatArray:
    """Dollars per contract at these prices (K,) of one instrument."""
    rate = tape.fee_rate[column]
    if tape.fee_of_value[column]:
        return np.asarray(rate * price)
    return np.asarray(rate * (price * (1 - price)) ** tape.fee_exponent[column])


def _value(stake: FixedStake, dollars: FloatArray) -> FloatArray:
    return np.round(dollars, 6) if stake.rounds_money else dollars


def _charged(stake: FixedStake, dollars: FloatArray) -> FloatArray:
    if not stake.rounds_money:
        return dollars
    # A fee that is whole micro-dollars comes out of floats a little above them.
    return np.asarray(np.ceil(dollars / MICRO - 1e-4) * MICRO)


def _sizes(stake: FixedStake, unit: FloatArray) -> FloatArray:
    if stake.units is not None:
        return np.full(unit.shape, stake.units)
    sizes = (stake.cash - (MICRO if stake.rounds_money else 0.0)) / unit
    if stake.size_step:
        sizes = np.floor(sizes / stake.size_step + ROUNDING) * stake.size_step
    return np.asarray(sizes)


def _marks(bid: FloatArray, ask: FloatArray) -> FloatArray:
    """The bid; nothing where only an ask is shown; the mark before where nothing is."""
    missing = np.isnan(bid)
    if not missing.any():
        return bid
    worth = np.where(missing & ~np.isnan(ask), 0.0, bid)
    newest = np.maximum.accumulate(np.where(np.isnan(worth), -1, np.arange(len(worth))))
    return np.where(newest < 0, 0.0, worth[np.maximum(newest, 0)])


def _stepped(
    rows: int, opened: IntArray, closed: IntArray, up: FloatArray, down: FloatArray
) -> FloatArray:
    """A running sum (T,) that changes by ``up`` where positions open and ``down`` where they end.

    Summed over the few changes and spread over the rows: an error of rounding in one place is not
    carried through a million rows.
    """
    at = np.stack([opened, closed], axis=1).ravel()
    level = np.cumsum(np.stack([up, down], axis=1).ravel())
    lengths = np.diff(np.concatenate([[0], np.minimum(at, rows), [rows]]))
    return np.repeat(np.concatenate([[0.0], level]), lengths)
