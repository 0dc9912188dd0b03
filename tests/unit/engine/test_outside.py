"""Headlines in the cycle: each counts once, and a feed that fails costs nothing but itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.cycle import Observation
from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.headline import Headline
from chalicelib.engine.newsroom import MOST_KNOWN, Newsroom
from chalicelib.engine.outside import Outside, look_outside
from chalicelib.engine.runtime import Runtime
from chalicelib.loop import together
from tests.builders import NOW, SetClock, market, runtime
from tests.unit.engine.test_forecasting import Nowhere

BEFORE = NOW - timedelta(minutes=1)
RESIGNS = "Governor Ann Example resigns"


@dataclass
class Paper:
    """A feed that lists what it is given, fails, or hangs."""

    name: str = "paper"
    listed: list[Headline] = field(default_factory=list)
    failing: bool = False
    hanging: bool = False

    async def headlines(self) -> Sequence[Headline]:
        """What it lists now."""
        if self.hanging:
            await asyncio.sleep(60)
        if self.failing:
            raise VenueUnavailable("it is closed", kind=FaultKind.STATUS)
        return tuple(self.listed)

    def print(self, title: str = RESIGNS, at: datetime = NOW) -> None:
        """Publish a headline."""
        self.listed.insert(0, Headline(self.name, title, at, at))


def wired(*papers: Paper) -> Runtime:
    usual = runtime(MemoryTable(), MemoryArchive(), Nowhere(), {}, SetClock())  # type: ignore[arg-type]
    return replace(usual, together=together, news={paper.name: paper for paper in papers},
                   outside_deadline_seconds=0.05)  # fmt: skip


SEEN = Observation({
    "test:a": market("a", title="Will Ann Example resign as governor?"), "test:b": market("b"),
}, {})  # fmt: skip
ANN = {"test:a:yes": 1, "test:a:no": 1}


def looked(wiring: Runtime, since: datetime | None = BEFORE) -> Outside:
    return asyncio.run(look_outside(wiring, SEEN, since))


def test_headline_counts_in_the_row_after_it_appeared_and_in_no_other() -> None:
    paper = Paper()
    wiring = wired(paper)
    assert looked(wiring).news == {}
    paper.print(at=NOW - timedelta(minutes=30))  # feeds are late
    assert looked(wiring).news == ANN
    assert looked(wiring).news == {}


def test_first_look_counts_only_what_was_published_since_the_row_before() -> None:
    paper = Paper()
    paper.print(at=BEFORE)
    assert looked(wired(paper)).news == {}
    paper.print("Ann Example is to resign", at=BEFORE + timedelta(seconds=1))
    assert looked(wired(paper)).news == ANN
    assert looked(wired(paper), None).news == {}


def test_failing_feed_is_a_fault_and_without_any_feed_nothing_is_known() -> None:
    good, bad = Paper("good"), Paper("bad", failing=True)
    both = looked(wired(good, bad))
    assert both.news == {}
    assert [f"{f.venue} {f.code} {f.call}" for f in both.faults] == ["bad status news"]
    assert looked(wired(bad)).news is None
    assert looked(wired()) == Outside()


def test_hanging_feed_costs_its_deadline_and_no_more() -> None:
    answered = looked(wired(Paper(hanging=True)))
    assert answered.news is None
    assert [fault.code for fault in answered.faults] == ["read-timeout"]


def test_same_headline_of_two_feeds_counts_once() -> None:
    papers = Paper("one"), Paper("two")
    for paper in papers:
        paper.print()
    assert looked(wired(*papers)).news == ANN


def test_newsroom_remembers_a_bounded_number_of_headlines() -> None:
    room = Newsroom()
    many = [Headline("f", f"News {n}", NOW, NOW) for n in range(MOST_KNOWN + 10)]
    assert len(room.fresh("f", many, BEFORE)) == len(many)
    assert room.fresh("f", many[-MOST_KNOWN:], BEFORE) == []
