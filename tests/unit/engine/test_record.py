"""The record of a cycle: equal bytes for equal cycles, and history read back row for row."""

import asyncio
import gzip
import json
from dataclasses import replace

import pytest

from bot.simulator.memory import MemoryArchive
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import RECORD_SCHEMA, Config, CycleRecord, HistoryRow, Observation
from chalicelib.domain.errors import StoreError
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.decide import decide
from chalicelib.engine.record import RECORD, read_record, recall, replay, seal, unseal
from tests.builders import CYCLE, YES, account, book, control, inputs, market, quote


def row(cycle: int) -> HistoryRow:
    return HistoryRow(cycle, (YES,), ((0.3,), (0.4,), (float(cycle),), (None,)))


def record(
    cycle: int = CYCLE, previous: str | None = None, window: tuple[HistoryRow, ...] | None = None
) -> CycleRecord:
    """A record of a cycle in which nothing happened."""
    seen = Observation({"test:m": market()}, {YES: quote(YES, "0.30", "0.40")})
    given = inputs(cycle_id=cycle, observation=seen)
    return CycleRecord(
        RECORD_SCHEMA,
        cycle,
        previous,
        control(),
        Config({}, RiskLimits()),
        {"test": account()},
        seen,
        {YES: book(YES, [("0.30", 5)], [("0.40", 5)])},
        (),
        row(cycle),
        window,
        decide(given),
    )


def chain(length: int, window_every: int, most: int) -> tuple[MemoryArchive, str | None]:
    """An archive of consecutive records, some with their windows, and the newest one's key."""
    archive, key = MemoryArchive(), None
    rows: list[HistoryRow] = []
    for number in range(length):
        cycle = CYCLE + number
        keeps = cycle % window_every == 0
        made = record(cycle, key, tuple(rows[-most:]) if keeps else None)
        made = replace(made, window_kept=most if keeps else 0)
        key, body = seal(made)
        archive.objects[key] = body
        rows.append(made.row)
    return archive, key


def test_seal_gives_equal_bytes_for_equal_records() -> None:
    assert seal(record()) == seal(record())
    key, body = seal(record())
    assert seal(unseal(body)) == (key, body)
    assert body[4:8] == bytes(4), "the time of compression must not be in the bytes"


def test_seal_names_the_time_and_the_content() -> None:
    key, _ = seal(record())
    assert key.startswith(f"records/dt=2026-09-28/hour=00/cycle={CYCLE}-")
    other, _ = seal(replace(record(), control=control(ControlState.PAUSED)))
    assert other != key


def test_unseal_gives_back_exactly_what_was_recorded() -> None:
    assert unseal(seal(record())[1]) == record()


@pytest.mark.parametrize(
    "body",
    [b"", b"no gzip", gzip.compress(b"{}", mtime=0), gzip.compress(b"[", mtime=0)],
    ids=["empty", "no gzip", "no record", "no JSON"],
)
def test_unseal_of_a_damaged_record_is_a_store_error(body: bytes) -> None:
    with pytest.raises(StoreError):
        unseal(body)


def test_unseal_of_a_truncated_record_is_a_store_error() -> None:
    _, body = seal(record())
    with pytest.raises(StoreError, match="not valid gzip"):
        unseal(body[: len(body) // 2])


def test_unseal_of_another_schema_is_refused_and_names_both() -> None:
    plain = json.loads(RECORD.encode(record()))
    newer = gzip.compress(json.dumps({**plain, "schema": 2}).encode())
    with pytest.raises(StoreError, match=r"schema 2.* reads 1"):
        unseal(newer)


def test_read_of_a_missing_record_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="missing from the archive"):
        asyncio.run(read_record(MemoryArchive(), "records/none"))


@pytest.mark.parametrize("window_every", [1, 3, 10**9])
@pytest.mark.parametrize("most", [1, 4, 12, 50])
@pytest.mark.parametrize("length", [1, 5, 12])
def test_recall_gives_the_rows_that_a_warm_window_would_hold(
    window_every: int, most: int, length: int
) -> None:
    archive, key = chain(length, window_every, most)
    recalled = asyncio.run(recall(archive, key, most))
    assert recalled == [row(CYCLE + n) for n in range(length)][-most:]


def test_recall_without_any_record_is_no_history() -> None:
    assert asyncio.run(recall(MemoryArchive(), None, 10)) == []


def test_recall_reads_no_further_than_the_last_window_that_is_long_enough() -> None:
    archive, key = chain(25, 10, 8)
    since_the_window = sorted(archive.objects)[-5:]
    for old in set(archive.objects) - set(since_the_window):
        del archive.objects[old]
    assert asyncio.run(recall(archive, key, 8)) == [row(CYCLE + n) for n in range(17, 25)]


def test_recall_reads_no_further_than_a_window_that_goes_back_to_the_first_cycle() -> None:
    archive, key = chain(25, 10, 100)
    since_the_window = sorted(archive.objects)[-5:]
    for old in set(archive.objects) - set(since_the_window):
        del archive.objects[old]
    assert asyncio.run(recall(archive, key, 100)) == [row(CYCLE + n) for n in range(25)]


def test_recall_passes_over_a_window_that_was_kept_for_a_shorter_lookback() -> None:
    archive, key = chain(25, 10, 3)
    recalled = asyncio.run(recall(archive, key, 20))
    assert recalled == [row(CYCLE + n) for n in range(5, 25)]


def test_replay_of_a_record_whose_decision_was_altered_is_not_identical() -> None:
    archive = MemoryArchive()
    honest, altered = record(), replace(record(), decision=decide(inputs(accounts={})))
    for made in (honest, altered):
        archive.objects.update([seal(made)])
    registry: dict = {}
    assert asyncio.run(replay(archive, seal(honest)[0], registry)).identical
    assert not asyncio.run(replay(archive, seal(altered)[0], registry)).identical
