"""All venues as one function from a request to a reply, with faults, counters and a clock."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.exchanges import (
    binance,
    coinbase,
    coinbase_advanced,
    coingecko,
    kalshi,
    polymarket,
    weather,
)
from bot.exchanges.faults import FaultSyntaxError, Kind, Rule, due
from bot.exchanges.kalshi_prices import Style
from bot.exchanges.spoil import STALE_SECONDS, in_place_of_an_answer, spoilt_content
from bot.exchanges.wire import Asked, Refused, Reply, Request, Route
from bot.exchanges.world import World

ROUTES: tuple[Route, ...] = (
    *polymarket.ROUTES,
    *kalshi.ROUTES,
    *binance.ROUTES,
    *coinbase.ROUTES,
    *coinbase_advanced.ROUTES,
    *coingecko.ROUTES,
    *weather.ROUTES,
)
CONTROL = "_control"
"""In place of a host: asks and tells the simulator itself."""


def venues() -> list[str]:
    """The names of the venues that are simulated."""
    return sorted({route.venue for route in ROUTES})


@dataclass(slots=True)
class Exchanges:
    """``now`` is the market's clock in seconds since 1970, ``pace`` how fast it runs.

    ``asked`` counts by endpoint.
    """

    world: World = field(default_factory=World)
    now: Callable[[], float] = time.time
    faults: Sequence[Rule] = ()
    kalshi_prices: Style = "dollars"
    asked: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    pace: float = 1.0

    def fault(self, request: Request) -> Kind | None:
        """The fault that this request meets, counted."""
        if request.host == CONTROL:
            return None
        place = request.host + request.path
        kind = due(self.faults, place, self.world.seed, self.asked.total())
        if kind is not None:
            self.struck[kind.value] += 1
        return kind

    def answer(self, request: Request, kind: Kind | None = None) -> Reply:
        """The venue's reply, with its content spoilt where the fault says so."""
        if request.host == CONTROL:
            return self._control(request)
        found = next((r for r in ROUTES if r.match(request) is not None), None)
        self.asked[found.name if found else request.host + request.path] += 1
        replaced = in_place_of_an_answer(kind) if kind else None
        if replaced is not None:
            return replaced
        if found is None:
            return Reply({"error": f"no such endpoint: {request.host}{request.path}"[:200]}, 404)
        at = self.now() - (STALE_SECONDS if kind is Kind.STALE else 0.0)
        named = found.match(request) or {}
        try:
            reply = found.answer(Asked(self.world, at, request, named, self.kalshi_prices))
        except Refused as refused:
            return refused.reply
        return Reply(spoilt_content(kind, reply.content), reply.status, reply.headers)

    def _control(self, request: Request) -> Reply:
        """``GET`` tells everything; ``PUT /faults`` replaces the faults by a list of texts."""
        if request.method == "PUT" and request.path == "/faults":
            try:
                self.faults = [Rule.parse(text) for text in json.loads(request.body)]
            except FaultSyntaxError as exc:
                return Reply({"error": str(exc)}, 400)
            except (ValueError, TypeError, AttributeError):
                return Reply({"error": "expected a JSON list of faults as texts"}, 400)
        elif request.method != "GET":
            return Reply({"error": "GET /, or PUT /faults"}, 405)
        return Reply(
            {
                "now": self.now(),
                "seed": self.world.seed,
                "pace": self.pace,
                "markets": self.world.markets,
                "kalshi_prices": self.kalshi_prices,
                "faults": [str(rule) for rule in self.faults],
                "struck": dict(self.struck),
                "asked": dict(self.asked),
            }
        )
