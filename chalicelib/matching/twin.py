"""Which instruments pay together: the pairs that operators confirmed, in the form a cycle needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.market import InstrumentId, Market, MarketId, MarketKind
from chalicelib.matching.equivalence import Polarity
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair


@dataclass(frozen=True, slots=True)
class ConfirmedTwin:
    """Two markets that end alike, and the fingerprints of the texts by which that was confirmed.

    ``inverted``: the first outcome of one pays when the first outcome of the other does not.
    """

    pair_id: str
    markets: tuple[MarketId, MarketId]
    fingerprints: tuple[str, str]
    inverted: bool


def twin_of(pair: MatchedPair) -> ConfirmedTwin | None:
    """What a pair is to a cycle: nothing unless it is confirmed, and as equivalent."""
    if not pair.is_arbitrage or pair.polarity is None:
        return None
    one, other = pair.legs
    return ConfirmedTwin(
        pair.pair_id,
        (one.market_id, other.market_id),
        (one.fingerprint, other.fingerprint),
        pair.polarity is Polarity.INVERTED,
    )


def twin_instruments(
    twins: Iterable[ConfirmedTwin], markets: Mapping[MarketId, Market]
) -> tuple[tuple[InstrumentId, InstrumentId], ...]:
    """The outcomes that pay together now: both markets listed, neither reworded since."""
    return tuple(pair for twin in twins for pair in _outcomes(twin, markets))


def _outcomes(
    twin: ConfirmedTwin, markets: Mapping[MarketId, Market]
) -> Iterator[tuple[InstrumentId, InstrumentId]]:
    one, other = (markets.get(name) for name in twin.markets)
    if one is None or other is None or not (_is_question(one) and _is_question(other)):
        return
    if (Leg.of(one).fingerprint, Leg.of(other).fingerprint) != twin.fingerprints:
        return
    turned = other.outcomes[::-1] if twin.inverted else other.outcomes
    for mine, theirs in zip(one.outcomes, turned, strict=True):
        yield mine.instrument_id, theirs.instrument_id


def _is_question(market: Market) -> bool:
    return market.kind is MarketKind.BINARY and len(market.outcomes) == 2
