"""CPU that validating 10,000 markets takes, against one bare pass over the same quotes."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median

from benchmarks.figure import Figure, Size, at_most
from chalicelib.domain.book import Quote
from chalicelib.domain.market import Market, MarketStatus, Outcome
from chalicelib.domain.origin import Origin
from chalicelib.engine.history import History, TapeRow, history_row
from chalicelib.fees.stated import quadratic_terms
from chalicelib.ports import Scan
from chalicelib.validation.jump import ROWS
from chalicelib.validation.look import Look, PastRow
from chalicelib.validation.scans import validate_scans

MARKETS, GROUP_SIZE, BAD_ONE_IN = 10_000, 20, 100
AT = datetime(2026, 1, 1, tzinfo=UTC)
FREE = quadratic_terms("bench", Decimal(0), "no fee")
CENT = Decimal("0.01")


def measure(_size: Size) -> list[Figure]:
    """Median of seven looks, each with markets that come and go, and one quote in 100 bad."""
    scan, past = market_scan(), history()
    look = Look(AT, past=past)
    found = validate_scans({"bench": scan}, look)
    if not 0 < len(scan.quotes) - len(found.quotes) < len(scan.quotes) // 10:
        raise ValueError(f"{len(found.quotes)} quotes were believed, which is not what was made")
    seconds = median(_cpu(lambda: validate_scans({"bench": scan}, look)) for _ in range(7))
    bare = median(_cpu(lambda: _bare_pass(scan)) for _ in range(7))
    label = f"validation of {MARKETS} markets, {len(scan.quotes)} quotes"
    return [
        at_most(label, seconds, 0.1, "s CPU"),
        at_most(f"{label} / bare pass", seconds / max(bare, 1e-6), 25, "x passes"),
    ]


def _bare_pass(scan: Scan) -> int:
    """What cannot be avoided: look at every market, and at every quote's four numbers."""
    tradable = sum(market.is_tradable for market in scan.markets.values())
    return tradable + sum(
        (q.bid is not None) + (q.ask is not None) + (q.bid_size is None) + (q.ask_size is None)
        for q in scan.quotes.values()
    )


def market_scan(first: int = 0, cents: int = 0) -> Scan:
    """A made-up catalogue; every hundredth market's sides contradict each other."""
    markets, quotes = {}, {}
    for number in range(first, first + MARKETS):
        market = _market(number)
        markets[market.market_id] = market
        bid = Decimal(10 + (number * 7 + cents) % 30) / 1000
        yes, no = market.outcomes
        off = CENT * 5 if number % BAD_ONE_IN == 0 else Decimal(0)
        quotes[yes.instrument_id] = _quote(yes.instrument_id, bid)
        quotes[no.instrument_id] = _quote(no.instrument_id, 1 - bid - CENT - off)
    return Scan(markets, quotes, origin=Origin.SIMULATED)


def history() -> tuple[PastRow, ...]:
    """As many past rows as a jump is judged by, each with other markets at its ends."""
    window = History()
    for minute in range(ROWS):
        scan = market_scan(minute - ROWS, minute)
        window.extend("", TapeRow.of(history_row(minute, scan.quotes)), ROWS)
    return window.past(ROWS)


def _market(number: int) -> Market:
    name = f"bench:{number}"
    yes, no = f"{name}:yes", f"{name}:no"
    return Market(
        name,
        "bench",
        name,
        MarketStatus.OPEN,
        (Outcome(yes, "Yes", no), Outcome(no, "No", yes)),
        AT + timedelta(days=1),
        CENT,
        Decimal(5),
        CENT,
        Decimal(1),
        FREE,
        exclusive_group=f"bench:group {number // GROUP_SIZE}",
        mirrored=True,
    )


def _quote(name: str, bid: Decimal) -> Quote:
    seen = AT + timedelta(seconds=1)
    return Quote(name, bid, Decimal(100), bid + CENT, Decimal(100), AT, seen)


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before
