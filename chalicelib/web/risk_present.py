"""Protections and refusals as they go over the wire. Pure."""

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
