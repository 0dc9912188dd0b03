"""Everything that is compared of one market, read once."""

from dataclasses import dataclass
from decimal import Decimal

from chalicelib.matching.crypto_question import CryptoQuestion, read_crypto
from chalicelib.matching.date_phrases import MONTHS, Said, find_days
from chalicelib.matching.dates import Days, read_days, usable_close
from chalicelib.matching.equivalence import Polarity
from chalicelib.matching.leg import Leg
from chalicelib.matching.resolution import Question, polarity_of
from chalicelib.matching.text import meaning, names, negated, plain, words
from chalicelib.matching.times import read_clocks
from chalicelib.matching.unread import Unread
from chalicelib.matching.weather_question import WeatherQuestion, read_weather


@dataclass(frozen=True, slots=True)
class Profile:
    """A market as it is compared. ``said`` are the phrases about days, ``days`` what they mean.

    ``polarity`` is which way the first outcome pays.
    """

    leg: Leg
    question: Question
    polarity: Polarity | None
    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[Decimal]
    negated: bool
    days: Days | Unread | None
    said: frozenset[tuple[int | None, int | None]]


def profile_of(leg: Leg) -> Profile:
    """Read a market."""
    question = _question(leg)
    lowered = plain(leg.title).lower()
    rest, said = find_days(read_clocks(lowered)[0])
    _, days = read_days(lowered, usable_close(leg.closes_at))
    own = getattr(question, "days", None)
    said_words = words(rest.replace(" D ", " ").replace(" T ", " "))
    return Profile(
        leg,
        question,
        polarity_of(leg, question),
        meaning(said_words),
        names(leg.title) - _calendar(said),
        frozenset(Decimal(w) for w in said_words if _is_number(w)),
        negated(said_words),
        own if isinstance(own, Days) else days,
        frozenset((each.month, each.day) for each in said),
    )


def _question(leg: Leg) -> Question:
    crypto = read_crypto(leg.title, leg.closes_at, leg.rules, leg.source)
    if isinstance(crypto, CryptoQuestion):
        return crypto
    weather = read_weather(leg.title, leg.closes_at, leg.rules, leg.source)
    if isinstance(weather, WeatherQuestion):
        return weather
    return Unread(f"not a crypto question: {crypto.reason}; not a weather one: {weather.reason}")


def _is_number(word: str) -> bool:
    return word[0].isascii() and word[0].isdigit() and word.count(".") < 2


def _calendar(said: tuple[Said, ...]) -> frozenset[str]:
    """The names of the months that were read as dates, long and short."""
    named = {each.month for each in said}
    return frozenset(name for name, month in MONTHS.items() if month in named)
