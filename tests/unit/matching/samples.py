"""Pairs of markets in the words of two venues."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.matching.finding import Found, compare
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair
from chalicelib.matching.profile import profile_of
from chalicelib.matching.proposal import propose
from tests.builders import NOW

BINANCE_NOON = (
    'This market will resolve to "Yes" if the Binance 1 minute candle for BTC/USDT 12:00 in the ET '
    'timezone (noon) on the date specified in the title has a final "Close" price higher than the '
    'price specified in the title. Otherwise, this market will resolve to "No". Please note that '
    "this market is about the price according to Binance BTC/USDT, not according to other sources."
)
BRTI_NOON = (
    "If the simple average of the sixty seconds of CF Benchmarks' Bitcoin Real-Time Index (BRTI) "
    "before 12 PM EDT is above 77999.99 at 12 PM EDT on Sep 30, 2026, then the market resolves to "
    "Yes. Not all cryptocurrency price data is the same. While checking a source like Google or "
    "Coinbase may help guide your decision, the price used is CF Benchmarks' index."
)
LAGUARDIA = (
    "This market will resolve to the temperature range that contains the highest temperature "
    "recorded at the LaGuardia Airport Station in degrees Fahrenheit on 30 Sep '26. The resolution "
    "source will be information from Wunderground, available here: "
    "https://www.wunderground.com/history/daily/us/ny/new-york-city/KLGA. The source measures "
    "temperatures to whole degrees Fahrenheit (eg, 21°F)."
)
CENTRAL_PARK = (
    "If the highest temperature recorded in Central Park, New York for September 30, 2026 as "
    "reported by the National Weather Service's Climatological Report (Daily), is between 72-73°, "
    "then the market resolves to Yes."
)
NOON = datetime(2026, 9, 30, 16, tzinfo=UTC)


def leg(title: str, venue: str = "polymarket", name: str = "m", **changes: Any) -> Leg:
    """A market that closes at noon in New York on 30 September 2026."""
    return replace(Leg(f"{venue}:{name}", title, closes_at=NOW), **{"closes_at": NOON, **changes})


def polymarket_noon(**changes: Any) -> Leg:
    """Bitcoin at noon by Binance."""
    title = "Will the price of Bitcoin be above $78,000 on September 30?"
    return leg(title, **{"rules": BINANCE_NOON, **changes})


def kalshi_noon(**changes: Any) -> Leg:
    """Bitcoin at noon by CF Benchmarks."""
    title = "Bitcoin price on Sep 30, 2026? $78,000 or above"
    return leg(title, "kalshi", **{"rules": BRTI_NOON, **changes})


def compared(a: Leg, b: Leg) -> Found:
    """Two markets compared."""
    return compare(profile_of(a), profile_of(b))


def noon_pair() -> MatchedPair:
    """Bitcoin at noon at two venues, proposed: alike, but by two sources."""
    return propose(compared(polymarket_noon(), kalshi_noon()), NOW)


TWIN_RULES = (
    "If Ann Example is sworn in as mayor by September 30, 2026, 11:59 PM ET, this resolves to Yes. "
    "If the vote is canceled, the market resolves to No. A consensus of credible reporting decides."
)


def twin(venue: str, **changes: Any) -> Leg:
    """A market whose texts state everything, word for word the same at both venues."""
    title = "Will Ann Example be sworn in as mayor by September 30, 2026?"
    return leg(title, venue, "t", **{"rules": TWIN_RULES, **changes})


def twin_pair() -> MatchedPair:
    """Two markets that end the same, proposed."""
    return propose(compared(twin("polymarket"), twin("kalshi")), NOW)
