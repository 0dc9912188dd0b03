"""The real cycle and the real clients over real sockets, against the simulated venues."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from bot.exchanges.exchange import Exchanges, venues
from bot.exchanges.faults import Rule
from bot.exchanges.server import Server
from bot.exchanges.world import World
from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws import rows
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import CycleReport, ScheduledEvent
from chalicelib.domain.market import MarketId
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import RECORD, read_record
from chalicelib.engine.runtime import Runtime
from chalicelib.loop import together
from chalicelib.ports import Depth, MarketData, Results, Scan
from chalicelib.venues import known_venues, open_venue, pacing
from chalicelib.venues.clock import VenueClock
from tests.builders import (
    NOW,
    SetClock,
    account,
    book,
    control,
    fill,
    market,
    quote,
    runtime,
)

SIMULATED = sorted(set(known_venues()) & set(venues()))
EARLIER = NOW - timedelta(hours=4)
WORLD = World(seed=7, markets=12)
SHORT, LONG = 1.0, 15.0
"""Seconds that one call of a venue may take: one that hangs, and one that a busy machine slows."""
EACH = 2
"""Markets held at each venue of those that close first, and of those that close last."""


class Witness:
    """A venue in memory that is always well."""

    name = "test"

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """One open market."""
        sides = (quote("test:m:yes", "0.40", "0.41"), quote("test:m:no", "0.59", "0.60"))
        return Scan({"test:m": market()}, {side.instrument_id: side for side in sides})

    async def books(self, instrument_ids: Sequence[str], at: datetime) -> Depth:
        """A book of each that is asked for."""
        return Depth({i: book(i, [("0.40", 50)], [("0.41", 50)]) for i in instrument_ids})

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """None."""
        return Results(())


@contextmanager
def clock_at(at: datetime) -> Iterator[None]:
    """Let every client's clock stand, and let requests and retries follow each other at once."""
    with (
        mock.patch.object(pacing, "_BACKOFF_SECONDS", 0.01),
        mock.patch.object(pacing.TokenBucket, "_refill", _fill),
        mock.patch.object(VenueClock, "now", return_value=at),
    ):
        yield


def _fill(bucket: pacing.TokenBucket, now: float) -> None:
    bucket._tokens = 1000.0


def opened(gateway: str, hanging: Collection[str] = ()) -> dict[str, MarketData]:
    """The real client of every venue that is simulated, through the gateway."""
    settings = {"BINANCE_SYMBOLS": "BTCUSDT,ETHUSDT", "COINBASE_PRODUCTS": "BTC-USD,ETH-USD"}
    for name in SIMULATED:
        settings[f"{name.upper()}_BUDGET_SECONDS"] = str(SHORT if name in hanging else LONG)
        settings[f"{name.upper()}_MIN_VOLUME_24H"] = "0"
        settings[f"{name.upper()}_MIN_LIQUIDITY"] = "0"
    with mock.patch.dict("os.environ", {"VENUE_GATEWAY": gateway}):
        return {name: open_venue(name, settings) for name in SIMULATED}


def served(at: datetime, *faults: str) -> Server:
    """The simulated venues with their clock standing at a time."""
    rules = [Rule.parse(text) for text in faults]
    return Server(Exchanges(WORLD, at.timestamp, rules))


async def holdings() -> Account:
    """An account that bought at every venue some hours ago; some of it has closed since."""
    held = account(100_000)
    async with served(EARLIER) as server:
        with clock_at(EARLIER):
            for name, venue in opened(server.gateway).items():
                scan = await venue.scan(EARLIER)
                ending = sorted(scan.markets.values(), key=lambda m: (m.closes_at or NOW, m.title))
                for bought in (*ending[:EACH], *ending[-EACH:], market()):
                    outcome = bought.outcomes[0].instrument_id
                    filled = replace(
                        fill(Side.BUY, 10, "0.5", outcome),
                        fill_id=f"{name} {outcome}",
                        market_id=bought.market_id,
                        occurred_at=EARLIER,
                    )
                    held = apply_fill(held, filled)
    return held


def table_with(held: Account) -> MemoryTable:
    """A table on which that account is being closed down: everything held has its book fetched."""
    table = MemoryTable()
    table._store(rows.CONTROL_KEY, rows.control_item(control(ControlState.FLATTENING)))
    item = rows.account_item(replace(held, version=1))
    table._store(rows.account_key(held.strategy), item)
    return table


@dataclass
class Ran:
    """One cycle, and what it recorded."""

    report: CycleReport
    record: dict[str, Any]
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Faults of scans, results and books."""
        return [*self.record["observation"]["faults"], *self.record["book_faults"]]

    def refused(self, venue: str) -> bool:
        """Whether something of a venue was not believed, or not there."""
        quarantined = self.record["observation"]["quarantined"]
        return any(one["venue"] == venue for one in (*self.faults, *quarantined))

    def of_others(self, *venues: str) -> bytes:
        """Everything that was recorded about all venues but these."""
        return self._about(lambda name: name.partition(":")[0] not in venues)

    def names(self, venue: str) -> set[str]:
        """What was heard of one venue, by name."""
        seen = self.record["observation"]
        parts = {**seen, "books": self.record["books"]}
        named = {f"{p} {n}" for p in ("markets", "quotes", "references", "books") for n in parts[p]}
        named |= {f"results {result['market_id']}" for result in seen["resolutions"]}
        return {name for name in named if name.partition(" ")[2].startswith(f"{venue}:")}

    def _about(self, is_wanted: Callable[[str], bool]) -> bytes:
        seen = self.record["observation"]
        named = {**seen, "books": self.record["books"]}
        kept: dict[str, Any] = {
            part: {name: value for name, value in named[part].items() if is_wanted(name)}
            for part in ("markets", "quotes", "references", "books")
        }
        kept["results"] = [r for r in seen["resolutions"] if is_wanted(r["market_id"])]
        kept["quarantined"] = [q for q in seen["quarantined"] if is_wanted(q["venue"])]
        return json.dumps(kept, sort_keys=True).encode()


def machine(
    table: MemoryTable,
    archive: MemoryArchive,
    gateway: str,
    clock: SetClock,
    hanging: Collection[str] = (),
) -> Runtime:
    """A container that has just started, with the simulated venues and the witness."""
    made = runtime(table, archive, Witness(), {}, clock)
    return replace(
        made,
        venues={**opened(gateway, hanging), "test": Witness()},
        together=together,
        venue_deadline_seconds=2 * LONG,
        follow_up_deadline_seconds=2 * LONG,
    )


async def run_with(table: MemoryTable, *faults: str, hanging: Collection[str] = ()) -> Ran:
    """One cycle in which these faults strike; ``hanging`` are the venues that may hang by them."""
    async with served(NOW, *faults) as server:
        made = machine(deepcopy(table), MemoryArchive(), server.gateway, SetClock(NOW), hanging)
        report = await run_cycle(ScheduledEvent(NOW, NOW, "test"), "owner", made)
        assert report.record_key is not None, report.reason
        record = await read_record(made.archive, report.record_key)
        return Ran(report, json.loads(RECORD.encode(record)), dict(server.exchanges.asked))
