"""Where a run can be stopped: each call to the world waits before its effect and after it."""

from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


@coroutine
def pause(site: str) -> Generator[str, None, None]:
    """Give the scheduler its turn; it may go on, let others run first, or never come back."""
    yield site


def finish(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine to its end without letting anything else happen in between."""
    while True:
        try:
            work.send(None)
        except StopIteration as done:
            answer: Answer = done.value
            return answer
