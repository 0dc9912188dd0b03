"""Poison in any field of a venue's answer: set aside, never traded on, never breaking an export.

Raw JSON goes through the real transport, parser, validator, tape, strategy, match, record, API
and export. One market and one book for each field carry the poison; the others are sound.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.cycle import Config, CycleOutcome, CycleRecord, ScheduledEvent
from chalicelib.domain.market import Market
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import read_record, replay
from chalicelib.venues.polymarket.hosts import CATALOGUE
from tests.builders import SetClock, running_table, runtime
from tests.payloads.polymarket.venue import PlayedPolymarket, condition, token
from tests.unit.cli.conftest import Bot, Stage, bot, stage
from tests.unit.poison import POISON
from tests.unit.venues.played_http import NOW, reply, run
from tests.unit.web.asking import Api

__all__ = ["bot", "stage"]

HOLE = "@@here@@"
SOUND = 1
FIRST_MARKET, FIRST_BOOK = 20, 120
LIMITS = RiskLimits(cash_per_entry=Decimal(10), max_orders_per_cycle=80, max_open_positions=200)
OFFERED = {Decimal("0.45"), Decimal("0.58")}
Answer = dict[str, Any]


class Greedy(Strategy):
    """Buys whatever is quoted."""

    name = "greedy"

    class Params(StrategyParams):
        """None are needed."""

    @property
    def lookback(self) -> int:
        """The newest observation decides."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Everything in."""
        shape = tape.bid.shape
        return Signals(
            entry=np.ones(shape, bool), exit=np.zeros(shape, bool), edge=np.full(shape, 0.4),
            confidence=np.ones(shape), entry_reason="it is there", exit_reason="",
        )  # fmt: skip


@cache
def listed() -> Answer:
    answer: Answer = PlayedPolymarket().pages[0]["markets"][0]
    return answer


def market_answer(number: int) -> Answer:
    tokens = json.dumps([token(number, 0), token(number, 1)])
    return {**listed(), "conditionId": condition(number), "clobTokenIds": tokens}


def book_answer(number: int, side: int) -> Answer:
    bid, ask = (("0.42", "0.45"), ("0.55", "0.58"))[side]
    return {
        "market": condition(number),
        "asset_id": token(number, side),
        "timestamp": "1789387195250",
        "hash": "00",
        "bids": [{"price": bid, "size": "800"}],
        "asks": [{"price": ask, "size": "800"}],
        "min_order_size": "5",
        "tick_size": "0.01",
        "neg_risk": False,
        "last_trade_price": "0.43",
    }


def poisoned_markets() -> Iterator[Answer]:
    """One market for each field, with a hole in it where the poison goes."""
    for number, field in enumerate(sorted(listed()), FIRST_MARKET):
        yield {**market_answer(number), field: HOLE}
    schedule = listed()["feeSchedule"]
    for number, field in enumerate(sorted(schedule), FIRST_MARKET + len(listed())):
        yield {**market_answer(number), "feeSchedule": {**schedule, field: HOLE}}


def poisoned_books() -> Iterator[Answer]:
    """One book for each field, and for each number of a level."""
    number = FIRST_BOOK
    for field in sorted(book_answer(1, 0)):
        yield {**book_answer(number, 0), field: HOLE}
        number += 1
    for side in ("bids", "asks"):
        for field in ("price", "size"):
            level = {**book_answer(1, 0)[side][0], field: HOLE}
            yield {**book_answer(number, 0), side: [level]}
            number += 1


MARKETS, BOOKS = list(poisoned_markets()), list(poisoned_books())
BOOK_NUMBERS = range(FIRST_BOOK, FIRST_BOOK + len(BOOKS))


def filled(answer: Any, poison: str) -> bytes:
    return json.dumps(answer).replace(f'"{HOLE}"', poison).encode()


def played(poison: str) -> PlayedPolymarket:
    """The venue, with this poison in every hole."""
    venue = PlayedPolymarket()
    sound = [market_answer(SOUND), *(market_answer(number) for number in BOOK_NUMBERS)]
    page = filled({"markets": [*sound, *MARKETS], "next_cursor": None}, poison)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == CATALOGUE:
            return reply(page)
        asked = {entry["token_id"] for entry in json.loads(request.content)}
        plain = [book_answer(n, s) for n in (SOUND, *range(FIRST_MARKET, 200)) for s in (0, 1)]
        taken = {token(number, 0) for number in BOOK_NUMBERS}
        books = [b for b in plain if b["asset_id"] in asked - taken]
        return reply(filled([*books, *BOOKS], poison))

    venue.network.handler = answer
    return venue


@dataclass
class Aftermath:
    """What one cycle left behind."""

    table: MemoryTable
    archive: MemoryArchive
    record: CycleRecord
    key: str


@cache
def after(poison: str) -> Aftermath:
    """One cycle over the poisoned venue."""
    table, archive = running_table(Config({}, LIMITS, 1)), MemoryArchive()
    venue = played(poison).client(min_volume_24h=0, min_liquidity=0)
    machine = runtime(table, archive, venue, {"greedy": Greedy}, SetClock(NOW))
    report = run(run_cycle(ScheduledEvent(NOW, NOW, "test"), "test", machine))
    assert report.outcome is CycleOutcome.COMMITTED
    assert report.strategy_faults == ()
    assert report.record_key is not None
    record = run(read_record(archive, report.record_key))
    assert run(replay(archive, report.record_key, {"greedy": Greedy})).identical
    return Aftermath(table, archive, record, report.record_key)


def words_in(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from words_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from words_in(value)


def assert_sound(market: Market) -> None:
    for number in (market.tick, market.min_size, market.size_step, market.volume_24h):
        assert number is None or (number.is_finite() and 0 <= number < 10**15)
    assert 0 < market.tick < 1
    assert market.min_size > 0
    for text in (market.title, market.category, *(o.label for o in market.outcomes)):
        assert text.isprintable()
        assert len(text) <= 200
    assert market.url == "" or market.url.startswith("https://polymarket.com/")


poisons = pytest.mark.parametrize("poison", POISON, ids=lambda p: ascii(p)[1:31].replace("::", ":"))


def test_poison_is_of_at_least_160_kinds_in_every_field() -> None:
    assert len(set(POISON)) == len(POISON) >= 160
    assert len(MARKETS) >= 35
    assert len(BOOKS) >= 14


@poisons
def test_poison_is_never_believed_and_never_traded_on(poison: str) -> None:
    found = after(poison).record
    for market in found.observation.markets.values():
        assert_sound(market)
    for quote in found.observation.quotes.values():
        assert all(p is None or 0 < p < 1 for p in (quote.bid, quote.ask))
    for book in found.books.values():
        assert all(0 < level.price < 1 for level in (*book.bids, *book.asks))
    matched = {match.price for fill in found.decision.fills for match in fill.matches}
    assert matched <= OFFERED
    account = found.decision.accounts["greedy"]
    assert account.cash.is_finite()
    assert 0 <= account.cash <= LIMITS.starting_cash


@poisons
def test_poison_takes_nothing_sound_with_it_unless_the_answer_is_no_json(poison: str) -> None:
    found = after(poison).record
    is_json = True
    try:
        json.loads(poison, parse_constant=lambda name: 1 / 0)
    except ZeroDivisionError:
        is_json = False
    sound = {f"polymarket:{token(SOUND, side)}" for side in (0, 1)}
    traded = {fill.instrument_id for fill in found.decision.fills}
    if is_json:
        assert sound <= traded
        assert found.observation.quality[0].counts.get("unreadable", 0) > 0
    else:
        assert traded == set()
        assert [fault.venue for fault in found.observation.faults] == ["polymarket"]


@poisons
def test_poison_breaks_no_page_and_no_export(
    poison: str, bot: Bot, stage: Stage, tmp_path: Path
) -> None:
    left = after(poison)
    api = Api(table=left.table, archive=left.archive, now=NOW)
    cycle = left.record.cycle_id
    for path in ("state", "positions", "trades", "activity", "cycles", "quality", "refusals",
                 f"cycles/{cycle}"):  # fmt: skip
        answered = api.get(f"/v1/{path}")
        assert answered.status == 200, answered.text
        for words in words_in(answered.json):
            assert words.isprintable(), ascii(words[:200])
    stage.rows, stage.objects = left.table, left.archive
    assert bot("export", "--out", str(tmp_path)).exit_code == 0
    assert bot("verify", str(tmp_path)).exit_code == 0
