"""Kalshi's host, how often it may be asked, and the addresses on it."""

from chalicelib.venues.pacing import Pace

HOST = "external-api.kalshi.com"
PACES = {HOST: Pace(per_second=3, burst=4, limit=1200)}
"""Less than a fifth of what the lowest documented tier allows: 20 a second, and 3 seconds at once.

Without a key the limit is not documented; more than 3 a second have been refused.
"""

BASE = f"https://{HOST}/trade-api/v2"
MARKETS = f"{BASE}/markets"
EVENTS = f"{BASE}/events"
SERIES = f"{BASE}/series"
BOOKS = f"{BASE}/markets/orderbooks"
TRADES = f"{BASE}/markets/trades"
MANY_CANDLES = f"{BASE}/markets/candlesticks"
STATUS = f"{BASE}/exchange/status"
SCHEDULE = f"{BASE}/exchange/schedule"
CUTOFF = f"{BASE}/historical/cutoff"
OLD_MARKETS = f"{BASE}/historical/markets"
OLD_TRADES = f"{BASE}/historical/trades"
