"""A leg's resolution record, read from its own texts: what they do not state stays unknown."""

import re
from datetime import datetime, timedelta

from chalicelib.matching.crypto_grammar import Direction
from chalicelib.matching.crypto_question import CryptoQuestion, Observed
from chalicelib.matching.date_phrases import find_days
from chalicelib.matching.dates import resolve_days
from chalicelib.matching.equivalence import Polarity, ResolutionRecord
from chalicelib.matching.leg import Leg
from chalicelib.matching.sources import source_of
from chalicelib.matching.text import LONGEST_RULES, plain
from chalicelib.matching.times import LAST_MINUTE, moment, read_clocks
from chalicelib.matching.unread import Unread
from chalicelib.matching.weather_question import WeatherQuestion
from chalicelib.matching.zones import NAMED, zone_name

Question = CryptoQuestion | WeatherQuestion | Unread

_VOID_RULES: tuple[tuple[str, str], ...] = (
    ("pays half each", r"\b50[-/ ]?50\b"),
    ("pays a fair price", r"\bfair (?:market )?price\b"),
    ("stakes are returned", r"\brefund"),
    ("pays NO", r"\b(?:cancell?ed|postponed|void|unavailable)\b[^.]{0,120}\bresolves? to \"?no\b"),
)
_POSITIVE = frozenset({"yes", "up", "over", "above", "higher"})
_NEGATIVE = frozenset({"no", "down", "under", "below", "lower"})
_AT_LEAST = re.compile(r"\b(?:at least|equal to or (?:above|greater|higher)|or (?:above|higher))\b")
_STRICTLY = re.compile(r"\b(?:is|price) (?:strictly )?(?:above|below|higher than|greater than)\b")
_STRIKE = re.compile(
    r"\bis (?:strictly )?(?P<side>above|below|at least)\b \$?(?P<level>[0-9][0-9,]*(?:\.[0-9]+)?)"
)


def read_record(leg: Leg, question: Question) -> ResolutionRecord:
    """How a leg ends, as far as its texts say; ``question`` is what was read of it."""
    law = plain(leg.rules, LONGEST_RULES).lower()
    source = source_of(leg.rules, leg.source) or None
    void_rule, first = _void_rule(law), polarity_of(leg, question)
    if isinstance(question, CryptoQuestion):
        return ResolutionRecord(
            source, question.end, question.zone or None, void_rule, first,
            _price_bucket(question, law), leg.group,
        )  # fmt: skip
    if isinstance(question, WeatherQuestion):
        at = f" at {question.station}" if question.station else ""
        return ResolutionRecord(
            f"{source}{at}" if source and at else None, question.end, _day_zone(question),
            void_rule, first, _weather_bucket(question), leg.group,
        )  # fmt: skip
    cutoff, zone = _stated_cutoff(law)
    bucket = None if re.search(r"[0-9]", _undated(leg.title)) else "the event happens"
    return ResolutionRecord(source, cutoff, zone, void_rule, first, bucket, leg.group)


def _void_rule(law: str) -> str | None:
    found = [name for name, pattern in _VOID_RULES if re.search(pattern, law)]
    return found[0] if len(found) == 1 else None


def polarity_of(leg: Leg, question: Question) -> Polarity | None:
    """Which way the first outcome pays; None where outcomes are names.

    "Below" a price is taken as "not above" it, so it turns the polarity round.
    """
    positive = pays_when_true(leg.outcomes[0]) if leg.outcomes else None
    if positive is None:
        return None
    below = isinstance(question, CryptoQuestion) and question.direction is Direction.BELOW
    return Polarity.SAME if positive is not below else Polarity.INVERTED


def pays_when_true(label: str) -> bool | None:
    """Whether an outcome of this name pays when what is asked is so; None for any other name."""
    name = label.strip().lower()
    return name in _POSITIVE if name in _POSITIVE | _NEGATIVE else None


def _price_bucket(question: CryptoQuestion, law: str) -> str | None:
    """The prices that pay. "Below" is written as "not above", with the polarity turned round."""
    if question.observed is Observed.CHANGE:
        tied = re.search(r"\bat least\b|greater than or equal|equal to or (?:higher|greater)", law)
        return "the end is at or above the start" if tied else None
    shown = [f"{price:f}".rstrip("0").rstrip(".") if price % 1 else f"{price:.0f}"
             for price in question.thresholds]  # fmt: skip
    if question.direction is Direction.BETWEEN:
        return None  # the texts of neither venue say in the title which bound pays
    inclusive = question.inclusive
    strike = _STRIKE.search(law)
    if strike is not None and question.observed is Observed.INSTANT:
        shown = [strike["level"].replace(",", "")]
        inclusive = strike["side"] == "at least"
    elif _AT_LEAST.search(law):
        inclusive = True
    elif _STRICTLY.search(law):
        inclusive = False
    if inclusive is None:
        return None
    if question.observed is Observed.WINDOW:
        side = "rises" if question.direction is Direction.REACH else "falls"
        return f"the price {side} to {shown[0]}" if inclusive else f"it {side} beyond {shown[0]}"
    floor = inclusive if question.direction is Direction.ABOVE else not inclusive
    return f"price >= {shown[0]}" if floor else f"price > {shown[0]}"


def _weather_bucket(question: WeatherQuestion) -> str | None:
    if not question.bucket.unit and question.bucket.low != 0:
        return None
    return f"{question.measure.value} {question.bucket.text}"


def _day_zone(question: WeatherQuestion) -> str | None:
    if not question.zone:
        return None
    return f"{question.zone}, {'standard time' if question.standard_time else 'by the clock'}"


def _undated(title: str) -> str:
    rest, _ = find_days(plain(title).lower())
    return rest


def _stated_cutoff(law: str) -> tuple[datetime | None, str | None]:
    """The one deadline that the rules state with its time and zone."""
    rest, said = find_days(law)
    _, clocks, _ = read_clocks(rest.replace(" D ", " "))
    days = {resolve_days(each, None) for each in said if each.is_dated}
    lasts = {each.last for each in days if not isinstance(each, Unread)}
    stated = {(clock.start, clock.zone) for clock in clocks if clock.end is None}
    if len(lasts) != 1 or len(stated) != 1:
        return None, None
    (at, zone), last = stated.pop(), lasts.pop()
    if at == LAST_MINUTE and zone in NAMED:
        return NAMED[zone].midnight(last + timedelta(days=1)), zone_name(zone)
    found = moment(last, at, zone, None)
    return (None, None) if isinstance(found, Unread) else (found, zone_name(zone))
