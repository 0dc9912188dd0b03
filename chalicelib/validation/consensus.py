"""Rule about one asset at many sources: who is far from what all of them together say.

Outliers are found by the modified z-score, 0.6745 (x - median) / MAD, over 3.5 (Iglewicz and
Hoaglin 1993). Sources that agree to a hundredth of a percent are not taken for closer than that,
or the smallest difference would be infinitely far.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median, pstdev

from chalicelib.domain.consensus import Consensus, Grade, Sighting
from chalicelib.domain.quality import QualityRules
from chalicelib.domain.reference import ReferencePrice

DOLLAR = "USD"
STABLECOINS = frozenset(
    {"USDT", "USDC", "DAI", "FDUSD", "TUSD", "USDP", "PYUSD", "GUSD", "BUSD", "USDS"}
)
MAD_SCALE = 0.6745
"""What a median absolute deviation is of a normal distribution's standard deviation."""
CLOSEST = 1e-4
"""Shares of the median below which differences are noise."""

WIDE_SPREAD, ENOUGH_SOURCES, LOW_CONFIDENCE = 0.05, 3, 70


@dataclass(frozen=True, slots=True)
class Price:
    """What one source says of one asset, in a currency that is counted as dollars."""

    asset: str
    source: str
    currency: str
    price: Decimal


def comparable(asset: str, source: str, currency: str, price: Decimal) -> Price | None:
    """The price, if its currency is a dollar or a coin that stands for one."""
    if not asset or currency not in {DOLLAR, *STABLECOINS}:
        return None
    return Price(asset, source, currency, price)


def reference_prices(source: str, references: Iterable[ReferencePrice]) -> list[Price]:
    """The references of a source; where two assets share a symbol neither is compared."""
    found: dict[str, list[Price]] = {}
    for reference in references:
        price = comparable(reference.base, source, reference.quote.upper(), reference.price)
        if price is not None:
            found.setdefault(price.asset, []).append(price)
    return [prices[0] for prices in found.values() if len(prices) == 1]


def agree(prices: Iterable[Price], rules: QualityRules) -> list[Consensus]:
    """The consensus on every asset, by its name. A source has one vote, whatever pairs it lists."""
    by_asset: dict[str, dict[str, list[Price]]] = {}
    for price in prices:
        by_asset.setdefault(price.asset, {}).setdefault(price.source, []).append(price)
    return [_consensus(asset, by_asset[asset], rules) for asset in sorted(by_asset)]


def _consensus(
    asset: str, by_source: Mapping[str, Sequence[Price]], rules: QualityRules
) -> Consensus:
    votes = {source: _vote(by_source[source]) for source in sorted(by_source)}
    values = [float(price) for price in votes.values()]
    scores = modified_scores(values)
    believed = _believed(values, scores, rules)
    sightings = tuple(
        Sighting(source, price, _currencies(by_source[source]), _shown(score), good)
        for (source, price), score, good in zip(votes.items(), scores, believed, strict=True)
    )
    kept = [value for value, good in zip(values, believed, strict=True) if good]
    good_votes = [sighting.price for sighting in sightings if sighting.believed]
    confidence = _confidence(kept, len(values))
    return Consensus(
        asset,
        median(good_votes) if good_votes else None,
        confidence,
        _grade(kept, len(values), confidence),
        sightings,
        _note(by_source),
    )


def _vote(prices: Sequence[Price]) -> Decimal:
    return median(price.price for price in prices)


def _currencies(prices: Sequence[Price]) -> str:
    return ",".join(sorted({price.currency for price in prices}))


def _shown(score: float | None) -> Decimal | None:
    return None if score is None else Decimal(f"{score:.2f}")


def modified_scores(values: Sequence[float]) -> list[float | None]:
    """The modified z-score of each; None where fewer than three could never tell."""
    if len(values) < ENOUGH_SOURCES:
        return [None] * len(values)
    middle = median(values)
    away = [abs(value - middle) for value in values]
    scale = max(median(away), CLOSEST * middle) / MAD_SCALE
    return [(value - middle) / scale for value in values]


def _believed(
    values: Sequence[float], scores: Sequence[float | None], rules: QualityRules
) -> list[bool]:
    """Who is believed. Of two that are far apart nobody knows which one is wrong."""
    middle = median(values)
    if len(values) == 2 and rules.apart_share is not None:
        return [abs(values[0] - values[1]) <= float(rules.apart_share) * middle] * 2
    most = rules.outlier_score
    if most is None:
        return [True] * len(values)
    near = float(rules.outlier_share) * middle
    return [
        score is None or abs(score) <= most or abs(value - middle) <= near
        for value, score in zip(values, scores, strict=True)
    ]


def _confidence(kept: Sequence[float], sources: int) -> int:
    """0 to 100: up to 40 for five sources, 40 for agreement, 20 for having set nobody aside."""
    if not kept:
        return 0
    alike = max(0.0, 1 - pstdev(kept) / fmean(kept)) * 40 if len(kept) > 1 else 20.0
    return round(min(len(kept) / 5, 1) * 40 + alike + len(kept) / sources * 20)


def _grade(kept: Sequence[float], sources: int, confidence: int) -> Grade:
    """100 points, less for few sources, outliers, a wide spread and low confidence."""
    if not kept:
        return Grade.F
    points = 100 - 10 * (sources - len(kept))
    points -= 20 if len(kept) < ENOUGH_SOURCES else 0
    points -= 15 if max(kept) - min(kept) > WIDE_SPREAD * fmean(kept) else 0
    points -= 10 if confidence < LOW_CONFIDENCE else 0
    least = ((90, Grade.A), (80, Grade.B), (70, Grade.C), (60, Grade.D))
    return next((grade for floor, grade in least if points >= floor), Grade.F)


def _note(by_source: Mapping[str, Sequence[Price]]) -> str:
    coins = {p.currency for prices in by_source.values() for p in prices} & STABLECOINS
    return f"{', '.join(sorted(coins))} counted as one dollar" if coins else ""
