"""All accounts together: what the house remembers between cycles."""

from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.breaker import VenueBreaker
from chalicelib.domain.money import ZERO
from chalicelib.domain.protection import Protection


@dataclass(frozen=True, slots=True)
class House:
    """``version`` is 0 until it was first stored.

    ``day`` is days since 1970 on the market's clock, ``day_equity`` the equity of all accounts at
    its first cycle, ``peak`` the highest equity so far. ``venue_faults`` counts failed cycles of
    each venue in a row. ``deposits`` is the starting cash of all accounts: money that comes in or
    goes out later moves ``day_equity`` and ``peak`` with it, so that it is no profit and no loss.
    ``counted_from`` is as in an account's pulse. ``breakers`` are those of the venues that fail.
    ``bad_data`` counts cycles in a row in which most of a venue's data was not believed; an empty
    name is all venues together.
    """

    version: int = 0
    day: int = -1
    day_equity: Decimal = ZERO
    peak: Decimal = ZERO
    protections: tuple[Protection, ...] = ()
    venue_faults: tuple[tuple[str, int], ...] = ()
    deposits: Decimal = ZERO
    counted_from: tuple[tuple[str, Decimal], ...] = ()
    breakers: tuple[VenueBreaker, ...] = ()
    bad_data: tuple[tuple[str, int], ...] = ()
