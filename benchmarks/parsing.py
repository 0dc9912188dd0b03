"""CPU that reading 10,000 markets and a book takes, from the JSON value to the domain's values."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figure import Figure, Size, at_most
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.payload import load_json
from chalicelib.venues.polymarket.parse import read_book, read_listing

MARKETS, LEVELS, BOOKS = 10_000, 20, 2_000
SEEN = datetime(2026, 10, 1, tzinfo=UTC)
SAMPLE = Path(__file__).parents[1] / "tests" / "payloads" / "polymarket" / "markets_page_1.json"


def measure(_size: Size) -> list[Figure]:
    """Median of five readings of Polymarket's markets, and of its books of 20 level pairs."""
    markets = _markets()
    if None in _read(markets):
        raise ValueError("a market of the benchmark takes no orders")
    parsing = median(_cpu(lambda: _read(markets)) for _ in range(5))
    book = load_json(json.dumps(_book()))
    one = median(_cpu(lambda: _read_books(book)) for _ in range(5))
    bare = median(_cpu(lambda: [json.dumps(str(m)) for m in markets]) for _ in range(3))
    return [
        at_most(f"reading {MARKETS} markets", parsing, 0.15, "s CPU"),
        at_most(f"reading {MARKETS} markets / writing their text once", parsing / bare, 3, "x"),
        at_most(f"reading a book of {LEVELS} level pairs", one / BOOKS * 1e6, 60, "us CPU"),
    ]


def _read(markets: list[Any]) -> list[Listing | None]:
    return [read_listing(market, "bench", SEEN) for market in markets]


def _read_books(book: object) -> None:
    for _ in range(BOOKS):
        read_book(book, "bench", SEEN)


def _markets() -> list[Any]:
    """One listed market under 10,000 names."""
    sample = json.loads(SAMPLE.read_text("utf-8"))["markets"][0]
    made = (
        {
            **sample,
            "conditionId": f"0x{number:064x}",
            "clobTokenIds": json.dumps([f"{2 * number}", f"{2 * number + 1}"]),
        }
        for number in range(MARKETS)
    )
    return [load_json(json.dumps(market)) for market in made]


def _book() -> dict[str, Any]:
    def side(first: int, step: int) -> list[dict[str, str]]:
        return [
            {"price": f"0.{first + step * n:03d}", "size": f"{100 + n}.25"} for n in range(LEVELS)
        ]

    return {
        "asset_id": "7",
        "timestamp": f"{int(SEEN.timestamp() * 1000)}",
        "bids": side(400, 1),
        "asks": side(520, -1),
    }


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
