"""What every strategy promises. A strategy joins by its file's presence."""

import asyncio
import builtins
import inspect
import os
import re
import socket
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.cycle import HistoryRow
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import REGISTRY, Strategy, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.engine.history import TapeRow, build_tape, history_row
from chalicelib.strategies import discover
from chalicelib.venues.recorded import TAPE_START
from chalicelib.venues.recorded.client import open_venue
from tests.builders import mixed_walk, random_exchanges, random_spot_walk, random_walk, tape_of

NAMES = discover()
COLUMNS = ("entry", "exit", "edge", "confidence")
MORE_COLUMNS = (
    "short", "volatility", "limit_price", "trigger_price", "exit_limit_price", "exit_trigger_price",
    "ratio",
)  # fmt: skip
WALKS = st.builds(
    lambda walk, **kw: walk(**kw),
    walk=st.sampled_from([random_walk, random_spot_walk, mixed_walk, mixed_walk, random_exchanges]),
    seed=st.integers(0, 10**6),
    rows_=st.integers(1, 60),
    columns=st.integers(1, 6),
    unknown=st.sampled_from([0.0, 0.05, 0.5]),
)
many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=NAMES)
def strategy(request: pytest.FixtureRequest) -> Strategy:
    """The strategy with its default parameters."""
    return build_strategy(request.param, {})


@cache
def recorded_tape() -> Tape:
    """Two hours of real order books, as the cycle would have shown them."""
    venue, markets, window = open_venue({}), {}, []
    for minute in range(120):
        at = TAPE_START + timedelta(minutes=minute)
        scan = asyncio.run(venue.scan(at))
        markets.update(scan.markets)
        window.append(TapeRow.of(history_row(int(at.timestamp()) // 60, scan.quotes)))
    everything = sorted({name for row in window for name in row.row.instruments})
    unknown = ((None,) * len(everything),) * 4
    last = TapeRow.of(HistoryRow(0, tuple(everything), unknown))
    return build_tape([*window, last], markets.values()).rows(0, 120)


def arrays_of(tape: Tape) -> dict[str, Any]:
    """A copy of everything that the tape holds, by name."""
    seen = {f.name: getattr(tape, f.name) for f in fields(tape)}
    asked = seen.pop("questions")
    seen |= {f"questions.{f.name}": getattr(asked, f.name) for f in fields(asked)}
    return {name: np.copy(array) for name, array in seen.items()}


def assert_same_row(one: Signals, row: int, other: Signals, other_row: int) -> None:
    """Both say exactly the same at these rows: bit for bit, reasons included."""
    for name in COLUMNS:
        left, right = getattr(one, name)[row], getattr(other, name)[other_row]
        np.testing.assert_array_equal(left, right, err_msg=name)
    for name in MORE_COLUMNS:
        left, right = getattr(one, name), getattr(other, name)
        assert (left is None) is (right is None), name
        if left is not None:
            np.testing.assert_array_equal(left[row], right[other_row], err_msg=name)
    if one.basket is not None and one.basket.ndim > 1:
        np.testing.assert_array_equal(one.basket[row], other.basket[other_row])
    wished = one.entry[row] | one.exit[row]
    for name, facts in one.facts.items():
        np.testing.assert_array_equal(
            facts[row][wished], other.facts[name][other_row][wished], err_msg=name
        )


def check_causality(strategy: Strategy, tape: Tape, row: int) -> None:
    whole = strategy.signals(tape)
    assert_same_row(whole, row, strategy.signals(tape.rows(0, row + 1)), -1)


def check_bounded_memory(strategy: Strategy, tape: Tape, row: int) -> None:
    whole = strategy.signals(tape)
    recent = tape.rows(max(0, row + 1 - strategy.lookback), row + 1)
    if len(recent) == strategy.lookback:
        assert_same_row(whole, row, strategy.signals(recent), -1)


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
def test_strategy_on_real_books_is_causal_and_bounded(
    strategy: Strategy, check: Callable[[Strategy, Tape, int], None]
) -> None:
    for row in range(0, 120, 7):
        check(strategy, recorded_tape(), row)


@pytest.mark.parametrize("walk", [random_walk, random_spot_walk, mixed_walk, random_exchanges])
@pytest.mark.parametrize("check", [check_causality, check_bounded_memory])
def test_strategy_that_has_seen_its_whole_lookback_is_causal_and_bounded(
    strategy: Strategy, check: Callable[[Strategy, Tape, int], None], walk: Callable[..., Tape]
) -> None:
    for seed in range(4):
        seen = walk(seed, strategy.lookback + 12, 4, 0.01)
        for row in range(strategy.lookback - 1, len(seen), 3):
            check(strategy, seen, row)


def test_strategy_wishes_for_something_on_random_or_real_tapes(strategy: Strategy) -> None:
    tapes = chain(
        [recorded_tape()],
        (random_walk(seed, 60, 6, 0) for seed in range(40)),
        (random_spot_walk(seed, 260, 4, 0) for seed in range(10)),
        (random_exchanges(seed, 260, 6, 0) for seed in range(10)),
        (mixed_walk(seed, 260, 6, 0) for seed in range(40)),
    )
    assert any(_wishes(strategy.signals(tape)) for tape in tapes)


def _wishes(signals: Signals) -> bool:
    return bool(signals.entry.any() or (signals.short is not None and signals.short.any()))


@many
@given(walk=WALKS)
def test_strategy_gives_the_same_answer_twice_and_leaves_the_tape_as_it_was(
    strategy: Strategy, walk: Tape
) -> None:
    before = arrays_of(walk)
    first = strategy.signals(walk)
    second = type(strategy)(strategy.params).signals(walk)
    for row in range(len(walk)):
        assert_same_row(first, row, second, row)
    for name, array in arrays_of(walk).items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


@many
@given(walk=WALKS)
def test_strategy_answers_in_the_shape_of_the_tape_and_only_about_its_instruments(
    strategy: Strategy, walk: Tape
) -> None:
    signals = strategy.signals(walk)
    for name in COLUMNS:
        assert getattr(signals, name).shape == walk.bid.shape, name
    assert signals.entry.dtype == signals.exit.dtype == np.bool_
    shapes = (len(walk.instruments),), walk.bid.shape
    assert signals.basket is None or signals.basket.shape in shapes
    legs = [leg for basket in signals.entries(walk) for leg in basket.legs]
    assert {leg.instrument_id for leg in legs} <= set(walk.instruments)
    assert set(signals.exits(walk)) <= set(walk.instruments)


@many
@given(walk=WALKS)
def test_strategy_wishes_come_with_a_gain_a_confidence_and_a_reason(
    strategy: Strategy, walk: Tape
) -> None:
    signals = strategy.signals(walk)
    for row in range(len(walk)):
        for basket in signals.entries(walk, row):
            assert basket.edge > 0
            assert all(0 <= leg.confidence <= 1 and leg.reason for leg in basket.legs)
        assert all(signals.exits(walk, row).values())


@many
@given(walk=WALKS)
def test_strategy_never_enters_and_leaves_at_once(strategy: Strategy, walk: Tape) -> None:
    signals = strategy.signals(walk)
    assert not (signals.entry & signals.exit).any()


def test_strategy_does_no_input_or_output(
    strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = random_walk(7, 60, 6)

    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("a strategy may do no input or output")

    for owner, name in ((builtins, "open"), (os, "open"), (socket, "socket"), (os, "getenv")):
        monkeypatch.setattr(owner, name, forbidden)
    signals = strategy.signals(seen)
    signals.entries(seen)
    signals.exits(seen)


@pytest.mark.parametrize("rows", [1, 80])
def test_strategy_wishes_for_nothing_where_nothing_is_known(strategy: Strategy, rows: int) -> None:
    unknown = np.full((rows, 4), np.nan)
    signals = strategy.signals(tape_of(unknown, unknown))
    assert not signals.entry.any()
    assert not signals.exit.any()


@pytest.mark.parametrize("rows", [1, 80])
def test_strategy_takes_a_tape_without_instruments(strategy: Strategy, rows: int) -> None:
    nothing = np.empty((rows, 0))
    empty = tape_of(nothing, nothing)
    signals = strategy.signals(empty)
    assert signals.entries(empty) == []
    assert signals.exits(empty) == {}


def test_strategy_takes_a_tape_of_one_row(strategy: Strategy) -> None:
    one = random_walk(1, 1, 6)
    strategy.signals(one).entries(one)


def poor(kind: str) -> Tape:
    """A long tape of contracts, questions and currencies with something wrong throughout."""
    seen = mixed_walk(3, 260, 4, 0.95 if kind == "holes" else 0.0)
    price = {"constant": 0.4, "zero": 0.0, "one": 1.0, "beyond": 1.5}.get(kind)
    if price is not None:
        same = np.full(seen.bid.shape, price)
        return replace(seen, bid=same, ask=same.copy())
    if kind == "over":
        ends = np.where(seen.spot, np.nan, float(seen.times[0]) - 1)
        return replace(seen, closes_at=ends)
    if kind == "empty":
        nothing = np.zeros(seen.bid.shape)
        return replace(seen, bid_size=nothing, ask_size=nothing.copy(), volume=nothing.copy())
    return seen


@pytest.mark.parametrize("kind", ["holes", "constant", "empty"])
def test_strategy_takes_a_poor_tape(strategy: Strategy, kind: str) -> None:
    seen = poor(kind)
    for row in (0, 130, 259):
        strategy.signals(seen).entries(seen, row)


@pytest.mark.parametrize("kind", ["zero", "one", "beyond", "over"])
def test_strategy_buys_no_contract_that_is_over_or_has_no_price(
    strategy: Strategy, kind: str
) -> None:
    seen = poor(kind)
    signals = strategy.signals(seen)
    bought = signals.entry if signals.short is None else signals.entry | signals.short
    assert not bought[:, ~seen.spot].any()


def test_strategy_takes_a_tape_of_one_instrument(strategy: Strategy) -> None:
    for one in (random_walk(1, 260, 1), random_spot_walk(1, 260, 1)):
        strategy.signals(one).entries(one)


def test_strategy_takes_ten_thousand_markets_at_once(strategy: Strategy) -> None:
    wide = random_walk(1, strategy.lookback, 20_000)
    assert strategy.signals(wide).entry.shape == (strategy.lookback, 20_000)


@pytest.mark.parametrize("name", NAMES)
def test_strategy_is_named_documented_and_bounded(name: str) -> None:
    cls = REGISTRY[name]
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
    assert inspect.cleandoc(cls.__doc__ or "").count(".") >= 1
    module = inspect.getmodule(cls)
    assert module is not None
    assert module.__name__ == f"chalicelib.strategies.{name.replace('-', '_')}"
    schema = cls.Params.model_json_schema()
    for parameter, described in schema["properties"].items():
        assert described.get("description"), parameter
        bounds = set(described) & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
        assert described["type"] not in {"integer", "number"} or len(bounds) == 2, parameter


@pytest.mark.parametrize("name", NAMES)
def test_strategy_defaults_lie_inside_their_own_bounds(name: str) -> None:
    defaults = REGISTRY[name].Params().model_dump()
    assert build_strategy(name, defaults).params.model_dump() == defaults


def test_strategy_lookback_is_a_positive_number_of_rows(strategy: Strategy) -> None:
    assert strategy.lookback >= 1
