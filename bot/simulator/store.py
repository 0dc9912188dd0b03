"""The table and the archive behind a network that delays, refuses and loses answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.simulator.faults import STORE_FAULTS, Fault
from bot.simulator.steps import pause
from chalicelib.aws.table import Item, Key, QueryPage, Write
from chalicelib.domain.errors import StoreUnavailable, TransactionCancelled

if TYPE_CHECKING:
    from bot.simulator.world import World

Answer = TypeVar("Answer")
ATTEMPTS = 3
"""Times that the AWS SDK sends one request, unchanged, before it gives up."""


async def call(world: "World", site: str, effect: Callable[[], Awaitable[Answer]]) -> Answer:
    """One request as the SDK makes it: the same again after a refusal or a lost answer.

    Raises StoreUnavailable when every attempt failed; then the effect may have happened.
    """
    for _ in range(ATTEMPTS):
        fault = world.strike(site, STORE_FAULTS)
        await pause(site)
        if fault is Fault.UNAVAILABLE:
            break
        if fault is Fault.THROTTLED:
            continue
        try:
            answer = await effect()
        except TransactionCancelled:
            await pause(f"{site} refused")
            if fault is Fault.LOST_ANSWER:
                continue
            raise
        await pause(f"{site} answered")
        if fault is Fault.UNKNOWN_OUTCOME:
            break
        if fault is not Fault.LOST_ANSWER:
            return answer
    raise StoreUnavailable(f"{site}: no answer after {ATTEMPTS} attempts")


class FaultyTable:
    """The Table port with the network in between."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def get(self, key: Key) -> Item | None:
        """One row."""
        return await call(self._world, "table get", lambda: self._world.table.get(key))

    async def query(
        self,
        pk: str,
        *,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> QueryPage:
        """Rows of one partition in key order."""
        table = self._world.table
        return await call(
            self._world,
            "table query",
            lambda: table.query(pk, before=before, newest_first=newest_first, limit=limit),
        )

    async def write(self, write: Write) -> Item | None:
        """One conditional write."""
        site = f"table write {write.label}"
        return await call(self._world, site, lambda: self._world.table.write(write))

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """All or none."""
        effect = self._world.table.transact
        await call(self._world, "table transact", lambda: effect(writes, token))


class FaultyArchive:
    """The Archive port with the network in between."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def put_once(self, key: str, body: bytes) -> None:
        """Keep the first body stored under a key."""
        site = f"archive put {key.partition('/')[0]}"
        await call(self._world, site, lambda: self._world.archive.put_once(key, body))

    async def get(self, key: str) -> bytes | None:
        """The object, or None."""
        return await call(self._world, "archive get", lambda: self._world.archive.get(key))
