"""What Polymarket's answers mean here, and which of them are refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import MarketStatus
from chalicelib.venues.batches import own_names
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.polymarket.parse import read_listing, read_page, read_terse_fee
from chalicelib.venues.text import RULES_LIMIT
from tests.payloads.polymarket.venue import condition, recorded, token
from tests.unit.venues.played_http import NOW, attempt

MARKET: dict[str, Any] = recorded("markets_page_1")["markets"][0]
GROUPED: dict[str, Any] = recorded("markets_page_1")["markets"][1]

POISON: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        True,
        False,
        "",
        "NaN",
        "Infinity",
        "abc",
        "0." + "3" * 39,
        "9" * 39,
        -1,
        Decimal("-0.01"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e-37"),
        10**30,
        [],
        {},
        [None],
        "[]",
        '["a", "a"]',
        '["Yes", "\u202e"]',
        "\u202eevil\x1b[2J",
        "x" * 5000,
        "2026-13-45T00:00:00Z",
        "9999-12-31T23:59:59-23:00",
    ]
)


def listing(market: Mapping[str, Any] = MARKET, /, **changes: Any) -> Listing | None:
    return read_listing({**market, **changes}, "m", NOW)


def listed(market: Mapping[str, Any] = MARKET, /, **changes: Any) -> Listing:
    found = listing(market, **changes)
    assert found is not None
    return found


def test_market_is_listed_with_the_venues_rules() -> None:
    market = listed().market
    assert market.market_id == f"polymarket:{condition(1)}"
    assert market.title == "Will the invented coin close above $100 on September 30?"
    assert market.status is MarketStatus.OPEN
    assert [(o.instrument_id, o.label) for o in market.outcomes] == [
        (f"polymarket:{token(1, 0)}", "Up"),
        (f"polymarket:{token(1, 1)}", "Down"),
    ]
    assert market.closes_at == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert (market.tick, market.min_size) == (Decimal("0.01"), Decimal(5))
    assert (market.size_step, market.min_notional) == (Decimal("0.01"), Decimal(1))
    assert isinstance(market.fee, FeeTerms)
    assert market.fee.taker_rate == Decimal("0.07")
    assert market.category == "crypto"
    assert market.exclusive_group is None
    assert market.volume_24h == Decimal("90000.5")
    assert market.url == "https://polymarket.com/market/invented-coin-above-100"


def test_markets_of_which_one_wins_share_a_group() -> None:
    assert listed(GROUPED).market.exclusive_group == f"polymarket:{condition(0xEE)}"


EVENT = {
    "id": "5001", "slug": "cup", "title": "Cup", "seriesSlug": "cups", "negRiskAugmented": False,
    "resolutionSource": "https://office.example", "tags": [{"label": "Ada"}, {"label": "Sports"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"events": [{**EVENT, "negRiskAugmented": True}]},
        {"negRiskOther": True},
        {"negRisk": False},
    ],
)
def test_market_whose_group_may_still_change_is_in_none(changes: dict[str, Any]) -> None:
    assert listed(GROUPED, **changes).market.exclusive_group is None


def test_group_has_the_size_of_its_event_where_the_event_came_with_its_markets() -> None:
    assert listed(GROUPED).market.group_size == 0
    bare = {name: value for name, value in GROUPED.items() if name != "events"}
    others = [{**bare, "id": f"9{n}"} for n in range(3)]

    def sizes(**changes: Any) -> set[int]:
        page = read_page([{**EVENT, **changes, "markets": others}])
        read = [read_listing(entry, "page", NOW) for entry in page.markets]
        return {item.market.group_size for item in read if item is not None}

    assert sizes() == {3}
    assert sizes(negRiskAugmented=True) == {0}
    others.append({**bare, "negRisk": False})
    assert sizes() == {0}


def test_group_without_an_id_of_its_own_is_the_events() -> None:
    nameless = listed(GROUPED, negRiskMarketID="", events=[EVENT]).market
    assert nameless.exclusive_group == "polymarket:event-5001"
    named = [{**EVENT, "negRiskMarketID": condition(0xEF)}]
    stated = listed(GROUPED, negRiskMarketID="", events=named).market
    assert stated.exclusive_group == f"polymarket:{condition(0xEF)}"


def test_market_says_what_it_belongs_to_and_how_it_resolves() -> None:
    words = "Resolves to\n\nYes \u202eif so." + "x" * 6000
    market = listed(description=words, events=[EVENT]).market
    assert (market.event, market.series) == ("5001", "cups")
    assert market.rules.startswith("Resolves to Yes if so.x")
    assert len(market.rules) == RULES_LIMIT
    assert market.resolution_source == "https://office.example"
    assert market.liquidity == Decimal("9100.25")
    series = {**EVENT, "seriesSlug": None, "series": [{"slug": "cups-of-old"}]}
    assert listed(events=[series]).market.series == "cups-of-old"


def test_category_is_the_main_tag_where_no_fee_type_names_one() -> None:
    free = {"feeType": None, "feesEnabled": False, "feeSchedule": None}
    assert listed(**free, events=[EVENT]).market.category == "sports"
    assert listed(**free, tags=[{"label": "Ada"}]).market.category == "ada"
    assert listed(**free).market.category == ""


def test_page_is_read_in_every_shape_it_has_had() -> None:
    event = {**EVENT, "markets": [MARKET, GROUPED]}
    counted = {"events": [{**EVENT, "marketsListed": 0}]}  # two markets, but no group
    inside = [{**counted, **MARKET}, {**counted, **GROUPED}]
    for shape, held in (
        ({"markets": [MARKET], "next_cursor": "c"}, [MARKET]),
        ([MARKET, GROUPED], [MARKET, GROUPED]),
        (MARKET, [MARKET]),
        (event, inside),
        ([event], inside),
        ({"events": [event], "pagination": {}}, inside),
    ):
        assert list(read_page(shape).markets) == held
    for nonsense in ({}, {"markets": {}}, "markets", None, 7):
        with pytest.raises(VenuePayloadError):
            read_page(nonsense)


def test_fee_of_the_exchanges_short_form_is_read() -> None:
    fee = read_terse_fee({"mts": Decimal("0.01"), "mos": 5, "fd": {"r": Decimal("0.04")}}, "t")
    assert fee is not None
    assert (fee.taker_rate, fee.maker_rate) == (Decimal("0.04"), 0)
    assert read_terse_fee({"mts": Decimal("0.01"), "mos": 5, "fd": None}, "t") is None
    with pytest.raises(VenuePayloadError, match=r"t\.fd\.r"):
        read_terse_fee({"mts": Decimal("0.01"), "mos": 5, "fd": {"r": 2}}, "t")


def test_second_outcome_is_quoted_as_the_other_side_of_the_first() -> None:
    first, second = listed().quotes
    assert (first.bid, first.ask) == (Decimal("0.42"), Decimal("0.45"))
    assert (second.bid, second.ask) == (Decimal("0.55"), Decimal("0.58"))
    assert {first.bid_size, first.ask_size, second.bid_size, second.ask_size} == {None}
    assert first.occurred_at == second.occurred_at == datetime(2026, 9, 14, 11, 59, 30, 500000, UTC)
    assert first.seen_at == NOW


@given(
    bid=st.decimals(Decimal("0.0001"), Decimal("0.4999"), places=4),
    ask=st.decimals(Decimal("0.5"), Decimal("0.9999"), places=4),
)
def test_complement_of_the_complement_is_the_quote_itself(bid: Decimal, ask: Decimal) -> None:
    first, second = listed(bestBid=bid, bestAsk=ask).quotes
    assert second.ask is not None
    assert second.bid is not None
    assert (1 - second.ask, 1 - second.bid) == (first.bid, first.ask) == (bid, ask)


@pytest.mark.parametrize(
    ("best", "shown"),
    [
        ({"bestBid": 0, "bestAsk": 1}, []),
        ({"bestBid": None, "bestAsk": None}, []),
        ({"bestBid": 0}, [(None, "0.45"), ("0.55", None)]),
        ({"bestAsk": 1}, [("0.42", None), (None, "0.58")]),
    ],
)
def test_side_that_shows_nothing_is_none(best: dict[str, Any], shown: list[Any]) -> None:
    quotes = listed(**best).quotes
    texts = [tuple(side and str(side) for side in (q.bid, q.ask)) for q in quotes]
    assert texts == shown


def test_noise_of_floating_point_in_a_quote_is_rounded_off() -> None:
    first, _ = listed(bestBid=Decimal("0.28999999999999998"), bestAsk=Decimal("0.30000001")).quotes
    assert (str(first.bid), str(first.ask)) == ("0.29", "0.3")


@pytest.mark.parametrize(
    "state",
    [
        {"acceptingOrders": False},
        {"acceptingOrders": None},
        {"enableOrderBook": False},
        {"active": False},
        {"closed": True},
        {"archived": True},
        {"active": False, "conditionId": "", "clobTokenIds": None, "outcomes": None},
    ],
)
def test_market_that_takes_no_orders_is_passed_over(state: dict[str, Any]) -> None:
    assert listing(**state) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("conditionId", "0x12"),
        ("conditionId", "../../etc/passwd"),
        ("question", "\u200b"),
        ("question", None),
        ("closed", None),
        ("closed", "false"),
        ("outcomes", '["A", "B", "C"]'),
        ("outcomes", '["Yes", "Yes\u200b"]'),
        ("outcomes", '["Yes", "\u202e"]'),
        ("clobTokenIds", '["1"]'),
        ("clobTokenIds", '["1", "1"]'),
        ("clobTokenIds", '["1", "x"]'),
        ("clobTokenIds", "not json"),
        ("outcomePrices", '["0.5", "NaN"]'),
        ("orderPriceMinTickSize", 0),
        ("orderPriceMinTickSize", None),
        ("orderPriceMinTickSize", 2),
        ("orderPriceMinTickSize", True),
        ("orderMinSize", 0),
        ("orderMinSize", -5),
        ("orderMinSize", None),
        ("volume24hr", Decimal("-0.5")),
        ("bestBid", Decimal("0.45")),
        ("bestBid", Decimal("1.2")),
        ("bestBid", 1),
        ("bestAsk", 0),
        ("bestAsk", Decimal("-0.1")),
        ("endDate", "tomorrow"),
        ("updatedAt", "2026-09-14T13:00:00Z"),
        ("umaResolutionStatus", "pondering"),
        ("resolutionStatus", "maybe"),
        ("feeSchedule", {"rate": Decimal("1.5"), "exponent": 1}),
        ("feeSchedule", {"rate": Decimal("0.05"), "exponent": Decimal(0)}),
        ("feeSchedule", {"exponent": 1}),
    ],
)
def test_market_that_cannot_be_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(VenuePayloadError) as caught:
        listing(MARKET, **{field: value})
    assert caught.value.message.startswith(f"m.{field}")


def test_group_without_an_id_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match="negRiskMarketID"):
        listing(GROUPED, negRiskMarketID="")


@given(field=st.sampled_from(sorted(MARKET)), poison=POISON)
def test_poison_in_any_field_is_refused_or_harmless(field: str, poison: object) -> None:
    found = attempt(lambda: listing(MARKET, **{field: poison}))
    if isinstance(found, VenueError):
        assert isinstance(found, VenuePayloadError)
        assert found.message.startswith(f"m.{field}") or field in ("bestBid", "bestAsk")
        assert found.message.isprintable()
        return
    if found is None:
        return
    market = found.market
    assert market.title
    assert market.title.isprintable()
    assert Decimal("0.0001") <= market.tick <= Decimal("0.1")
    assert market.min_size > 0
    assert isinstance(market.fee, FeeTerms)
    assert len({o.instrument_id for o in market.outcomes}) == 2
    assert market.url == "" or market.url.startswith("https://polymarket.com/market/")
    for quote in found.quotes:
        assert all(price is None or 0 < price < 1 for price in (quote.bid, quote.ask))


def test_ids_of_other_venues_are_not_ours() -> None:
    given = ["polymarket:7", "polymarket:", "polymarket", "kalshi:7", "", "polymarket:7"]
    assert own_names("polymarket", given) == ["7"]
