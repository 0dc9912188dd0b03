"""Where data comes from, so that what was recorded or made up is never shown as live."""

from enum import StrEnum


class Origin(StrEnum):
    """Stated once by every venue with each scan; one that states nothing is not called live."""

    LIVE = "live"
    RECORDED = "recorded"
    SIMULATED = "simulated"
    UNKNOWN = "unknown"
