"""What the columns of a tape ask, from markets as venues list them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from chalicelib.domain.cycle import CYCLE_SECONDS
from chalicelib.domain.market import Market, Outcome
from chalicelib.domain.question import Questions
from chalicelib.domain.tape import Tape
from chalicelib.engine.history import TapeRow, build_tape, history_row
from tests.builders import market, quote, spot_market

CLOSE = datetime(2026, 11, 3, 17, tzinfo=UTC)
NOW_IS = datetime(2026, 11, 1, 12, tzinfo=UTC)
BINANCE = "The Binance 1 minute candle for BTC/USDT at 12:00 in the ET timezone (noon) counts."
TOUCHES = "Any Binance 1 minute candle counts until 11:59 PM ET on the last day."


def priced(name: str, title: str, rules: str = BINANCE, **changes: Any) -> Market:
    return market(name, title=title, rules=rules, closes_at=CLOSE, **changes)


def currency(venue: str, name: str, title: str) -> Market:
    own_id = f"{venue}:{name}"
    base = title.partition("/")[0]
    return spot_market(
        name, market_id=own_id, venue=venue, title=title, outcomes=(Outcome(own_id, base),)
    )


def tape_on(
    markets: Sequence[Market],
    twins: Sequence[tuple[str, str]] = (),
    at: datetime = NOW_IS,
    unseen: Sequence[str] = (),
) -> Tape:
    quotes = {
        o.instrument_id: quote(o.instrument_id, "0.4", "0.5")
        for each in markets
        for o in each.outcomes
        if o.instrument_id not in unseen
    }
    row = history_row(int(at.timestamp()) // CYCLE_SECONDS, quotes)
    return build_tape([TapeRow.of(row)], markets, twins)


def column(tape: Tape, instrument: str) -> int:
    return tape.instruments.index(instrument)


def of(tape: Tape, name: str, field: str) -> list[Any]:
    """A field of both outcomes of a market, YES first."""
    values = getattr(tape.questions, field)
    return [values[column(tape, f"test:{name}:{side}")].item() for side in ("yes", "no")]


def test_first_outcome_of_a_question_is_the_affirmative_one_and_no_currency_is() -> None:
    tape = tape_on([market("a"), spot_market()])
    assert of(tape, "a", "affirmative") == [True, False]
    assert not tape.questions.affirmative[column(tape, "test:COINUSD")]


def test_affirmative_outcome_is_the_second_where_the_venue_lists_no_first() -> None:
    outcomes = (Outcome("test:a:no", "No", "test:a:yes"), Outcome("test:a:yes", "Yes", "test:a:no"))
    turned = priced("a", "Will the price of Bitcoin be above $9 on November 3?", outcomes=outcomes)
    assert of(tape_on([turned]), "a", "affirmative") == [True, False]


def test_outcomes_of_one_exclusive_group_share_its_number_and_size() -> None:
    tape = tape_on([
        market("a", exclusive_group="g", group_size=3),
        market("b", exclusive_group="g", group_size=3),
        market("c", exclusive_group="h"),
        market("d"),
    ])  # fmt: skip
    assert of(tape, "a", "group") == of(tape, "b", "group") == [0, 0]
    assert (of(tape, "c", "group"), of(tape, "d", "group")) == ([1, 1], [-1, -1])
    assert (of(tape, "a", "group_size"), of(tape, "c", "group_size")) == ([3, 3], [0, 0])


def test_questions_on_one_price_share_a_subject_at_one_venue() -> None:
    above = "Will the price of Bitcoin be above $120,000 on November 3?"
    tape = tape_on([
        priced("a", above),
        priced("b", "Will the price of Bitcoin be less than $90,000 on November 3?"),
        priced("c", "Will the price of Ethereum be above $4,000 on November 3?"),
        priced("d", above, venue="other"),
        market("e"),
    ])  # fmt: skip
    assert of(tape, "a", "subject") == of(tape, "b", "subject") == [0, 0]
    assert [of(tape, name, "subject")[0] for name in "cde"] == [1, 2, -1]
    assert (of(tape, "a", "low"), of(tape, "a", "high")) == ([120_000] * 2, [np.inf] * 2)
    assert of(tape, "b", "ends_at") == [CLOSE.timestamp()] * 2
    assert np.isnan(of(tape, "e", "low")).all()


def test_touch_says_how_long_is_left_only_once_its_period_has_begun() -> None:
    listed = [priced("a", "Will Bitcoin reach $150,000 in November?", TOUCHES)]
    begun, before = tape_on(listed), tape_on(listed, at=datetime(2026, 10, 31, tzinfo=UTC))
    assert of(begun, "a", "ends_at") == [datetime(2026, 12, 1, 5, tzinfo=UTC).timestamp()] * 2
    assert np.isnan(of(before, "a", "ends_at")).all()
    assert of(before, "a", "touch") == [True, True]


def test_underlying_is_the_currency_at_the_source_or_the_first_one_in_dollars() -> None:
    spots = [
        currency("abc", "BTCEUR", "BTC/EUR"),
        currency("abc", "BTCUSD", "BTC/USD"),
        currency("binance", "BTCUSDT", "BTC/USDT"),
        currency("abc", "ETHUSD", "ETH/USD"),
    ]
    above = "Will the price of Bitcoin be above $120,000 on November 3?"
    coinbase = priced("b", above, BINANCE.replace("Binance", "Coinbase"))
    tape = tape_on([priced("a", above), coinbase, market("e"), *spots])
    assert of(tape, "a", "underlying") == [column(tape, "binance:BTCUSDT")] * 2
    assert of(tape, "b", "underlying") == [column(tape, "abc:BTCUSD")] * 2
    assert of(tape, "e", "underlying") == [-1, -1]
    unquoted = tape_on([priced("a", above), *spots], unseen=["binance:BTCUSDT", "abc:BTCUSD"])
    assert of(unquoted, "a", "underlying") == [-1, -1]


def test_one_currency_at_several_venues_is_one_subject_and_no_questions_subject() -> None:
    listed = [
        currency("binance", "BTCUSDT", "BTC/USDT"),
        currency("coinbase", "BTC-USD", "BTC/USD"),
        currency("coinbase", "ETH-USD", "ETH/USD"),
        currency("coinbase", "ETH-BTC", "ETH/BTC"),
        priced("a", "Will the price of Bitcoin be above $100,000 on November 3?"),
    ]
    tape = tape_on(listed)
    names = ("binance:BTCUSDT", "coinbase:BTC-USD", "coinbase:ETH-USD", "coinbase:ETH-BTC")
    one, same, ether, crossed = (tape.questions.subject[column(tape, name)] for name in names)
    assert one == same >= 0
    assert ether not in (-1, one)
    assert crossed == -1
    assert of(tape, "a", "subject")[0] not in (-1, one, ether)


def test_twins_point_at_each_other_where_both_are_on_the_tape() -> None:
    pairs = [("test:a:yes", "test:b:no"), ("test:a:no", "test:b:yes"), ("test:a:yes", "gone")]
    tape = tape_on([market("a"), market("b"), market("c")], pairs)
    assert of(tape, "a", "twin") == [column(tape, "test:b:no"), column(tape, "test:b:yes")]
    assert of(tape, "b", "twin") == [column(tape, "test:a:no"), column(tape, "test:a:yes")]
    assert of(tape, "c", "twin") == [-1, -1]


def test_second_pair_of_an_instrument_is_no_twin() -> None:
    pairs = [("test:a:yes", "test:b:yes"), ("test:b:yes", "test:c:yes")]
    tape = tape_on([market("a"), market("b"), market("c")], pairs)
    assert of(tape, "b", "twin") == [column(tape, "test:a:yes"), -1]
    assert of(tape, "c", "twin") == [-1, -1]


def test_tape_without_markets_asks_nothing() -> None:
    built = build_tape([TapeRow.of(history_row(1, {"x": quote("x", "0.4", "0.5")}))], [])
    for name, array in vars(Questions.none(1)).items():
        np.testing.assert_array_equal(getattr(built.questions, name), array)
