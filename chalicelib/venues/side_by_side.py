"""Ask several things at once, a few at a time, and set aside those that fail."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable, Mapping
from inspect import CORO_CREATED, getcoroutinestate
from typing import TypeVar

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.quarantine import UNANSWERED, UNREADABLE, Quarantined
from chalicelib.venues.rejection import Sifted

Item = TypeVar("Item")


async def side_by_side(
    venue: str, calls: Mapping[str, Awaitable[Item]], at_once: int
) -> Sifted[Item]:
    """Run calls, named by what they are about; raise the first failure if none succeeded."""
    free = asyncio.Semaphore(at_once)

    async def in_turn(call: Awaitable[Item]) -> Item:
        async with free:
            return await call

    try:
        answers = await asyncio.gather(*map(in_turn, calls.values()), return_exceptions=True)
    finally:
        _close_those_never_begun(calls.values())
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failed:
        if len(failed) == len(answers) or not isinstance(failure, VenueError):
            raise failure
    return Sifted(
        tuple(answer for answer in answers if not isinstance(answer, BaseException)),
        tuple(
            Quarantined(venue, name, _code(answer), str(answer))
            for name, answer in zip(calls, answers, strict=True)
            if isinstance(answer, BaseException)
        ),
    )


def _close_those_never_begun(calls: Iterable[Awaitable[object]]) -> None:
    """When all is cancelled at once, some calls had not had their turn."""
    for call in calls:
        if isinstance(call, Coroutine) and getcoroutinestate(call) == CORO_CREATED:
            call.close()


def _code(failure: BaseException) -> str:
    return UNREADABLE if isinstance(failure, VenuePayloadError) else UNANSWERED
