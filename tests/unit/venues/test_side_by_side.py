"""Calls side by side: none is left hanging, whatever becomes of the whole."""

import asyncio
import warnings

from chalicelib.venues.side_by_side import side_by_side


def test_calls_that_never_had_their_turn_are_closed_when_all_is_cancelled() -> None:
    async def one() -> int:
        await asyncio.sleep(30)
        return 1

    async def cut_short() -> None:
        calls = {str(number): one() for number in range(5)}
        work = asyncio.ensure_future(side_by_side("venue", calls, 1))
        await asyncio.sleep(0)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(cut_short())
