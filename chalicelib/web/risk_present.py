"""Protections, refusals, waiting orders and exit statistics as they go over the wire. Pure."""

from decimal import Decimal

from chalicelib.domain.money import ZERO
from chalicelib.domain.portfolio import Account
from chalicelib.operations.orders import Waiting
from chalicelib.operations.protections import Tripped
from chalicelib.operations.refusals import Refused
from chalicelib.web import wire


def protection_view(tripped: Tripped) -> wire.ProtectionView:
    """A tripped protection with its id."""
    protection = tripped.protection
    return wire.ProtectionView(
        id=tripped.protection_id,
        rule=protection.rule,
        scope=protection.scope.value,
        subject=protection.subject,
        strategy=tripped.strategy,
        reason=protection.reason,
        tripped_at=protection.tripped_at,
        releases_at=protection.releases_at,
    )


def refusal_view(refused: Refused) -> wire.RefusalView:
    """An order that was not made."""
    refusal = refused.refusal
    return wire.RefusalView(
        cycle_id=refused.cycle_id,
        at=refused.at,
        strategy=refusal.strategy,
        instrument_id=refusal.instrument_id,
        code=refusal.code,
        reason=refusal.reason,
    )


def order_view(waiting: Waiting) -> wire.OrderView:
    """An order that waits."""
    from chalicelib.engine.limits import reserved  # noqa: PLC0415 - only when asked

    order = waiting.order
    return wire.OrderView(
        order_id=order.order_id,
        strategy=waiting.strategy,
        instrument_id=order.instrument_id,
        market_id=order.market_id,
        title=order.title,
        side=order.side.value,
        order_type=order.order_type.value,
        time_in_force=order.time_in_force.value,
        left=order.left,
        limit=order.limit,
        trigger=order.trigger,
        triggered=order.triggered,
        queue_ahead=order.queue_ahead,
        reserved=reserved(order),
        placed_at=order.placed_at,
        expires_at=order.expires_at,
        reason=order.reason,
        version=waiting.version,
    )


def exit_statistics(account: Account) -> list[wire.ExitStatistic]:
    """The closed trades that the account remembers, by the reason that ended them, most first."""
    profits: dict[str, list[Decimal]] = {}
    for trade in account.pulse.closed:
        profits.setdefault(trade.reason, []).append(trade.profit)
    found = [
        wire.ExitStatistic(
            reason=reason,
            count=len(of),
            wins=sum(profit > 0 for profit in of),
            profit=sum(of, ZERO),
        )
        for reason, of in profits.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.reason))
