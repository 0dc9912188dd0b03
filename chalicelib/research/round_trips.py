"""From fills and settlements to round trips: what was staked and what came back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Fill, Settlement, Side


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One position from its first contract to its last, in dollars.

    ``staked`` is what its entries cost with their fees; a short's is what it was sold for.
    ``gain`` is everything that came back less everything that was paid, fees included.
    """

    strategy: str
    instrument_id: InstrumentId
    market_id: MarketId
    opened_cycle: int
    closed_cycle: int
    staked: Decimal
    gain: Decimal
    fees: Decimal


@dataclass
class _Open:
    opened_cycle: int
    market_id: MarketId
    size: Decimal = ZERO
    staked: Decimal = ZERO
    gain: Decimal = ZERO
    fees: Decimal = ZERO


def round_trips(
    fills: Iterable[Fill],
    settlements: Iterable[Settlement],
) -> list[RoundTrip]:
    """Positions that were given up or paid out, in the order of their end; not the open ones."""
    moves: list[Fill | Settlement] = [*settlements, *fills]
    moves.sort(key=lambda move: move.cycle_id)
    held: dict[tuple[str, InstrumentId], _Open] = {}
    done = []
    for move in moves:
        key = (move.strategy, move.instrument_id)
        position = held.setdefault(key, _Open(move.cycle_id, move.market_id))
        if isinstance(move, Fill):
            _book_fill(position, move)
        else:
            position.gain += move.value
            position.size = ZERO
        if position.size == ZERO:
            del held[key]
            done.append(_round_trip(key, position, move.cycle_id))
    return done


def _book_fill(position: _Open, fill: Fill) -> None:
    buys = fill.side is Side.BUY
    paid = fill.fee + fill.loan_fee
    opens = position.size == ZERO or (position.size > ZERO) is buys
    position.size += fill.size if buys else -fill.size
    position.gain += (-fill.value if buys else fill.value) - paid
    position.fees += paid
    if opens:
        position.staked += fill.value + (paid if buys else ZERO)


def _round_trip(key: tuple[str, InstrumentId], position: _Open, closed_cycle: int) -> RoundTrip:
    return RoundTrip(
        *key,
        position.market_id,
        position.opened_cycle,
        closed_cycle,
        position.staked,
        position.gain,
        position.fees,
    )
