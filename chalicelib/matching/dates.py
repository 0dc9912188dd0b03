"""The days that a question names, with their year: spans, deadlines, ends of periods."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.matching.date_phrases import Said, find_days, is_vague
from chalicelib.matching.unread import Unread

NEAREST_DAYS = 45
"""A day without a year belongs to the year that puts it this near to the market's close."""


class Bound(StrEnum):
    """How a question ties itself to its days."""

    ON = "on"
    BY = "by"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Days:
    """The days that count, both included. ``first`` None: from the day the market was made.

    ``end`` says that only the end of the last day counts, as in "at the end of June".
    """

    bound: Bound
    first: date | None
    last: date
    end: bool = False

    @property
    def text(self) -> str:
        """The days in words."""
        if self.first is None:
            return f"by {self.last}"
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def resolve_days(said: Said, closes_at: datetime | None) -> Days | Unread:
    """The days that a phrase means; a missing year is found by the market's close."""
    if said.year is None:
        dated = _nearest_year(said, closes_at)
        return dated if isinstance(dated, Unread) else _resolve(said, dated)
    return _resolve(said, said.year)


def _nearest_year(said: Said, closes_at: datetime | None) -> int | Unread:
    if closes_at is None:
        return Unread("the date names no year, and the market no time of close")
    closing = closes_at.date()
    gaps: list[tuple[int, int]] = []
    for year in (closing.year - 1, closing.year, closing.year + 1):
        days = _period(said, year)
        if days is not None:
            first, last = days
            gap = 0 if first <= closing <= last else min(abs((d - closing).days) for d in days)
            gaps.append((gap, year))
    gap, year = min(gaps, default=(NEAREST_DAYS + 1, 0))
    if gap > NEAREST_DAYS:
        return Unread(f"the date names no year, and the market closes far from it ({closing})")
    return year


def _period(said: Said, year: int) -> tuple[date, date] | None:
    """First and last day of what is named; None for a day that does not exist."""
    try:
        if said.month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if said.day is None:
            last = calendar.monthrange(year, said.month)[1]
            return date(year, said.month, 1), date(year, said.month, last)
        return (date(year, said.month, said.day),) * 2
    except ValueError:
        return None


def _resolve(said: Said, year: int) -> Days | Unread:
    period = _period(said, year)
    if period is None:
        return Unread(f"there is no day {said.day} of month {said.month} in {year}")
    first, last = period
    if said.bound in ("by", "before", "prior to"):
        return _deadline(said, first, last)
    if said.end:
        return Days(Bound.ON, last, last, end=True)
    return Days(Bound.ON if first == last else Bound.IN, first, last)


def _deadline(said: Said, first: date, last: date) -> Days | Unread:
    if said.bound != "by":
        if said.end:
            return Unread("'before the end' of a period may leave out its last day or not")
        return Days(Bound.BY, None, first - timedelta(days=1))
    if first != last and not said.end:
        return Unread("'by' with a whole period may mean its start or its end")
    return Days(Bound.BY, None, last)


def read_days(text: str, closes_at: datetime | None) -> tuple[str, Days | Unread | None]:
    """The one span of days that a text names, None where it names none; and the rest of it."""
    rest, said = find_days(text)
    if is_vague(text):
        return rest, Unread("it names its day by the day on which it is read")
    if not said:
        return rest, None
    read = [resolve_days(each, closes_at) for each in said]
    unread = next((each for each in read if isinstance(each, Unread)), None)
    if unread is not None:
        return rest, unread
    return rest, read[0] if len(set(read)) == 1 else Unread("it names more than one date")


def usable_close(closes_at: datetime | None) -> datetime | None:
    """A time of close in this century; a market that closes at another time says nothing by it."""
    return closes_at if closes_at is not None and 2007 <= closes_at.year < 2100 else None
