"""What the parsers of all sources of forecasts share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.forecast import Unit
from chalicelib.venues.payload import refused

Built = TypeVar("Built")

_CLOCK_SKEW = timedelta(minutes=5)
_UNITS = {
    "degC": Unit.CELSIUS,
    "degF": Unit.FAHRENHEIT,
    "°C": Unit.CELSIUS,
    "°F": Unit.FAHRENHEIT,
    "C": Unit.CELSIUS,
    "F": Unit.FAHRENHEIT,
    "mm": Unit.MILLIMETRE,
    "inch": Unit.INCH,
    "in": Unit.INCH,
}


def unit_of(name: object, path: str) -> Unit:
    """The unit of a name as sources write it, ``wmoUnit:degC`` and ``unit:degC`` among them."""
    found = _UNITS.get(name.rpartition(":")[2]) if isinstance(name, str) else None
    if found is None:
        raise refused(path, name, f"expected one of {', '.join(_UNITS)}")
    return found


def not_after(occurred_at: datetime, seen_at: datetime, path: str) -> datetime:
    """Clip a time to when we saw it; refuse one that no difference of clocks explains."""
    if occurred_at > seen_at + _CLOCK_SKEW:
        raise refused(path, occurred_at.isoformat(), f"after we saw it, {seen_at.isoformat()}")
    return min(occurred_at, seen_at)


def believed(build: Callable[[], Built], path: str, raw: object) -> Built:
    """Make a domain value; what it refuses becomes a VenuePayloadError with the field's path."""
    try:
        return build()
    except ValueError as exc:
        raise refused(path, raw, str(exc)) from exc
