"""Book fills and settlements into an account, exactly. Pure."""

from dataclasses import replace
from decimal import Decimal

from chalicelib.domain.borrow import Loan
from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import Fill, Purpose, Settlement, Side
from chalicelib.domain.portfolio import Account, Position


def apply_fill(account: Account, fill: Fill) -> Account:
    """Book a fill: cash, position, cost basis, realised profit and fees move together.

    A fill on the other side of what is held gives it up; what an entry trades beyond that opens
    the opposite position. Raises ValueError when a fill gives up what is not held or spends what
    is not there: the gate and the matcher never produce one, so it would be a defect.
    """
    held = account.positions.get(fill.instrument_id)
    if held is None or held.is_short is (fill.side is Side.SELL):
        return _add(account, held, fill)
    if fill.size <= abs(held.size):
        return _give_up(account, held, fill)
    if fill.purpose is not Purpose.ENTRY:
        raise ValueError(f"{fill.strategy} would sell more {fill.instrument_id} than it holds")
    closing, opening = _split(fill, abs(held.size))
    return _add(replace(_give_up(account, held, closing), trades=account.trades), None, opening)


def _add(account: Account, held: Position | None, fill: Fill) -> Account:
    """Open a position or add to it: a purchase, or a sale of borrowed units."""
    if fill.side is Side.SELL and not fill.opens_short:
        raise ValueError(f"{fill.strategy} would sell more {fill.instrument_id} than it holds")
    sign = -1 if fill.opens_short else 1
    cost = fill.value * sign + fill.fee
    if cost > account.cash:
        raise ValueError(f"{fill.strategy} would spend {cost} of {account.cash}")
    loan = Loan(ZERO, fill.occurred_at) if fill.opens_short else None
    added = Position(
        fill.instrument_id,
        fill.market_id,
        fill.title,
        fill.size * sign + (held.size if held else ZERO),
        cost + (held.cost if held else ZERO),
        held.opened_at if held else fill.occurred_at,
        held.mark if held else None,
        held.marked_at if held else None,
        held.high if held else None,
        held.exits if held else None,
        held.loan if held else loan,
        held.unwind if held else "",
        held.mid if held else None,
        held.closes_at if held else None,
    )
    return account.booked(
        account.cash - cost,
        {**account.positions, fill.instrument_id: added},
        account.realised,
        account.fees + fill.fee,
        account.trades + 1,
        account.rebates + fill.rebate,
    )


def _give_up(account: Account, held: Position, fill: Fill) -> Account:
    """Sell what is held, or buy back what was sold short and pay for the loan of it."""
    if fill.side is Side.SELL:
        received = fill.value - fill.fee
    else:
        received = -(fill.value + fill.fee + fill.loan_fee)
    if -received > account.cash:
        raise ValueError(f"{fill.strategy} would spend {-received} of {account.cash}")
    reduced = _reduce(account, held, fill.size, received, fill.fee, fill.loan_fee, 1)
    return replace(reduced, rebates=account.rebates + fill.rebate) if fill.rebate else reduced


def _split(fill: Fill, size: Decimal) -> tuple[Fill, Fill]:
    """The part of a fill that closes ``size`` and the part beyond; value and fee go by size."""
    value, fee = (round_money(part * size / fill.size) for part in (fill.value, fill.fee))
    closing = replace(fill, size=size, value=value, fee=fee)
    opening = replace(
        fill,
        size=fill.size - size,
        value=fill.value - value,
        fee=fill.fee - fee,
        loan_fee=ZERO,
        rebate=ZERO,
    )
    return closing, opening


def apply_settlement(account: Account, settlement: Settlement) -> Account:
    """Replace a position, or the part of it that was merged, by what was paid for it."""
    held = account.positions[settlement.instrument_id]
    if settlement.size > held.size:
        raise ValueError(f"{settlement.strategy} would settle more than it holds of {held.title}")
    return _reduce(account, held, settlement.size, settlement.value)


def released_cost(held: Position, size: Decimal) -> Decimal:
    """The share of the cost basis that goes with ``size`` contracts, in dollars."""
    whole = abs(held.size)
    return held.cost if size == whole else round_money(held.cost * size / whole)


def _reduce(
    account: Account,
    held: Position,
    size: Decimal,
    received: Decimal,
    fee: Decimal = ZERO,
    loan_fee: Decimal = ZERO,
    trades: int = 0,
) -> Account:
    """Give up ``size`` contracts for ``received``, releasing their share of the cost basis."""
    positions = dict(account.positions)
    released = released_cost(held, size)
    if size == abs(held.size):
        del positions[held.instrument_id]
    else:
        positions[held.instrument_id] = replace(
            held,
            size=held.size + size if held.is_short else held.size - size,
            cost=held.cost - released,
            loan=held.loan.less(loan_fee) if held.loan else None,
        )
    return account.booked(
        account.cash + received,
        positions,
        account.realised + received - released,
        account.fees + fee,
        account.trades + trades,
        account.rebates,
    )
