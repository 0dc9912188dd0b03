"""A cycle may be stopped anywhere: what is not committed never happened, the rest is finished."""

import pytest

from bot.simulator.killpoints import SCENES, kill_points
from bot.simulator.patterns import PATTERNS
from bot.simulator.unsafe_writes import numbered_from_zero, outbox_left_alone

ONE = {"one transaction": SCENES["one transaction"]}
SEVERAL = {"several transactions": SCENES["several transactions"]}


def test_every_point_of_a_cycle_and_every_pattern_keeps_every_promise() -> None:
    report = kill_points(ONE)
    assert report.found == ()
    assert report.points > 300
    assert all(report.by_pattern.values()), "a pattern without points tests nothing"


@pytest.mark.parametrize("pattern", ["death", "operator kills"])
def test_every_point_of_a_commit_of_several_transactions_keeps_every_promise(pattern: str) -> None:
    report = kill_points(SEVERAL, [pattern])
    assert report.found == ()
    assert report.points > 20


def test_kill_points_find_an_outbox_that_nobody_clears() -> None:
    with outbox_left_alone():
        assert not kill_points(ONE, ["death"]).sound


def test_kill_points_find_chunks_that_take_each_others_place() -> None:
    with numbered_from_zero():
        assert not kill_points(SEVERAL, ["death"]).sound


def test_patterns_cover_death_redelivery_overlap_skew_and_operators() -> None:
    words = " ".join(PATTERNS)
    for word in ("death", "duplicate", "late", "overtakes", "ahead", "behind", "operator", "lost"):
        assert word in words
