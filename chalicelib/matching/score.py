"""How alike two questions are, from 0 to 1, and in which parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from chalicelib.matching.crypto_grammar import Direction
from chalicelib.matching.crypto_question import CryptoQuestion, Observed
from chalicelib.matching.dates import Days
from chalicelib.matching.profile import Profile
from chalicelib.matching.text import opposed, similarity
from chalicelib.matching.weather_question import WeatherQuestion

SAME = Decimal("0.90")
"""From here on two questions count as the same one."""

LIKELY = Decimal("0.60")
"""From here on a pair is worth an operator's look."""

APART = Decimal("0.40")
"""At most this where a part differs that makes another question of it."""

TURNED = Decimal("0.75")
"""At most this where parts differ that leave it the same question, asked otherwise."""

UNKNOWN_COST = Decimal("0.08")
SIMILAR_CLOSE = timedelta(days=3)
HUNDREDTH = Decimal("0.01")
YEARS = frozenset(Decimal(year) for year in range(2020, 2100))
"""Numbers that are a year: one text may leave it to its date, as long as no other year is named."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the comparison. ``agrees`` None: one of the two does not state it."""

    name: str
    agrees: bool | None
    words: str = ""
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """How alike, what agrees, what differs (in words), and which of that makes two questions."""

    value: Decimal
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    unknown: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The comparison in one sentence."""
        parts = (
            ("agrees", self.agrees), ("differs", self.differs), ("not stated", self.unknown),
        )  # fmt: skip
        return "; ".join(f"{name}: {', '.join(of)}" for name, of in parts if of)


def score(a: Profile, b: Profile) -> Score:
    """Compare two markets; the order in which they are given changes nothing."""
    if b.leg.market_id < a.leg.market_id:
        a, b = b, a
    one, other = a.question, b.question
    if isinstance(one, CryptoQuestion) and isinstance(other, CryptoQuestion):
        return _sum(Decimal(1), [*_crypto(one, other), *_common(a, b)])
    if isinstance(one, WeatherQuestion) and isinstance(other, WeatherQuestion):
        return _sum(Decimal(1), [*_weather(one, other), *_common(a, b)])
    alike = Decimal(str(similarity(a.words, b.words)))
    return _sum(alike, [*_wording(a, b), *_common(a, b)])


def _sum(base: Decimal, parts: list[Part]) -> Score:
    unknown = tuple(p.name for p in parts if p.agrees is None)
    value = base - UNKNOWN_COST * len(unknown)
    apart = tuple(p.words for p in parts if p.agrees is False and p.decides)
    if any(p.agrees is False for p in parts):
        value = min(value, APART if apart else TURNED)
    return Score(
        max(value, Decimal(0)).quantize(HUNDREDTH),
        tuple(p.name for p in parts if p.agrees),
        tuple(p.words for p in parts if p.agrees is False),
        unknown,
        apart,
    )


def _common(a: Profile, b: Profile) -> Iterator[Part]:
    agrees = _same_days(a, b)
    yield Part("days", agrees, f"days: {_said(a)} and {_said(b)}")
    if None not in (a.polarity, b.polarity):
        turned = a.polarity is not b.polarity
        yield Part("polarity", not turned, "polarity: one pays when the other does not", False)


def _same_days(a: Profile, b: Profile) -> bool | None:
    if isinstance(a.days, Days) and isinstance(b.days, Days):
        return a.days == b.days or (_span(a.days) == _span(b.days) and a.days.end == b.days.end)
    if _is_change(a) and _is_change(b):
        return True  # compared by its instants
    if a.said and b.said and a.said != b.said:
        return False
    if a.days is None and b.days is None:
        return _close_together(a, b)
    return None if _close_together(a, b) is not False else False


def _span(days: Days) -> tuple[object, object]:
    return days.first, days.last


def _close_together(a: Profile, b: Profile) -> bool | None:
    """Whether the markets close at about the same time; None where one does not say."""
    if a.leg.closes_at is None or b.leg.closes_at is None:
        return None
    return abs(a.leg.closes_at - b.leg.closes_at) <= SIMILAR_CLOSE


def _is_change(profile: Profile) -> bool:
    question = profile.question
    return isinstance(question, CryptoQuestion) and question.observed is Observed.CHANGE


def _said(profile: Profile) -> str:
    if isinstance(profile.days, Days):
        return profile.days.text
    closes = profile.leg.closes_at
    return f"closing {closes:%Y-%m-%d}" if closes else "no date"


def _crypto(a: CryptoQuestion, b: CryptoQuestion) -> Iterator[Part]:
    yield Part("asset", a.asset == b.asset, f"asset: {a.asset} and {b.asset}")
    asked, other = f"{a.direction}, {a.observed}", f"{b.direction}, {b.observed}"
    yield Part("direction", _same_direction(a, b), f"direction: {asked} and {other}")
    yield Part("threshold", a.thresholds == b.thresholds,
               f"threshold: {_shown(a.thresholds)} and {_shown(b.thresholds)}")  # fmt: skip
    yield _moments(a, b)


def _same_direction(a: CryptoQuestion, b: CryptoQuestion) -> bool:
    """Above and below one price are one question with its polarity turned round."""
    turned = {a.direction, b.direction} == {Direction.ABOVE, Direction.BELOW}
    return a.observed is b.observed and (a.direction is b.direction or turned)


def _shown(prices: tuple[Decimal, ...]) -> str:
    return " to ".join(f"{price:f}" for price in prices) or "none"


def _moments(a: CryptoQuestion, b: CryptoQuestion) -> Part:
    change = a.observed is Observed.CHANGE
    if None in (a.end, b.end):
        # Two windows of unknown length are two questions until they are known to be one.
        return Part("moment", False if change else None, "moment: not stated by both")
    agrees = (a.start, a.end) == (b.start, b.end)
    words = f"moment: {a.end:%Y-%m-%d %H:%M} and {b.end:%Y-%m-%d %H:%M} UTC"
    return Part("moment", agrees, words, decides=change)


def _weather(a: WeatherQuestion, b: WeatherQuestion) -> Iterator[Part]:
    yield Part("measure", a.measure is b.measure, f"measure: {a.measure} and {b.measure}")
    yield Part("city", a.city == b.city, f"city: {a.city} and {b.city}")
    one, other = a.bucket, b.bucket
    bounds = (one.low, one.high, one.strict) == (other.low, other.high, other.strict)
    yield Part("bucket", bounds, f"bucket: {one.text} and {other.text}")
    units = one.unit == other.unit if one.unit and other.unit else None
    yield Part("unit", units, f"unit: {one.unit} and {other.unit}")
    stations = a.station == b.station if a.station and b.station else None
    yield Part("station", stations, f"station: {a.station} and {b.station}", decides=False)


def _wording(a: Profile, b: Profile) -> Iterator[Part]:
    yield Part("negation", a.negated == b.negated, "negation: one of the two is negated")
    yield _numbers("numbers", a.numbers - YEARS, b.numbers - YEARS)
    if a.numbers & YEARS or b.numbers & YEARS:
        both = bool(a.numbers & YEARS and b.numbers & YEARS)
        years = _numbers("year", a.numbers & YEARS, b.numbers & YEARS)
        yield years if both else Part("year", None)
    one, other = a.names - b.names - b.words, b.names - a.names - a.words
    strange = " ".join(sorted(one)), " ".join(sorted(other))
    agrees = False if one and other else None if one or other else True
    yield Part("names", agrees, f"names: {strange[0]} and {strange[1]}")
    against = opposed(a.words, b.words)
    if against is not None:
        yield Part("sense", False, f"sense: {against[0]} and {against[1]}")


def _numbers(name: str, a: frozenset[Decimal], b: frozenset[Decimal]) -> Part:
    shown = [", ".join(f"{n:f}" for n in sorted(of)) or "none" for of in (a, b)]
    return Part(name, a == b, f"{name}: {shown[0]} and {shown[1]}")
