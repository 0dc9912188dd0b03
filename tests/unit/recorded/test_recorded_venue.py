"""The replay answers what could have been known, and nothing that came later."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import InputError, VenueUnavailable
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import MarketStatus, Resolution
from chalicelib.domain.origin import Origin
from chalicelib.ports import MarketData, Scan
from chalicelib.venues.recorded import build
from chalicelib.venues.recorded.client import RecordedVenue
from chalicelib.venues.recorded.tape_file import read_tape

TAPE = read_tape()
VENUE = RecordedVenue(TAPE)
START, SPAN = VENUE.tape_start(), VENUE.tape_span()
FIRST = "recorded:btc-updown-15m-1790586000"
FIRST_END = datetime(2026, 9, 28, 9, 15, tzinfo=UTC)
UP_LOST = {1790586000, 1790586900, 1790587800, 1790598600, 1790600400}

moments = st.integers(-3_600_000_000, int(2.5 * SPAN / timedelta(microseconds=1))).map(
    lambda microseconds: START + timedelta(microseconds=microseconds)
)


def scan(at: datetime, venue: MarketData = VENUE) -> Scan:
    return asyncio.run(venue.scan(at))


def books(ids: list[str], at: datetime, venue: MarketData = VENUE) -> dict[str, OrderBook]:
    return dict(asyncio.run(venue.books(ids, at)).books)


def resolutions(ids: list[str], at: datetime) -> list[Resolution]:
    return list(asyncio.run(VENUE.resolutions(ids, at)).resolutions)


def all_ids(lap: str = "") -> list[str]:
    return [f"recorded:{slug}{lap}" for slug in TAPE.markets]


@settings(max_examples=300, deadline=None)
@given(moments)
def test_scan_quotes_are_never_later_than_asked_nor_old(at: datetime) -> None:
    for quote in scan(at).quotes.values():
        assert at - timedelta(seconds=31) < quote.occurred_at <= at
        assert quote.seen_at == at


@settings(max_examples=300, deadline=None)
@given(moments)
def test_books_are_never_earlier_than_the_latency(at: datetime) -> None:
    for book in books(list(scan(at).quotes), at).values():
        earliest = at + timedelta(seconds=2)
        assert earliest <= book.occurred_at <= earliest + timedelta(seconds=30)
        assert book.seen_at == book.occurred_at


@settings(max_examples=200, deadline=None)
@given(moments)
def test_scan_answers_fit_together(at: datetime) -> None:
    found = scan(at)
    listed = {o.instrument_id for m in found.markets.values() for o in m.outcomes}
    assert found.quotes.keys() <= listed
    for quote in found.quotes.values():
        assert quote.bid is not None or quote.ask is not None
        assert quote.bid is None or quote.ask is None or quote.bid < quote.ask
    for market in found.markets.values():
        assert market.closes_at is not None
        assert market.is_tradable is (at < market.closes_at)
        assert at < market.closes_at + timedelta(minutes=1)


def test_scan_quote_is_the_newest_snapshot_not_after_the_moment() -> None:
    snapshots = TAPE.books("btc-updown-15m-1790586000").up
    exactly = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(snapshots.times[500]))
    at_it = scan(exactly).quotes[f"{FIRST}:up"]
    before = scan(exactly - timedelta(microseconds=1)).quotes[f"{FIRST}:up"]
    assert at_it.occurred_at == exactly
    assert before.occurred_at < exactly


def test_scan_at_the_start_shows_the_recorded_prices() -> None:
    quote = scan(START).quotes[f"{FIRST}:up"]
    assert (quote.bid, quote.bid_size) == (Decimal("0.49"), Decimal("739.99"))
    assert (quote.ask, quote.ask_size) == (Decimal("0.5"), Decimal(205))


def test_scan_before_the_tape_is_empty() -> None:
    assert datetime(2026, 9, 28, 8, 46, tzinfo=UTC) == START
    assert scan(START - timedelta(microseconds=1)) == Scan({}, {}, origin=Origin.RECORDED)
    assert scan(START - SPAN + timedelta(minutes=20)) == Scan({}, {}, origin=Origin.RECORDED)


def test_scan_crossed_snapshot_is_passed_over() -> None:
    crossed = datetime(2026, 9, 28, 12, 25, 20, 607000, tzinfo=UTC)
    quote = scan(crossed).quotes["recorded:btc-updown-15m-1790597700:up"]
    assert quote.occurred_at < crossed
    assert quote.bid is not None
    assert quote.ask is not None
    assert quote.bid < quote.ask


def test_scan_market_closes_at_its_end_and_leaves_when_settled() -> None:
    last_moment = FIRST_END - timedelta(microseconds=1)
    assert scan(last_moment).markets[FIRST].status is MarketStatus.OPEN
    assert scan(FIRST_END).markets[FIRST].status is MarketStatus.CLOSED
    assert FIRST not in scan(FIRST_END + timedelta(minutes=1)).markets


def test_scan_market_carries_the_rules_of_its_venue() -> None:
    market = scan(START).markets[FIRST]
    assert market.title == "Bitcoin Up or Down - September 28, 5:00AM-5:15AM ET"
    assert market.closes_at == FIRST_END
    assert isinstance(market.fee, FeeTerms)
    assert (market.fee.taker_rate, market.fee.exponent) == (Decimal("0.07"), 1)
    assert (market.tick, market.min_size) == (Decimal("0.01"), Decimal(5))
    up, down = market.outcomes
    assert (up.complement, down.complement) == (down.instrument_id, up.instrument_id)


def test_scan_tick_becomes_finer_only_once_a_finer_price_was_shown() -> None:
    turned = datetime(2026, 9, 28, 9, 7, 52, 904000, tzinfo=UTC)
    assert scan(turned - timedelta(milliseconds=1)).markets[FIRST].tick == Decimal("0.01")
    assert scan(turned).markets[FIRST].tick == Decimal("0.001")


def test_books_give_every_level_of_the_recorded_book() -> None:
    first = datetime(2026, 9, 28, 8, 45, 12, 649000, tzinfo=UTC)
    at = first - timedelta(seconds=2)
    book = books([f"{FIRST}:down"], at)[f"{FIRST}:down"]
    assert book.occurred_at == first
    assert (len(book.bids), len(book.asks)) == (20, 20)
    assert [(str(level.price), str(level.size)) for level in book.asks[:3]] == [
        ("0.51", "514.99"),
        ("0.52", "445"),
        ("0.53", "644.44"),
    ]


def test_books_latency_is_a_setting() -> None:
    slow = build({"RECORDED_LATENCY_SECONDS": "9.5"})
    at = START + timedelta(minutes=20)
    ids = list(scan(at).quotes)
    found = books(ids, at, slow)
    assert found
    for book in found.values():
        assert book.occurred_at >= at + timedelta(seconds=9.5)


def test_books_more_than_thirty_seconds_late_are_left_out() -> None:
    # The recording shows nothing of this market from 08:47:17.819 to 08:48:19.001.
    silence_ends = datetime(2026, 9, 28, 8, 48, 19, 1000, tzinfo=UTC)
    instrument = f"{FIRST}:up"
    in_time = silence_ends - timedelta(seconds=32)
    assert books([instrument], in_time)[instrument].occurred_at == silence_ends
    assert books([instrument], in_time - timedelta(milliseconds=1)) == {}


def test_books_after_the_close_are_left_out() -> None:
    ids = [f"{FIRST}:up", f"{FIRST}:down"]
    assert books(ids, FIRST_END - timedelta(seconds=40))
    assert books(ids, FIRST_END - timedelta(seconds=2)) == {}


@pytest.mark.parametrize(
    "foreign",
    ["polymarket:1", FIRST, f"{FIRST}~1:up", f"{FIRST}:sideways", "recorded:nothing:up", ""],
)
def test_books_of_an_id_that_is_not_ours_are_left_out(foreign: str) -> None:
    assert books([foreign], START + timedelta(minutes=20)) == {}
    assert resolutions([f"{foreign}:x"], START + SPAN) == []


def test_resolutions_all_markets_settle_with_the_recorded_winner() -> None:
    settled = resolutions(all_ids(), START + SPAN)
    assert [resolution.market_id for resolution in settled] == all_ids()
    for resolution in settled:
        assert sum(resolution.payouts.values()) == 1
        opened = int(resolution.market_id.rsplit("-", 1)[1])
        expected = Decimal(0) if opened in UP_LOST else Decimal(1)
        assert resolution.payouts[f"{resolution.market_id}:up"] == expected


def test_resolutions_become_known_a_minute_after_the_end_and_not_before() -> None:
    known = FIRST_END + timedelta(minutes=1)
    assert resolutions([FIRST], known - timedelta(microseconds=1)) == []
    assert [resolution.known_at for resolution in resolutions([FIRST], known)] == [known]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, int(SPAN / timedelta(milliseconds=1)) - 1), st.integers(2, 40))
def test_laps_repeat_the_tape_under_new_names(milliseconds: int, lap: int) -> None:
    at, shift = START + timedelta(milliseconds=milliseconds), SPAN * (lap - 1)
    first, later = scan(at), scan(at + shift)
    assert not first.markets.keys() & later.markets.keys()
    assert [m.title + f" (lap {lap})" for m in first.markets.values()] == [
        m.title for m in later.markets.values()
    ]
    assert [(q.bid, q.ask_size, q.occurred_at + shift) for q in first.quotes.values()] == [
        (q.bid, q.ask_size, q.occurred_at) for q in later.quotes.values()
    ]
    fetched, again = books(list(first.quotes), at), books(list(later.quotes), at + shift)
    assert [(b.bids, b.asks, b.occurred_at + shift) for b in fetched.values()] == [
        (b.bids, b.asks, b.occurred_at) for b in again.values()
    ]


def test_laps_ids_end_with_the_lap() -> None:
    market = scan(START + SPAN).markets[f"{FIRST}~2"]
    assert [outcome.instrument_id for outcome in market.outcomes] == [
        f"{FIRST}~2:up",
        f"{FIRST}~2:down",
    ]
    assert market.closes_at == FIRST_END + SPAN


def test_laps_earlier_results_stay_and_later_ones_wait() -> None:
    in_second_lap = START + SPAN + timedelta(minutes=10)
    assert len(resolutions(all_ids(), in_second_lap)) == 18
    assert resolutions(all_ids("~2"), in_second_lap) == []
    late = resolutions(all_ids("~2"), START + 2 * SPAN)
    assert len(late) == 18
    assert all(START + SPAN < resolution.known_at < START + 2 * SPAN for resolution in late)


def test_laps_a_market_of_an_earlier_lap_has_no_books_any_more() -> None:
    at = START + SPAN + timedelta(minutes=10)
    assert books([f"{FIRST}~2:up"], at)
    assert books([f"{FIRST}:up", f"{FIRST}~3:up"], at) == {}


def test_note_says_what_is_replayed_and_which_lap() -> None:
    title = "18 settled BTC 15-minute markets of 28 September 2026"
    assert VENUE.note(START) == f"{title}, lap 1"
    assert VENUE.note(START + SPAN) == f"{title}, lap 2"
    assert VENUE.note(START - timedelta(minutes=1)) == f"{title}, before its start"


@pytest.mark.parametrize("text", ["two", "-1", "nan", "inf", "61"])
def test_build_unusable_latency_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="RECORDED_LATENCY_SECONDS") as refusal:
        build({"RECORDED_LATENCY_SECONDS": text})
    assert refusal.value.hint


def test_build_missing_tape_is_a_venue_error() -> None:
    with pytest.raises(VenueUnavailable, match="nowhere"):
        build({"RECORDED_TAPE": "/nowhere/tape.bin"})


def test_import_of_the_package_loads_no_numpy() -> None:
    code = "import sys, chalicelib.venues.recorded; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
