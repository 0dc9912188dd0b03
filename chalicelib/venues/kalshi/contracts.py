"""Kalshi's tickers as our ids: ``kalshi:<ticker>``, and for each market two contracts. Pure."""

from collections.abc import Sequence

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.venues.batches import own_name, own_names
from chalicelib.venues.kalshi.schemas import TICKER, KalshiSide

VENUE = "kalshi"


def market_id_of(ticker: str) -> MarketId:
    """Our id of a market."""
    return f"{VENUE}:{ticker}"


def contracts_of(ticker: str) -> tuple[InstrumentId, InstrumentId]:
    """Our ids of Yes and No."""
    return f"{VENUE}:{ticker}:yes", f"{VENUE}:{ticker}:no"


def instrument_id_of(ticker: str, side: KalshiSide) -> InstrumentId:
    """Our id of one of the two."""
    return contracts_of(ticker)[side is KalshiSide.NO]


def contract_of(instrument_id: InstrumentId) -> tuple[str, KalshiSide]:
    """Ticker and side of one of our ids; VenueUnavailable for what is none."""
    ticker, _, side = own_name(VENUE, instrument_id).rpartition(":")
    if not TICKER.fullmatch(ticker) or side not in set(KalshiSide):
        raise VenueUnavailable(
            f"{instrument_id[:80]!r} is no contract of kalshi",
            "Expected kalshi:<ticker>:yes or kalshi:<ticker>:no.",
        )
    return ticker, KalshiSide(side)


def tickers_of(market_ids: Sequence[MarketId]) -> list[str]:
    """The tickers of our market ids; what cannot be one is passed over."""
    return [ticker for ticker in own_names(VENUE, market_ids) if TICKER.fullmatch(ticker)]
