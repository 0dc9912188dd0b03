"""CoinGecko's answers to domain values. Pure; raises VenuePayloadError for what cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.public import Candle, PriceBasis
from chalicelib.domain.reference import ReferencePrice
from chalicelib.venues.coingecko.schemas import (
    GeckoBar,
    GeckoCoin,
    GeckoMarket,
    GeckoPoint,
    GeckoPrice,
)
from chalicelib.venues.payload import read_model, refused
from chalicelib.venues.text import clean_text

VENUE = "coingecko"
ATTRIBUTION = "Data by CoinGecko (www.coingecko.com)"
QUOTE = "USD"

_CLOCK_SKEW = timedelta(minutes=1)
_SYMBOL_LIMIT = 20
_DAY = timedelta(days=1)
_FEWEST_POINTS = 20
"""Of the 24 hours of a day; with fewer, its high and low mean little."""


@dataclass(frozen=True, slots=True)
class CoinNames:
    """What a currency is called: its symbol in capitals, and its name."""

    symbol: str
    title: str


def instrument_id_of(coin_id: str) -> InstrumentId:
    """Our id of a currency's index price."""
    return f"{VENUE}:{coin_id}"


def coin_id_of(instrument_id: InstrumentId) -> str | None:
    """The venue's part of one of our ids; None when it belongs to another venue."""
    venue, _, rest = instrument_id.partition(":")
    return rest if venue == VENUE and rest else None


def read_market(raw: object, path: str, seen_at: datetime) -> tuple[str, ReferencePrice]:
    """Read a currency of the market list, with its id."""
    wire = read_model(GeckoMarket, raw, path)
    if wire.last_updated is None:
        raise refused(f"{path}.last_updated", None, "expected a time")
    names = CoinNames(_words(wire.symbol, f"{path}.symbol"), _words(wire.name, f"{path}.name"))
    occurred_at = _not_after(wire.last_updated, seen_at, f"{path}.last_updated")
    price = wire.current_price, wire.total_volume
    return wire.id, _reference(wire.id, names, price, occurred_at, seen_at)


def read_simple(
    raw: object, path: str, names: Mapping[str, CoinNames], seen_at: datetime
) -> tuple[str, ReferencePrice] | None:
    """Read a currency of the short list, with its id; None when it is none of those named."""
    wire = read_model(GeckoPrice, raw, path)
    if wire.id not in names:
        return None
    occurred_at = _not_after(wire.last_updated_at or seen_at, seen_at, f"{path}.last_updated_at")
    price = wire.usd, wire.usd_24h_vol
    return wire.id, _reference(wire.id, names[wire.id], price, occurred_at, seen_at)


def simple_entries(answer: object, origin: str) -> list[object]:
    """The entries of the short list, each with the key that it stood under as its id."""
    if not isinstance(answer, dict):
        raise VenuePayloadError(f"{origin}: expected an object, got {type(answer).__name__}")
    return [
        {**entry, "id": key} if isinstance(entry, dict) else entry for key, entry in answer.items()
    ]


def read_coin(raw: object, path: str) -> GeckoCoin:
    """Read an entry of the list of all currencies; its words are safe to show."""
    wire = read_model(GeckoCoin, raw, path)
    return GeckoCoin(id=wire.id, symbol=clean_text(wire.symbol), name=clean_text(wire.name))


def read_bar(raw: object, path: str, instrument_id: str, interval: timedelta) -> Candle:
    """Read a bar, whose stamp is the end of its interval."""
    wire = read_model(
        GeckoBar, _fields(raw, path, ("closed_at", "open", "high", "low", "close")), path
    )
    start = wire.closed_at - interval
    prices = wire.open, wire.high, wire.low, wire.close
    try:
        return Candle(instrument_id, start, interval, *prices, None, PriceBasis.INDEX)
    except ValueError as exc:
        raise refused(path, raw, str(exc)) from exc


def read_point(raw: object, path: str) -> GeckoPoint:
    """Read a point of a chart."""
    return read_model(GeckoPoint, _fields(raw, path, ("at", "price")), path)


def require_spacing(bars: Sequence[Candle], interval: timedelta, origin: str) -> None:
    """Refuse bars that are not of this interval: the venue chooses it by the span asked for."""
    starts = [bar.start for bar in bars]
    for earlier, later in pairwise(starts):
        if later <= earlier or (later - earlier) % interval:
            raise VenuePayloadError(
                f"{origin} has bars at {earlier} and {later}, expected steps of {interval}",
                "The venue may have changed which interval goes with which span.",
            )


def daily_candles(instrument_id: str, points: Sequence[GeckoPoint]) -> list[Candle]:
    """Bars of whole UTC days from hourly points; a day with too few points is left out."""
    days: dict[datetime, list[Decimal]] = {}
    for point in sorted(points, key=lambda p: p.at):
        start = point.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days.setdefault(start, []).append(point.price)
    return [
        Candle(instrument_id, start, _DAY, p[0], max(p), min(p), p[-1], None, PriceBasis.INDEX)
        for start, p in days.items()
        if len(p) >= _FEWEST_POINTS
    ]


def _reference(
    coin_id: str,
    names: CoinNames,
    price: tuple[Decimal, Decimal | None],
    occurred_at: datetime,
    seen_at: datetime,
) -> ReferencePrice:
    return ReferencePrice(
        instrument_id_of(coin_id),
        names.symbol[:_SYMBOL_LIMIT].upper(),
        QUOTE,
        *price,
        occurred_at,
        seen_at,
        names.title,
        ATTRIBUTION,
    )


def _not_after(occurred_at: datetime, seen_at: datetime, path: str) -> datetime:
    """The time, or when it was seen if the venue's clock is a little ahead of ours."""
    if occurred_at > seen_at + _CLOCK_SKEW:
        raise refused(path, occurred_at.isoformat(), f"after we saw it, {seen_at.isoformat()}")
    return min(occurred_at, seen_at)


def _words(raw: str, path: str) -> str:
    words = clean_text(raw)
    if not words:
        raise refused(path, raw, "expected visible text")
    return words


def _fields(raw: object, path: str, names: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(raw, list) or len(raw) != len(names):
        raise refused(path, raw, f"expected a list of {', '.join(names)}")
    return dict(zip(names, raw, strict=True))
