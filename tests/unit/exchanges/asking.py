"""Ask the simulated venues without a socket."""

from typing import Any

from bot.exchanges.exchange import Exchanges
from bot.exchanges.kalshi_prices import Style
from bot.exchanges.wire import Reply, Request
from bot.exchanges.world import World

AT = 1_790_000_000.0
WORLD = World(seed=3, markets=60)


def made(at: float = AT, style: Style = "dollars", world: World = WORLD) -> Exchanges:
    """All venues with their clock standing at a time."""
    return Exchanges(world, lambda: at, kalshi_prices=style)


def reply_to(
    exchanges: Exchanges, url: str, body: bytes = b"", method: str = "GET", **query: Any
) -> Reply:
    """What is answered at ``HOST/PATH``; a list repeats its parameter."""
    host, _, path = url.partition("/")
    pairs = [
        (name, str(value))
        for name, values in query.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return exchanges.answer(Request(method, host, f"/{path}", pairs, {}, body))


def ask(url: str, at: float = AT, style: Style = "dollars", **query: Any) -> Any:
    """The content of a successful answer."""
    reply = reply_to(made(at, style), url, **query)
    assert reply.status == 200, reply.content
    return reply.content
