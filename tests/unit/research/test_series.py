"""Known prices as a venue: what a decision sees, and what its orders meet."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.market import Market, MarketStatus, Resolution
from chalicelib.research.series import Prices, SeriesVenue, SpreadModel
from tests.builders import FREE, NO, SPOT, YES, market, spot_market

START = datetime(2026, 1, 1, 20, tzinfo=UTC)
DAY = timedelta(days=1)
MODEL = SpreadModel(Decimal("0.005"), Decimal(100), 2 * DAY)


def days(*numbers: float) -> list[int]:
    return [int((START + DAY * number).timestamp()) for number in numbers]


def prices(*mids: str, listed: Market | None = None, **changes: Any) -> Prices:
    known = changes.pop("known_at", days(*range(len(mids))))
    return Prices(listed or market(closes_at=None), known, [Decimal(m) for m in mids], **changes)


def venue(*series: Prices, spread: SpreadModel = MODEL) -> SeriesVenue:
    return SeriesVenue("test", series, spread, lambda _market, _at: FREE)


def quoted(shown: SeriesVenue, at: datetime, name: str = YES) -> tuple[str, str] | None:
    quote = asyncio.run(shown.scan(at)).quotes.get(name)
    return None if quote is None else (str(quote.bid), str(quote.ask))


def met(shown: SeriesVenue, at: datetime, name: str = YES) -> tuple[str, str] | None:
    book = asyncio.run(shown.books([name], at)).books.get(name)
    return None if book is None else (str(book.bids[0].price), str(book.asks[0].price))


def test_decision_sees_the_newest_known_price_and_its_orders_meet_the_next() -> None:
    shown = venue(prices("0.40", "0.60", "0.50"))
    assert quoted(shown, START + DAY / 2) == ("0.39", "0.41")
    assert met(shown, START + DAY / 2) == ("0.59", "0.61")
    assert quoted(shown, START + DAY) == ("0.59", "0.61")
    assert met(shown, START + DAY) == ("0.49", "0.51")


def test_price_is_unknown_before_it_was_known_and_the_last_one_has_no_next() -> None:
    shown = venue(prices("0.40", "0.60"))
    assert quoted(shown, START - timedelta(seconds=1)) is None
    assert met(shown, START - timedelta(seconds=1)) is None
    assert met(shown, START + DAY) is None


def test_other_outcome_is_the_mirror_of_the_first() -> None:
    shown = venue(prices("0.40", "0.60"))
    assert quoted(shown, START, NO) == ("0.59", "0.61")
    assert met(shown, START, NO) == ("0.39", "0.41")


def test_price_that_is_too_old_or_too_far_off_is_not_traded_on() -> None:
    shown = venue(prices("0.40", "0.60", known_at=days(0, 5)))
    assert quoted(shown, START + 2 * DAY) == ("0.39", "0.41")
    assert quoted(shown, START + 3 * DAY) is None
    assert met(shown, START) is None


def test_next_bars_open_is_what_orders_meet_where_it_is_known() -> None:
    series = prices("0.40", "0.60", next_mids=[Decimal("0.45"), Decimal("0.65")])
    assert met(venue(series), START) == ("0.44", "0.46")


def test_sides_that_the_venue_showed_are_taken_as_they_are() -> None:
    series = prices(
        "0.40", "0.60", bids=[Decimal("0.3"), Decimal("0.5")], asks=[Decimal("0.5"), Decimal("0.7")]
    )
    assert quoted(venue(series), START) == ("0.3", "0.5")
    assert met(venue(series), START) == ("0.5", "0.7")


def test_spread_of_a_currency_is_a_share_of_its_price() -> None:
    series = prices("1000", "2000", listed=spot_market())
    assert quoted(venue(series), START, SPOT) == ("995.00", "1005.00")


def test_prices_at_the_ends_show_one_side_only() -> None:
    shown = asyncio.run(venue(prices("0.003", "0.5")).scan(START)).quotes[YES]
    assert (shown.bid, shown.ask) == (None, Decimal("0.01"))
    shown = asyncio.run(venue(prices("0.997", "0.5")).scan(START)).quotes[YES]
    assert (shown.bid, shown.ask) == (Decimal("0.99"), None)


def test_depth_is_the_dollars_of_the_model() -> None:
    book = asyncio.run(venue(prices("0.40", "0.50")).books([YES], START)).books[YES]
    assert book.asks[0].size == Decimal("196.07")  # 100 dollars at 0.51


def test_market_is_closed_at_its_end_and_gone_when_it_paid() -> None:
    paid_at = START + 3 * DAY
    result = Resolution("test:m", {YES: Decimal(1), NO: Decimal(0)}, paid_at, "the past")
    listed = market(closes_at=START + 2 * DAY)
    shown = venue(prices("0.4", "0.5", "0.6", listed=listed, resolution=result))
    statuses = [
        {m.status for m in asyncio.run(shown.scan(START + DAY * n)).markets.values()}
        for n in (1, 2, 3)
    ]
    assert statuses == [{MarketStatus.OPEN}, {MarketStatus.CLOSED}, set()]
    assert asyncio.run(shown.resolutions(["test:m"], paid_at - DAY)).resolutions == ()
    assert asyncio.run(shown.resolutions(["test:m"], paid_at)).resolutions == (result,)


def test_moments_are_when_something_was_known_or_paid() -> None:
    result = Resolution("test:m", {YES: Decimal(1)}, START + 3 * DAY, "the past")
    shown = venue(prices("0.4", "0.5", resolution=result))
    assert shown.moments == [START, START + DAY, START + 3 * DAY]


@pytest.mark.parametrize("known", [days(1, 0), days(0, 0), days(0)])
def test_times_out_of_order_or_missing_are_refused_with_the_market(known: list[int]) -> None:
    with pytest.raises(ValueError, match="test:m"):
        prices("0.4", "0.5", known_at=known)
