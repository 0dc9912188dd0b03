"""How much of an account's cash may be spent: not what a short sale or a waiting order ties up."""

from decimal import Decimal

from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.money import ZERO
from chalicelib.domain.portfolio import Account
from chalicelib.engine.limits import reserved


def collateral(account: Account, borrow: BorrowModel) -> Decimal:
    """Cash set aside for short positions: what they owe, and the margin beside it."""
    if not any(held.loan for held in account.positions.values()):
        return ZERO
    owed = sum((held.owed for held in account.positions.values()), ZERO)
    return owed * (1 + borrow.margin)


def spendable(account: Account, borrow: BorrowModel) -> Decimal:
    """Cash that is not set aside for short positions; waiting orders may use it."""
    return account.cash - collateral(account, borrow)


def free_cash(account: Account, borrow: BorrowModel) -> Decimal:
    """Cash that neither a short position nor a resting purchase waits for."""
    waiting = sum((reserved(order) for order in account.orders.values()), ZERO)
    return spendable(account, borrow) - waiting
