"""What finished markets pay is believed only of what was asked, and as a dollar together."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.market import MarketKind, Resolution
from chalicelib.domain.quarantine import (
    DISPUTED,
    DUPLICATE,
    FOREIGN,
    MEANINGS,
    NOT_BAD,
    PAYOUT,
    TIME,
    UNLISTED,
    Quarantined,
)
from chalicelib.ports import Results
from chalicelib.validation.results import Expected, validate_results
from chalicelib.validation.trusted import TrustedResults
from tests.builders import NO, NOW, YES, market
from tests.unit.validation.looking import look

WON = {YES: "1", NO: "0"}
ASKED = Expected({"test": ["test:m"]})
LISTED = Expected({"test": ["test:m"]}, {"test:m": market()})


def result(payouts: Mapping[str, str] = WON, name: str = "test:m", **changes: Any) -> Resolution:
    paid = {instrument: Decimal(payout) for instrument, payout in payouts.items()}
    return Resolution(name, paid, changes.get("known_at", NOW), "the venue")


def judged(*found: Resolution, expected: Expected = ASKED) -> TrustedResults:
    return validate_results({"test": Results(found)}, expected, look())


def codes(found: TrustedResults) -> dict[str, int]:
    (quality,) = found.quality
    return quality.counts


@pytest.mark.parametrize("expected", [ASKED, LISTED], ids=["not listed any more", "listed"])
@pytest.mark.parametrize(
    "payouts",
    [WON, {YES: "0", NO: "1"}, {YES: "0.5", NO: "0.5"}, {YES: "0.37", NO: "0.63"}],
    ids=["yes", "no", "Polymarket's split", "Kalshi's void"],
)
def test_result_of_a_market_that_was_asked_is_believed(
    payouts: dict[str, str], expected: Expected
) -> None:
    found = judged(result(payouts), expected=expected)
    assert found.resolutions == (result(payouts),)
    assert (codes(found), found.quarantined) == ({}, ())


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        (result(name="test:other"), UNLISTED, "nobody asked"),
        (result(name="else:m"), FOREIGN, "another venue's"),
        (result({YES: "1", "else:m:no": "0"}), FOREIGN, "another venue's"),
        (result({YES: "1", NO: "1"}), PAYOUT, "pay 2 dollars together"),
        (result({YES: "0", NO: "0"}), PAYOUT, "pay 0 dollars together"),
        (result({YES: "0.58", NO: "0.43"}), PAYOUT, "pay 1.01 dollars together"),
        (result({}), PAYOUT, "pay 0 dollars together"),
        (result(known_at=NOW + timedelta(hours=1)), TIME, "which is to come"),
        (result(known_at=NOW.replace(tzinfo=None)), TIME, "in no time zone"),
    ],
)
def test_result_that_cannot_be_pays_nothing(found: Resolution, code: str, words: str) -> None:
    trusted = judged(found)
    assert trusted.resolutions == ()
    assert codes(trusted) == {code: 1}
    (example,) = trusted.quarantined
    assert (example.venue, example.subject, example.code) == ("test", found.market_id, code)
    assert words in example.reason
    assert code in MEANINGS
    assert code not in NOT_BAD


@pytest.mark.parametrize(
    "payouts", [{"test:m:maybe": "1", NO: "0"}, {YES: "1"}, {**WON, "test:m:maybe": "0"}]
)
def test_result_pays_the_outcomes_of_the_market_that_is_listed(payouts: dict[str, str]) -> None:
    assert codes(judged(result(payouts), expected=LISTED)) == {PAYOUT: 1}


def test_result_says_something_of_everything_that_is_held() -> None:
    held = Expected({"test": ["test:m"]}, held={"test:m": {"test:m:maybe"}})
    found = judged(result(), expected=held)
    assert codes(found) == {PAYOUT: 1}
    assert "says nothing of test:m:maybe, which is held" in found.quarantined[0].reason


def test_market_that_never_ends_has_no_result() -> None:
    spot = Expected({"test": ["test:m"]}, {"test:m": market(kind=MarketKind.SPOT)})
    assert codes(judged(result(), expected=spot)) == {PAYOUT: 1}


def test_two_results_of_one_market_pay_nothing() -> None:
    found = judged(result(), result({YES: "0", NO: "1"}))
    assert found.resolutions == ()
    assert codes(found) == {DUPLICATE: 2}


def test_what_one_venue_is_asked_is_not_believed_of_another() -> None:
    answers = {"test": Results((result(),)), "else": Results(())}
    swapped = Expected({"else": ["test:m"], "test": []})
    found = validate_results(answers, swapped, look())
    assert found.resolutions == ()


def test_what_the_parser_set_aside_is_counted_with_the_rest() -> None:
    contested = Quarantined("test", "m", DISPUTED, "it is contested")
    found = validate_results({"test": Results((), (contested,))}, ASKED, look())
    assert codes(found) == {DISPUTED: 1}
    assert found.quarantined == (contested,)


@given(st.dictionaries(st.sampled_from([YES, NO, "test:m:maybe"]), st.decimals(0, 1, places=3)))
def test_whatever_is_believed_pays_a_dollar_on_the_markets_outcomes(paid: Any) -> None:
    given_result = Resolution("test:m", paid, NOW, "the venue")
    for believed in judged(given_result, expected=LISTED).resolutions:
        assert sum(believed.payouts.values()) == 1
        assert believed.payouts.keys() == {YES, NO}
