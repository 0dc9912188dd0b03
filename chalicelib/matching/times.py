"""Times of day with their zone: "4PM ET", "2:05PM-2:10PM ET", "12:00 in the ET timezone (noon)"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from chalicelib.matching.unread import Unread
from chalicelib.matching.zones import ABBREVIATED, NAMED, instants_of

_ZONE = rf"(?:in\ the\ )?(?P<zone>{'|'.join([*ABBREVIATED, *NAMED])})\b(?:\ time\ ?zone|\ time)?"
_CLOCK = r"(?:[01]?[0-9]|2[0-4])(?::[0-5][0-9])?(?:\ ?[ap]\.?m\b\.?)?|noon|midnight"
_TIMES = re.compile(
    rf"\b(?P<start>{_CLOCK})(?:\ ?(?:-|to)\ ?(?P<end>{_CLOCK}))?[ ,]+{_ZONE}(?P<noon>\ \(noon\))?"
)
_UNZONED = re.compile(r"\b(?:[01]?[0-9]|2[0-3]):[0-5][0-9]\b|\b1?[0-9] ?[ap]m\b|\bnoon\b")
NOON, LAST_MINUTE = time(12), time(23, 59)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day, or a window from ``start`` to ``end``, in a zone as the text names it."""

    start: time
    end: time | None
    zone: str


@lru_cache(maxsize=64)  # the same title and rules are looked at several times in a row
def read_clocks(text: str) -> tuple[str, tuple[ClockTime, ...], str]:
    """The times in a text (lower case), the text with " T " in their place, and what is unclear."""
    clocks: list[ClockTime] = []
    unclear: list[str] = []

    def take(match: re.Match[str]) -> str:
        read = _clock(match)
        if isinstance(read, Unread):
            unclear.append(read.reason)
        else:
            clocks.append(read)
        return " T "

    rest = _TIMES.sub(take, text)
    if not clocks and not unclear and _UNZONED.search(rest):
        rest = _UNZONED.sub(" T ", rest)
        unclear.append("it names a time of day without a zone")
    return rest, tuple(clocks), "; ".join(unclear)


def _clock(match: re.Match[str]) -> ClockTime | Unread:
    zone, first, second = match["zone"], match["start"], match["end"]
    half = _half(second or "") or _half(first)
    universal = zone in ("utc", "gmt")
    start = _time(first, _half(first) or half, universal or bool(match["noon"]))
    end = _time(second, _half(second), universal) if second else None
    if isinstance(start, Unread):
        return start
    return end if isinstance(end, Unread) else ClockTime(start, end, zone)


def _half(word: str) -> str:
    found = re.search(r"([ap])\.?m", word)
    return found[1] if found else ""


def _time(word: str, half: str, whole_day: bool) -> time | Unread:
    """A time of day; ``whole_day`` takes 09:30 as it stands, as UTC is written."""
    if word == "noon":
        return NOON
    if word == "midnight":
        return Unread("'midnight' may begin the day or end it")
    hour, _, minutes = re.sub(r"[^0-9:]", "", word).partition(":")
    return _clock_time(word, int(hour), int(minutes or 0), half, whole_day)


def _clock_time(word: str, hour: int, minute: int, half: str, whole_day: bool) -> time | Unread:
    if not half and not whole_day and hour < 13:
        return Unread(f"{word!r} names neither AM nor PM")
    if hour > (12 if half else 23) or (half and hour == 0):
        return Unread(f"{word!r} is no time of day")
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


def moment(day: date, at: time, zone: str, closes_at: datetime | None) -> datetime | Unread:
    """The instant of a time of day; where clocks show it twice, the market's close decides."""
    found = instants_of(datetime.combine(day, at), zone)
    if not found:
        return Unread(f"clocks in {zone.upper()} do not show {at:%H:%M} on {day}")
    if len(found) == 1:
        return found[0]
    if closes_at in found:
        return closes_at
    return Unread(f"clocks in {zone.upper()} show {at:%H:%M} twice on {day}")


def window(
    day: date, clock: ClockTime, closes_at: datetime | None
) -> tuple[datetime, datetime] | Unread:
    """The instants between two times of day; where clocks change, the length on the clock holds."""
    if clock.end is None:
        return Unread("it names one time, not two")
    start, end = datetime.combine(day, clock.start), datetime.combine(day, clock.end)
    if end <= start:
        end += timedelta(days=1)
    fitting = [
        (a, b)
        for a in instants_of(start, clock.zone)
        for b in instants_of(end, clock.zone)
        if b - a == end - start
    ]
    if len(fitting) > 1:
        fitting = [pair for pair in fitting if pair[1] == closes_at]
    if len(fitting) != 1:
        return Unread(f"clocks change between {clock.start:%H:%M} and {clock.end:%H:%M} on {day}")
    return fitting[0]
