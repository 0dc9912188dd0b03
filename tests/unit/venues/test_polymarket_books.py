"""An order book of Polymarket is sorted here and believed only where it can be true."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.errors import VenuePayloadError
from chalicelib.venues.polymarket.parse import read_book
from tests.payloads.polymarket.venue import recorded, token
from tests.unit.venues.played_http import NOW

BOOK: dict[str, Any] = recorded("books")[0]


def book(**changes: Any) -> OrderBook | None:
    return read_book({**BOOK, **changes}, "b", NOW)


def levels(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"price": price, "size": size} for price, size in pairs]


def test_book_has_the_best_level_first_on_both_sides() -> None:
    read = book()
    assert read is not None
    assert read.instrument_id == f"polymarket:{token(1, 0)}"
    assert read.bids[0] == Level(Decimal("0.42"), Decimal(80))
    assert read.asks[0] == Level(Decimal("0.45"), Decimal(120))
    assert [len(read.bids), len(read.asks)] == [3, 3]
    assert read.occurred_at == datetime(2026, 9, 14, 11, 59, 55, 250000, UTC)
    assert read.seen_at == NOW


@given(order=st.permutations(range(3)))
def test_book_does_not_depend_on_the_order_of_the_wire(order: list[int]) -> None:
    shuffled = {side: [BOOK[side][i] for i in order] for side in ("bids", "asks")}
    assert book(**shuffled) == book()


def test_book_empty_on_one_side_is_kept_and_on_both_is_not() -> None:
    one_sided = book(asks=[])
    assert one_sided is not None
    assert one_sided.asks == ()
    assert book(bids=[], asks=[]) is None


@pytest.mark.parametrize("ask", ["0.42", "0.41"])
def test_crossed_book_is_left_out(ask: str) -> None:
    assert book(asks=levels((ask, "10"))) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("asset_id", "not-a-token"),
        ("asset_id", None),
        ("timestamp", ""),
        ("timestamp", "1789387195"),
        ("timestamp", "2026-09-14T11:59:55Z"),
        ("timestamp", "1789390000000"),
        ("bids", None),
        ("bids", {}),
        ("bids", levels(("0", "10"))),
        ("bids", levels(("1", "10"))),
        ("bids", levels(("-0.1", "10"))),
        ("bids", levels(("NaN", "10"))),
        ("bids", levels(("0." + "3" * 38, "10"))),
        ("bids", levels(("0.3", "0"))),
        ("bids", levels(("0.3", "-5"))),
        ("bids", levels(("0.3", "Infinity"))),
        ("bids", levels(("0.3", "1" + "0" * 20))),
        ("bids", levels(("0.3", "0.0000001"))),
        ("bids", [{"price": True, "size": "1"}]),
        ("bids", [{"price": "0.3"}]),
        ("bids", [None]),
        ("asks", levels(("0.5", "1")) * 10_001),
    ],
)
def test_book_that_cannot_be_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(VenuePayloadError) as caught:
        book(**{field: value})
    assert caught.value.message.startswith(f"b.{field}")


def test_price_that_comes_twice_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match="out of order"):
        book(bids=levels(("0.3", "1"), ("0.30", "2")))


def test_small_difference_of_clocks_is_clipped() -> None:
    read = book(timestamp="1789387230000")
    assert read is not None
    assert read.occurred_at == read.seen_at == NOW
