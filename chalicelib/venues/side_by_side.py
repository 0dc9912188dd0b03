"""Ask several things at once, a few at a time, and set aside those that fail."""

import asyncio
from collections.abc import Awaitable, Mapping
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

    answers = await asyncio.gather(*map(in_turn, calls.values()), return_exceptions=True)
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


def _code(failure: BaseException) -> str:
    return UNREADABLE if isinstance(failure, VenuePayloadError) else UNANSWERED
