"""The pages of the strategies say what the code is and what was measured of it."""

import json

import pytest

from chalicelib.domain.strategy import REGISTRY
from chalicelib.strategies import discover
from tools.strategy_docs import FOLDER, RESULTS, pages, rule_digest

NAMES = discover()
MEASURED = json.loads(RESULTS.read_text())
WRITTEN = pages(MEASURED)
AGAIN = "run `python -m tools.strategy_docs`"


@pytest.mark.parametrize("name", [*NAMES, "results"])
def test_page_is_what_code_and_results_say(name: str) -> None:
    assert (FOLDER / f"{name}.md").read_text() == WRITTEN[f"{name}.md"], AGAIN


def test_no_page_is_left_of_a_strategy_that_is_gone() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == WRITTEN.keys(), AGAIN


@pytest.mark.parametrize("name", [name for name in NAMES if name in MEASURED["rules"]])
def test_strategy_was_measured_as_it_is_now(name: str) -> None:
    assert MEASURED["rules"][name] == rule_digest(REGISTRY[name]), (
        "the strategy changed since its results were measured: "
        "run `python -m tools.strategy_runs --data DIR`"
    )


def test_at_least_two_strategies_are_shown_as_losing() -> None:
    losing = {
        name
        for past in MEASURED["pasts"]
        for name, result in past["results"].items()
        if "It loses" in result["verdict"]
    }
    assert len(losing) >= 2


def test_baselines_are_measured_on_every_past_with_trades() -> None:
    measured = [name for name in NAMES if name in MEASURED["rules"]]
    baselines = [name for name in measured if REGISTRY[name].about.baseline]
    assert baselines
    for past in MEASURED["pasts"]:
        assert past["results"].keys() & set(baselines)
