"""Who is asked when a source is out of order, and for how long."""

from collections.abc import Callable

import pytest

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.venues.mirrors import Mirrors
from chalicelib.venues.transport import Banned, Declined, NotThere
from tests.unit.venues.played_http import run


class Stage:
    """Two sources, a clock, and who was asked by when."""

    def __init__(self) -> None:
        self.time = 100.0
        self.failures: dict[str, Exception] = {}
        self.asked: list[tuple[str, float]] = []
        self.mirrors = Mirrors(["first", "second"], lambda: self.time)

    async def question(self, source: str, deadline: float) -> str:
        self.asked.append((source, deadline))
        if source in self.failures:
            raise self.failures[source]
        return source

    def ask(self) -> str:
        return run(self.mirrors.ask(self.question, self.time + 20))


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("kind", [VenueUnavailable, VenuePayloadError])
def test_next_source_is_asked_and_preferred_when_one_is_out_of_order(
    stage: Stage, kind: Callable[[str], Exception]
) -> None:
    stage.failures["first"] = kind("out of order")
    assert [stage.ask(), stage.ask()] == ["second", "second"]
    assert [source for source, _ in stage.asked] == ["first", "second", "second"]


def test_first_source_has_half_of_the_time_and_the_last_all_that_is_left(stage: Stage) -> None:
    stage.failures["first"] = VenueUnavailable("slow")
    stage.ask()
    assert [deadline for _, deadline in stage.asked] == [110, 120]


def test_failure_of_all_is_the_failure_of_the_first(stage: Stage) -> None:
    stage.failures = {"first": VenueUnavailable("one"), "second": VenuePayloadError("two")}
    with pytest.raises(VenueUnavailable, match="one"):
        stage.ask()


@pytest.mark.parametrize("answer", [Declined("no", "", 400, None), NotThere("no")])
def test_question_that_is_not_taken_is_not_repeated_elsewhere(
    stage: Stage, answer: Exception
) -> None:
    stage.failures["first"] = answer
    with pytest.raises(VenueUnavailable):
        stage.ask()
    assert len(stage.asked) == 1


def test_ban_keeps_every_source_alone_until_it_is_over(stage: Stage) -> None:
    stage.failures["first"] = Banned("banned", "wait", 900.0)
    for _ in range(3):
        with pytest.raises(Banned):
            stage.ask()
    assert len(stage.asked) == 1
    stage.failures.clear()
    stage.time += 900
    assert stage.ask() == "first"
