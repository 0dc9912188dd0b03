"""One invocation under way, and the container that it runs in."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from chalicelib.engine.runtime import Runtime

NEVER = 1 << 60


@dataclass
class Container:
    """A process that stays warm between invocations: its runtime remembers the history."""

    runtime: Runtime
    skew_ms: int = 0


@dataclass
class Run:
    """A coroutine, where it will be stopped, and what the judge knows about it."""

    number: int
    work: Coroutine[Any, Any, Any]
    container: Container | None
    started: int
    dies_after: int = NEVER
    stops_after: int = NEVER
    """Its death, or a pause before that."""
    pause_minutes: int = 0
    asleep_until: int = 0
    fence: int = 0
    steps: int = 0
    site: str = "start"

    @property
    def is_operator(self) -> bool:
        """Whether somebody changes something by hand; a cycle has a number."""
        return self.number == 0


def nobody() -> Run:
    """The run that is under way before any is."""
    work = _nothing()
    work.close()
    return Run(0, work, None, 0)


async def _nothing() -> None:
    """Do nothing."""
