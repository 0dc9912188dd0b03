"""Crypto questions in the venues' words, each with what it asks, and what is no question."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.crypto_question import CryptoQuestion, read_crypto
from chalicelib.matching.unread import Unread
from tests.unit.matching.samples import BINANCE_NOON, BRTI_NOON

CLOSES = datetime(2026, 9, 30, 16, tzinfo=UTC)


def shown(question: CryptoQuestion | Unread) -> str:
    """A question in one line: asset, direction and prices, how it is observed, days, instants."""
    if isinstance(question, Unread):
        return "unread"
    prices = "-".join(f"{price.normalize():f}" for price in question.thresholds)
    bound = "=" if question.inclusive else ""
    days = question.days.text if question.days else "?"
    times = [f"{t:%m-%dT%H:%M}" if t else "?" for t in (question.start, question.end)]
    span = "" if times == ["?", "?"] else f" [{times[0]} {times[1]}]"
    return f"{question.asset} {question.direction}{bound} {prices} {question.observed} {days}{span}"


READ = [
    ("Will the price of Bitcoin be above $64,000 on September 11?",
     "BTC above 64000 instant 2026-09-11"),
    ("Will Bitcoin be above $64,000 on September 14?", "BTC above 64000 instant 2026-09-14"),
    ("Bitcoin above $120k on October 2?", "BTC above 120000 instant 2026-10-02"),
    ("BTC above 120,000 on Sep 28", "BTC above 120000 instant 2026-09-28"),
    ("XBT over $1.5M on Dec 31, 2026", "BTC above 1500000 instant 2026-12-31"),
    ("Will BTC be at least $100k on Sept 30?", "BTC above= 100000 instant 2026-09-30"),
    ("Will BTC be at or above $100,000 on Sep. 30th?", "BTC above= 100000 instant 2026-09-30"),
    ("BTC >= $100k on 2026-09-30", "BTC above= 100000 instant 2026-09-30"),
    ("BTC ≥ $100k on 2026-09-30", "BTC above= 100000 instant 2026-09-30"),
    ("BTC > 120,000 on 2026-09-30", "BTC above 120000 instant 2026-09-30"),
    ("BTC < 90k on 2026-09-30", "BTC below 90000 instant 2026-09-30"),
    ("Bitcoin price on Sep 25, 2026? $74,300 or above", "BTC above= 74300 instant 2026-09-25"),
    ("Bitcoin price on Sep 25, 2026? $74,300 or below", "BTC below= 74300 instant 2026-09-25"),
    ("Bitcoin price range on Sep 25, 2026? $74,300 to 74,399.99",
     "BTC between 74300-74399.99 instant 2026-09-25"),
    ("Will the price of Ethereum be between $1,800 and $1,900 on September 5?",
     "ETH between 1800-1900 instant 2026-09-05"),
    ("Will the price of Bitcoin be between $64,000-$66,000 on September 5?",
     "BTC between 64000-66000 instant 2026-09-05"),
    ("Will the price of Bitcoin be less than $58,000 on September 5?",
     "BTC below 58000 instant 2026-09-05"),
    ("Will the price of Bitcoin be greater than $84,000 on September 5?",
     "BTC above 84000 instant 2026-09-05"),
    ("Will Ether be under $3k on October 1?", "ETH below 3000 instant 2026-10-01"),
    ("Will Bitcoin close above $100k at the end of September?",
     "BTC above 100000 instant 2026-09-30"),
    ("Will Solana trade above $250 on Sep 30, 2026?", "SOL above 250 instant 2026-09-30"),
    ("XRP above $2.3499 on Sep 3 at 4PM ET", "XRP above 2.3499 instant 2026-09-03 [? 09-03T20:00]"),
    ("Dogecoin over $0.25 on Sep 30 2026 at noon ET?",
     "DOGE above 0.25 instant 2026-09-30 [? 09-30T16:00]"),
    ("DOGE above $0.25 on Sep 30, 2026", "DOGE above 0.25 instant 2026-09-30"),
    ("Bitcoin (BTC) above $120K on September 28, 2026 at 5pm EDT",
     "BTC above 120000 instant 2026-09-28 [? 09-28T21:00]"),
    ("Bitcoin price on Jan 25, 2026 at 5pm EST? $74,300 or above",
     "BTC above= 74300 instant 2026-01-25 [? 01-25T22:00]"),
    ("$BTC above $120k on Sep 28 at 14:30 UTC",
     "BTC above 120000 instant 2026-09-28 [? 09-28T14:30]"),
    ("BTC-USD above 120000 on Sep 28 at 09:30 UTC",
     "BTC above 120000 instant 2026-09-28 [? 09-28T09:30]"),
    ("BNB below $395 on Jul 22, 2026", "BNB below 395 instant 2026-07-22"),
    ("Shiba Inu above $0.000013499 on Jul 22, 2026", "SHIB above 0.000013499 instant 2026-07-22"),
    ("Will LINK be above $20 on September 3?", "LINK above 20 instant 2026-09-03"),
    ("Will Chainlink (LINK) be above $20 on September 3?", "LINK above 20 instant 2026-09-03"),
    ("Will Ethereum Classic be above $20 on September 3?", "ETC above 20 instant 2026-09-03"),
    ("Will Bitcoin Cash be above $600 on September 3?", "BCH above 600 instant 2026-09-03"),
    ("Will Bitcoin reach $170,000 by December 31, 2025?", "BTC reach= 170000 window by 2025-12-31"),
    ("Will Bitcoin dip to $50,000 by December 31, 2025?", "BTC dip= 50000 window by 2025-12-31"),
    ("Will Bitcoin dip below $100k before 2026?", "BTC dip 100000 window by 2025-12-31"),
    ("Will Solana dip to $80 by December 31, 2026?", "SOL dip= 80 window by 2026-12-31"),
    ("Will Zcash reach $600 by December 31, 2026?", "ZEC reach= 600 window by 2026-12-31"),
    ("Will BNB hit $1500 by October 31?", "BNB reach= 1500 window by 2026-10-31"),
    ("Will Ethereum reach $2,600 in September?",
     "ETH reach= 2600 window 2026-09-01 to 2026-09-30"),
    ("Will Solana reach $140 in October 2026?", "SOL reach= 140 window 2026-10-01 to 2026-10-31"),
    ("Will Bitcoin hit $1m in 2027?", "BTC reach= 1000000 window 2027-01-01 to 2027-12-31"),
    ("Will Bitcoin hit $150k by EOY 2026?", "BTC reach= 150000 window by 2026-12-31"),
    ("Will Bitcoin hit $150k by end of 2026?", "BTC reach= 150000 window by 2026-12-31"),
    ("Will Bitcoin hit $150k by the end of September?", "BTC reach= 150000 window by 2026-09-30"),
    ("Will Bitcoin hit (HIGH) $150k by end of September?",
     "BTC reach= 150000 window by 2026-09-30"),
    ("Will Bitcoin hit (LOW) $50k by end of September?", "BTC dip= 50000 window by 2026-09-30"),
    ("Will Ethereum fall below $2k before October 1, 2026?", "ETH dip 2000 window by 2026-09-30"),
    ("Will Bitcoin be above $150000.00 by Dec 31, 2026 at 11:59PM ET?",
     "BTC reach 150000 window by 2026-12-31 [? 01-01T05:00]"),
    ("Solana hit $200 by March 2026", "SOL reach= 200 window ?"),
    ("Will BNB hit $1500 by March 31?", "BNB reach= 1500 window ?"),
    ("Bitcoin Up or Down - September 12, 2:05PM-2:10PM ET",
     "BTC up  change 2026-09-12 [09-12T18:05 09-12T18:10]"),
    ("Bitcoin Up or Down - September 12, 2:00PM-2:15PM ET",
     "BTC up  change 2026-09-12 [09-12T18:00 09-12T18:15]"),
    ("Bitcoin Up or Down - September 12, 2:00-2:15PM ET",
     "BTC up  change 2026-09-12 [09-12T18:00 09-12T18:15]"),
    ("Solana Up or Down - September 12, 11:45PM-12:00AM ET",
     "SOL up  change 2026-09-12 [09-13T03:45 09-13T04:00]"),
    ("Ethereum Up or Down - September 24, 2AM ET",
     "ETH up  change 2026-09-24 [09-24T06:00 09-24T07:00]"),
    ("Bitcoin Up or Down on September 11?", "BTC up  change 2026-09-11"),
    ("BTC price up in next 15 mins?", "BTC up  change ? [09-30T15:45 09-30T16:00]"),
    ("BTC price up in next 15 mins? Target Price: $66,207.69",
     "BTC up  change ? [09-30T15:45 09-30T16:00]"),
    ("Bitcoin Up or Down - 15 Minutes", "BTC up  change ? [09-30T15:45 09-30T16:00]"),
    ("Bitcoin Up or Down - Next 5 Minutes", "BTC up  change ? [09-30T15:55 09-30T16:00]"),
    ("ETH price up in next 1 hour?", "ETH up  change ? [09-30T15:00 09-30T16:00]"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "expected"), READ, ids=[title for title, _ in READ])
def test_crypto_question_in_the_venues_words_is_read_as_meant(title: str, expected: str) -> None:
    assert shown(read_crypto(title, CLOSES)) == expected


UNREAD = [
    ("Resolution of the election by 2026 above 5000", "no crypto asset"),
    ("Something resolve above 5000", "no crypto asset"),
    ("Will SOLar panels cost above $200 by September 30?", "no crypto asset"),
    ("Will ETHics reach 100 on September 3?", "no crypto asset"),
    ("Will the link be above 20 on September 3?", "no crypto asset"),
    ("WILL THE LINK BE ABOVE 20 ON SEPTEMBER 3?", "no crypto asset"),
    ("Will we be near 20 on September 3?", "no crypto asset"),
    ("MegaETH market cap (FDV) >$4B one day after launch?", "no crypto asset"),
    ("Will ETH/BTC be above 0.05 on September 3?", "no crypto asset"),
    ("Will Вitcoin be above $64,000 on September 11?", "no crypto asset"),
    ("Will Ethereum flip Bitcoin by September 30?", "BTC, ETH, not one asset"),
    ("Bitcoin or Ethereum above $5,000 on September 30?", "BTC, ETH, not one asset"),
    ("Will Elon and DOGE cut more than $250b in federal spending in 2025?", "'elon and cut"),
    ("Will China unban Bitcoin in 2025?", "no price and direction"),
    ("Ethereum all time high by June 30, 2026?", "all-time high"),
    ("Bitcoin market cap above $2T on September 30?", "market value"),
    ("Will Bitcoin dominance be above 60% on September 30?", "percentage"),
    ("Will Bitcoin not reach $100k by September 30, 2026?", "negated"),
    ("Will MicroStrategy hold more than 800k Bitcoin on September 30?", "no part of a price"),
    ("Bitcoin ETF inflows above $1B on September 30?", "no part of a price"),
    ("Will Bitcoin hit $1m before GTA VI?", "no part of a price"),
    ("Will Bitcoin be above $100k or $120k on September 30?", "more amounts"),
    ("Will Bitcoin hit $120.000 by September 30?", "120 or 120 thousand"),
    ("Will Bitcoin hit $1,20,000 by September 30?", "commas"),
    ("Will Bitcoin be between $66,000 and $64,000 on September 5?", "no range"),
    ("Will Bitcoin be above $0 on September 5?", "zero"),
    ("Will Bitcoin be above $100k in September?", "neither a moment nor a touch"),
    ("Will Bitcoin close above $100k by September 30?", "'close' asks for a moment"),
    ("Will Bitcoin be above $9999999999999999999 on September 5?", "more digits"),
    ("Will Bitcoin be above $64,٠٠٠ on September 11?", "digits other"),
    ("Will Bitcoin be above $１２０k on September 11?", "digits other"),
    ("Will Bitcoin be above $10² on September 11?", "digits other"),
    ("Will Bitcoin be above \u202e000,46$\u202c on September 11?", "direction of writing"),
    ("Bitcoin above $64,000 on September 11? " + "x" * 10_000, "longer than"),
    ("<script>Bitcoin above $64,000</script>", "no part of a price"),
    ("=cmd|Bitcoin above $64,000", "no part of a price"),
    ("", "no crypto asset"),
]


@pytest.mark.parametrize(("title", "says"), UNREAD, ids=[title[:60] for title, _ in UNREAD])
def test_crypto_question_that_is_none_is_refused_with_its_reason(title: str, says: str) -> None:
    read = read_crypto(title, CLOSES)
    assert isinstance(read, Unread), shown(read)
    assert says in read.reason


def test_crypto_question_hides_nothing_in_control_and_zero_width_characters() -> None:
    title = "Will Bit\u200bcoin be\x00 above\x1b $64,000\u2009on September 11?"
    assert shown(read_crypto(title, CLOSES)) == "BTC above 64000 instant 2026-09-11"


UNCLEAR = [
    ("Will BNB hit $1500 by March 31?", "names no year, and the market closes far from it"),
    ("Solana hit $200 by March 2026", "'by' with a whole period"),
    ("Will Bitcoin hit $150k by 2027?", "'by' with a whole period"),
    ("Will Bitcoin hit $150k this year?", "the day on which it is read"),
    ("Bitcoin above $120k on September 31, 2026?", "there is no day 31 of month 9"),
    ("Will Bitcoin reach $200k?", "no date"),
    ("Bitcoin above $120k on Sep 28 at 4PM", "without a zone"),
    ("Bitcoin above $120k on Sep 28 at 4:00 ET", "neither AM nor PM"),
    ("Bitcoin above $120k on Sep 28 at midnight ET", "begin the day or end it"),
    ("Bitcoin above $120k on Sep 28 at 5PM EST", "clocks in EST do not show"),
    ("Bitcoin above $120k on Mar 8, 2026 at 2:30AM ET", "clocks in ET do not show"),
    ("Bitcoin above $120k on Nov 1, 2026 at 1:30AM ET", "clocks in ET show 01:30 twice"),
    ("Bitcoin Up or Down - Nov 1, 2026, 1:15AM-1:30AM ET", "clocks change"),
    ("Bitcoin Up or Down on September 11?", "start of the comparison"),
]


@pytest.mark.parametrize(("title", "says"), UNCLEAR, ids=[title for title, _ in UNCLEAR])
def test_crypto_question_with_an_unclear_time_has_none_and_says_why(title: str, says: str) -> None:
    read = read_crypto(title, CLOSES)
    assert isinstance(read, CryptoQuestion)
    assert read.end is None
    assert says in read.unclear


@pytest.mark.parametrize(("title", "end"), [
    ("BTC above $1k on Mar 8, 2026 at 1:59AM ET", "2026-03-08T06:59"),
    ("BTC above $1k on Mar 8, 2026 at 3:00AM ET", "2026-03-08T07:00"),
    ("BTC above $1k on Mar 8, 2026 at 4PM ET", "2026-03-08T20:00"),
    ("BTC above $1k on Mar 7, 2026 at 4PM ET", "2026-03-07T21:00"),
    ("BTC above $1k on Nov 1, 2026 at 12:30AM ET", "2026-11-01T04:30"),
    ("BTC above $1k on Nov 1, 2026 at 1:30AM EDT", "2026-11-01T05:30"),
    ("BTC above $1k on Nov 1, 2026 at 1:30AM EST", "2026-11-01T06:30"),
    ("BTC above $1k on Nov 1, 2026 at 2:00AM ET", "2026-11-01T07:00"),
    ("BTC above $1k on Nov 1, 2026 at 4PM PT", "2026-11-02T00:00"),
    ("Bitcoin Up or Down - Nov 1, 2026, 12:45AM-1:00AM ET", "2026-11-01T05:00"),
    ("Bitcoin Up or Down - Nov 1, 2026, 1:45AM-2:00AM ET", "2026-11-01T07:00"),
])  # fmt: skip
def test_crypto_question_when_clocks_change_is_at_the_right_instant(title: str, end: str) -> None:
    read = read_crypto(title, CLOSES)
    assert isinstance(read, CryptoQuestion)
    assert read.end == datetime.fromisoformat(f"{end}+00:00"), read.unclear


@pytest.mark.parametrize("hour", [5, 6])
def test_crypto_question_at_a_time_shown_twice_is_the_one_at_which_the_market_closes(
    hour: int,
) -> None:
    closes = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
    at = read_crypto("Bitcoin above $120k on Nov 1, 2026 at 1:30AM ET", closes)
    window = read_crypto("Bitcoin Up or Down - November 1, 1:15AM-1:30AM ET", closes)
    assert isinstance(at, CryptoQuestion)
    assert isinstance(window, CryptoQuestion)
    assert at.end == window.end == closes


@pytest.mark.parametrize(("title", "rules", "end"), [
    ("Will Bitcoin be above $78,000 on September 30?", BINANCE_NOON, "2026-09-30T16:00"),
    ("Bitcoin price on Sep 30, 2026? $78,000 or above", BRTI_NOON, "2026-09-30T16:00"),
    ("Bitcoin price? $78,000 or above", BRTI_NOON, "2026-09-30T16:00"),
    ("Will Bitcoin reach $150k in September?",
     "between September 1, 2026 and September 30, 2026, 11:59 PM ET", "2026-10-01T04:00"),
    ("Will Bitcoin reach $150k by December 31?",
     "any time by December 31, 2027, 11:59 PM ET", "2028-01-01T05:00"),
])  # fmt: skip
def test_crypto_question_takes_its_instant_and_year_from_the_markets_own_rules(
    title: str, rules: str, end: str
) -> None:
    read = read_crypto(title, CLOSES, rules)
    assert isinstance(read, CryptoQuestion)
    assert read.end == datetime.fromisoformat(f"{end}+00:00"), read.unclear


@pytest.mark.parametrize(("rules", "source", "expected"), [
    (BINANCE_NOON, "", "Binance, 1-minute candle close"),
    (BRTI_NOON, "", "CF Benchmarks, 60-second average"),
    ("", "https://data.chain.link/streams/btc-usd", "Chainlink"),
    ("The sources are Binance and Coinbase.", "", ""),
    ("", "", ""),
])  # fmt: skip
def test_crypto_question_names_its_source_only_where_one_decides(
    rules: str, source: str, expected: str
) -> None:
    read = read_crypto("Will Bitcoin be above $78,000 on September 30?", CLOSES, rules, source)
    assert isinstance(read, CryptoQuestion)
    assert read.source == expected


def test_crypto_question_without_a_time_of_close_guesses_no_year() -> None:
    read = read_crypto("Will Bitcoin be above $78,000 on September 30?", None)
    assert isinstance(read, CryptoQuestion)
    assert read.days is None
    assert "no year" in read.unclear


PIECES = (
    "will bitcoin btc ETH be above below reach between and $ 120k 120,000 1.5m by on before in "
    "September 31 30 2026 28, 4PM-5PM ET noon EDT up or down next 15 mins ? not ° - , . /"
)
JOINED = st.lists(st.sampled_from(PIECES.split()), max_size=14).map(" ".join)
ANY_TITLE = st.one_of(st.text(max_size=80), JOINED)


@given(title=ANY_TITLE, rules=ANY_TITLE, closes=st.none() | st.datetimes(timezones=st.just(UTC)))
def test_crypto_question_of_any_text_never_raises(
    title: str, rules: str, closes: datetime | None
) -> None:
    read = read_crypto(title, closes, rules, rules)
    assert isinstance(read, CryptoQuestion | Unread)
    if isinstance(read, CryptoQuestion):
        assert all(price > 0 for price in read.thresholds)
        assert read.start is None or read.end is None or read.start < read.end
