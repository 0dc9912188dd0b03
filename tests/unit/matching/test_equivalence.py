"""When two legs count as one contract, and when they are merely alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.matching.equivalence import (
    COMPARED,
    Polarity,
    ResolutionRecord,
    Verdict,
    fill,
    judge,
)
from chalicelib.matching.profile import profile_of
from chalicelib.matching.resolution import read_record
from tests.unit.matching.samples import (
    CENTRAL_PARK,
    LAGUARDIA,
    compared,
    kalshi_noon,
    leg,
    polymarket_noon,
    twin,
)

CUTOFF = datetime(2026, 10, 1, 4, tzinfo=UTC)
RECORD = ResolutionRecord(
    "Binance", CUTOFF, "America/New_York", "pays NO", Polarity.SAME, "price > 78000"
)
OTHER = {
    "source": "Coinbase",
    "cutoff": CUTOFF - timedelta(hours=1),
    "void_rule": "pays half each",
    "bucket": "price >= 78000",
}


def record_of(title: str, rules: str = "", **changes: object) -> ResolutionRecord:
    market = leg(title, rules=rules, **changes)
    return read_record(market, profile_of(market).question)


def test_equivalence_of_records_that_agree_in_everything_is_equivalent() -> None:
    assert judge(RECORD, RECORD).verdict is Verdict.EQUIVALENT


def test_equivalence_of_inverted_legs_says_so() -> None:
    judged = judge(RECORD, replace(RECORD, polarity=Polarity.INVERTED))
    assert judged.verdict is Verdict.EQUIVALENT
    assert "YES of one is NO of the other" in judged.reasons[0]


@pytest.mark.parametrize("name", COMPARED)
def test_equivalence_with_anything_unknown_on_either_leg_is_relative_value(name: str) -> None:
    partial = replace(RECORD, **{name: None})
    for a, b, who in ((partial, RECORD, "first"), (RECORD, partial, "second")):
        judged = judge(a, b)
        assert judged.verdict is Verdict.RELATIVE_VALUE
        assert any(f"not stated by the {who} leg" in reason for reason in judged.reasons)


@pytest.mark.parametrize("name", OTHER)
def test_equivalence_with_anything_different_is_relative_value_and_says_what(name: str) -> None:
    judged = judge(RECORD, replace(RECORD, **{name: OTHER[name]}))
    assert judged.verdict is Verdict.RELATIVE_VALUE
    assert len(judged.reasons) == 1
    assert "differs" in judged.reasons[0]


def test_equivalence_of_one_instant_in_two_zones_holds() -> None:
    assert judge(RECORD, replace(RECORD, zone="UTC")).verdict is Verdict.EQUIVALENT


def test_equivalence_of_cutoffs_more_than_a_day_apart_is_a_different_question() -> None:
    late = replace(RECORD, cutoff=CUTOFF + timedelta(days=1, seconds=1))
    assert judge(RECORD, late).verdict is Verdict.DIFFERENT


def test_equivalence_of_questions_that_differ_is_different_with_the_reason() -> None:
    judged = judge(RECORD, RECORD, ("threshold: 1 and 2",))
    assert judged == replace(judged, verdict=Verdict.DIFFERENT, reasons=("threshold: 1 and 2",))


def test_equivalence_needs_an_operator_for_what_the_texts_do_not_state() -> None:
    partial = replace(RECORD, void_rule=None)
    filled = fill(partial, {"void_rule": "pays NO"})
    assert filled.filled == ("void_rule",)
    assert judge(RECORD, filled).verdict is Verdict.EQUIVALENT


def test_equivalence_of_what_a_market_states_is_not_an_operators_to_change() -> None:
    with pytest.raises(InputError, match="stated by the market: Binance"):
        fill(RECORD, {"source": "Coinbase"})


def test_equivalence_has_no_other_fields_to_fill() -> None:
    with pytest.raises(InputError, match="no 'colour'"):
        fill(RECORD, {"colour": "red"})


def test_equivalence_of_word_for_word_twins_is_equivalent() -> None:
    found = compared(twin("polymarket"), twin("kalshi"))
    assert found.judgement.verdict is Verdict.EQUIVALENT
    assert found.records[0].cutoff == datetime(2026, 10, 1, 4, tzinfo=UTC)


def test_equivalence_of_binance_noon_and_an_index_average_is_relative_value() -> None:
    found = compared(polymarket_noon(), kalshi_noon())
    kalshi, polymarket = found.records
    assert polymarket.source == "Binance, 1-minute candle close"
    assert kalshi.source == "CF Benchmarks, 60-second average"
    assert polymarket.cutoff == kalshi.cutoff == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert (polymarket.bucket, kalshi.bucket) == ("price > 78000", "price > 77999.99")
    assert found.judgement.verdict is Verdict.RELATIVE_VALUE


def test_equivalence_of_two_stations_shows_both_and_both_kinds_of_day() -> None:
    title = "Will the highest temperature in New York City be between 72-73°F on September 30?"
    one, other = record_of(title, LAGUARDIA), record_of(title, CENTRAL_PARK)
    assert one.source == "Weather Underground at KLGA"
    assert other.source == "NWS climate report at KNYC"
    assert one.zone == "America/New_York, by the clock"
    assert other.zone == "America/New_York, standard time"
    assert judge(one, other).verdict is Verdict.RELATIVE_VALUE


@pytest.mark.parametrize(("rules", "expected"), [
    ("If the match is canceled, this market will resolve to 50-50.", "pays half each"),
    ("If the game is cancelled, the market will resolve to a fair price.", "pays a fair price"),
    ("If the game is postponed, this market will resolve to \"No\".", "pays NO"),
    ("If it is canceled it resolves 50-50, or to a fair price if late.", None),
    ("Nothing is said.", None),
])  # fmt: skip
def test_equivalence_record_states_the_void_rule_only_where_there_is_one(
    rules: str, expected: str | None
) -> None:
    assert record_of("Will the Lakers win the game?", rules).void_rule == expected


@pytest.mark.parametrize(("outcomes", "title", "expected"), [
    (("Yes", "No"), "Bitcoin above $78k on Sep 30?", Polarity.SAME),
    (("No", "Yes"), "Bitcoin above $78k on Sep 30?", Polarity.INVERTED),
    (("Yes", "No"), "Bitcoin below $78k on Sep 30?", Polarity.INVERTED),
    (("No", "Yes"), "Bitcoin below $78k on Sep 30?", Polarity.SAME),
    (("Up", "Down"), "Bitcoin Up or Down on Sep 30?", Polarity.SAME),
    (("Down", "Up"), "Bitcoin Up or Down on Sep 30?", Polarity.INVERTED),
    (("FaZe", "illwill"), "Counter-Strike: FaZe vs illwill", None),
    ((), "Will it happen?", None),
])  # fmt: skip
def test_equivalence_record_states_which_way_the_first_outcome_pays(
    outcomes: tuple[str, ...], title: str, expected: Polarity | None
) -> None:
    assert record_of(title, outcomes=outcomes).polarity is expected


@pytest.mark.parametrize(("title", "rules", "expected"), [
    ("Bitcoin above $78k on Sep 30?", "", "price > 78000"),
    ("Bitcoin price on Sep 30? $78k or above", "", "price >= 78000"),
    ("Bitcoin below $78k on Sep 30?", "", "price >= 78000"),
    ("Bitcoin price on Sep 30? $78k or below", "", "price > 78000"),
    ("Will Bitcoin reach $78k in September?", "", "the price rises to 78000"),
    ("Will Bitcoin dip below $78k in September?", "", "it falls beyond 78000"),
    ("XRP above $2.50 on Sep 30?", "", "price > 2.5"),
    ("Bitcoin between $78k and $79k on Sep 30?", "", None),
    ("Bitcoin Up or Down on Sep 30?", "is at least the price before",
     "the end is at or above the start"),
    ("Bitcoin Up or Down on Sep 30?", "", None),
    ("Will Ann Example win?", "", "the event happens"),
    ("Will Ann Example win by 5 points?", "", None),
])  # fmt: skip
def test_equivalence_record_states_which_values_pay(
    title: str, rules: str, expected: str | None
) -> None:
    assert record_of(title, rules).bucket == expected
