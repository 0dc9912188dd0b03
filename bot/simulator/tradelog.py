"""Follow every trade from its commit into the trade log: once, whole, and never before."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.simulator.memory import Change
from chalicelib.aws.table import Item


def line_of(item: Item) -> bytes:
    """The line that a committed trade must have in the log."""
    return f'{{"kind":"{item["kind"]}","trade":{item["body"]}}}'.encode()


@dataclass
class TradeLog:
    """Committed trades that are not logged yet, those that are, and what the outbox holds."""

    unlogged: dict[bytes, int] = field(default_factory=dict)
    logged: dict[bytes, None] = field(default_factory=dict)
    waiting: dict[str, list[bytes]] = field(default_factory=dict)

    def committed(self, line: bytes, step: int) -> None:
        """Expect this trade in the log from now on."""
        self.unlogged[line] = step

    def unlogged_before(self, step: int) -> int:
        """Trades committed before this step that are still not logged."""
        return sum(committed < step for committed in self.unlogged.values())

    def stored(self, key: str, body: bytes) -> Iterator[tuple[str, str]]:
        """Judge an object of the log."""
        for line in gzip.decompress(body).splitlines():
            if line in self.unlogged:
                del self.unlogged[line]
                self.logged[line] = None
            elif line in self.logged:
                yield "I8", f"{key} holds a trade that is in the log already"
            else:
                yield "I9", f"{key} holds a trade that was not committed: {line[:120]!r}"

    def outbox(self, change: Change, lines: list[bytes]) -> Iterator[tuple[str, str]]:
        """Judge a row of the outbox that came or went; ``lines`` were committed with it."""
        lost = [line for line in self.waiting.pop(change.key.sk, []) if line in self.unlogged]
        if lost:
            yield "I8", f"{change.key.sk} went while {len(lost)} of its trades were not logged"
        if change.after is not None:
            self.waiting[change.key.sk] = lines

    def forget_all_but(self, newest: int) -> None:
        """Let go of lines that were logged long ago."""
        for line in list(self.logged)[: max(0, len(self.logged) - newest)]:
            del self.logged[line]
