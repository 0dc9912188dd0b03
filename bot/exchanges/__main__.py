"""The simulated venues as a process of their own: ``python -m bot.exchanges``."""

import argparse
import asyncio
import sys

from bot.exchanges.exchange import Exchanges
from bot.exchanges.faults import FaultSyntaxError, Rule
from bot.exchanges.server import Server
from bot.exchanges.world import World


def main() -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m bot.exchanges", description=__doc__)
    parser.add_argument("--port", type=int, default=8770)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--haste", type=float, default=1.0)
    parser.add_argument("--markets", type=int, default=60)
    parser.add_argument("--kalshi-prices", choices=("cents", "both", "dollars"), default="dollars")
    parser.add_argument("--fault", action="append", default=[])
    given = parser.parse_args()
    try:
        faults = [Rule.parse(text) for text in given.fault]
    except FaultSyntaxError as exc:
        print(exc, file=sys.stderr)
        return 2
    world = World(given.seed, given.haste, given.markets)
    exchanges = Exchanges(world, faults=faults, kalshi_prices=given.kalshi_prices)
    try:
        asyncio.run(_serve(Server(exchanges, given.port)))
    except KeyboardInterrupt:
        print("stopped")
    return 0


async def _serve(server: Server) -> None:
    async with server:
        print(f"simulated venues on {server.gateway}: set VENUE_GATEWAY to it", flush=True)
        await server.forever()


if __name__ == "__main__":
    raise SystemExit(main())
