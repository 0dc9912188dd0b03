"""One world behind all venues: it agrees with itself at every time and on every venue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exchanges.ladder import coin_ladder, question_ladder
from bot.exchanges.world import (
    COINS,
    DAY,
    DISPUTED,
    HOUR,
    OPEN,
    PENDING,
    SETTLED,
    Question,
    World,
)
from tests.unit.exchanges.asking import AT, WORLD

NUMBERS = st.integers(0, 200)
TIMES = st.floats(AT, AT + 90 * DAY)


def asked(number: int, at: float, world: World = WORLD) -> Question:
    return World(world.seed, 201).asked(at)[number]


def test_world_of_the_same_seed_is_the_same_and_of_another_is_not() -> None:
    btc = COINS[0]
    assert World(3).price(btc, AT) == World(3).price(btc, AT)
    assert World(3).price(btc, AT) != World(4).price(btc, AT)


@given(TIMES, st.sampled_from(COINS))
def test_price_moves_a_little_in_a_second_and_stays_about_its_usual(
    at: float, coin: object
) -> None:
    now, next_ = WORLD.price(coin, at), WORLD.price(coin, at + 1)
    assert abs(next_ / now - 1) < 0.001
    assert 0.4 < now / coin.usual < 2.5


@given(NUMBERS, TIMES)
def test_question_is_open_while_its_round_lasts_and_can_be_found_again(
    number: int, at: float
) -> None:
    question = asked(number, at)
    assert question.opens <= at < question.closes
    assert WORLD.question(*question.key) == question
    assert WORLD.state(question, at) == OPEN


@given(NUMBERS, TIMES)
def test_question_closes_waits_and_is_answered(number: int, at: float) -> None:
    question = asked(number, at)
    states = [WORLD.state(question, question.closes + after) for after in (0, 11 * 60, 3 * HOUR)]
    assert states[0] == PENDING
    assert states[1] in (DISPUTED, SETTLED)
    assert states[2] == SETTLED


@given(NUMBERS, TIMES)
def test_chance_ends_near_the_answer(number: int, at: float) -> None:
    question = asked(number, at)
    chance = WORLD.chance(question, question.closes - 0.001)
    if question.one_of:
        return
    assert chance == pytest.approx(0.5, abs=0.5)
    if abs(chance - 0.5) > 0.1:
        assert (chance > 0.5) is WORLD.comes_true(question)


def test_exactly_one_of_a_group_comes_true_and_its_chances_sum_to_one() -> None:
    groups: dict[str, list[Question]] = {}
    for question in World(3, markets=60).asked(AT):
        groups.setdefault(question.one_of, []).append(question)
    groups.pop("")
    whole = [group for group in groups.values() if len(group) == 4]
    assert whole
    for group in whole:
        assert sum(WORLD.comes_true(question) for question in group) == 1
        assert sum(WORLD.chance(question, AT) for question in group) == pytest.approx(1)


def test_price_question_is_answered_by_the_price_at_its_close() -> None:
    for question in WORLD.asked(AT):
        if question.coin is not None:
            above = WORLD.price(question.coin, question.closes) > question.strike
            assert WORLD.comes_true(question) is above


@given(NUMBERS, TIMES, st.sampled_from([100, 1000]))
def test_book_of_a_question_is_sorted_uncrossed_and_within_a_dollar(
    number: int, at: float, ticks: int
) -> None:
    bids, asks = question_ladder(WORLD, "kalshi", asked(number, at), at, ticks)
    prices = [price for price, _ in reversed(bids)] + [price for price, _ in asks]
    assert prices == sorted(set(prices))
    assert all(0 < price < ticks for price in prices)
    assert all(size > 0 for _, size in (*bids, *asks))
    assert prices


@given(TIMES, st.sampled_from(COINS))
def test_venues_quote_about_the_same_price_of_a_coin(at: float, coin: object) -> None:
    mids = []
    for venue in ("binance", "coinbase"):
        bids, asks = coin_ladder(WORLD, venue, coin, at, 0.0001, 5)
        assert bids[0][0] < asks[0][0]
        mids.append((bids[0][0] + asks[0][0]) / 2)
    assert mids[0] == pytest.approx(mids[1], rel=0.001)
