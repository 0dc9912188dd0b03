"""How alike two questions are: what agrees, what differs, and what never counts as the same."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.equivalence import Verdict
from chalicelib.matching.profile import profile_of
from chalicelib.matching.score import APART, LIKELY, SAME, TURNED, Score, score
from tests.unit.matching.samples import (
    CENTRAL_PARK,
    LAGUARDIA,
    compared,
    kalshi_noon,
    leg,
    polymarket_noon,
)

SEP30, OCT1 = datetime(2026, 9, 30, tzinfo=UTC), datetime(2026, 10, 1, 14, tzinfo=UTC)


def scored(one: str, other: str, **changes: object) -> Score:
    a, b = leg(one, **changes), leg(other, "kalshi", **changes)
    return score(profile_of(a), profile_of(b))


SAME_QUESTIONS = [
    ("Will the price of Bitcoin be above $78,000 on September 30?",
     "Bitcoin above $78k on Sep 30, 2026"),
    ("Will Bitcoin reach $150,000 by December 31, 2026?", "Will BTC hit $150k before Jan 1, 2027?"),
    ("Will Ethereum dip to $2,000 in October?", "ETH dip to $2k in October 2026"),
    ("Bitcoin Up or Down - September 30, 11:45AM-12:00PM ET", "BTC price up in next 15 mins?"),
    ("Will NYC have between 2-3 inches of precipitation in September?",
     "Will NYC have between 2 and 3 inches of rain in Sep 2026?"),
    ("Will the Republicans win the Iowa Senate race in 2026?",
     "Will Republicans win the Senate race in Iowa in 2026?"),
    ("Will Péter Magyar be the next Prime Minister of Hungary?",
     "Will the next Prime Minister of Hungary be Peter Magyar?"),
    ("Russia x Ukraine ceasefire by September 30?",
     "Russia x Ukraine ceasefire before Oct 1, 2026"),
    ("Will inflation reach more than 3.5% in 2026?",
     "Will inflation in 2026 reach more than 3.5%?"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME_QUESTIONS)
def test_score_of_one_question_in_two_wordings_is_the_same(one: str, other: str) -> None:
    found = scored(one, other)
    assert found.value >= SAME, found.reason
    assert not found.apart


ALIKE = [
    ("Will Xi Jinping visit US by September 30?",
     "Will Xi Jinping visit the United States of America before Oct 1, 2026?"),
    ("Will J.D. Vance win the 2028 Republican presidential nomination?",
     "Will JD Vance be the nominee for the Presidency for the Republican party?"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_score_of_one_question_in_other_words_is_likely(one: str, other: str) -> None:
    found = scored(one, other)
    assert found.value >= LIKELY, found.reason


OTHER_QUESTIONS = [
    ("Bitcoin above $78,000 on September 30?", "Bitcoin above $79,000 on September 30?",
     "threshold"),
    ("Bitcoin above $78,000 on September 30?", "Bitcoin above $78,000 on October 1?", "days"),
    ("Bitcoin above $78,000 on September 30?", "Ethereum above $78,000 on September 30?", "asset"),
    ("Will Bitcoin reach $78,000 in September?", "Will Bitcoin dip to $78,000 in September?",
     "direction"),
    ("Bitcoin above $78,000 on September 30?", "Will Bitcoin reach $78,000 by September 30?",
     "direction"),
    ("Will Bitcoin reach $150k in September?", "Will Bitcoin reach $150k by September 30?", "days"),
    ("Bitcoin Up or Down - September 30, 11:45AM-12:00PM ET",
     "Bitcoin Up or Down - September 30, 11:30AM-11:45AM ET", "moment"),
    ("Bitcoin Up or Down on September 30?", "BTC price up in next 15 mins?", "moment"),
    ("Will it rain in NYC on Sep 30, 2026?", "Will it snow in NYC on Sep 30, 2026?", "measure"),
    ("highest temperature in NYC be 72-73°F on September 30?",
     "highest temperature in NYC be 74-75°F on September 30?", "bucket"),
    ("highest temperature in NYC be 72-73°F on September 30?",
     "highest temperature in Miami be 72-73°F on September 30?", "city"),
    ("highest temperature in NYC be 72-73°F on September 30?",
     "highest temperature in NYC be 72-73°C on September 30?", "unit"),
    ("highest temperature in NYC be 72-73°F on September 30?",
     "lowest temperature in NYC be 72-73°F on September 30?", "measure"),
    ("Will Klaus Iohannis be the next Secretary General of NATO?",
     "Will Kaja Kallas be the next Secretary General of NATO?", "names"),
    ("Will Arsenal finish in the top 4 of the EPL?", "Will Arsenal finish in the top 5 of the EPL?",
     "numbers"),
    ("Will the Fed cut rates by 25 bps?", "Will the Fed cut rates by 50 bps?", "numbers"),
    ("Will the Fed cut rates by 25 bps?", "Will the Fed hike rates by 25 bps?", "sense"),
    ("Will Trump and Putin meet?", "Will Trump and Putin not meet?", "negation"),
    ("Will the Lakers win the game?", "Will the Lakers lose the game?", "sense"),
    ("Russia x Ukraine ceasefire by March 31, 2026?",
     "Russia x Ukraine ceasefire by June 30, 2026?", "days"),
    ("Will Trump visit China by April 30?", "Will Trump visit China by May 31?", "days"),
    ("Will Spain win Eurovision in 2026?", "Will Spain win Eurovision in 2027?", "days"),
    ("Republican nominee 2028 J.D. Vance?", "Republican nominee 2032 J.D. Vance?", "year"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "part"), OTHER_QUESTIONS)
def test_score_of_questions_that_differ_in_one_part_names_it(
    one: str, other: str, part: str
) -> None:
    found = scored(one, other)
    assert found.value <= APART
    assert any(words.startswith(f"{part}:") for words in found.apart), found.reason


def test_score_of_two_stations_of_one_city_is_alike_but_not_the_same() -> None:
    title = "Will the highest temperature in New York City be between 72-73°F on September 30?"
    found = compared(leg(title, rules=LAGUARDIA), leg(title, "kalshi", rules=CENTRAL_PARK))
    assert LIKELY <= found.score.value <= TURNED < SAME
    assert found.score.differs == ("station: KNYC and KLGA",)
    assert found.judgement.verdict is Verdict.RELATIVE_VALUE


def test_score_of_two_hours_of_one_day_is_alike_but_not_the_same() -> None:
    five = "Bitcoin price on Sep 30, 2026 at 5pm EDT? $78,000 or above"
    found = compared(polymarket_noon(), leg(five, "kalshi"))
    assert LIKELY <= found.score.value <= TURNED
    assert found.score.differs == ("moment: 2026-09-30 21:00 and 2026-09-30 16:00 UTC",)


def test_score_of_above_and_below_one_price_is_inverted_and_not_the_same() -> None:
    below = leg("Bitcoin price on Sep 30, 2026? $78,000 or below", "kalshi")
    found = compared(polymarket_noon(), below)
    assert found.score.value <= TURNED
    assert any("polarity" in words for words in found.score.differs)


def test_score_of_outcomes_the_other_way_round_is_inverted_and_not_the_same() -> None:
    found = compared(polymarket_noon(), kalshi_noon(outcomes=("No", "Yes")))
    assert found.score.value <= TURNED


def test_score_without_a_date_takes_the_times_of_close() -> None:
    title = "Will Ann Example be the next mayor of Springfield?"
    a = profile_of(leg(title))
    near, far = timedelta(days=1), timedelta(days=40)
    closes = leg(title).closes_at
    assert closes is not None
    for gap, alike in ((near, True), (far, False)):
        b = profile_of(leg(title, "kalshi", closes_at=closes + gap))
        assert (score(a, b).value >= SAME) is alike


def test_score_reason_says_what_agrees_what_differs_and_what_is_not_stated() -> None:
    assert scored("Bitcoin above $78k on Sep 30?", "Bitcoin above $79k on Sep 30?").reason == (
        "agrees: asset, direction, days, polarity; differs: threshold: 79000 and 78000; "
        "not stated: moment"
    )


PRICES = st.integers(1, 2_000_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(date(2026, 7, 1), date(2026, 12, 31))
VERBS = st.sampled_from(["be above {} on", "be below {} on", "be at least {} on"])


@given(PRICES, PRICES, DAYS, DAYS, VERBS, VERBS)
def test_score_is_never_the_same_when_threshold_date_or_polarity_differs(
    price: Decimal, other_price: Decimal, day: date, other_day: date, verb: str, other: str
) -> None:
    one = f"Will Bitcoin {verb.format(f'${price:,f}')} {day}?"
    two = f"Will Bitcoin {other.format(f'${other_price:,f}')} {other_day}?"
    found = scored(one, two)
    turned = ("below" in verb) is not ("below" in other)
    if price != other_price or day != other_day:
        assert found.value <= APART
    elif turned:
        assert found.value <= TURNED
    else:
        assert found.value >= SAME


WORDS = (
    "Will Bitcoin ETH Trump Fed NYC be above reach win not highest temperature in between $120k "
    "72-73°F 25 bps on by before September 30 2026 Oct 1 the next President of ? rain"
)
JOINED = st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join)
TITLES = st.one_of(JOINED, st.text(max_size=40))
CLOSES = st.sampled_from([SEP30, OCT1, None])


@given(TITLES, TITLES, TITLES, CLOSES, CLOSES)
def test_score_and_verdict_are_symmetric(
    one: str, other: str, rules: str, closes: datetime | None, closing: datetime | None
) -> None:
    a, b = leg(one, rules=rules, closes_at=closes), leg(other, "kalshi", closes_at=closing)
    assert compared(a, b) == compared(b, a)
    assert 0 <= compared(a, b).score.value <= 1
