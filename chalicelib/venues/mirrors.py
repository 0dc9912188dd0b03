"""Several places that give the same answers: ask the next one when one is out of order."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.venues.transport import Banned, Declined, NotThere

Source = TypeVar("Source")
Answer = TypeVar("Answer")


class Mirrors(Generic[Source]):
    """Sources in the order in which they are asked; the one that answered last comes first.

    ``seconds`` is the transport's clock, which deadlines are on too.
    """

    def __init__(self, sources: Sequence[Source], seconds: Callable[[], float]) -> None:
        self._sources = list(sources)
        self._seconds = seconds
        self._banned: tuple[float, Banned] | None = None

    async def ask(
        self, question: Callable[[Source, float], Awaitable[Answer]], end: float
    ) -> Answer:
        """The first answer before ``end``; each source gets its share of the time that is left.

        Raises the failure of the source that was asked first. A question that a venue does not
        take is not put to another one.
        """
        self._require_no_ban()
        failures: list[VenueUnavailable | VenuePayloadError] = []
        for number, source in enumerate(list(self._sources)):
            now = self._seconds()
            deadline = now + (end - now) / (len(self._sources) - number)
            try:
                answer = await question(source, deadline)
            except (NotThere, Declined):
                raise
            except Banned as exc:
                # Mirrors count our requests together, so one's ban is meant for all of them.
                self._banned = self._seconds() + exc.seconds, exc
                raise
            except (VenueUnavailable, VenuePayloadError) as exc:
                failures.append(exc)
            else:
                self._prefer(source)
                return answer
        raise failures[0]

    def _require_no_ban(self) -> None:
        if self._banned is None:
            return
        until, banned = self._banned
        left = until - self._seconds()
        if left > 0:
            message = f"{banned.message}; its mirrors are not asked for {left:.0f} s either"
            raise Banned(message, banned.hint, left)
        self._banned = None

    def _prefer(self, source: Source) -> None:
        if self._sources[0] is not source:
            self._sources.remove(source)
            self._sources.insert(0, source)
