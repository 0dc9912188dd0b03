"""When a Kalshi result is final, and what it pays. Pure.

A result is known as ``determined`` and can still be disputed and amended; it is paid when the
market is ``finalized``. A void market settles between 0 and 1, which the venue calls scalar.
"""

from datetime import datetime
from decimal import Decimal

from chalicelib.domain.market import Resolution
from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.quarantine import DISPUTED, Quarantined
from chalicelib.venues.kalshi.contracts import VENUE, instrument_id_of, market_id_of
from chalicelib.venues.kalshi.schemas import KalshiResult, KalshiSide, KalshiState, KalshiStatus
from chalicelib.venues.payload import read_model, refused

SOURCE = "kalshi: finalized as {result}"
_FINAL = frozenset({KalshiStatus.FINALIZED, KalshiStatus.SETTLED})
_CONTESTED = frozenset({KalshiStatus.DISPUTED, KalshiStatus.AMENDED})
_WHOLE = {KalshiResult.YES: ONE, KalshiResult.NO: ZERO}


def read_state(raw: object, path: str) -> KalshiState:
    """How far a market is; the rest of its record is not needed, and may be in any format."""
    return read_model(KalshiState, raw, path)


def result_of(state: KalshiState, path: str, seen_at: datetime) -> Resolution | Quarantined | None:
    """What a market pays, or why its result is contested; None while there is no final one."""
    if state.status in _CONTESTED:
        reason = f"its status is {state.status}; positions stay until it is finalized"
        return Quarantined(VENUE, state.ticker, DISPUTED, reason)
    if state.status not in _FINAL:
        return None
    pays = _pays(state, path)
    return Resolution(
        market_id=market_id_of(state.ticker),
        payouts={
            instrument_id_of(state.ticker, KalshiSide.YES): pays,
            instrument_id_of(state.ticker, KalshiSide.NO): ONE - pays,
        },
        known_at=seen_at,
        source=SOURCE.format(result=state.result),
    )


def _pays(state: KalshiState, path: str) -> Decimal:
    """Dollars per Yes contract; result and settlement value must say the same."""
    if state.result is None:
        raise refused(f"{path}.result", "", "missing although the market is finalized")
    whole = _WHOLE.get(state.result)
    pays = whole if state.pays is None else state.pays
    if pays is None or (whole is not None and pays != whole):
        raise refused(f"{path}.settlement_value_dollars", pays, f"the result is {state.result}")
    return pays
