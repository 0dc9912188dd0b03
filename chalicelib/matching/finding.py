"""Find pairs between two listings without comparing every market with every other one.

Crypto and weather questions meet by what they ask. Others meet by the rarest words they share.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from chalicelib.domain.market import MarketId
from chalicelib.matching.crypto_question import CryptoQuestion, Observed
from chalicelib.matching.equivalence import Judgement, ResolutionRecord, judge
from chalicelib.matching.leg import Leg, pair_id
from chalicelib.matching.profile import Profile, profile_of
from chalicelib.matching.resolution import read_record
from chalicelib.matching.score import LIKELY, Score, score
from chalicelib.matching.text import similarity
from chalicelib.matching.unread import Unread
from chalicelib.matching.weather_question import WeatherQuestion

RARE_WORDS = 6
"""A market is looked up by this many of its words, the rarest first."""

MOST_CANDIDATES = 12
"""At most this many markets are compared with one, those with the rarest words in common first."""

COMMON_SHARE = 0.05
"""A word that a larger share of a listing has says nothing (but never fewer than COMMON_FLOOR)."""

COMMON_FLOOR = 40


@dataclass(frozen=True, slots=True)
class Found:
    """Two markets that may ask the same, the one with the smaller id first."""

    legs: tuple[Leg, Leg]
    records: tuple[ResolutionRecord, ResolutionRecord]
    score: Score
    judgement: Judgement

    @property
    def pair_id(self) -> str:
        """The name of the pair."""
        return pair_id(self.legs[0].market_id, self.legs[1].market_id)


def compare(a: Profile, b: Profile) -> Found:
    """Two markets with their score and what they are to each other."""
    if b.leg.market_id < a.leg.market_id:
        a, b = b, a
    scored = score(a, b)
    records = read_record(a.leg, a.question), read_record(b.leg, b.question)
    return Found((a.leg, b.leg), records, scored, judge(*records, scored.apart))


def find_pairs(
    left: Iterable[Leg],
    right: Iterable[Leg],
    most: int | None = None,
    taken: Collection[MarketId] = (),
    skipped: Collection[str] = (),
) -> list[Found]:
    """The ``most`` likeliest pairs, best first; every market is in one pair at most: its best.

    Markets that are ``taken`` are in a pair already; pairs that are ``skipped`` were rejected.
    """
    left, right = sorted((list(left), list(right)), key=_first_id)  # whichever was given first
    index = _Index([profile_of(leg) for leg in right if leg.market_id not in taken])
    scored = [
        (score(profile, other).value, pair_id(leg.market_id, other.leg.market_id), profile, other)
        for leg in left
        if leg.market_id not in taken
        for profile in (profile_of(leg),)
        for other in index.candidates(profile)
        if other.leg.market_id != leg.market_id and _worth_scoring(profile, other)
    ]
    likely = sorted(
        (s for s in scored if s[0] >= LIKELY and s[1] not in skipped),
        key=lambda s: (-s[0], s[1]),
    )
    best = islice(_once((a, b) for _, _, a, b in likely), most)
    return [compare(a, b) for a, b in best]


def _first_id(listing: Sequence[Leg]) -> MarketId:
    return min((leg.market_id for leg in listing), default="")


def _worth_scoring(a: Profile, b: Profile) -> bool:
    """A score in words is at most the similarity of the words, which is quicker to know."""
    structured = not (isinstance(a.question, Unread) or isinstance(b.question, Unread))
    return structured or similarity(a.words, b.words) >= LIKELY


def _once(pairs: Iterable[tuple[Profile, Profile]]) -> Iterator[tuple[Profile, Profile]]:
    """The pairs in order, without those of which a market was in an earlier one."""
    taken: set[str] = set()
    for a, b in pairs:
        legs = {a.leg.market_id, b.leg.market_id}
        if not legs & taken:
            taken |= legs
            yield a, b


def _asked(profile: Profile) -> Hashable | None:
    """What a structured question asks for; None for one in free words."""
    question = profile.question
    if isinstance(question, CryptoQuestion):
        when = question.end if question.observed is Observed.CHANGE else profile.days
        last = getattr(when, "last", when)
        return "crypto", question.asset, question.observed, question.thresholds, last
    if isinstance(question, WeatherQuestion):
        bucket = question.bucket
        return (
            "weather",
            question.city,
            question.measure,
            question.days.last,
            bucket.low,
            bucket.high,
        )
    return None


class _Index:
    """A listing by what its questions ask, and by their words."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._asked: dict[Hashable, list[Profile]] = defaultdict(list)
        self._words: dict[Hashable, list[Profile]] = defaultdict(list)
        for profile in profiles:
            asked = _asked(profile)
            if asked is not None:
                self._asked[asked].append(profile)
                continue
            for word in _keys(profile):
                self._words[word].append(profile)
        common = max(COMMON_FLOOR, int(COMMON_SHARE * len(profiles)))
        self._weights: Mapping[Hashable, float] = {
            word: math.log(1 + len(profiles) / len(having))
            for word, having in self._words.items()
            if len(having) <= common
        }

    def candidates(self, profile: Profile) -> list[Profile]:
        """Markets worth comparing with this one, the likeliest first."""
        asked = _asked(profile)
        if asked is not None:
            return self._asked.get(asked, [])
        known = sorted(
            (word for word in _keys(profile) if word in self._weights),
            key=lambda word: (-self._weights[word], str(word)),
        )
        weights: dict[int, float] = defaultdict(float)
        seen: dict[int, Profile] = {}
        for word in known[:RARE_WORDS]:
            for other in self._words[word]:
                weights[id(other)] += self._weights[word]
                seen[id(other)] = other
        ranked = sorted(weights, key=lambda i: (-weights[i], seen[i].leg.market_id))
        return [seen[i] for i in ranked[:MOST_CANDIDATES]]


def _keys(profile: Profile) -> Iterator[Hashable]:
    yield from profile.words
    yield from profile.numbers
