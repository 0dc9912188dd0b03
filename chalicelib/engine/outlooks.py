"""Outlooks at weather stations, kept between cycles with the chances that were made of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.daily_maximum import daily_maximum
from chalicelib.domain.forecast import Outlook
from chalicelib.matching.daily_high import DailyHigh

MOST_STATIONS = 2
"""Stations asked about in one cycle; the others wait for the next ones."""

KEPT_FOR = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(minutes=10)
"""How soon a station is asked about again when no source could answer."""


@dataclass(slots=True)
class _Station:
    asked_at: datetime
    outlook: Outlook | None
    chances: dict[DailyHigh, float | None] = field(default_factory=dict)


class StationOutlooks:
    """The outlooks of an hour, kept between cycles, with the chances that were made of them."""

    def __init__(self) -> None:
        self._kept: dict[str, _Station] = {}

    def due(self, stations: Iterable[str], at: datetime) -> list[str]:
        """Those to ask about now: never asked first, then the longest ago."""
        waiting = [code for code in sorted(set(stations)) if self._is_due(code, at)]
        never = datetime.min.replace(tzinfo=at.tzinfo)
        waiting.sort(key=lambda c: self._kept[c].asked_at if c in self._kept else never)
        return waiting[:MOST_STATIONS]

    def _is_due(self, code: str, at: datetime) -> bool:
        known = self._kept.get(code)
        if known is None:
            return True
        return at - known.asked_at >= (KEPT_FOR if known.outlook else ASK_AGAIN_AFTER)

    def keep(self, code: str, at: datetime, outlook: Outlook | None) -> None:
        """Take in what was answered; None takes away what was known before."""
        self._kept[code] = _Station(at, outlook)

    def chance(self, asked: DailyHigh, at: datetime) -> float | None:
        """How probable it is by what is kept; None where nothing is, or not of all of that day."""
        known = self._kept.get(asked.station)
        if known is None or known.outlook is None or at - known.asked_at >= 2 * KEPT_FOR:
            return None
        if asked not in known.chances:
            known.chances[asked] = _chance(known.outlook, asked, at)
        return known.chances[asked]


def _chance(outlook: Outlook, asked: DailyHigh, at: datetime) -> float | None:
    try:
        maximum = daily_maximum(outlook, asked.day, asked.rule, at, asked.unit)
    except ValueError:  # the day is over, or reaches beyond what is forecast
        return None
    return maximum.probability(asked.low, asked.high)
