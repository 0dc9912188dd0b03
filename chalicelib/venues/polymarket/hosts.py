"""Polymarket's hosts, how often each may be asked, and the addresses on them."""

from chalicelib.venues.pacing import Pace

CATALOGUE = "gamma-api.polymarket.com"
EXCHANGE = "clob.polymarket.com"
DATA = "data-api.polymarket.com"
PACES = {
    CATALOGUE: Pace(per_second=5, burst=8, limit=1800),
    EXCHANGE: Pace(per_second=8, burst=16, limit=3000),
    DATA: Pace(per_second=3, burst=6, limit=1200),
}
"""Less than a fifth of the tightest documented limits: 300, 500 and 200 requests in 10 s."""

MARKETS = f"https://{CATALOGUE}/markets/keyset"
EVENTS = f"https://{CATALOGUE}/events"
BOOKS = f"https://{EXCHANGE}/books"
EXCHANGE_MARKETS = f"https://{EXCHANGE}/markets"
TERSE_MARKETS = f"https://{EXCHANGE}/clob-markets"
TIME = f"https://{EXCHANGE}/time"
PRICES = f"https://{EXCHANGE}/prices-history"
LATER_PRICES = f"https://{DATA}/v2/prices-history"
TRADES = f"https://{DATA}/v2/trades"
RESOLUTIONS = f"https://{DATA}/v2/resolutions"
