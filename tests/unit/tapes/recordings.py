"""Small tapes: made by hand, made by chance, and made by the real cycle."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from bot.simulator.memory import MemoryArchive, MemoryTable
from bot.tapes.recorder import Recorder
from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.cycle import Config, CycleRecord, ScheduledEvent, StrategySetting, cycle_time
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.origin import Origin
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import unseal
from chalicelib.strategies import discover
from chalicelib.tapes.facts import TapeFacts
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import (
    Row,
    book_row,
    candle_row,
    quote_row,
    table_of,
    trade_row,
)
from chalicelib.venues.recorded import TAPE_START
from chalicelib.venues.recorded.client import open_venue
from tests.builders import CYCLE, NOW, SetClock, exact, levels, market, running_table, runtime
from tests.golden.regenerate import CHOSEN, LIMITS

FACTS = TapeFacts("a test", Origin.RECORDED, ("test:a", "test:b", "test:c"), sources=("a hand",))
PLACES = {name: place for place, name in enumerate(FACTS.instruments)}
CYCLES = 20
MINUTE = timedelta(minutes=1)

numbers = st.builds(
    lambda digits, places: Decimal(f"{digits}E-{places}"), st.integers(1, 10**11), st.integers(0, 9)
)
wide_numbers = st.builds(
    lambda digits, exponent: Decimal(f"{digits}E{exponent}"),
    st.integers(0, 10**38 - 1),
    st.integers(-60, 30),
)
maybe_numbers = st.none() | numbers
stamps = st.integers(0, 300).map(lambda n: NOW + n * timedelta(seconds=7))
names = st.sampled_from(FACTS.instruments)


@st.composite
def quote_rows(draw: st.DrawFn) -> Row:
    at = draw(stamps)
    sides = [draw(maybe_numbers) for _ in range(4)]
    return quote_row(Quote(draw(names), *sides, at, at + draw(st.timedeltas(MINUTE * 0, MINUTE))),
                     PLACES, at)  # fmt: skip


@st.composite
def book_rows(draw: st.DrawFn) -> Row:
    prices = sorted(draw(st.sets(st.integers(1, 99), max_size=8)))
    cut = draw(st.integers(0, len(prices)))
    sized = [(Decimal(price) / 100, draw(numbers)) for price in prices]
    at = draw(stamps)
    made = OrderBook(draw(names), levels(sized[:cut][::-1]), levels(sized[cut:]), at, at)
    return book_row(made, PLACES, at)


@st.composite
def candle_rows(draw: st.DrawFn) -> Row:
    low, first, last, high = sorted(draw(numbers) for _ in range(4))
    made = Candle(
        draw(names), draw(stamps), draw(st.sampled_from([MINUTE, 60 * MINUTE])), first, high, low,
        last, draw(maybe_numbers), draw(st.sampled_from(list(PriceBasis))),
    )  # fmt: skip
    return candle_row(made, PLACES)


@st.composite
def trade_rows(draw: st.DrawFn) -> Row:
    identity = draw(st.text(st.characters(codec="utf-8"), max_size=5))
    price, size = draw(numbers), draw(numbers)
    return trade_row(PublicTrade(draw(names), identity, price, size, None, draw(stamps)), PLACES)


ROWS = {
    RowKind.QUOTES: quote_rows(),
    RowKind.BOOKS: book_rows(),
    RowKind.CANDLES: candle_rows(),
    RowKind.TRADES: trade_rows(),
}


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Tapes of a few rows of any kind, in any order of time."""
    some = {kind: draw(st.lists(rows, max_size=12)) for kind, rows in ROWS.items()}
    tables = {kind: table_of(kind, rows) for kind, rows in some.items()}
    return Recording(FACTS, tables)


def quoted(
    *rows: tuple[int, str | None, str | None], name: str = "test:a", facts: TapeFacts = FACTS
) -> Recording:
    """A tape of quotes: minute, bid, ask."""
    made = [_quote(name, NOW + minute * MINUTE, bid, ask) for minute, bid, ask in rows]
    places = {name: place for place, name in enumerate(facts.instruments)}
    return Recording(
        facts,
        {RowKind.QUOTES: table_of(RowKind.QUOTES, [quote_row(q, places, q.seen_at) for q in made])},
    )


def _quote(name: str, at: datetime, bid: str | None, ask: str | None) -> Quote:
    size = Decimal(100)
    return Quote(
        name, exact(bid) if bid else None, size if bid else None, exact(ask) if ask else None,
        size if ask else None, at, at,
    )  # fmt: skip


@cache
def stage() -> tuple[MemoryTable, MemoryArchive]:
    """A stage after some committed cycles of three strategies over the bundled tape."""
    discover()
    config = settings()
    table, archive, clock = running_table(config), MemoryArchive(), SetClock()
    registry = {name: REGISTRY[name] for name in CHOSEN}
    machine = runtime(table, archive, open_venue({}), registry, clock)

    async def run() -> None:
        first = int(TAPE_START.timestamp()) // 60
        for cycle in range(first, first + CYCLES):
            clock.shown = cycle_time(cycle)
            event = ScheduledEvent(clock.shown, clock.shown, "test")
            await run_cycle(event, f"owner {cycle}", machine)

    asyncio.run(run())
    return table, archive


def settings() -> Config:
    """The chosen strategies, without exit rules: they leave by their own signals alone."""
    chosen = {n: StrategySetting(params=p, exits=ExitRules()) for n, p in CHOSEN.items()}
    return Config(chosen, LIMITS, 1)


@cache
def records() -> list[CycleRecord]:
    """The records of these cycles, oldest first."""
    found = [unseal(body) for key, body in stage()[1].objects.items() if key.startswith("records/")]
    return sorted(found, key=lambda record: record.cycle_id)


@cache
def recorded() -> Recording:
    """The tape of these cycles."""
    recorder = Recorder()
    for record in records():
        recorder.add(record)
    return recorder.recording("a test", "a stage", "nobody's")


def observed(*records_: CycleRecord) -> Recording:
    """The tape of some cycles."""
    recorder = Recorder()
    for record in records_:
        recorder.add(record)
    return recorder.recording("a test", "a stage", "")


def record_of(minute: int = 0, **changes: object) -> CycleRecord:
    """A cycle that saw one market with these facts, and nothing else."""
    seen = replace(market(), **changes)
    base = records()[0]
    observation = replace(base.observation, markets={"test:m": seen}, quotes={})
    return replace(base, cycle_id=CYCLE + minute, observation=observation, books={})
