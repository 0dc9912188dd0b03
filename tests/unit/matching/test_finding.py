"""Pairs among two listings, and the time it takes to find them."""

import random
import time

from chalicelib.matching.finding import find_pairs
from chalicelib.matching.leg import Leg
from chalicelib.matching.score import LIKELY
from tests.unit.matching.samples import kalshi_noon, leg, polymarket_noon, twin

PEOPLE = [f"{first}{last} Example" for first in "ABCDEFGHIJ" for last in "abcdefghijklmnopqrst"]
OFFICES = ("mayor of Springfield", "governor of Ohio", "king of Sweden", "chair of the Fed")


def listing(venue: str, count: int, seed: int) -> list[Leg]:
    """A listing of as many markets: prices, buckets, and people in offices."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        price, low = chance.randrange(500, 900) * 100, chance.randrange(40, 90)
        day, person = chance.randrange(1, 31), chance.choice(PEOPLE)
        title = chance.choice((
            f"Will the price of Bitcoin be above ${price:,} on September {day}?",
            f"highest temperature in NYC be {low}-{low + 1}°F on September {day}?",
            f"Will {person} be the next {chance.choice(OFFICES)}?",
        ))  # fmt: skip
        made.append(leg(title, venue, f"{number}", rules="Some rules. " * 100))
    return made


def test_finding_pairs_a_market_with_the_one_that_asks_the_same() -> None:
    left = [polymarket_noon(), twin("polymarket")]
    right = [
        twin("kalshi"), kalshi_noon(),
        leg("Bitcoin price on Sep 30, 2026? $78,100 or above", "kalshi", "other"),
        leg("Will Bob Example be sworn in as mayor by September 30, 2026?", "kalshi", "bob"),
    ]  # fmt: skip
    found = find_pairs(left, right)
    paired = {tuple(market.market_id for market in pair.legs) for pair in found}
    assert paired == {("kalshi:m", "polymarket:m"), ("kalshi:t", "polymarket:t")}


def test_finding_puts_every_market_in_one_pair_at_most_and_takes_the_best() -> None:
    five = leg("Bitcoin price on Sep 30, 2026 at 5pm EDT? $78,000 or above", "kalshi", "five")
    (found,) = find_pairs([polymarket_noon()], [five, kalshi_noon()])
    assert found.legs[0].market_id == "kalshi:m"


def test_finding_is_the_same_whichever_listing_comes_first() -> None:
    left, right = listing("polymarket", 150, 1), listing("kalshi", 150, 2)
    forth = {found.pair_id: found.score.value for found in find_pairs(left, right)}
    back = {found.pair_id: found.score.value for found in find_pairs(right, left)}
    assert forth
    assert forth == back


def test_finding_leaves_out_what_is_taken_and_what_was_rejected() -> None:
    (found,) = find_pairs([polymarket_noon()], [kalshi_noon()])
    assert not find_pairs([polymarket_noon()], [kalshi_noon()], taken={"kalshi:m"})
    assert not find_pairs([polymarket_noon()], [kalshi_noon()], skipped={found.pair_id})


def test_finding_answers_no_more_than_asked_for_and_the_best_first() -> None:
    left, right = listing("polymarket", 150, 1), listing("kalshi", 150, 2)
    every = find_pairs(left, right)
    values = [found.score.value for found in every]
    assert values == sorted(values, reverse=True)
    assert min(values) >= LIKELY
    assert find_pairs(left, right, most=3) == every[:3]


def test_finding_in_two_listings_of_2000_takes_about_two_seconds_and_not_all_pairs() -> None:
    left, right = listing("polymarket", 2000, 1), listing("kalshi", 2000, 2)
    started = time.process_time()
    found = find_pairs(left, right, most=50)
    taken = time.process_time() - started
    assert len(found) == 50
    assert taken < 8, f"{taken:.1f} s; all pairs would take minutes"


def test_finding_is_not_slowed_by_hostile_texts() -> None:
    hostile = ["x" * 10_000, "a " * 5_000, "between " * 1_200, "1,1," * 2_500, "\u202e" * 9_000]
    left = [leg(text, name=f"{n}", rules=text) for n, text in enumerate(hostile)]
    right = [leg(text, "kalshi", f"{n}", rules=text) for n, text in enumerate(hostile)]
    titled = [leg(text[:400], "kalshi", f"t{n}", rules=text) for n, text in enumerate(hostile)]
    started = time.process_time()
    find_pairs(left, [*right, *titled])
    assert time.process_time() - started < 2
