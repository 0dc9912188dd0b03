"""Crypto assets by the names and tickers that questions use. A word is never an asset by chance."""

import re

ALIASES: dict[str, tuple[str, ...]] = {
    "BTC": ("bitcoin", "btc", "xbt"),
    "ETH": ("ethereum", "ether", "eth"),
    "BCH": ("bitcoin cash", "bch"),
    "ETC": ("ethereum classic",),
    "SOL": ("solana", "sol"),
    "XRP": ("xrp", "ripple"),
    "DOGE": ("dogecoin", "doge"),
    "BNB": ("bnb", "binance coin"),
    "ADA": ("cardano", "ada"),
    "AVAX": ("avalanche", "avax"),
    "LTC": ("litecoin", "ltc"),
    "SHIB": ("shiba inu", "shib"),
    "TRX": ("tron", "trx"),
    "XLM": ("stellar lumens", "xlm"),
    "XMR": ("monero", "xmr"),
    "ZEC": ("zcash", "zec"),
    "LINK": ("chainlink",),
    "DOT": ("polkadot",),
    "HYPE": ("hyperliquid",),
    "TON": ("toncoin",),
    "PEPE": ("pepe",),
}
CAPITALS = ("LINK", "DOT", "HYPE", "TON", "SUI", "NEAR")
"""Tickers that are words too: they count in capitals, in a title that is not all capitals."""

_BY_NAME = {alias: asset for asset, aliases in ALIASES.items() for alias in aliases}
_QUOTE = r"(?:[-/](?:usdt?|us dollar))?(?![\w/]|-\w)"
_NAMES = re.compile(rf"(?<![\w/-])\$?({'|'.join(sorted(_BY_NAME, key=len, reverse=True))}){_QUOTE}")
_CAPITALS = re.compile(rf"(?<![\w/-])\$?({'|'.join(CAPITALS)}){_QUOTE}")
_MARK = "\x01"


def mark_assets(title: str) -> tuple[str, set[str]]:
    """The plain title in lower case with " A " for each asset named, and the assets.

    An asset in brackets after its name, as in "Bitcoin (BTC)", is the same mention.
    """
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        found.add(_BY_NAME.get(match[1], match[1]))
        return _MARK

    marked = title if title == title.upper() else _CAPITALS.sub(take, title)
    lowered = _NAMES.sub(take, marked.lower())
    once = re.sub(rf"{_MARK} ?\({_MARK}\)", _MARK, lowered)
    return once.replace(_MARK, " A "), found
