"""Rule about a quote and its own recent past: a price far away is believed at the second look.

The distance is taken from the last committed mid, and the yardstick is the median of the moves
before it (a median absolute deviation, so that one earlier jump does not stretch it). A doubted
price is remembered in the committed row. The next cycle confirms it when the venue has said
something new by then and the price is nearer to the doubted one than to the one before the jump.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.quality import Doubted, QualityRules
from chalicelib.domain.quarantine import JUMP
from chalicelib.validation.look import Look, PastRow
from chalicelib.validation.standing import Standing

ROWS = 12
"""Committed rows that a jump is judged by, the newest."""
LEAST_MOVES = 5
"""Below so many known moves nobody knows what is usual."""
NEWEST = 3
"""The last mid must be in one of so many rows: after a longer silence any price is possible."""
AS_DEVIATION = 1.4826
"""A median absolute deviation times this estimates a standard deviation."""


def judge_jumps(standing: Standing, spot: Collection[InstrumentId], look: Look) -> list[Doubted]:
    """Doubt every price that leapt, but those that this is the second look at."""
    past = look.past[-ROWS:]
    if len(past) <= LEAST_MOVES:
        return []
    doubted_before = {doubted.instrument_id: doubted for doubted in past[-1].doubted}
    remembered = []
    for name, mid, last in _far(standing, spot, past, look.rules):
        usual = _usual_move(name, past)
        limit = float(look.rules.jump_deviations) * AS_DEVIATION * (usual or 0)
        if usual is None or abs(mid - last) <= limit:
            continue
        now = Doubted(name, mid, standing.quotes[name].occurred_at)
        if name in doubted_before and _confirms(now, doubted_before[name], last):
            continue
        words = f"{mid:g} after {last:g} a look before: a second look decides"
        standing.doubt(name, JUMP, words)
        remembered.append(now)
    return remembered


def _far(
    standing: Standing,
    spot: Collection[InstrumentId],
    past: Sequence[PastRow],
    rules: QualityRules,
) -> Iterator[tuple[InstrumentId, float, float]]:
    """Prices that moved more than the least that is doubted, with the one before."""
    both = {
        name: float(quote.bid + quote.ask)
        for name, quote in standing.quotes.items()
        if quote.bid is not None and quote.ask is not None
    }
    names = list(both)
    mids = np.array(list(both.values()), np.float64) / 2
    last = _newest_known(names, past[-NEWEST:])
    for column in np.flatnonzero(np.abs(mids - last) > _least_moves(names, last, spot, rules)):
        yield names[column], float(mids[column]), float(last[column])


def _least_moves(
    names: Sequence[InstrumentId],
    last: FloatArray,
    spot: Collection[InstrumentId],
    rules: QualityRules,
) -> FloatArray:
    """The least move that is doubted: dollars of a contract, a share of a spot price."""
    contract = np.inf if rules.jump_dollars is None else float(rules.jump_dollars)
    if not spot:
        return np.full(len(names), contract)
    share = np.inf if rules.jump_share is None else float(rules.jump_share)
    is_spot = np.array([name in spot for name in names], np.bool_)
    return np.asarray(np.where(is_spot, share * last, contract))


def _newest_known(names: Sequence[InstrumentId], rows: Sequence[PastRow]) -> FloatArray:
    """The last mid of each instrument; NaN where none of these rows has one."""
    last = np.full(len(names), np.nan)
    for row in reversed(rows):
        missing = np.flatnonzero(np.isnan(last))
        wanted = names if len(missing) == len(names) else [names[column] for column in missing]
        column_of = row.columns
        columns = np.array([column_of.get(name, -1) for name in wanted], np.intp)
        known = columns >= 0
        last[missing[known]] = row.mid[columns[known]]
    return last


def _usual_move(name: InstrumentId, past: Sequence[PastRow]) -> float | None:
    """The median size of its moves; None where too few are known."""
    mids = [row.mid[row.columns[name]] if name in row.columns else np.nan for row in past]
    moves = [abs(after - before) for before, after in pairwise(mids)]
    known = [float(move) for move in moves if not np.isnan(move)]
    return median(known) if len(known) >= LEAST_MOVES else None


def _confirms(now: Doubted, before: Doubted, last: float) -> bool:
    """Whether the venue says something new, and means the doubted price."""
    says_something_new = now.occurred_at > before.occurred_at
    return says_something_new and abs(now.mid - before.mid) < abs(now.mid - last)
