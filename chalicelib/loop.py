"""The container's one event loop, and how the cycle waits for several venues at once."""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.fault import FaultKind

Result = TypeVar("Result")


@lru_cache(maxsize=1)
def event_loop() -> asyncio.AbstractEventLoop:
    """One loop for the container's life: venue connections are bound to it."""
    return asyncio.new_event_loop()


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine on the container's loop."""
    return event_loop().run_until_complete(coroutine)


async def together(calls: Sequence[Awaitable[Any]], seconds: float) -> list[Any | BaseException]:
    """Run all calls at once; one that is not done in time is answered as VenueUnavailable."""
    if not calls:
        return []
    tasks = [asyncio.ensure_future(call) for call in calls]
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    return [
        _too_late(seconds) if task in late else answer
        for task, answer in zip(tasks, answers, strict=True)
    ]


def _too_late(seconds: float) -> VenueUnavailable:
    return VenueUnavailable(
        f"no answer within {seconds:.0f} s",
        "Its markets are skipped in this cycle; the next one asks again.",
        FaultKind.READ_TIMEOUT,
    )
