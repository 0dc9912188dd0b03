"""How wishes are read from columns, and how strategies are named and given parameters."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import Field

from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import (
    REGISTRY,
    Strategy,
    StrategyParams,
    build_strategy,
    find_strategy,
    strategy,
)
from chalicelib.domain.tape import Tape
from tests.builders import tape

PAIRS = tape([[0.4, 0.6, 0.3, 0.7]])


def wished(entry: list[bool], edge: list[float], **more: object) -> Signals:
    """Signals of one row over four instruments."""
    return replace(
        Signals.none(PAIRS),
        entry=np.array([entry]),
        edge=np.array([edge]),
        entry_reason="edge {edge:.2f}",
        facts={"edge": np.array([edge])},
        **more,
    )


def test_signals_entries_come_best_edge_first_with_their_reasons() -> None:
    found = wished([True, False, True, True], [0.1, 0.9, 0.3, 0.3]).entries(PAIRS)
    assert [b.legs[0].instrument_id for b in found] == [
        "test:m1:no",
        "test:m1:yes",
        "test:m0:yes",
    ]
    assert found[0].legs[0].reason == "edge 0.30"


def test_signals_basket_holds_every_leg_even_where_only_one_was_asked_for() -> None:
    signals = wished([True, False, False, False], [0.1, 0.2, 0, 0], basket=PAIRS.market)
    (both,) = signals.entries(PAIRS)
    assert [leg.instrument_id for leg in both.legs] == ["test:m0:yes", "test:m0:no"]
    assert both.edge == pytest.approx(0.3)
    assert both.unfilled is Unfilled.ABORT


def test_signals_instrument_without_a_basket_is_not_wished_for() -> None:
    alone = np.full(4, -1)
    assert wished([True] * 4, [0.1] * 4, basket=alone).entries(PAIRS) == []


def test_signals_basket_may_change_from_row_to_row() -> None:
    seen = tape([[0.4, 0.6, 0.3, 0.7]] * 2)
    signals = replace(
        Signals.none(seen),
        entry=np.ones((2, 4), bool),
        edge=np.full((2, 4), 0.1),
        basket=np.array([[0, 0, 1, 1], [0, 1, 1, -1]]),
        entry_reason="cheap",
    )
    first, second = ([b.legs for b in signals.entries(seen, row)] for row in (0, 1))
    assert [[leg.instrument_id for leg in legs] for legs in first] == [
        ["test:m0:yes", "test:m0:no"], ["test:m1:yes", "test:m1:no"],
    ]  # fmt: skip
    assert [[leg.instrument_id for leg in legs] for legs in second] == [
        ["test:m0:no", "test:m1:yes"], ["test:m0:yes"],
    ]  # fmt: skip


def test_signals_exits_name_the_instruments_to_leave() -> None:
    signals = replace(
        wished([False] * 4, [0.25] * 4),
        exit=np.array([[False, True, False, False]]),
        exit_reason="turned by {edge:.2f}",
    )
    assert signals.exits(PAIRS) == {"test:m0:no": "turned by 0.25"}


@pytest.mark.parametrize("worth", [np.nan, np.inf])
def test_signals_wish_without_a_finite_edge_is_the_strategys_mistake(worth: float) -> None:
    with pytest.raises(ValueError, match="edge"):
        wished([True, False, False, False], [worth, 0, 0, 0]).entries(PAIRS)


class Still(Strategy):
    """Wish for nothing."""

    name = "still"

    class Params(StrategyParams):
        """One number."""

        window: int = Field(5, ge=2, le=9, description="Rows")

    @property
    def lookback(self) -> int:
        """One row."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Nothing."""
        return Signals.none(tape)


KNOWN = {"still": Still}


def test_strategy_none_wishes_for_nothing() -> None:
    still = build_strategy("still", {}, KNOWN)
    assert still.signals(PAIRS).entries(PAIRS) == []
    assert still.signals(PAIRS).exits(PAIRS) == {}


def test_strategy_unknown_offers_the_nearest_name() -> None:
    with pytest.raises(NotFoundError) as refused:
        find_strategy("stil", KNOWN)
    assert refused.value.hint == "Did you mean 'still'?"
    with pytest.raises(NotFoundError) as refused:
        find_strategy("xyz", KNOWN)
    assert refused.value.hint == "Known: still."


def test_strategy_misspelt_parameter_offers_the_nearest_one() -> None:
    with pytest.raises(InputError, match="'still' has no parameter 'windw'") as refused:
        build_strategy("still", {"windw": 3}, KNOWN)
    assert refused.value.hint == "Did you mean 'window'?"


@pytest.mark.parametrize("value", [1, 10, "many", float("nan"), None])
def test_strategy_parameter_out_of_bounds_is_named(value: object) -> None:
    with pytest.raises(InputError, match=r"still\.window is"):
        build_strategy("still", {"window": value}, KNOWN)


def test_strategy_two_of_one_name_is_a_mistake_that_names_both_files() -> None:
    taken = next(iter(REGISTRY), None) or strategy("still")(Still).name
    with pytest.raises(ValueError, match=f"{taken!r} is in"):
        strategy(taken)(type("Other", (Still,), {"__module__": "elsewhere"}))
