"""The bundled tape holds the recording exactly, and a damaged one is refused with a way out."""

import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.venues.recorded.snapshots import Snapshots
from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE, RecordedTape, decode_tape, read_tape

VERSION_AT = 8
DIGEST_AT = 10

# From books.parquet itself, not from the converter: times, level counts, prices and sizes (to
# two places) of each instrument as 8-byte values, bids before asks, markets by their end.
SOURCE_DIGEST = "7995c5f876c1e4b38763a12bd16f0d9fe36fa0e6d17554120c9cdccaea3265ec"


@pytest.fixture(scope="module")
def tape() -> RecordedTape:
    return read_tape()


def instruments(tape: RecordedTape) -> list[Snapshots]:
    return [tape.books(slug).side(side) for slug in tape.markets for side in ("up", "down")]


def test_tape_every_value_equals_the_source(tape: RecordedTape) -> None:
    digest = hashlib.sha256()
    for snapshots in instruments(tape):
        digest.update(snapshots.times.astype("<i8").tobytes())
        for ladder in (snapshots.bids, snapshots.asks):
            digest.update(np.diff(ladder.offsets).astype("<i8").tobytes())
            digest.update((ladder.prices / 1000.0).astype("<f8").tobytes())
            digest.update((ladder.sizes / 100.0).astype("<f8").tobytes())
    assert digest.hexdigest() == SOURCE_DIGEST


def test_tape_counts_are_those_of_the_source(tape: RecordedTape) -> None:
    assert len(tape.markets) == 18
    assert sum(len(snapshots.times) for snapshots in instruments(tape)) == 38_333
    levels = sum(len(s.bids.prices) + len(s.asks.prices) for s in instruments(tape))
    assert levels == 1_328_067


def test_tape_first_snapshot_has_the_levels_of_the_source(tape: RecordedTape) -> None:
    down = tape.books("btc-updown-15m-1790586000").down
    assert down.times[0] == 1790585112649
    assert down.bids.levels(0)[:3] == [(500, 20500), (490, 7500), (480, 23225)]
    assert down.bids.levels(0)[-1] == (310, 1000)
    assert down.asks.levels(0)[:3] == [(510, 51499), (520, 44500), (530, 64444)]
    assert len(down.asks.levels(0)) == 20


def test_tape_crossed_snapshots_are_kept_and_known(tape: RecordedTape) -> None:
    crossed = [
        (int(snapshots.times[index]), snapshots.bids.best(index), snapshots.asks.best(index))
        for snapshots in instruments(tape)
        for index in range(len(snapshots.times))
        if snapshots.is_crossed(index)
    ]
    assert len(crossed) == 22
    assert (1790598320607, 630, 600) in crossed


def test_tape_file_is_small_enough_to_ship() -> None:
    assert BUNDLED_TAPE.stat().st_size < 3_000_000


def test_tape_attribution_names_the_tape_that_is_shipped() -> None:
    text = BUNDLED_TAPE.with_name("ATTRIBUTION.md").read_text()
    assert hashlib.sha256(BUNDLED_TAPE.read_bytes()).hexdigest() in text
    assert "CC BY 4.0" in text


def test_read_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VenueUnavailable, match=r"no-tape\.bin") as refusal:
        read_tape(tmp_path / "no-tape.bin")
    assert "convert_resolvedkit.py" in refusal.value.hint


@pytest.mark.parametrize("position", [DIGEST_AT, 42, 60, 5_000, -1])
def test_read_one_changed_byte_is_corrupt(position: int) -> None:
    content = bytearray(BUNDLED_TAPE.read_bytes())
    content[position] ^= 1
    with pytest.raises(VenueUnavailable, match="corrupt") as refusal:
        decode_tape(bytes(content), "tape.bin")
    assert refusal.value.hint


@pytest.mark.parametrize("length", [42, 43, 1_000, 830_000])
def test_read_truncated_file_is_corrupt(length: int) -> None:
    with pytest.raises(VenueUnavailable, match="corrupt"):
        decode_tape(BUNDLED_TAPE.read_bytes()[:length], "tape.bin")


@pytest.mark.parametrize("content", [b"", b"MSTTAPE\n", b"version https://git-lfs.github.com" * 9])
def test_read_other_file_is_not_a_tape(content: bytes) -> None:
    with pytest.raises(VenueUnavailable, match="not a recorded tape"):
        decode_tape(content, "tape.bin")


def test_read_other_schema_version_names_both_versions() -> None:
    content = bytearray(BUNDLED_TAPE.read_bytes())
    struct.pack_into("<H", content, VERSION_AT, 7)
    with pytest.raises(VenueUnavailable, match="tape schema 7; this release reads 1"):
        decode_tape(bytes(content), "tape.bin")
