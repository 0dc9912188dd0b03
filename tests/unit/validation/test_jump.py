"""A price that leaps is believed at the second look, and not before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.quality import Doubted
from tests.builders import NOW, YES, quote
from tests.unit.validation.looking import codes, history, judged, look, scan, spot

CALM = [0.50, 0.51, 0.50, 0.51, 0.50, 0.51, 0.50]
FAR = quote(YES, "0.94", "0.96")
EARLIER = NOW - timedelta(minutes=1)


def test_price_that_leaps_is_doubted_and_remembered() -> None:
    found = judged(scan(FAR), look(past=history({YES: CALM})))
    assert codes(found) == {"jump": 1}
    assert found.quotes == {}
    assert found.doubted == (Doubted(YES, 0.95, NOW),)
    assert found.quarantined[0].reason == "0.95 after 0.5 a look before: a second look decides"


@pytest.mark.parametrize("before", [0.95, 0.85, 0.98])
def test_second_look_that_agrees_is_believed(before: float) -> None:
    past = history({YES: CALM}, [Doubted(YES, before, EARLIER)])
    found = judged(scan(FAR), look(past=past))
    assert found.quotes == {YES: FAR}
    assert found.doubted == ()


def test_second_look_that_says_something_else_is_doubted_again() -> None:
    past = history({YES: CALM}, [Doubted(YES, 0.03, EARLIER)])
    found = judged(scan(FAR), look(past=past))
    assert found.doubted == (Doubted(YES, 0.95, NOW),)


def test_same_cached_answer_is_no_second_look() -> None:
    past = history({YES: CALM}, [Doubted(YES, 0.95, NOW)])
    assert codes(judged(scan(FAR), look(past=past))) == {"jump": 1}


def test_price_that_comes_back_was_no_jump() -> None:
    past = history({YES: CALM}, [Doubted(YES, 0.95, EARLIER)])
    assert codes(judged(scan(quote(YES, "0.50", "0.52")), look(past=past))) == {}


def test_market_that_always_leaps_is_left_alone() -> None:
    wild = [0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1]
    assert codes(judged(scan(FAR), look(past=history({YES: wild})))) == {}


def test_one_earlier_jump_does_not_stretch_the_yardstick() -> None:
    once = [0.05, 0.50, 0.51, 0.50, 0.51, 0.50, 0.51, 0.50]
    assert codes(judged(scan(FAR), look(past=history({YES: once})))) == {"jump": 1}


def test_nothing_is_a_jump_while_nobody_knows_what_is_usual() -> None:
    assert codes(judged(scan(FAR), look(past=history({YES: CALM[:5]})))) == {}
    assert codes(judged(scan(FAR), look(past=history({"test:other": CALM})))) == {}
    assert codes(judged(scan(FAR), look())) == {}


def test_jump_after_a_long_silence_is_none() -> None:
    past = history({YES: CALM})
    for row in history({"test:other": [0.5] * 3})._rows:
        past.extend("", row, 12)
    assert codes(judged(scan(FAR), look(past=past))) == {}


def test_jump_rule_can_be_widened_and_switched_off() -> None:
    past = history({YES: CALM})
    assert codes(judged(scan(FAR), look(past=past, jump_dollars="0.5"))) == {}
    assert codes(judged(scan(FAR), look(past=past, jump_dollars=None))) == {}


def test_spot_price_leaps_by_a_share_of_itself() -> None:
    pair = spot("test")
    past = history({pair.market_id: [64000, 64010, 64000, 64010, 64000, 64010, 64000]})
    for price, code in ((66000, {}), (68000, {"jump": 1})):
        shown = quote(pair.market_id, price - 1, price + 1)
        assert codes(judged(scan(shown, markets=[pair]), look(past=past))) == code


def test_side_that_is_not_shown_has_no_price_to_leap() -> None:
    one_sided = replace(FAR, bid=None, bid_size=None)
    assert codes(judged(scan(one_sided), look(past=history({YES: CALM})))) == {}
