"""Phrases about days as they stand in a text: "on September 28", "by end of June", "28 Sep '26"."""

import re
from dataclasses import dataclass
from functools import lru_cache

_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MONTHS = {form: n for n, name in enumerate(_NAMES, 1) for form in (name, name[:3])} | {"sept": 9}
"""Months by their English names, whatever the locale of the machine."""

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


def without_vague(text: str) -> str:
    """The text without the words that name a day by the day on which it is read."""
    return _VAGUE.sub(" ", text)


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
