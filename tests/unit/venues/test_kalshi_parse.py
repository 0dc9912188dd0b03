"""What Kalshi's markets mean here, in every format they have had, and which are refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import MarketStatus, TickBand
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.kalshi.parse import listing_of, read_market
from chalicelib.venues.kalshi.scanning import read_events
from chalicelib.venues.kalshi.schemas import EventsPage, KalshiEvent
from chalicelib.venues.payload import read_model
from tests.payloads.kalshi.venue import recorded
from tests.unit.venues.played_http import NOW, attempt
from tests.unit.venues.poison import POISON, assert_sound, places, poisoned

CUP, COIN = recorded("events_page_1")["events"]
ADA: dict[str, Any] = CUP["markets"][0]
TAPERED: dict[str, Any] = COIN["markets"][0]

NEW_PRICES = ("yes_bid_dollars", "yes_ask_dollars", "no_bid_dollars", "no_ask_dollars")
IN_CENTS = {
    "yes_bid": 42, "yes_ask": 45, "no_bid": 55, "no_ask": 58, "last_price": 43, "volume": 90000,
    "volume_24h": 60000, "liquidity": 6814806, "notional_value": 100, "tick_size": 1,
}  # fmt: skip


def listing(raw: Mapping[str, Any] = ADA, event: Any = CUP, /, **changes: Any) -> Listing:
    wire = read_market({**raw, **changes}, "m")
    assert wire is not None
    stated = None if event is None else read_model(KalshiEvent, event, "e")
    return listing_of(wire, stated, "m", NOW)


def of_2025() -> dict[str, Any]:
    """The same market as it was sent before there were dollars and fractions."""
    kept = {name: value for name, value in ADA.items() if not name.endswith(("_dollars", "_fp"))}
    return {**{k: v for k, v in kept.items() if k != "price_ranges"}, **IN_CENTS}


def tops(found: Listing) -> list[tuple[str | None, ...]]:
    return [
        tuple(side and f"{side.normalize():f}" for side in (q.bid, q.bid_size, q.ask, q.ask_size))
        for q in found.quotes
    ]


def test_market_is_listed_with_the_venues_rules() -> None:
    market = listing().market
    assert market.market_id == "kalshi:KXCUP-26SEP-ADA"
    assert market.title == "Who wins the invented cup? Ada"
    assert market.status is MarketStatus.OPEN
    yes, no = market.outcomes
    assert (yes.instrument_id, yes.complement) == (
        "kalshi:KXCUP-26SEP-ADA:yes", "kalshi:KXCUP-26SEP-ADA:no",
    )  # fmt: skip
    assert (no.instrument_id, no.complement) == (yes.complement, yes.instrument_id)
    assert market.closes_at == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert (market.min_size, market.size_step) == (Decimal("0.01"), Decimal("0.01"))
    assert (market.tick, market.tick_bands, market.min_notional) == (Decimal("0.01"), (), 0)
    assert (market.series, market.event) == ("KXCUP", "KXCUP-26SEP")
    assert (market.category, market.resolution_source) == ("sports", "The Invented Office")
    assert market.rules.startswith("If the invented office reports it")
    assert market.url == "https://kalshi.com/markets/kxcup"


def test_group_comes_from_an_event_of_which_one_market_wins() -> None:
    assert listing().market.exclusive_group == "kalshi:KXCUP-26SEP"
    assert listing().market.group_size == 0  # at most one pays; it does not say that one must
    assert listing(TAPERED, COIN).market.exclusive_group is None
    assert listing(ADA, None).market.exclusive_group is None


def test_fee_is_unknown_until_the_series_has_been_read() -> None:
    assert isinstance(listing().market.fee, FeeUnknown)


def test_bid_for_no_is_the_offer_of_yes_with_its_size() -> None:
    assert tops(listing()) == [("0.42", "120", "0.45", "75.5"), ("0.55", "75.5", "0.58", "120")]


def test_volume_is_contracts_at_the_last_price() -> None:
    assert listing(last_price_dollars="0.4350").market.volume_24h == 60000 * Decimal("0.435")
    assert listing(last_price_dollars="0.0000").market.volume_24h == 60000 * Decimal("0.42")
    assert listing(volume_24h_fp="0.00").market.volume_24h == 0


def test_liquidity_is_what_rests_at_the_best_prices_where_the_venue_states_none() -> None:
    best = Decimal("120") * Decimal("0.42") + Decimal("75.5") * Decimal("0.55")
    assert listing().market.liquidity == best
    assert listing(liquidity_dollars="812.5000").market.liquidity == Decimal("812.5")


def test_price_steps_come_from_the_ranges() -> None:
    market = listing(TAPERED, COIN).market
    milli, cent = Decimal("0.001"), Decimal("0.01")
    assert market.tick == milli
    assert market.tick_bands == (
        TickBand(Decimal(0), Decimal("0.1"), milli),
        TickBand(Decimal("0.1"), Decimal("0.9"), cent),
        TickBand(Decimal("0.9"), Decimal(1), milli),
    )
    assert market.tick_at(Decimal("0.5")) == cent
    assert market.tick_at(Decimal("0.055")) == milli


def test_market_in_whole_cents_is_the_same_market_in_whole_contracts() -> None:
    old = listing(of_2025())
    assert tops(old) == [("0.42", None, "0.45", None), ("0.55", None, "0.58", None)]
    assert old.market.volume_24h == 60000 * Decimal("0.43")
    assert old.market.liquidity == Decimal("68148.06")
    assert (old.market.tick, old.market.min_size) == (Decimal("0.01"), 1)


def test_market_in_both_formats_is_read_by_the_newer_one() -> None:
    both = listing({**ADA, **IN_CENTS, "yes_bid": 1, "yes_ask": 99, "volume_24h": 7})
    assert tops(both) == tops(listing())
    assert both.market.volume_24h == listing().market.volume_24h


@pytest.mark.parametrize(
    ("prices", "shown"),
    [
        ({"yes_bid_dollars": "0.0000", "yes_ask_dollars": "1.0000"}, []),
        ({"yes_bid_dollars": "0.0000", "yes_ask_dollars": "0.0000"}, []),
        ({"yes_bid_dollars": None, "yes_ask_dollars": None}, []),
        (
            {"yes_bid_dollars": "0.0000"},
            [(None, None, "0.45", "75.5"), ("0.55", "75.5", None, None)],
        ),
        (
            {"yes_ask_dollars": "1.0000"},
            [("0.42", "120", None, None), (None, None, "0.58", "120")],
        ),
    ],
)
def test_side_that_shows_nothing_is_none(prices: dict[str, Any], shown: list[Any]) -> None:
    assert tops(listing(**prices)) == shown


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("initialized", MarketStatus.PAUSED),
        ("inactive", MarketStatus.PAUSED),
        ("closed", MarketStatus.CLOSED),
        ("determined", MarketStatus.RESOLVING),
        ("disputed", MarketStatus.RESOLVING),
        ("amended", MarketStatus.RESOLVING),
        ("finalized", MarketStatus.RESOLVED),
        ("settled", MarketStatus.RESOLVED),
    ],
)
def test_market_that_does_not_trade_has_its_state_and_no_quotes(
    status: str, meant: MarketStatus
) -> None:
    found = listing(status=status)
    assert found.market.status is meant
    assert found.quotes == ()


def test_market_that_combines_others_is_passed_over() -> None:
    assert read_market({**ADA, "ticker": "KXMVECROSS-1-2"}, "m") is None
    assert read_market({**ADA, "mve_collection_ticker": "KXMVECROSS"}, "m") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ticker", ""),
        ("ticker", "A/../B"),
        ("ticker", "A:B"),
        ("ticker", "A,B"),
        ("event_ticker", None),
        ("status", "pondering"),
        ("result", "maybe"),
        ("market_type", "ternary"),
        ("title", "\u200b"),
        ("yes_bid_dollars", 42),
        ("yes_bid_dollars", "1.0001"),
        ("yes_bid_dollars", "0.1234567"),
        ("yes_bid_dollars", "NaN"),
        ("yes_bid_dollars", "-0.0"),
        ("yes_bid_dollars", "0.4500"),
        ("yes_bid_dollars", "1.0000"),
        ("yes_ask_dollars", True),
        ("yes_bid", 101),
        ("yes_bid", Decimal("42.5")),
        ("volume_24h_fp", "-1"),
        ("volume_24h_fp", "1e308"),
        ("yes_bid_size_fp", []),
        ("notional_value_dollars", "100.0000"),
        ("price_ranges", []),
        ("price_ranges", [{"start": "0.5", "end": "0.5", "step": "0.01"}]),
        ("price_ranges", [{"start": "0", "end": "1", "step": "0"}]),
        ("price_ranges", [{"start": "0", "end": "1"}]),
        ("tick_size", 0),
        ("close_time", "tomorrow"),
        ("close_time", "2026-09-30T16:00:00"),
    ],
)
def test_market_that_cannot_be_is_refused_by_its_field(field: str, value: object) -> None:
    blank_subtitle = {"yes_sub_title": ""} if field == "title" else {}
    with pytest.raises(VenuePayloadError) as caught:
        listing(ADA, None, **{field: value}, **blank_subtitle)
    assert caught.value.message.startswith(f"m.{field}")


def test_one_bad_market_of_an_event_does_not_lose_the_others() -> None:
    page = recorded("events_page_1")
    page["events"][0]["markets"][1]["yes_bid_dollars"] = "NaN"
    read = read_events(read_model(EventsPage, page, "p"), "p", lambda wire: True, NOW)
    assert [event.event_ticker for event in read.events] == ["KXCUP-26SEP", "KXCOIN-26SEP30"]
    assert len(read.listings) == 4
    (refused,) = read.quarantined
    assert (refused.subject, refused.code) == ("KXCUP-26SEP-BOB", "unreadable")
    assert refused.reason.startswith("p[0].markets[1].yes_bid_dollars is 'NaN'")


@pytest.mark.parametrize("path", list(places(CUP)), ids=str)
def test_poison_in_any_place_of_an_event_is_refused_or_harmless(path: tuple[Any, ...]) -> None:
    for poison in POISON:
        page = {"events": [poisoned(CUP, path, poison), COIN], "cursor": ""}

        def read(page: Any = page) -> Any:
            return read_events(read_model(EventsPage, page, "p"), "p", lambda wire: True, NOW)

        found = attempt(read)
        assert not isinstance(found, VenueError)
        assert any(event.event_ticker == "KXCOIN-26SEP30" for event in found.events)
        for shown in found.listings:
            assert_sound(shown.market)
            assert shown.market.title.isprintable()
            assert shown.market.tick > 0
            for quote in shown.quotes:
                assert_sound(quote)
                assert all(price is None or 0 < price < 1 for price in (quote.bid, quote.ask))


@given(
    bid=st.decimals(Decimal("0.0001"), Decimal("0.4999"), places=4),
    ask=st.decimals(Decimal("0.5"), Decimal("0.9999"), places=4),
)
def test_no_is_quoted_as_the_other_side_of_yes(bid: Decimal, ask: Decimal) -> None:
    yes, no = listing(yes_bid_dollars=f"{bid:f}", yes_ask_dollars=f"{ask:f}").quotes
    assert (yes.bid, yes.ask) == (bid, ask)
    assert (no.bid, no.ask) == (1 - ask, 1 - bid)
    assert (no.bid_size, no.ask_size) == (yes.ask_size, yes.bid_size)
