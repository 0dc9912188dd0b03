"""Who says how a question ended, by one name for each feed, from the market's own texts."""

import re

from chalicelib.matching.text import LONGEST_RULES, plain

CLIMATE_REPORT = "NWS climate report"
"""The source whose day runs by standard time all year round, one hour off the clock in summer."""

REPORTING = "credible reporting"
"""What backs other sources up; a source of its own where no other is named."""

_FEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "CF Benchmarks",
        ("cf benchmarks", "cfbenchmarks", "brti", "_rti", "real-time index", "real time index"),
    ),
    ("Binance", ("binance",)),
    ("Coinbase", ("coinbase",)),
    ("Kraken", ("kraken.com", "kraken exchange")),
    ("Pyth", ("pyth network", "pyth.network")),
    ("Chainlink", ("chainlink", "chain.link")),
    ("CoinGecko", ("coingecko",)),
    ("CoinMarketCap", ("coinmarketcap",)),
    ("The Weather Company", ("weather company", "//weather.com", "www.weather.com")),
    ("Weather Underground", ("wunderground", "weather underground")),
    (
        CLIMATE_REPORT,
        ("climatological report", "daily climate report", "product=cli", "wrh/climate"),
    ),
    ("NOAA time series", ("wrh/timeseries", "recorded by noaa", "information from noaa")),
    ("Hong Kong Observatory", ("hong kong observatory",)),
    ("Bureau of Labor Statistics", ("bureau of labor statistics", "bls.gov")),
    ("Federal Reserve", ("federalreserve.gov",)),
    ("Associated Press", ("associated press",)),
    (REPORTING, ("credible reporting", "credible media", "consensus of media")),
)
_METHODS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("60-second average", ("of the sixty seconds", "of the 60 seconds", "twap-60s")),
    ("1-minute candle close", ("1 minute candle", "1-minute candle", '"1m" and')),
    ("1-hour candle", ("1 hour candle", "1-hour candle", '"1h" and')),
)
_ASIDE = re.compile(
    r"\b(?:may help guide|not according to|not about the price|is unavailable|are unavailable|"
    r"has not published|not affiliated)\b"
)
_SENTENCES = re.compile(r"\.(?=\s|$)")
"""Dots inside addresses and numbers end no sentence."""


def source_of(rules: str, source: str = "") -> str:
    """The feed that decides, with its method where one is stated; nothing when it is not clear.

    Sentences that name a source as an aside, as a fallback or to exclude it, do not count.
    """
    law = _decisive(rules)
    text = f"{law} {plain(source, 500).lower()}"
    named = [name for name, words in _FEEDS if any(word in text for word in words)]
    if REPORTING in named and len(named) > 1:
        named.remove(REPORTING)
    if len(named) != 1:
        return ""
    method = next((name for name, words in _METHODS if any(w in text for w in words)), "")
    return f"{named[0]}, {method}" if method else named[0]


def _decisive(rules: str) -> str:
    """The rules without asides."""
    law = plain(rules, LONGEST_RULES).lower()
    if not _ASIDE.search(law):
        return law
    sentences = _SENTENCES.split(law)
    return ". ".join(each for each in sentences if not _ASIDE.search(each))
