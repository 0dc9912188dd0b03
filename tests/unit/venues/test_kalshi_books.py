"""Kalshi's books hold bids only: a bid for the one contract is an offer of the other."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.venues.kalshi.books import read_books
from chalicelib.venues.kalshi.schemas import KalshiSide
from tests.payloads.kalshi.venue import recorded
from tests.unit.venues.played_http import NOW, attempt
from tests.unit.venues.poison import POISON, assert_sound, places, poisoned

ADA, BOB, EMPTY, RAIN = recorded("books")["orderbooks"]
TEXT: dict[str, Any] = {"orderbook_fp": ADA["orderbook_fp"]}
CENTS: dict[str, Any] = {"orderbook": {"yes": [[40, 75], [42, 120]], "no": [[50, 200], [55, 75]]}}


def books(raw: object) -> dict[str, OrderBook]:
    found = read_books(raw, "b", "T", list(KalshiSide), NOW)
    return {own_id.rpartition(":")[2]: book for own_id, book in found.items()}


def ladder(book: OrderBook, side: str) -> list[tuple[str, str]]:
    levels = book.bids if side == "bids" else book.asks
    return [(f"{lv.price.normalize():f}", f"{lv.size.normalize():f}") for lv in levels]


def test_best_level_is_the_last_on_the_wire_and_the_first_here() -> None:
    yes, no = books(TEXT)["yes"], books(TEXT)["no"]
    assert ladder(yes, "bids") == [("0.42", "120"), ("0.4", "75.5")]
    assert ladder(yes, "asks") == [("0.45", "75.5"), ("0.5", "200")]
    assert ladder(no, "bids") == [("0.55", "75.5"), ("0.5", "200")]
    assert ladder(no, "asks") == [("0.58", "120"), ("0.6", "75.5")]


def test_book_in_whole_cents_is_read_alike() -> None:
    yes = books(CENTS)["yes"]
    assert ladder(yes, "bids") == [("0.42", "120"), ("0.4", "75")]
    assert ladder(yes, "asks") == [("0.45", "75"), ("0.5", "200")]


def test_book_in_both_formats_is_read_by_the_newer_one() -> None:
    both = {"orderbook": {**CENTS["orderbook"], "yes": [[1, 1]], **TEXT["orderbook_fp"]}}
    assert books(both) == books(TEXT)
    assert books(RAIN)["yes"].bids[0].price == Decimal("0.61")


def test_levels_are_sorted_whatever_order_they_come_in() -> None:
    turned = {side: levels[::-1] for side, levels in TEXT["orderbook_fp"].items()}
    assert books({"orderbook_fp": turned}) == books(TEXT)


def test_side_without_orders_is_empty() -> None:
    yes = books(BOB)["yes"]
    assert len(yes.bids) == 1
    assert yes.asks == ()
    assert books({"orderbook": {"yes": None, "no": None, "yes_dollars": [["0.42", "1"]]}})


@pytest.mark.parametrize(
    "raw",
    [
        EMPTY,
        {"orderbook_fp": {"yes_dollars": None, "no_dollars": None}},
        {"orderbook": {"yes": None, "no": None, "yes_dollars": None, "no_dollars": None}},
    ],
)
def test_book_without_orders_is_left_out(raw: object) -> None:
    assert books(raw) == {}


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({}, "b.orderbook_fp"),
        ({"orderbook_fp": []}, "b.orderbook_fp"),
        ({"orderbook_fp": {"yes_dollars": []}}, "b.orderbook_fp.no_dollars"),
        ({"orderbook_fp": {"yes_dollars": {}, "no_dollars": []}}, "b.orderbook_fp.yes_dollars"),
        (
            {"orderbook_fp": {"yes_dollars": [["0.42", "1"], ["1.0", "1"]], "no_dollars": []}},
            "b.orderbook_fp.yes_dollars[1][0]",
        ),
        (
            {"orderbook_fp": {"yes_dollars": [[42, "1"]], "no_dollars": []}},
            "b.orderbook_fp.yes_dollars[0]",
        ),
        (
            {"orderbook_fp": {"yes_dollars": [["0.42", "0.00"]], "no_dollars": []}},
            "b.orderbook_fp.yes_dollars[0][1]",
        ),
        (
            {"orderbook_fp": {"yes_dollars": [["0.42", "1"], ["0.42", "2"]], "no_dollars": []}},
            "b is 'T'",
        ),
        ({"orderbook": {"yes": [[True, 1]], "no": []}}, "b.orderbook.yes[0]"),
        (
            {"orderbook_fp": {"yes_dollars": [["0.45", "1"]], "no_dollars": [["0.55", "1"]]}},
            "b is 'T': crossed",
        ),
    ],
)
def test_book_that_cannot_be_is_refused_by_its_field(raw: object, path: str) -> None:
    with pytest.raises(VenuePayloadError) as caught:
        books(raw)
    assert caught.value.message.startswith(path)


@pytest.mark.parametrize("whole", [TEXT, CENTS], ids=["text", "cents"])
def test_poison_in_any_place_of_a_book_is_refused_or_harmless(whole: dict[str, Any]) -> None:
    for path in places(whole):
        for poison in POISON:
            found = attempt(partial(books, poisoned(whole, path, poison)))
            if isinstance(found, VenueError):
                assert isinstance(found, VenuePayloadError)
                assert found.message.isprintable()
                continue
            for book in found.values():
                assert_sound(book)
                assert all(0 < level.price < 1 for level in (*book.bids, *book.asks))


@given(
    st.lists(
        st.tuples(st.integers(1, 4999), st.integers(1, 10**9)),
        min_size=1,
        max_size=20,
        unique_by=lambda pair: pair[0],
    )
)
def test_offers_of_the_one_contract_mirror_the_bids_for_the_other(
    levels: list[tuple[int, int]],
) -> None:
    sent = [[f"{price / 10000:.4f}", f"{size / 100:.2f}"] for price, size in levels]
    found = books({"orderbook_fp": {"yes_dollars": sent, "no_dollars": []}})
    bids, asks = found["yes"].bids, found["no"].asks
    assert [(1 - level.price, level.size) for level in asks] == [
        (level.price, level.size) for level in bids
    ]
    assert sum(level.size for level in bids) == Decimal(sum(size for _, size in levels)) / 100
