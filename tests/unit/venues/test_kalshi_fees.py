"""What an order at Kalshi costs: from the venue's own answers through the parsers to the match."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.fee import NEW_ORDER, FeeAccumulator, FeeTerms, FeeUnknown, Liquidity
from chalicelib.domain.market import Market
from chalicelib.domain.order import Order, Purpose, Refusal, Side
from chalicelib.engine.match import Execution, execute, match
from chalicelib.venues.kalshi.books import read_books
from chalicelib.venues.kalshi.fees import fee_of
from chalicelib.venues.kalshi.parse import listing_of, read_market
from chalicelib.venues.kalshi.schemas import KalshiEvent, KalshiSeries, KalshiSide
from tests.payloads.kalshi.venue import recorded

CUP: dict[str, Any] = recorded("events_page_1")["events"][0]
IN_2025 = datetime(2025, 9, 1, tzinfo=UTC)
IN_AUGUST = datetime(2026, 8, 1, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
MAKER, COMBO = "quadratic_with_maker_fees", "quadratic_with_combo_maker_fees"


def series(fee_type: str | None = "quadratic", multiplier: object = 1) -> KalshiSeries:
    return KalshiSeries.model_validate(
        {"ticker": "KXCUP", "fee_type": fee_type, "fee_multiplier": multiplier}
    )


def market(at: datetime, stated: KalshiSeries, tier: str = "base", **event: object) -> Market:
    """Ada's market as the scan lists it."""
    wire = read_market(CUP["markets"][0], "m")
    assert wire is not None
    of = KalshiEvent.model_validate({**CUP, **event})
    free_until = wire.fee_waiver_expiration_time
    fee = fee_of(wire.ticker, of, stated, at, waived_until=free_until, tier=tier)
    return replace(listing_of(wire, of, "m", at).market, fee=fee)


def bought(
    size: str, price: str, at: datetime, stated: KalshiSeries, tier: str = "base"
) -> Execution | Refusal:
    """What buying Yes gets on a book as the wire writes it."""
    listed = market(at, stated, tier)
    no_bid = f"{1 - Decimal(price):.4f}"
    raw = {"orderbook_fp": {"yes_dollars": [], "no_dollars": [[no_bid, "5000.00"]]}}
    book = read_books(raw, "b", "KXCUP-26SEP-ADA", [KalshiSide.YES], at)
    (name,) = book
    order = Order(
        "s", name, listed.market_id, Side.BUY, Purpose.ENTRY, Decimal(size), Decimal(price), "r"
    )
    return match(order, book[name], listed, Decimal(1))


def fee(*bid: Any, **asked: Any) -> str:
    found = bought(*bid, **asked)
    assert isinstance(found, Execution)
    return f"{found.fee.normalize():f}"


def made(
    size: str, price: str, at: datetime, stated: KalshiSeries, before: FeeAccumulator = NEW_ORDER
) -> Execution:
    """What an order pays that rested and was taken."""
    listed = market(at, stated)
    assert isinstance(listed.fee, FeeTerms)
    level = read_books(
        {"orderbook_fp": {"yes_dollars": [[f"{Decimal(price):.4f}", size]], "no_dollars": []}},
        "b", "KXCUP-26SEP-ADA", [KalshiSide.YES], at,
    )["kalshi:KXCUP-26SEP-ADA:yes"].bids  # fmt: skip
    return execute(level, Decimal(size), listed.fee, Side.BUY, Liquidity.MAKER, before)


@pytest.mark.parametrize(
    ("price", "one", "hundred"),
    [
        ("0.01", "0.01", "0.07"),
        ("0.05", "0.01", "0.34"),
        ("0.15", "0.01", "0.9"),
        ("0.25", "0.02", "1.32"),
        ("0.35", "0.02", "1.6"),
        ("0.50", "0.02", "1.75"),
        ("0.65", "0.02", "1.6"),
        ("0.95", "0.01", "0.34"),
        ("0.99", "0.01", "0.07"),
    ],
)
def test_order_of_2025_costs_what_the_published_table_says(
    price: str, one: str, hundred: str
) -> None:
    assert fee("1", price, IN_2025, series()) == one
    assert fee("100", price, IN_2025, series()) == hundred


def test_order_of_august_2026_is_rounded_with_its_value() -> None:
    assert fee("1", "0.50", IN_AUGUST, series()) == "0.0175"
    assert fee("0.03", "0.3301", IN_AUGUST, series()) == "0.000497"


def test_order_of_october_2026_depends_on_whose_balance_it_is() -> None:
    assert fee("1", "0.50", IN_OCTOBER, series()) == "0.02"
    assert fee("1", "0.50", IN_OCTOBER, series(), tier="direct") == "0.0175"
    assert fee("1", "0.055", IN_OCTOBER, series()) == "0.005"


@pytest.mark.parametrize(
    ("fee_type", "taken", "rested"),
    [("quadratic", "1.75", "0"), (MAKER, "1.75", "0.44"), (COMBO, "1.75", "0.88")],
)
def test_maker_pays_by_the_fee_type_of_the_series(fee_type: str, taken: str, rested: str) -> None:
    assert fee("100", "0.50", IN_2025, series(fee_type)) == taken
    assert made("100", "0.50", IN_2025, series(fee_type)).fee == Decimal(rested)


def test_maker_of_several_matches_pays_as_for_one() -> None:
    stated = series(MAKER)
    whole = made("100", "0.50", IN_2025, stated).fee
    first = made("40", "0.50", IN_2025, stated)
    second = made("60", "0.50", IN_2025, stated, first.accumulator)
    assert first.fee + second.fee == whole


def test_multiplier_scales_taker_and_maker() -> None:
    half = series(MAKER, Decimal("0.5"))
    assert fee("100", "0.50", IN_AUGUST, half) == "0.875"
    assert made("100", "0.50", IN_AUGUST, half).fee == Decimal("0.2188")
    assert fee("100", "0.50", IN_AUGUST, series("quadratic", 0)) == "0"


def test_event_states_its_own_fee_over_its_series() -> None:
    own = {"fee_type_override": MAKER, "fee_multiplier_override": Decimal("0.5")}
    terms = market(IN_AUGUST, series(), **own).fee
    assert isinstance(terms, FeeTerms)
    assert (terms.multiplier, terms.maker_rate) == (Decimal("0.5"), Decimal("0.0175"))
    cleared = {"fee_type_override": None, "fee_multiplier_override": None}
    assert market(IN_AUGUST, series(), **cleared).fee == market(IN_AUGUST, series()).fee


def test_waiver_makes_trading_free_until_it_ends() -> None:
    end = IN_AUGUST + timedelta(days=1)
    of = KalshiEvent.model_validate(CUP)
    waived = fee_of("T", of, series(), IN_AUGUST, waived_until=end)
    after = fee_of("T", of, series(), end, waived_until=end)
    assert isinstance(waived, FeeTerms)
    assert isinstance(after, FeeTerms)
    assert (waived.multiplier, waived.valid_until) == (0, end)
    assert after.multiplier == 1


@pytest.mark.parametrize(
    "stated",
    [
        series("flat"),
        series("margin_market_maker_program_fees", 0),
        series(None),
        series("x", None),
    ],
)
def test_fee_type_that_is_not_known_keeps_the_order_out(stated: KalshiSeries) -> None:
    found = bought("100", "0.50", IN_AUGUST, stated)
    assert isinstance(found, Refusal)
    assert found.code == "fee-unknown"


def test_fee_is_unknown_while_series_or_event_have_not_been_read() -> None:
    of = KalshiEvent.model_validate(CUP)
    for event, stated in ((of, None), (None, series()), (None, None)):
        found = fee_of("T", event, stated, IN_AUGUST)
        assert isinstance(found, FeeUnknown)
        assert "not been read" in found.reason


def test_name_of_a_fee_is_fit_to_show() -> None:
    terms = market(IN_AUGUST, series("\x1b[2Jquadratic\u202e")).fee
    assert isinstance(terms, FeeUnknown)
    assert terms.reason.isprintable()
