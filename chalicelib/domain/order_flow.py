"""What the best prices and the sizes shown at them say about who is in a hurry.

Sources: R. Cont, A. Kukanov and S. Stoikov, "The price impact of order book events", Journal of
Financial Econometrics 12 (2014); S. Stoikov, "The micro-price", Quantitative Finance 18 (2018).
"""

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray
from chalicelib.domain.tape import Tape


def order_flow(tape: Tape) -> FloatArray:
    """Contracts by which demand has grown over supply since the row before, (T, N).

    Cont, Kukanov and Stoikov's e_n: a bid that rose adds all that is bid now, one that fell takes
    away all that was bid before, one that stayed counts by how its size changed; an ask counts the
    other way. NaN in the first row and wherever one of the prices is not known.
    """
    flow = np.full(tape.bid.shape, np.nan)
    bid, ask = tape.bid, tape.ask
    demand = _joined(tape.bid_size, bid[1:] >= bid[:-1], bid[1:] <= bid[:-1])
    supply = _joined(tape.ask_size, ask[1:] <= ask[:-1], ask[1:] >= ask[:-1])
    known = ~np.isnan(tape.mid)
    flow[1:] = np.where(known[1:] & known[:-1], demand - supply, np.nan)
    return flow


def weighted_mid(tape: Tape) -> FloatArray:
    """Between bid and ask, nearer to the side where less is shown: dollars, (T, N).

    The plainest of micro-prices: the side with less to take is the one to give way first.
    """
    shown = tape.bid_size + tape.ask_size
    heavy = tape.bid_size / np.where(shown > 0, shown, np.nan)
    return np.asarray(tape.bid + heavy * (tape.ask - tape.bid))


def _joined(size: FloatArray, stands: BoolArray, stood: BoolArray) -> FloatArray:
    """What is shown now where the price did not give way, less what was where it did not gain."""
    return np.asarray(np.where(stands, size[1:], 0) - np.where(stood, size[:-1], 0))
