"""Small scans and looks: a test states only what it is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.market import Market, MarketKind, Outcome
from chalicelib.domain.quality import Doubted, QualityRules
from chalicelib.engine.history import History, TapeRow, history_row
from chalicelib.ports import Depth, Scan
from chalicelib.validation.books import validate_depths
from chalicelib.validation.look import Look
from chalicelib.validation.scans import validate_scans
from chalicelib.validation.trusted import TrustedDepth, TrustedScan
from tests.builders import CYCLE, NOW, market, quote

MIRROR = market(mirrored=True)


def look(held: Iterable[str] = (), past: History | None = None, **rules: Any) -> Look:
    """A look at the time of the cycle."""
    rows = () if past is None else past.past(12)
    return Look(NOW, QualityRules(**rules), frozenset(held), rows)


def scan(*quotes: Quote, markets: Sequence[Market] = (MIRROR,), **changes: Any) -> Scan:
    """What the venue called test answers."""
    listed = {m.market_id: m for m in markets}
    return replace(Scan(listed, {q.instrument_id: q for q in quotes}), **changes)


def judged(found: Scan, at: Look | None = None, venue: str = "test") -> TrustedScan:
    return validate_scans({venue: found}, at or look())


def codes(found: TrustedScan | TrustedDepth) -> dict[str, int]:
    """What was set aside, by code, over all venues."""
    counted: dict[str, int] = {}
    for one in found.quality:
        for code, number in one.counts.items():
            counted[code] = counted.get(code, 0) + number
    return counted


def books(*found: OrderBook, markets: Sequence[Market] = (MIRROR,), **rules: Any) -> TrustedDepth:
    """The books, all of which were asked for."""
    of = {o.instrument_id: m for m in markets for o in m.outcomes}
    asked = [book.instrument_id for book in found]
    depth = Depth({book.instrument_id: book for book in found})
    return validate_depths({"test": depth}, of, asked, look(**rules))


def aged(found: Quote, seconds: float, seen_later: float = 0) -> Quote:
    """The quote as it occurred so long before the cycle."""
    seen = NOW + timedelta(seconds=seen_later)
    return replace(found, occurred_at=NOW - timedelta(seconds=seconds), seen_at=seen)


def spot(venue: str, base: str = "BTC", currency: str = "USD") -> Market:
    """A pair of a venue."""
    name = f"{venue}:{base}-{currency}"
    return market(
        market_id=name, venue=venue, title=f"{base}/{currency}", closes_at=None,
        outcomes=(Outcome(name, base),), kind=MarketKind.SPOT,
    )  # fmt: skip


def spot_scan(venue: str, price: float, base: str = "BTC", currency: str = "USD") -> Scan:
    """A venue that trades one pair a little around this price."""
    pair = spot(venue, base, currency)
    shown = quote(pair.market_id, round(price - 0.5, 2), round(price + 0.5, 2))
    return Scan({pair.market_id: pair}, {pair.market_id: shown})


def history(mids: Mapping[str, Sequence[float]], doubted: Sequence[Doubted] = ()) -> History:
    """Committed mids, oldest first; the newest row remembers what it doubted."""
    window, minutes = History(), max(len(row) for row in mids.values())
    for minute in range(minutes):
        quotes = {
            name: quote(name, round(row[minute] - 0.01, 4), round(row[minute] + 0.01, 4))
            for name, row in mids.items()
        }
        kept = tuple(doubted) if minute == minutes - 1 else ()
        window.extend("", TapeRow.of(history_row(CYCLE - minutes + minute, quotes, kept)), 12)
    return window
