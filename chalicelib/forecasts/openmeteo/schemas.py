"""Open-Meteo's answers as they come over the wire: columns of equal length under their names.

Times are local and carry no offset; ``utc_offset_seconds`` is to be taken off all of them. A
member of an ensemble is a column ``<variable>_member01`` and so on, the control run the variable
itself. Source: open-meteo.com/en/docs and a recorded answer, 2021 to 2026.
"""

from typing import Annotated

from pydantic import Field

from chalicelib.venues.payload import WireModel

_MOST_HOURS = 25_000
_FARTHEST_OFFSET = 14 * 3600
Column = Annotated[tuple[object, ...], Field(max_length=_MOST_HOURS)]


class OpenMeteoAnswer(WireModel):
    """Hourly columns of one place, with the unit of each; values are read one by one."""

    utc_offset_seconds: int = Field(strict=True, ge=-_FARTHEST_OFFSET, le=_FARTHEST_OFFSET)
    hourly: dict[str, Column] = Field(max_length=500)
    hourly_units: dict[str, str] = Field(max_length=500)
