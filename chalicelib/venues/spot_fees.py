"""What a spot exchange charges an account of the tier that the operator chose."""

from datetime import datetime

from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.fees.load import published
from chalicelib.venues.spot import CATEGORY


def fee_of(venue: str, name: str, tier: str, at: datetime) -> FeeTerms | FeeUnknown:
    """The row in force for a pair; exchanges state no fee with their public market data."""
    return published().in_force(venue, name, "", CATEGORY, at, tier=tier)


def require_tier(venue: str, tier: str, variable: str) -> None:
    """Raise InputError for a tier that no row of the fee schedule is for."""
    rows = (row for row in published().rows if row.venue == venue)
    known = {name for row in rows for name in row.tier.split("|")}
    if tier not in known:
        raise InputError(
            f"{variable} is {tier!r}, which is no fee tier of {venue}",
            f"Known: {', '.join(sorted(known))}. Choose one, or add its row to the fee schedule.",
        )
