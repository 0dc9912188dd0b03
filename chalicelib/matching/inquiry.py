"""What a question asks of a number or of a date: the part in which questions on one thing differ.

Two kinds are read. Questions on the price of a crypto asset; and questions whether something
happens by a date, which differ in nothing but the date. What is not understood is not asked.
"""

import math
import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from chalicelib.matching.assets import mark_assets
from chalicelib.matching.crypto_grammar import Direction
from chalicelib.matching.crypto_question import CryptoQuestion, Observed, read_crypto
from chalicelib.matching.date_phrases import find_days
from chalicelib.matching.dates import Bound, Days, read_days, usable_close
from chalicelib.matching.resolution import pays_when_true
from chalicelib.matching.text import LONGEST_RULES, NEGATIONS, plain, unreadable, word_set
from chalicelib.matching.times import LAST_MINUTE, read_clocks
from chalicelib.matching.zones import NAMED, UTC_ZONE, Zone

MOST_INQUIRIES = 16_384
"""Readings kept between cycles; a universe is 10,000 markets, and some of them come and go."""

_NO_DEADLINE = NEGATIONS | word_set(
    "remain remains stay stays still hold holds until through last lasts keep keeps "
    "only exactly between fewer less under below least most more than "
    "best worst largest biggest highest lowest top leading leader record "
)
"""Words of questions that a later date does not make likelier: a state, a rank, a count."""

_WORDS = re.compile(r"[a-z']+")
_RANGE = re.compile(r"\d ?- ?\d")
_DEADLINE = re.compile(r"\b(?:by|before|prior to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question as numbers. ``subject`` is the same for all that differ in bounds and times only.

    The event is that the subject's value lies in ``low <= value < high``: at ``ends_at``, or for a
    ``touch`` at any time from ``opens_at`` (NaN: always) until then. Bounds are NaN where the value
    is compared with itself at ``starts_at``. Times are unix seconds, NaN where not clear.
    ``first_pays``: the market's first outcome pays when the event happens. ``asset`` and ``source``
    are the currency whose price is asked for and who states it; "" for none.
    """

    subject: Hashable
    low: float
    high: float
    touch: bool
    opens_at: float
    starts_at: float
    ends_at: float
    first_pays: bool
    asset: str = ""
    source: str = ""


def read_inquiry(
    title: str,
    closes_at: datetime | None,
    rules: str = "",
    source: str = "",
    first_outcome: str = "Yes",
) -> Inquiry | None:
    """What a market asks, or None; ``closes_at``, rules and source are the market's own."""
    return _read(title, closes_at, rules, source, first_outcome) if _may_ask(title) else None


@lru_cache(maxsize=MOST_INQUIRIES)
def _may_ask(title: str) -> bool:
    """Whether it is worth reading at all: most titles are not, and their rules are long."""
    if unreadable(title):
        return False
    return _DEADLINE.search(title) is not None or bool(mark_assets(plain(title))[1])


@lru_cache(maxsize=MOST_INQUIRIES)
def _read(
    title: str, closes_at: datetime | None, rules: str, source: str, first_outcome: str
) -> Inquiry | None:
    first_pays = pays_when_true(first_outcome)
    if first_pays is None:
        return None
    question = read_crypto(title, closes_at, rules, source)
    if isinstance(question, CryptoQuestion):
        named = first_outcome.strip().lower() in ("yes", "no")
        read = named or question.observed is Observed.CHANGE
        return _price(question, source, first_pays) if read else None
    return _deadline(title, closes_at, rules) if first_pays else None


def _price(question: CryptoQuestion, source: str, first_pays: bool) -> Inquiry:
    direction, clear = question.direction, not question.unclear
    low, high = _bounds(question)
    touch = question.observed is Observed.WINDOW
    compared = question.observed is Observed.CHANGE
    days = question.days
    opens = days.first if touch and isinstance(days, Days) else None
    named = question.source or plain(source).lower()
    side = direction if touch else ""
    return Inquiry(
        ("price", question.asset, question.observed, side, opens, named),
        low,
        high,
        touch,
        _seconds(question.start if touch else None),
        _seconds(question.start if compared and clear else None),
        _seconds(question.end if clear else None),
        first_pays,
        question.asset,
        question.source,
    )


def _bounds(question: CryptoQuestion) -> tuple[float, float]:
    prices = [float(price) for price in question.thresholds]
    match question.direction:
        case Direction.ABOVE | Direction.REACH:
            return prices[0], math.inf
        case Direction.BELOW | Direction.DIP:
            return -math.inf, prices[0]
        case Direction.BETWEEN:
            return prices[0], prices[1]
        case _:
            return math.nan, math.nan


def _deadline(title: str, closes_at: datetime | None, rules: str) -> Inquiry | None:
    """Something that happens by a date: the later the date, the likelier."""
    lowered = plain(title).lower()
    dated, clocks, unclear = read_clocks(lowered)
    rest, days = read_days(dated, usable_close(closes_at))
    if unclear or not isinstance(days, Days) or days.bound is not Bound.BY:
        return None
    if _NO_DEADLINE.intersection(_WORDS.findall(rest)) or _RANGE.search(rest):
        return None
    zone = _zone_of(rules) if not clocks else _zone_of(lowered)
    if len(find_days(dated)[1]) != 1 or (clocks and zone is None):
        return None
    subject = ("deadline", " ".join(rest.split()), zone.name if zone else "")
    ends_at = _day_after(days.last, zone or UTC_ZONE)
    nan = math.nan
    return Inquiry(subject, -math.inf, math.inf, True, nan, nan, ends_at, first_pays=True)


def _zone_of(text: str) -> Zone | None:
    """Whose clock ends the last day; None where the text does not name one."""
    _, clocks, _ = read_clocks(plain(text, LONGEST_RULES).lower())
    zones = {clock.zone for clock in clocks if clock.start == LAST_MINUTE and clock.zone in NAMED}
    return NAMED[zones.pop()] if len(zones) == 1 else None


def _day_after(day: date, zone: Zone) -> float:
    return zone.midnight(day + timedelta(days=1)).timestamp()


def _seconds(moment: datetime | None) -> float:
    return math.nan if moment is None else moment.timestamp()
