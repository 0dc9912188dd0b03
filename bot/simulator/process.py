"""A process of the product in the simulated world: its clock, its ports, and what it remembers."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.simulator.run import Container
from bot.simulator.store import FaultyArchive, FaultyTable
from bot.simulator.universe import VENUE
from bot.simulator.venue import SimulatedVenue
from chalicelib.aws.ledger import TableLedger
from chalicelib.domain.errors import VenueError
from chalicelib.engine.runtime import Runtime
from chalicelib.research.paper import Unheard

if TYPE_CHECKING:
    from bot.simulator.world import World


async def in_turn(calls: Sequence[Awaitable[Any]], seconds: float) -> list[Any]:
    """The Together port: one call after the other, each with its own places to stop."""
    answers: list[Any] = []
    try:
        for call in calls:
            try:
                answers.append(await call)
            except (VenueError, ValueError) as failure:
                answers.append(failure)
    finally:
        for call in calls:
            call.close()  # type: ignore[attr-defined]  # those never begun must not complain
    return answers


class SkewedClock:
    """The Clock port of one container."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.container: Container | None = None

    def now(self) -> datetime:
        """The world's time, wrong by the container's skew."""
        return self._world.now(self.container.skew_ms if self.container else 0)


def cold_start(world: "World", skew_ms: int = 0) -> Container:
    """A new process: it remembers nothing, and its clock is wrong by so much."""
    clock = SkewedClock(world)
    runtime = Runtime(
        TableLedger(FaultyTable(world)),
        FaultyArchive(world),
        {VENUE: SimulatedVenue(world)},
        clock,
        Unheard(),
        in_turn,
        world.registry,
    )
    clock.container = Container(runtime, skew_ms)
    return clock.container
