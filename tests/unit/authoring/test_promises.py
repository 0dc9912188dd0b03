"""Each promise that a strategy breaks is told with the row and the value; none is made up."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.authoring.describing import check_named, check_parameters
from bot.authoring.promises import (
    Broken,
    check_bounded_memory,
    check_causality,
    check_determinism,
    check_no_input_or_output,
    check_one_way,
    check_shape,
    check_wishes,
)
from bot.authoring.report import examine
from chalicelib.domain.indicators import change_over
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import REGISTRY, Strategy, StrategyParams, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies import discover
from tests.builders import tape

discover()

SEEN = tape([[0.40], [0.50], [0.45], [0.55]])


class Honest(Strategy):
    """Buy what rose."""

    name = "honest"

    class Params(StrategyParams):
        """None."""

    @property
    def lookback(self) -> int:
        """Two observations."""
        return 2

    def signals(self, tape: Tape) -> Signals:
        """Enter a rise."""
        return self.wish(tape, np.nan_to_num(change_over(tape.mid, 1)))

    def wish(self, tape: Tape, edge: Any, **more: Any) -> Signals:
        made = {"entry": edge > 0, "exit": edge < 0, "confidence": np.full(edge.shape, 0.5)}
        return Signals(edge=edge, entry_reason="rose", exit_reason="fell", **(made | more))


class Prophet(Honest):
    """Look one row ahead."""

    def signals(self, tape: Tape) -> Signals:
        """Enter before a rise."""
        ahead = np.zeros(tape.mid.shape)
        ahead[:-1] = np.nan_to_num(tape.mid[1:] - tape.mid[:-1])
        return self.wish(tape, ahead)


class Elephant(Honest):
    """Remember the first row for ever."""

    def signals(self, tape: Tape) -> Signals:
        """Enter above the first price."""
        return self.wish(tape, np.nan_to_num(tape.mid - tape.mid[0]))


class Moody(Honest):
    """Say something else each time."""

    asked = 0

    def signals(self, tape: Tape) -> Signals:
        """Count how often it was asked."""
        type(self).asked += 1
        return self.wish(tape, np.full(tape.mid.shape, 0.01 * self.asked))


class Vandal(Honest):
    """Write on the tape."""

    def signals(self, tape: Tape) -> Signals:
        """Unlock the bids and change one."""
        tape.bid.setflags(write=True)
        tape.bid[0, 0] += 0.01
        tape.bid.setflags(write=False)
        return self.wish(tape, np.zeros(tape.mid.shape))


def test_look_ahead_is_told_with_its_row_and_both_values() -> None:
    with pytest.raises(Broken, match=r"row 0 of 4 looks ahead: .*entry of test:m0:yes is True and"):
        check_causality(Prophet(Prophet.Params()), SEEN, 0)
    check_causality(Honest(Honest.Params()), SEEN, 2)


def test_memory_beyond_the_lookback_is_told_with_its_row_and_both_values() -> None:
    told = r"row 2 of 4 remembers more .* 2 rows: .* entry of test:m0:yes is True and then False"
    with pytest.raises(Broken, match=told):
        check_bounded_memory(Elephant(Elephant.Params()), SEEN, 2)
    check_bounded_memory(Honest(Honest.Params()), SEEN, 2)


def test_other_answers_and_a_changed_tape_are_told() -> None:
    with pytest.raises(Broken, match=r"row 0 is not the same .* edge of test:m0:yes is 0.01 and"):
        check_determinism(Moody(Moody.Params()), SEEN)
    with pytest.raises(Broken, match="changes bid of the tape"):
        check_determinism(Vandal(Vandal.Params()), tape([[0.4], [0.5]]))
    check_determinism(Honest(Honest.Params()), SEEN)


WRONG: dict[str, tuple[Any, dict[str, Any], str]] = {
    "shape": (check_shape, {"confidence": np.zeros((1, 1))}, r"confidence is \(1, 1\)"),
    "type": (check_shape, {"exit": np.zeros((4, 1))}, "exit holds float64"),
    "basket": (check_shape, {"basket": np.zeros(7, int)}, "basket has neither"),
    "edge": (check_wishes, {"entry": np.ones((4, 1), bool)}, "row 0: .* has edge 0.0"),
    "confidence": (check_wishes, {"confidence": np.full((4, 1), 2.0)}, "row 1: .* confidence 2.0"),
    "both ways": (check_one_way, {"exit": np.ones((4, 1), bool)}, "row 1 enters and leaves"),
}


@pytest.mark.parametrize(("check", "changed", "says"), WRONG.values(), ids=WRONG)
def test_answer_that_makes_no_sense_is_told(check: Any, changed: dict[str, Any], says: str) -> None:
    class Wrong(Honest):
        def signals(self, tape: Tape) -> Signals:
            return self.wish(tape, np.nan_to_num(change_over(tape.mid, 1)), **changed)

    with pytest.raises(Broken, match=says):
        check(Wrong(Wrong.Params()), SEEN)
    check(Honest(Honest.Params()), SEEN)


def test_reading_a_file_is_told_and_the_doors_open_again(tmp_path: Path) -> None:
    class Reader(Honest):
        def signals(self, tape: Tape) -> Signals:
            with open(tmp_path / "x") as file:
                file.read()
            return super().signals(tape)

    with pytest.raises(Broken, match="no input or output"):
        check_no_input_or_output(Reader(Reader.Params()))
    (tmp_path / "x").write_text("open again")


def test_name_that_is_not_the_files_is_told() -> None:
    with pytest.raises(Broken, match=r"its file must be called honest\.py"):
        check_named(Honest)

    class Loud(Honest):
        name = "Very--Loud"

    with pytest.raises(Broken, match="'Very--Loud' is not a name"):
        check_named(Loud)


def test_parameter_without_bounds_or_words_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Params(StrategyParams):
        """One number."""

        window: int = 3

    monkeypatch.setattr(Honest, "Params", Params)
    with pytest.raises(Broken, match="'window' has no description"):
        check_parameters(Honest)


def test_report_finds_what_is_broken_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bad(Prophet):
        """Look ahead."""

        __module__ = "chalicelib.strategies.bad"
        name = "bad"

    monkeypatch.setitem(REGISTRY, "bad", Bad)
    report = examine("bad")
    broken = {finding.promise: finding.text for finding in report.findings if not finding.kept}
    assert set(broken) == {"causality", "memory", "poor data"}  # it buys what is over
    assert "looks ahead" in broken["causality"]
    assert "(made-up contracts, seed 0)" in broken["causality"]
    assert (report.sound, report.measured) == (False, {})


def test_report_takes_an_error_and_a_warning_for_what_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Careless(Honest):
        """Divide by nothing."""

        __module__ = "chalicelib.strategies.careless"
        name = "careless"

        def signals(self, tape: Tape) -> Signals:
            return self.wish(tape, np.nan_to_num(tape.mid / (tape.mid * 0) * 0))

    monkeypatch.setitem(REGISTRY, "careless", Careless)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = examine("careless")
    assert "RuntimeWarning" in next(f.text for f in report.findings if f.promise == "causality")


@pytest.mark.parametrize("name", ["momentum", "mean-reversion"])
def test_report_of_a_sound_strategy_measures_it(name: str) -> None:
    report = examine(name)
    assert [finding for finding in report.findings if not finding.kept] == []
    assert set(report.measured) == {"timing", "warm-up", "signals a day"}
    assert report.measured["warm-up"].startswith(f"{build_strategy(name, {}).lookback} rows")
