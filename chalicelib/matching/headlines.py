"""Which markets a headline is about: those with whose question it shares words that are rare."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from chalicelib.domain.market import MarketId
from chalicelib.matching.date_phrases import find_days
from chalicelib.matching.inquiry import MOST_INQUIRIES
from chalicelib.matching.text import meaning, plain, words

RARE_SHARE = 0.01
"""A word says something if no larger share of the markets has it (but see RARE_FLOOR)."""

RARE_FLOOR = 10
"""Markets that may share a word which still counts as rare, however few there are."""

SHARED = 2
"""Rare words that a headline and a question must have in common: one may be chance."""


@lru_cache(maxsize=MOST_INQUIRIES)
def _asked_words(title: str) -> frozenset[str]:
    """What a question is about: its words without dates, numbers and those that any text has."""
    rest, _ = find_days(plain(title).lower())
    return meaning(words(rest.replace(" D ", " ")))


def match_headlines(
    headlines: Sequence[str], markets: Iterable[tuple[MarketId, str]]
) -> dict[MarketId, int]:
    """How many of the headlines are about each market, by its title; markets without are left out.

    The order of both changes nothing. One event is told by many headlines: each counts.
    """
    index: dict[str, list[MarketId]] = defaultdict(list)
    known = 0
    for market_id, title in markets:
        known += 1
        for word in _asked_words(title):
            index[word].append(market_id)
    most = max(RARE_FLOOR, int(RARE_SHARE * known))
    found: dict[MarketId, int] = defaultdict(int)
    for headline in headlines:
        shared: dict[MarketId, int] = defaultdict(int)
        for word in meaning(words(headline)):
            having = index.get(word, ())
            for market_id in having if len(having) <= most else ():
                shared[market_id] += 1
        for market_id, count in shared.items():
            if count >= SHARED:
                found[market_id] += 1
    return dict(found)
