"""What markets ask, as numbers: bounds, times, and which questions are on one thing."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.inquiry import Inquiry, read_inquiry

CLOSE = datetime(2026, 11, 3, 17, tzinfo=UTC)
NOON_ET = CLOSE.timestamp()
BINANCE = (
    'This market will resolve to "Yes" if the Binance 1 minute candle for BTC/USDT 12:00 in the ET '
    "timezone (noon) on the date specified in the title has a final close price higher than the "
    'price specified in the title. Otherwise, this market will resolve to "No".'
)
ALL_MONTH = (
    "This market will resolve to Yes if any Binance 1 minute candle for BTC/USDT between the 1st "
    "of the month and 11:59 PM ET on its last day reaches the price."
)


def asked(title: str, rules: str = BINANCE, first: str = "Yes") -> Inquiry:
    read = read_inquiry(title, CLOSE, rules, first_outcome=first)
    assert read is not None
    return read


@pytest.mark.parametrize(("title", "low", "high"), [
    ("Will the price of Bitcoin be above $120,000 on November 3?", 120_000, math.inf),
    ("Will the price of Bitcoin be less than $90,000 on November 3?", -math.inf, 90_000),
    ("Will the price of Bitcoin be between $90,000 and $92,000 on November 3?", 90_000, 92_000),
])  # fmt: skip
def test_price_at_a_moment_has_bounds_and_that_moment(title: str, low: float, high: float) -> None:
    read = asked(title)
    assert (read.low, read.high, read.touch, read.ends_at) == (low, high, False, NOON_ET)
    assert math.isnan(read.starts_at)
    assert (read.asset, read.first_pays) == ("BTC", True)
    assert read.source.startswith("Binance")
    assert read.subject == asked("Bitcoin above $1 on November 4?").subject


@pytest.mark.parametrize(("title", "low", "high"), [
    ("Will Bitcoin reach $150,000 in November?", 150_000, math.inf),
    ("Will Bitcoin dip to $70,000 in November?", -math.inf, 70_000),
])  # fmt: skip
def test_price_within_a_month_is_a_touch_that_counts_from_its_first_day(
    title: str, low: float, high: float
) -> None:
    read = asked(title, ALL_MONTH)
    assert (read.low, read.high, read.touch) == (low, high, True)
    assert read.opens_at == datetime(2026, 11, 1, 4, tzinfo=UTC).timestamp()
    assert read.ends_at == datetime(2026, 12, 1, 5, tzinfo=UTC).timestamp()


def test_touches_of_two_directions_or_periods_are_on_two_things() -> None:
    titles = (
        "Will Bitcoin reach $150,000 in November?",
        "Will Bitcoin dip to $70,000 in November?",
        "Will Bitcoin reach $150,000 by November 30?",
    )
    assert len({asked(title, ALL_MONTH).subject for title in titles}) == 3


def test_prices_by_two_sources_are_two_things() -> None:
    title = "Will the price of Bitcoin be above $120,000 on November 3?"
    other = asked(title, BINANCE.replace("Binance", "Coinbase"))
    assert other.subject != asked(title).subject
    assert other.ends_at == NOON_ET


def test_rise_is_compared_with_its_own_start_and_has_no_bounds() -> None:
    read = asked("Bitcoin Up or Down - November 3, 11AM ET", "", first="Up")
    assert (read.starts_at, read.ends_at) == (NOON_ET - 3600, NOON_ET)
    assert math.isnan(read.low)
    assert math.isnan(read.high)
    assert not asked("Bitcoin Up or Down - November 3, 11AM ET", "", first="Down").first_pays


def test_price_at_an_unknown_time_says_so() -> None:
    read = asked("Will the price of Bitcoin be above $120,000 on November 3?", "")
    assert math.isnan(read.ends_at)


def test_deadlines_on_one_thing_differ_in_their_last_day_only() -> None:
    sooner, later = (
        asked(f"Will Ann Example resign {when}?", "") for when in ("by October 31", "before 2027")
    )
    assert sooner.subject == later.subject
    assert (sooner.low, sooner.high, sooner.touch) == (-math.inf, math.inf, True)
    assert sooner.ends_at == datetime(2026, 11, 1, tzinfo=UTC).timestamp()
    assert later.ends_at == datetime(2027, 1, 1, tzinfo=UTC).timestamp()


def test_deadline_ends_by_the_clock_that_the_rules_name() -> None:
    read = asked("Will Ann resign by October 31?", "It ends at October 31, 2026, 11:59 PM ET.")
    assert read.ends_at == datetime(2026, 11, 1, 4, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("title", [
    "Will Ann Example not resign by October 31?",
    "Will Ann Example remain mayor by October 31?",
    "Will fewer than 5 ships sail by October 31?",
    "Will 3-5 ships sail by October 31?",
    "Will Alpha be the largest company by October 31?",
    "Will Ann Example resign by October?",
    "Will Ann Example resign on October 31?",
    "Will Ann Example resign by October 31 or November 30?",
    "Will Ann Example resign by midnight ET on October 31?",
    "Will Ann Example resign by tomorrow?",
])  # fmt: skip
def test_later_date_that_makes_nothing_likelier_is_no_deadline(title: str) -> None:
    assert read_inquiry(title, CLOSE) is None


@pytest.mark.parametrize("first", ["No", "Ann", "Under"])
def test_outcome_that_does_not_say_that_it_happens_is_not_read(first: str) -> None:
    assert read_inquiry("Will Ann resign by October 31?", CLOSE, first_outcome=first) is None


def test_outcome_that_names_a_side_of_a_price_is_not_read() -> None:
    title = "Will the price of Bitcoin be less than $90,000 on November 3?"
    assert read_inquiry(title, CLOSE, BINANCE, first_outcome="Below") is None
    assert not asked(title, first="No").first_pays


_PIECES = st.sampled_from([
    "Will Bitcoin", "reach", "$1", "$9" * 9, "by", "before", "November 31", "February 29", "2027",
    "11:59 PM ET", "between", "and", "up or down", "\u202e", "①", "é" * 300, "0-0", "",
])  # fmt: skip


@given(
    st.lists(_PIECES | st.text(max_size=20), max_size=12),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.text(max_size=200),
    st.text(max_size=10) | st.sampled_from(["Yes", "No", "Up"]),
)
def test_reading_never_raises_and_gives_ordered_bounds(
    pieces: list[str], closes_at: datetime | None, rules: str, first: str
) -> None:
    read = read_inquiry(" ".join(pieces), closes_at, rules, rules, first)
    assert read is None or not read.low >= read.high
