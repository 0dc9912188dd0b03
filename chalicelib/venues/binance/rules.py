"""Binance's rules of trading, which are asked for now and then and kept in between."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.ports import Clock
from chalicelib.venues.binance.parse import VENUE, read_symbols, read_terms
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.spot import SpotTerms
from chalicelib.venues.transport import Declined, Query

AT_ONCE = 5
RULES_KEPT = timedelta(minutes=5)

Get = Callable[[str, Query, float], Awaitable[object]]
"""Asks for a path of the API with a query, until a deadline."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the exchange says of some symbols, and until when that is believed."""

    symbols: tuple[str, ...]
    listed: Sifted[SpotTerms]
    until: datetime


class RuleBook:
    """The rules of the symbols that were asked for last, while they are fresh."""

    def __init__(self, get: Get, clock: Clock) -> None:
        self._get = get
        self._clock = clock
        self._known: Rules | None = None

    async def of(self, symbols: tuple[str, ...], deadline: float) -> Sifted[SpotTerms]:
        """The rules of these symbols, from memory where possible."""
        known, now = self._known, self._clock.now()
        if known is None or known.symbols != symbols or known.until <= now:
            known = self._known = Rules(
                symbols, await self.ask(symbols, deadline), now + RULES_KEPT
            )
        return known.listed

    async def ask(self, symbols: Sequence[str], deadline: float) -> Sifted[SpotTerms]:
        """Ask about all at once. The venue takes no list in which one is unknown to it."""
        try:
            answer = await self._get("exchangeInfo", [("symbols", listing(symbols))], deadline)
        except Declined:
            return await self._one_by_one(symbols, deadline)
        return _read(answer)

    async def _one_by_one(self, symbols: Sequence[str], deadline: float) -> Sifted[SpotTerms]:
        calls = {name: self._get("exchangeInfo", [("symbol", name)], deadline) for name in symbols}
        answers = await side_by_side(VENUE, calls, AT_ONCE)
        parts = [_read(answer) for answer in answers.kept]
        return Sifted(
            tuple(terms for part in parts for terms in part.kept),
            (*answers.quarantined, *(q for part in parts for q in part.quarantined)),
        )


def listing(symbols: Sequence[str]) -> str:
    """A list of symbols as the venue takes it in an address."""
    return json.dumps(list(symbols), separators=(",", ":"))


def _read(answer: object) -> Sifted[SpotTerms]:
    path = "binance exchangeInfo symbols"
    return sift(VENUE, path, read_symbols(answer), read_terms, name_field="symbol")
