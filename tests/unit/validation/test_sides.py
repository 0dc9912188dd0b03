"""Quotes that belong together must say the same."""

import pytest

from chalicelib.domain.book import Quote
from chalicelib.domain.market import Market, MarketStatus
from tests.builders import NO, YES, book, market, quote
from tests.unit.validation.looking import MIRROR, aged, books, codes, judged, look, scan

TWO_BOOKS = market()


@pytest.mark.parametrize(
    ("no_bid", "no_ask", "believed"),
    [
        ("0.58", "0.60", True),
        ("0.59", "0.60", True),
        ("0.58", "0.61", True),
        ("0.56", "0.60", False),
        ("0.50", "0.52", False),
        (None, "0.60", True),
        (None, "0.70", False),
        ("0.90", None, False),
    ],
)
def test_sides_of_one_set_of_orders_mirror_each_other_within_a_tick(
    no_bid: str | None, no_ask: str | None, believed: bool
) -> None:
    found = judged(scan(quote(YES, "0.40", "0.42"), quote(NO, no_bid, no_ask)))
    assert codes(found) == ({} if believed else {"sides-disagree": 2})
    assert len(found.quotes) == (2 if believed else 0)


def test_sides_read_at_two_moments_may_differ_by_what_prices_move_between_them() -> None:
    yes, no = quote(YES, "0.40", "0.42"), quote(NO, "0.55", "0.57")
    assert codes(judged(scan(yes, aged(no, 1)))) == {"sides-disagree": 2}
    assert codes(judged(scan(yes, aged(no, 2)))) == {}
    assert codes(judged(scan(yes, no), look(mirror_ticks=3))) == {}
    assert codes(judged(scan(yes, no), look(mirror_ticks=None))) == {}


def test_two_books_of_their_own_may_leave_a_margin_but_no_chasm() -> None:
    cheap = scan(quote(YES, "0.44", "0.46"), quote(NO, "0.44", "0.46"), markets=[TWO_BOOKS])
    wrong = scan(quote(YES, "0.30", "0.32"), quote(NO, "0.30", "0.32"), markets=[TWO_BOOKS])
    assert codes(judged(cheap)) == {}
    assert codes(judged(wrong)) == {"sides-disagree": 2}
    assert codes(judged(wrong, look(pair_gap=None))) == {}


def group(*bids: str, status: MarketStatus = MarketStatus.OPEN) -> tuple[list[Market], list[Quote]]:
    names = [f"m{n}" for n in range(len(bids))]
    markets = [market(n, exclusive_group="test:g", status=status) for n in names]
    return markets, [
        quote(f"test:{n}:yes", bid, "0.99") for n, bid in zip(names, bids, strict=True)
    ]


def test_group_of_which_one_wins_may_be_bid_for_a_dollar_and_a_margin() -> None:
    markets, quotes = group("0.6", "0.4", "0.25")
    assert codes(judged(scan(*quotes, markets=markets))) == {}
    markets, quotes = group("0.6", "0.4", "0.26")
    found = judged(scan(*quotes, markets=markets))
    assert codes(found) == {"group-sum": 3}
    assert "add up to 1.26" in found.quarantined[0].reason
    assert codes(judged(scan(*quotes, markets=markets), look(group_excess=None))) == {}


def test_markets_of_a_group_that_are_over_are_not_added_up() -> None:
    markets, quotes = group("0.9", "0.9", status=MarketStatus.CLOSED)
    assert codes(judged(scan(*quotes, markets=markets))) == {}


def test_books_that_do_not_mirror_each_other_meet_no_order() -> None:
    yes = book(YES, [("0.40", 9)], [("0.42", 9)])
    mirror = book(NO, [("0.58", 9)], [("0.60", 9)])
    other = book(NO, [("0.50", 9)], [("0.52", 9)])
    assert books(yes, mirror).books.keys() == {YES, NO}
    assert codes(books(yes, other)) == {"sides-disagree": 2}
    assert codes(books(yes, other, markets=[TWO_BOOKS])) == {}


def test_book_is_judged_by_age_bounds_and_name() -> None:
    fresh = book(YES, [("0.40", 9)], [("0.42", 9)], age=120)
    assert books(fresh).books == {YES: fresh}
    assert books(fresh).quality[0].quotes == 1
    assert codes(books(book(YES, [("0.40", 9)], age=121))) == {"stale": 1}
    assert codes(books(fresh, book_ages={"test": 119})) == {"stale": 1}
    assert codes(books(book(YES, asks=[("0.42", 9), ("1", 9)]))) == {"out-of-bounds": 1}
    assert codes(books(book(YES, [("1.2", 9)]), markets=[MIRROR])) == {"out-of-bounds": 1}
    assert codes(books(book("other:x", [("0.4", 9)]))) == {"foreign": 1}


def test_book_of_a_market_that_is_not_listed_now_is_kept_for_orders_that_wait() -> None:
    waiting = book(YES, [("0.40", 9)])
    assert books(waiting, markets=[]).books == {YES: waiting}
