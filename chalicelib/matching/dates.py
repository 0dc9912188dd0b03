"""Days that a question names: "on September 28", "before Oct 1, 2026", "by end of June"."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from chalicelib.matching.unread import Unread

NEAREST_DAYS = 45
"""A day without a year belongs to the year that puts it this near to the market's close."""

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: n for name, n in MONTHS.items()} | {"sept": 9}

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:20[0-9]{2}(?![0-9,.]?[0-9])|'[0-9]{2}(?![0-9]))"
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![0-9])(?![.,:][0-9]|[kmb%°]\b)"
_PHRASE = re.compile(
    rf"""(?:(?:\b(?P<bound>on|by|before|in|during|at|for|of|prior\ to)\s+)?
      (?:the\s+)?(?:\b(?P<end>end|close)\s+of\s+)?(?:the\s+(?:year|month)\s+)?
      (?:
        \b(?P<iso>20[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}})\b
      | \b(?P<slash>[0-9]{{1,2}}/[0-9]{{1,2}}/20[0-9]{{2}})\b
      | \b(?P<m1>{_MONTH})\s+(?P<d1>{_DAY})(?:,?\s+(?P<y1>{_YEAR}))?
      | \b(?P<d2>{_DAY})\s+(?:of\s+)?(?P<m2>{_MONTH})(?:,?\s+(?P<y2>{_YEAR}))?
      | \b(?P<m3>{_MONTH})(?:,?\s+(?P<y3>{_YEAR}))?
      | \b(?P<eoy>eoy|year[- ]?end|(?:end\ of\ (?:the\ )?)year)\b(?:,?\s+(?P<y5>{_YEAR}))?
      | \b(?P<y4>20[0-9]{{2}})\b(?![,.][0-9]|-[0-9]|/)
      ))""",
    re.VERBOSE,
)
_VAGUE = re.compile(r"\b(?:today|tonight|tomorrow|this (?:week|month|year|weekend)|q[1-4])\b")


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


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase about days as it stands in a text, in lower case."""

    bound: str
    end: bool
    year: int | None
    month: int | None
    day: int | None

    @property
    def is_dated(self) -> bool:
        """Whether it names a day and its year."""
        return None not in (self.year, self.month, self.day)


@lru_cache(maxsize=64)  # the same title and rules are looked at several times in a row
def find_days(text: str) -> tuple[str, tuple[Said, ...]]:
    """The phrases about days in a text, and the text with " D " in their place."""
    found: list[Said] = []

    def take(match: re.Match[str]) -> str:
        said = _said(match)
        if said is None:
            return match[0]
        found.append(said)
        return " D "

    return _PHRASE.sub(take, text), tuple(found)


def _said(match: re.Match[str]) -> Said | None:
    part = match.groupdict()
    bound, end = part["bound"] or "", part["end"] is not None
    if part["iso"]:
        return Said(bound, end, *map(int, part["iso"].split("-")))
    if part["slash"]:
        month, day, year4 = map(int, part["slash"].split("/"))
        return Said(bound, end, year4, month, day) if day > 12 else None
    if part["eoy"]:
        return Said(bound, True, _year(part["y5"]), None, None)
    month_word = part["m1"] or part["m2"] or part["m3"]
    year = _year(part["y1"] or part["y2"] or part["y3"] or part["y4"])
    if month_word is None:  # a bare year is a number unless something ties it to time
        tied = end or bound in ("by", "before", "in", "during", "prior to")
        return Said(bound, end, year, None, None) if tied else None
    day_word = part["d1"] or part["d2"]
    if day_word is None and not (bound or end or year):
        return None  # "may" is a word
    digits = re.sub(r"[a-z]", "", day_word) if day_word else None
    month = MONTHS[month_word.rstrip(".")]
    return Said(bound, end, year, month, int(digits) if digits else None)


def _year(word: str | None) -> int | None:
    if word is None:
        return None
    return 2000 + int(word[1:]) if word.startswith("'") else int(word)


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


def without_vague(text: str) -> str:
    """The text without the words that name a day by the day on which it is read."""
    return _VAGUE.sub(" ", text)


def usable_close(closes_at: datetime | None) -> datetime | None:
    """A time of close in this century; a market that closes at another time says nothing by it."""
    return closes_at if closes_at is not None and 2007 <= closes_at.year < 2100 else None


def is_vague(text: str) -> bool:
    """Whether a text names its day by the day on which it is read, or in words we do not date."""
    return _VAGUE.search(text) is not None


def with_year_of(rules: str, said: Said) -> Said:
    """The same phrase with the year that the rules give this day, where they give one."""
    if said.year is not None or said.month is None:
        return said
    _, dated = find_days(rules)
    years = {
        each.year
        for each in dated
        if each.year is not None
        and each.month == said.month
        and (said.day is None or each.day == said.day)
    }
    return (
        Said(said.bound, said.end, years.pop(), said.month, said.day) if len(years) == 1 else said
    )
