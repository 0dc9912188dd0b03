"""Kalshi's order books to domain values. Pure; raises VenuePayloadError for what cannot be.

The wire has only bids, of Yes and of No, the best one last. A bid for No at 0.57 is an offer of Yes
at 0.43 of the same size.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import MONEY_QUANTUM, MOST_CONTRACTS, ONE, ZERO
from chalicelib.venues.kalshi.contracts import instrument_id_of
from chalicelib.venues.kalshi.prices import cents_or_dollars, count, dollars
from chalicelib.venues.kalshi.schemas import KalshiSide
from chalicelib.venues.payload import refused

Pair = tuple[Decimal, Decimal]
"""Price and size of a bid."""
PriceReader = Callable[[object], Decimal | None]

_MOST_LEVELS = 20_000
_TODAY = re.compile(r"(?:0\.[0-9]{1,6} [0-9]{1,12}(?:\.[0-9]{1,6})? )*", re.ASCII)
"""A whole side in the present format. One match over all of it: a deep book is many numbers."""


def read_books(
    raw: object, path: str, ticker: str, wanted: Sequence[KalshiSide], seen_at: datetime
) -> Mapping[InstrumentId, OrderBook]:
    """The wanted books of one market, in any format the venue has had; none when it is empty."""
    yes, no = (_bids(raw, path, side) for side in KalshiSide)
    if yes and no and yes[0][0] + no[0][0] >= ONE:
        raise refused(path, ticker, f"crossed: Yes is bid {yes[0][0]}, No {no[0][0]}")
    if not yes and not no:
        return {}
    found = {}
    for side in wanted:
        own, others = (yes, no) if side is KalshiSide.YES else (no, yes)
        own_id = instrument_id_of(ticker, side)
        bids = tuple([Level(price, size) for price, size in own])
        asks = tuple([Level(ONE - price, size) for price, size in others])
        try:
            found[own_id] = OrderBook(own_id, bids, asks, seen_at, seen_at)
        except ValueError as exc:
            raise refused(path, ticker, str(exc)) from exc
    return found


def _bids(raw: object, path: str, side: KalshiSide) -> list[Pair]:
    """The bids for one contract, best first: under the newest name, else under an older one."""
    book = raw if isinstance(raw, dict) else {}
    name = "orderbook_fp" if book.get("orderbook_fp") is not None else "orderbook"
    sides = book.get(name)
    if not isinstance(sides, dict):
        raise refused(f"{path}.orderbook_fp", sides, "expected the bids for Yes and No")
    newer, older = f"{side.value}_dollars", side.value
    if newer not in sides and older not in sides:
        raise refused(f"{path}.{name}.{newer}", None, "missing")
    field = newer if sides.get(newer) is not None else older
    levels = sides.get(field)
    if levels is None:
        return []
    where = f"{path}.{name}.{field}"
    if not isinstance(levels, list) or len(levels) > _MOST_LEVELS:
        raise refused(where, levels, "expected a list of price and size")
    read: PriceReader = dollars if field == newer else cents_or_dollars
    pairs = _read_fast(levels) or [
        _read_one(entry, read, f"{where}[{number}]") for number, entry in enumerate(levels)
    ]
    pairs.sort(key=itemgetter(0), reverse=True)
    return pairs


def _read_fast(levels: list[Any]) -> list[Pair]:
    """All pairs of a side in the present format; nothing if a single one is not."""
    try:
        text = "".join([price + " " + size + " " for price, size in levels])
    except (TypeError, ValueError):
        return []
    if not _TODAY.fullmatch(text):
        return []
    pairs = [(Decimal(price), Decimal(size)) for price, size in levels]
    return pairs if all(size and price for price, size in pairs) else []


def _read_one(entry: object, read: PriceReader, where: str) -> Pair:
    if not isinstance(entry, list) or len(entry) < 2:
        raise refused(where, entry, "expected price and size")
    try:
        price, size = read(entry[0]), count(entry[1])
    except ValueError as exc:
        raise refused(where, entry, str(exc)) from exc
    if price is None or not ZERO < price < ONE or price != price.quantize(MONEY_QUANTUM):
        raise refused(f"{where}[0]", entry[0], "expected a tick in 0 to 1")
    if size is None or not ZERO < size <= MOST_CONTRACTS or size != size.quantize(MONEY_QUANTUM):
        raise refused(f"{where}[1]", entry[1], "expected more than 0, 6 places")
    return price, size
