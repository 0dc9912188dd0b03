"""Strategies are asked one by one: one that fails is a fault, and books are few."""

import numpy as np
import pytest

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.order import Side
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.engine.wish import active_strategies, instruments_to_trade, wish
from tests.builders import NO, YES, account, basket, fill, signal, tape, wishes


class Eager(Strategy):
    """Wish for everything, with an edge that is set."""

    name = "eager"
    worth = 0.1
    seen: list[int]

    class Params(StrategyParams):
        """One number."""

        rows: int = 3

    @property
    def lookback(self) -> int:
        """As many rows as it was told."""
        return self.params.rows  # type: ignore[attr-defined, no-any-return]

    def signals(self, tape: Tape) -> Signals:
        """Enter and leave everything."""
        self.seen = tape.times.tolist()
        always = np.ones(tape.bid.shape, bool)
        worth = np.full(tape.bid.shape, self.worth)
        return Signals(always, always, worth, worth, "it is there", "it was there")


class Broken(Eager):
    """Raise."""

    name = "broken"

    def signals(self, tape: Tape) -> Signals:
        """Divide by zero."""
        raise ZeroDivisionError("no prices")


class Unsure(Eager):
    """Give an edge that is not a number."""

    name = "unsure"
    worth = float("nan")


REGISTRY = {cls.name: cls for cls in (Eager, Broken, Unsure)}
HISTORY = tape([[0.4, 0.6]] * 6)


def config(**settings: StrategySetting) -> Config:
    return Config(settings, RiskLimits())


def test_strategies_are_active_unless_the_operator_disabled_them() -> None:
    built, faults = active_strategies(config(broken=StrategySetting(enabled=False)), REGISTRY)
    assert (list(built), faults) == (["eager", "unsure"], [])


def test_strategies_get_the_parameters_that_the_operator_chose() -> None:
    built, _ = active_strategies(config(eager=StrategySetting(params={"rows": 5})), REGISTRY)
    assert built["eager"].lookback == 5


@pytest.mark.parametrize(
    ("name", "params", "reason"),
    [
        ("eager", {"row": 5}, "has no parameter 'row'. Did you mean 'rows'?"),
        ("eager", {"rows": "x"}, "eager.rows is 'x'"),
        ("eagre", {}, "no strategy is called 'eagre'. Did you mean 'eager'?"),
    ],
)
def test_strategies_that_cannot_be_built_are_faults_and_the_others_go_on(
    name: str, params: dict[str, object], reason: str
) -> None:
    built, (fault,) = active_strategies(config(**{name: StrategySetting(params=params)}), REGISTRY)
    assert fault.strategy == name
    assert reason in fault.reason
    assert "unsure" in built


def test_wish_of_a_strategy_that_raises_is_a_fault_and_the_others_go_on() -> None:
    built, _ = active_strategies(config(), REGISTRY)
    wished, faults = wish(built, HISTORY)
    assert list(wished) == ["eager"]
    assert {f.strategy: f.reason.partition(":")[0] for f in faults} == {
        "broken": "ZeroDivisionError",
        "unsure": "ValueError",
    }


def test_wish_shows_a_strategy_its_lookback_and_no_more() -> None:
    built, _ = active_strategies(config(eager=StrategySetting(params={"rows": 2})), REGISTRY)
    wish(built, HISTORY)
    assert built["eager"].seen == HISTORY.times[-2:].tolist()  # type: ignore[attr-defined]


def test_books_are_wanted_for_exits_held_and_for_the_best_entries_only() -> None:
    held = apply_fill(account(), fill(Side.BUY, 10, "0.5", YES))
    entries = [basket(signal(f"test:e{n}:yes")) for n in range(5)]
    wished = wishes(*entries, exits={YES: "turned", NO: "not held"})

    wanted = instruments_to_trade({"test": wished}, {"test": held}, 2)

    assert wanted == ["test:e0:yes", "test:e1:yes", YES]


def test_books_are_not_wanted_for_baskets_that_are_held_already() -> None:
    held = apply_fill(account(), fill(Side.BUY, 10, "0.5", YES))
    pair, fresh = basket(signal(YES), signal(NO)), basket(signal("test:x:yes"))
    assert instruments_to_trade({"test": wishes(pair, fresh)}, {"test": held}, 1) == ["test:x:yes"]


def test_books_are_wanted_for_both_legs_of_a_new_strategys_basket() -> None:
    pair = basket(signal(YES), signal(NO))
    assert instruments_to_trade({"new": wishes(pair)}, {}, 1) == [NO, YES]
