"""What every strategy promises. A strategy joins by its file's presence.

The checks themselves are in ``bot.authoring``: ``bot strategy check`` runs the same.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring.describing import check_named, check_parameters
from bot.authoring.poor import (
    POOR,
    WORTHLESS,
    check_buys_nothing_worthless,
    check_no_instruments,
    check_small_tapes,
    check_takes,
    check_unknown,
    check_wide_tape,
)
from bot.authoring.promises import (
    check_bounded_memory,
    check_causality,
    check_determinism,
    check_no_input_or_output,
    check_one_way,
    check_shape,
    check_something,
    check_wishes,
)
from bot.authoring.recorded import recorded_tape
from chalicelib.domain.strategy import REGISTRY, Strategy, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies import discover
from tests.builders import mixed_walk, random_exchanges, random_spot_walk, random_walk

NAMES = discover()
WALKS = st.builds(
    lambda walk, **kw: walk(**kw),
    walk=st.sampled_from([random_walk, random_spot_walk, mixed_walk, mixed_walk, random_exchanges]),
    seed=st.integers(0, 10**6),
    rows_=st.integers(1, 60),
    columns=st.integers(1, 6),
    unknown=st.sampled_from([0.0, 0.05, 0.5]),
)
many = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
AtRow = Callable[[Strategy, Tape, int], None]


@pytest.fixture(params=NAMES)
def strategy(request: pytest.FixtureRequest) -> Strategy:
    """The strategy with its default parameters."""
    return build_strategy(request.param, {})


@many
@given(walk=WALKS, at=st.floats(0, 1))
def test_strategy_signals_never_depend_on_what_comes_later(
    strategy: Strategy, walk: Tape, at: float
) -> None:
    check_causality(strategy, walk, int(at * (len(walk) - 1)))


@many
@given(walk=WALKS, at=st.floats(0, 1))
def test_strategy_remembers_no_more_than_its_lookback(
    strategy: Strategy, walk: Tape, at: float
) -> None:
    check_bounded_memory(strategy, walk, int(at * (len(walk) - 1)))


@pytest.mark.parametrize("check", [check_causality, check_bounded_memory])
def test_strategy_on_real_books_is_causal_and_bounded(strategy: Strategy, check: AtRow) -> None:
    for row in range(0, 120, 7):
        check(strategy, recorded_tape(), row)


@pytest.mark.parametrize("walk", [random_walk, random_spot_walk, mixed_walk, random_exchanges])
@pytest.mark.parametrize("check", [check_causality, check_bounded_memory])
def test_strategy_that_has_seen_its_whole_lookback_is_causal_and_bounded(
    strategy: Strategy, check: AtRow, walk: Callable[..., Tape]
) -> None:
    for seed in range(4):
        seen = walk(seed, strategy.lookback + 12, 4, 0.01)
        for row in range(strategy.lookback - 1, len(seen), 3):
            check(strategy, seen, row)


def test_strategy_wishes_for_something_on_random_or_real_tapes(strategy: Strategy) -> None:
    check_something(strategy)


@many
@given(walk=WALKS)
def test_strategy_gives_the_same_answer_twice_and_leaves_the_tape_as_it_was(
    strategy: Strategy, walk: Tape
) -> None:
    check_determinism(strategy, walk)


@many
@given(walk=WALKS)
def test_strategy_answers_in_the_shape_of_the_tape_and_only_about_its_instruments(
    strategy: Strategy, walk: Tape
) -> None:
    check_shape(strategy, walk)


@many
@given(walk=WALKS)
def test_strategy_wishes_come_with_a_gain_a_confidence_and_a_reason(
    strategy: Strategy, walk: Tape
) -> None:
    check_wishes(strategy, walk)


@many
@given(walk=WALKS)
def test_strategy_never_enters_and_leaves_at_once(strategy: Strategy, walk: Tape) -> None:
    check_one_way(strategy, walk)


def test_strategy_does_no_input_or_output(strategy: Strategy) -> None:
    check_no_input_or_output(strategy)


@pytest.mark.parametrize("rows", [1, 80])
def test_strategy_wishes_for_nothing_where_nothing_is_known(strategy: Strategy, rows: int) -> None:
    check_unknown(strategy, rows)


@pytest.mark.parametrize("rows", [1, 80])
def test_strategy_takes_a_tape_without_instruments(strategy: Strategy, rows: int) -> None:
    check_no_instruments(strategy, rows)


def test_strategy_takes_a_tape_of_one_row_and_one_of_one_instrument(strategy: Strategy) -> None:
    check_small_tapes(strategy)


@pytest.mark.parametrize("kind", POOR)
def test_strategy_takes_a_poor_tape(strategy: Strategy, kind: str) -> None:
    check_takes(strategy, kind)


@pytest.mark.parametrize("kind", WORTHLESS)
def test_strategy_buys_no_contract_that_is_over_or_has_no_price(
    strategy: Strategy, kind: str
) -> None:
    check_buys_nothing_worthless(strategy, kind)


def test_strategy_takes_ten_thousand_markets_at_once(strategy: Strategy) -> None:
    check_wide_tape(strategy, 20_000)


@pytest.mark.parametrize("name", NAMES)
def test_strategy_is_named_documented_and_bounded(name: str) -> None:
    check_named(REGISTRY[name])


@pytest.mark.parametrize("name", NAMES)
def test_strategy_parameters_are_described_and_bounded_around_their_defaults(name: str) -> None:
    check_parameters(REGISTRY[name])
