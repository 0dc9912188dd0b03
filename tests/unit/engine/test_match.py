"""Orders meet real books: level by level, within the limit, with the venue's exact fee."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.fee import FeeUnknown, Liquidity
from chalicelib.domain.order import Match, Refusal, Side, TimeInForce
from chalicelib.engine.match import Execution, execute, fee_bound, match
from chalicelib.fees.stated import quadratic_terms
from tests.builders import NOW, SEVEN, YES, book, levels, market, order

ALL = Decimal(1)
QUARTER = Decimal("0.25")
ASKS = [("0.50", 100), ("0.51", 50), ("0.55", 400)]
BIDS = [("0.49", 100), ("0.47", 50)]

prices = st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True)
sizes = st.lists(st.integers(1, 100_000), min_size=8, max_size=8)
shares = st.sampled_from([Decimal("0.1"), QUARTER, Decimal("0.5"), ALL])
sides = st.sampled_from(list(Side))
limits = st.none() | st.integers(1, 99).map(lambda n: Decimal(n) / 100)


def shown(side: Side, cents: list[int], hundredths: list[int]):  # type: ignore[no-untyped-def]
    """A book with these levels on the side that an order of this kind takes from."""
    ordered = sorted(cents, reverse=side is Side.SELL)
    ladder = [
        (Decimal(c) / 100, Decimal(h) / 100) for c, h in zip(ordered, hundredths, strict=False)
    ]
    return book(YES, asks=ladder) if side is Side.BUY else book(YES, bids=ladder)


@given(sides, prices, sizes, st.integers(1, 300_000), limits, shares)
def test_match_never_takes_more_than_shown_nor_worse_than_the_limit(
    side: Side, cents: list, hundredths: list, wanted: int, limit: Decimal | None, share: Decimal
) -> None:
    against = shown(side, cents, hundredths)
    got = match(order(Decimal(wanted) / 100, limit, side), against, market(fee=SEVEN), share)
    assume(isinstance(got, Execution))
    assert isinstance(got, Execution)

    ladder = against.asks if side is Side.BUY else against.bids
    within = [lv for lv in ladder if limit is None or not worse(side, lv.price, limit)]
    assert got.size <= sum(lv.size for lv in within) * share
    assert got.size <= Decimal(wanted) / 100
    assert not any(limit is not None and worse(side, m.price, limit) for m in got.matches)


def worse(side: Side, price: Decimal, limit: Decimal) -> bool:
    """Whether a price is worse than the limit for this side."""
    return price > limit if side is Side.BUY else price < limit


@given(sides, prices, sizes, st.integers(500, 300_000), shares)
def test_match_totals_are_the_exact_sums_of_its_parts(
    side: Side, cents: list, hundredths: list, wanted: int, share: Decimal
) -> None:
    against = shown(side, cents, hundredths)
    got = match(order(Decimal(wanted) / 100, None, side), against, market(fee=SEVEN), share)
    assume(isinstance(got, Execution))
    assert isinstance(got, Execution)

    assert got.size == sum(m.size for m in got.matches)
    assert got.value == sum(m.price * m.size for m in got.matches)
    assert got.fee == sum(m.fee for m in got.matches)
    ladder = against.asks if side is Side.BUY else against.bids
    taken = [m.price for m in got.matches]
    assert taken == [lv.price for lv in ladder[: len(taken)]]
    assert all(m.size == lv.size for m, lv in zip(got.matches[:-1], ladder, strict=False))
    assert min(taken) <= got.value / got.size <= max(taken)


def test_match_buy_walks_up_the_asks_level_by_level() -> None:
    got = match(order(200), book(YES, BIDS, ASKS), market(fee=SEVEN), ALL)
    assert isinstance(got, Execution)
    assert got.matches == (
        Match(Decimal("0.50"), Decimal(100), Decimal("1.75")),
        Match(Decimal("0.51"), Decimal(50), Decimal("0.87465")),
        Match(Decimal("0.55"), Decimal(50), Decimal("0.86625")),
    )
    assert (got.size, got.value, got.fee) == (200, 103, Decimal("3.49090"))


def test_match_sell_walks_down_the_bids_level_by_level() -> None:
    got = match(order(120, side=Side.SELL), book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(got, Execution)
    assert [(m.price, m.size) for m in got.matches] == [
        (Decimal("0.49"), 100),
        (Decimal("0.47"), 20),
    ]
    assert got.value == Decimal("58.4")


def test_match_what_lies_beyond_the_limit_stays_unfilled() -> None:
    got = match(order(200, limit="0.51"), book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(got, Execution)
    assert got.size == 150
    assert got.matches[-1].price == Decimal("0.51")


def test_match_sell_accepts_its_own_limit_and_nothing_below() -> None:
    got = match(order(200, "0.47", Side.SELL), book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(got, Execution)
    assert got.size == 150
    above = match(order(200, "0.48", Side.SELL), book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(above, Execution)
    assert above.size == 100


def test_match_takes_its_share_of_the_depth_and_leaves_the_rest_to_others() -> None:
    got = match(order(500), book(YES, BIDS, ASKS), market(), QUARTER)
    assert isinstance(got, Execution)
    assert got.size == Decimal("137.5")


@pytest.mark.parametrize(
    ("against", "limit", "why"),
    [
        (book(YES, BIDS), None, "nobody shows a price to buy at"),
        (book(YES, BIDS, ASKS), "0.49", "the best price is 0.50, the limit is 0.49"),
    ],
)
def test_match_without_a_price_to_take_is_refused(against, limit, why: str) -> None:  # type: ignore[no-untyped-def]
    refused = match(order(10, limit), against, market(), ALL)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.reason) == ("no-liquidity", why)


def test_match_rounds_the_size_down_to_the_venues_step() -> None:
    whole = market(size_step=Decimal(1))
    got = match(order("12.9"), book(YES, BIDS, ASKS), whole, ALL)
    assert isinstance(got, Execution)
    assert got.size == 12


@pytest.mark.parametrize(("size", "fills"), [("5", True), ("4.99", False)])
def test_match_below_the_venues_minimum_size_is_refused(size: str, fills: bool) -> None:
    got = match(order(size), book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(got, Execution) is fills
    if isinstance(got, Refusal):
        assert got.code == "below-minimum"


@pytest.mark.parametrize(("size", "fills"), [("10", True), ("9.99", False)])
def test_match_buy_below_the_venues_minimum_value_is_refused(size: str, fills: bool) -> None:
    cheap = book(YES, asks=[("0.10", 1000)])
    got = match(order(size), cheap, market(), ALL)
    assert isinstance(got, Execution) is fills


def test_match_sell_has_no_minimum_value_so_that_a_loser_can_be_left() -> None:
    got = match(order(10, side=Side.SELL), book(YES, bids=[("0.01", 100)]), market(), ALL)
    assert isinstance(got, Execution)
    assert got.value == Decimal("0.1")


@pytest.mark.parametrize(
    ("rate", "price", "size", "fee"),
    [
        ("0.07", "0.5", "100", "1.75"),
        ("0.05", "0.5", "100", "1.25"),
        ("0.07", "0.3", "100", "1.47"),
        ("0.07", "0.7", "100", "1.47"),
        ("0.07", "0.99", "0.005", "0"),
        ("0.07", "0.01", "0.05", "0.00003"),
        ("0", "0.5", "100", "0"),
    ],
)
def test_fee_is_exactly_what_the_venue_charges(rate: str, price: str, size: str, fee: str) -> None:
    listed = market(fee=quadratic_terms("test", Decimal(rate), "by rate"), min_size=Decimal(0))
    shown = book(YES, asks=[(price, size)])
    got = match(
        order(size),
        shown,
        replace(listed, size_step=Decimal("0.001"), min_notional=Decimal(0)),
        ALL,
    )
    assert isinstance(got, Execution)
    assert (got.fee, got.fee_rule) == (Decimal(fee), "by rate")


def test_fee_bound_is_never_below_what_an_order_is_charged() -> None:
    for terms in (SEVEN, quadratic_terms("test", Decimal("0.25"), "old", exponent=Decimal(2))):
        shown = levels([("0.01", "0.03"), ("0.3", "7.77"), ("0.5", "1"), ("0.99", "123.45")])
        bound = fee_bound(market(fee=terms), shown)
        size = sum((level.size for level in shown), Decimal(0))
        paid = execute(shown, size, terms, Side.BUY, Liquidity.TAKER).fee
        assert paid <= bound.per_contract * size + bound.rounding


def test_order_is_refused_where_no_fee_is_known() -> None:
    unknown = FeeUnknown("test", "test:m", NOW, "no row is in force")
    got = match(order(10), book(YES, BIDS, ASKS), market(fee=unknown), ALL)
    assert isinstance(got, Refusal)
    assert (got.code, got.reason) == ("fee-unknown", "no row is in force")


def test_match_fill_or_kill_takes_all_or_nothing() -> None:
    whole = replace(order(150, "0.51"), time_in_force=TimeInForce.FOK)
    got = match(whole, book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(got, Execution)
    assert got.size == 150
    more = replace(whole, size=Decimal("150.01"))
    refused = match(more, book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(refused, Refusal)
    assert refused.code == "fill-or-kill"


@pytest.mark.parametrize("size", ["0", "-5", "1e308", "NaN", "Infinity", "1000000000001"])
def test_match_of_a_size_that_no_order_has_is_refused(size: str) -> None:
    refused = match(order(Decimal(size)), book(YES, BIDS, ASKS), market(), ALL)
    assert isinstance(refused, Refusal)
    assert refused.code == "bad-size"


@pytest.mark.parametrize("side", list(Side))
def test_match_on_an_empty_book_is_refused(side: Side) -> None:
    refused = match(order(10, side=side), book(YES), market(), ALL)
    assert isinstance(refused, Refusal)
    assert refused.code == "no-liquidity"


def test_match_takes_no_price_that_a_prediction_market_cannot_have() -> None:
    refused = match(order(10), book(YES, asks=[("1", 100), ("1.2", 100)]), market(), ALL)
    assert isinstance(refused, Refusal)
    sold = match(order(10, side=Side.SELL), book(YES, bids=[("1", 100)]), market(), ALL)
    assert isinstance(sold, Refusal)


def test_slippage_makes_every_price_worse_and_the_limit_still_holds() -> None:
    slip = Decimal("0.01")
    bought = match(order(200, "0.52"), book(YES, BIDS, ASKS), market(), ALL, slip)
    assert isinstance(bought, Execution)
    assert [(m.price, m.size) for m in bought.matches] == [
        (Decimal("0.51"), 100),
        (Decimal("0.52"), 50),
    ]
    sold = match(order(200, "0.47", Side.SELL), book(YES, BIDS, ASKS), market(), ALL, slip)
    assert isinstance(sold, Execution)
    assert [(m.price, m.size) for m in sold.matches] == [(Decimal("0.48"), 100)]


def test_slippage_never_sells_for_nothing_or_less() -> None:
    dust = book(YES, bids=[("0.01", 100)])
    refused = match(order(10, side=Side.SELL), dust, market(), ALL, Decimal("0.01"))
    assert isinstance(refused, Refusal)


@given(sides, prices, sizes, st.integers(500, 300_000), shares, st.integers(0, 300))
def test_slippage_never_improves_a_fill(
    side: Side, cents: list, hundredths: list, wanted: int, share: Decimal, slip: int
) -> None:
    against = shown(side, cents, hundredths)
    asked = order(Decimal(wanted) / 100, None, side)
    plain = match(asked, against, market(), share)
    by = Decimal(slip) / 1000
    slipped = match(asked, against, market(), share, by)
    assume(isinstance(plain, Execution) and isinstance(slipped, Execution))
    assert isinstance(plain, Execution)
    assert isinstance(slipped, Execution)
    assert slipped.size <= plain.size
    worst = by if side is Side.BUY else -by
    ladder = against.asks if side is Side.BUY else against.bids
    assert all(m.price == lv.price + worst for m, lv in zip(slipped.matches, ladder, strict=False))


@pytest.mark.parametrize(
    ("bids", "asks"),
    [
        ([("0.50", 10)], [("0.50", 10)]),
        ([("0.51", 10)], [("0.50", 10)]),
        ([("0.50", 0)], []),
        ([("0.50", -1)], []),
        ([("0.50", "1e308")], []),
        ([("0.50", "NaN")], []),
        ([("NaN", 10)], []),
        ([], [("Infinity", 10)]),
        ([], [("0", 10)]),
        ([], [("-0.1", 10)]),
        ([("0.40", 10), ("0.40", 10)], []),
        ([("0.40", 10), ("0.41", 10)], []),
    ],
)
def test_book_that_no_venue_can_have_is_refused(bids: list, asks: list) -> None:
    with pytest.raises(ValueError, match="test:m:yes"):
        book(YES, bids, asks)
