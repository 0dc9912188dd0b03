"""Two hours of real order books give exactly the recorded numbers.

When a number was meant to change: ``python -m tests.golden.regenerate``, and review the diff.
"""

import json
from functools import cache
from typing import Any

from tests.golden.regenerate import CHOSEN, CYCLES, GOLDEN, as_text, replayed


@cache
def again() -> dict[str, Any]:
    """The replay, run once for all tests."""
    return replayed()


def test_golden_replay_books_exactly_the_same_trades() -> None:
    assert again()["trades"] == json.loads(GOLDEN.read_text("utf-8"))["trades"]


def test_golden_replay_reports_exactly_the_same_equity_in_every_cycle() -> None:
    assert again()["cycles"] == json.loads(GOLDEN.read_text("utf-8"))["cycles"]


def test_golden_file_is_written_as_the_generator_writes_it() -> None:
    assert GOLDEN.read_text("utf-8") == as_text(again())


def test_golden_replay_is_worth_comparing() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert len(golden["cycles"]) == CYCLES
    assert {cycle["outcome"] for cycle in golden["cycles"]} == {"committed"}
    for kind in (": buy ", ": sell ", ": settle "):
        assert any(kind in trade for trade in golden["trades"]), kind
    traded = {trade.split()[1] for trade in golden["trades"]}
    assert traded <= CHOSEN.keys()
    assert len(traded) >= 2
