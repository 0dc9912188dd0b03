"""A tape gives back exactly what went in, in parts if asked, and never what is damaged."""

import io
import json
import zlib
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.tapes.cut import between
from chalicelib.domain.errors import InputError
from chalicelib.tapes.decimals import DecimalColumn
from chalicelib.tapes.facts import moment_of
from chalicelib.tapes.file import Recording, encode
from chalicelib.tapes.kinds import COLUMNS, RowKind
from chalicelib.tapes.reader import TapeReader, read_bytes
from chalicelib.tapes.rows import rows_of
from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE
from tests.builders import NOW
from tests.unit.tapes.recordings import (
    FACTS,
    MINUTE,
    maybe_numbers,
    quoted,
    recorded,
    recordings,
    stamps,
    wide_numbers,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "small.tape"


class Watched(io.BytesIO):
    """A file that counts the bytes read from it."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        body = super().read(size)
        self.count += len(body)
        return body


@settings(max_examples=150, deadline=None)
@given(recordings())
def test_tape_gives_back_every_digit_of_every_row(made: Recording) -> None:
    again = read_bytes(encode(made), "a tape").recording()
    assert again.same_as(made)
    for kind in RowKind:
        assert list(rows_of(again.table(kind))) == list(rows_of(made.table(kind)))


@settings(max_examples=300)
@given(st.lists(st.none() | wide_numbers | maybe_numbers))
def test_decimals_keep_their_digits_and_trailing_zeros(values: list[Decimal | None]) -> None:
    column = DecimalColumn.of(values)
    assert list(map(str, column.decimals())) == list(map(str, values))


@settings(max_examples=300)
@given(st.lists(st.none() | wide_numbers | maybe_numbers))
@example([Decimal("83006537860.80112452")])  # divided as floats, it would be rounded twice
def test_decimals_as_floats_are_the_floats_of_the_decimals(values: list[Decimal | None]) -> None:
    expected = np.array([np.nan if v is None else float(v) for v in values], np.float64)
    assert DecimalColumn.of(values).floats().tobytes() == expected.tobytes()


@pytest.mark.parametrize("value", ["-1", "-0.0", "NaN", "Infinity", "-Infinity", "1" * 39])
def test_decimals_that_no_price_is_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"at least 0|38 digits"):
        DecimalColumn.of([Decimal(value)])


@settings(max_examples=50, deadline=None)
@given(recordings())
def test_tape_of_equal_rows_has_equal_bytes(made: Recording) -> None:
    assert encode(made) == encode(read_bytes(encode(made), "a tape").recording())


@settings(max_examples=100, deadline=None)
@given(recordings(), stamps, stamps)
def test_tape_read_in_part_has_the_rows_of_the_part(made: Recording, a, b) -> None:
    part = read_bytes(encode(made), "a tape").recording(min(a, b), max(a, b))
    assert part.same_as(between(made, min(a, b), max(a, b)))
    for kind in RowKind:
        assert all(min(a, b) <= moment_of(t) < max(a, b) for t in part.table(kind).times.tolist())


def test_tape_read_in_part_leaves_the_other_blocks_alone() -> None:
    minutes = 3 * 16_384
    body = encode(quoted(*((n, "0.4", f"0.{n % 499 + 500}") for n in range(minutes))))
    stream = Watched(body)
    reader = TapeReader(stream, "a tape")
    part = reader.table(RowKind.QUOTES, NOW, NOW + 5 * MINUTE)
    assert len(part) == 5
    assert stream.count < len(body) / 2


@pytest.fixture(scope="module")
def small() -> bytes:
    return encode(quoted((0, "0.4", "0.5"), (1, None, "0.51"), (2, "0.3999", None)))


def test_every_flipped_bit_of_a_tape_is_noticed(small: bytes) -> None:
    for position in range(len(small)):
        for bit in range(8):
            body = bytearray(small)
            body[position] ^= 1 << bit
            with pytest.raises(InputError) as refusal:
                read_bytes(bytes(body), "a tape").recording()
            assert "a tape" in refusal.value.message
            assert refusal.value.hint


def test_every_truncated_tape_is_refused_when_it_is_opened(small: bytes) -> None:
    for length in range(len(small)):
        with pytest.raises(InputError, match=r"not a tape|ends|damaged"):
            read_bytes(small[:length], "a tape")


def test_tape_that_goes_on_after_its_end_is_refused(small: bytes) -> None:
    with pytest.raises(InputError, match="goes on after its end"):
        read_bytes(small + b"\0", "a tape")


def test_damage_says_which_rows_are_lost_and_leaves_the_others_readable() -> None:
    made = recorded()
    body = bytearray(encode(made))
    body[-1] ^= 1
    reader = read_bytes(bytes(body), "a tape")
    (found,) = reader.damage()
    last = reader.index.blocks[-1]
    assert f"{last.rows} {last.kind} from 2026-09-28" in found
    assert f"to {len(body):,}) do not match" in found
    assert reader.table(RowKind.QUOTES).same_as(made.table(RowKind.QUOTES))


def test_sound_tape_has_no_damage(small: bytes) -> None:
    assert read_bytes(small, "a tape").damage() == []


def test_other_schema_is_refused_with_both_numbers(small: bytes) -> None:
    with pytest.raises(InputError, match="schema 9; this release reads 2"):
        read_bytes(small[:8] + b"\x09\x00" + small[10:], "a tape")


def test_bundled_tape_is_refused_with_how_to_convert_it() -> None:
    with pytest.raises(InputError, match="schema 1") as refusal:
        read_bytes(BUNDLED_TAPE.read_bytes(), "tape.bin")
    assert "bot tape import" in refusal.value.hint


def test_tape_without_rows_is_a_tape() -> None:
    reader = read_bytes(encode(Recording(FACTS)), "a tape")
    assert reader.index.first is None
    assert reader.facts == FACTS


def test_tape_describes_itself_to_a_reader_that_knows_only_its_layout(small: bytes) -> None:
    stored = int.from_bytes(small[42:46], "little")
    index = json.loads(zlib.decompress(small[50 : 50 + stored]))
    assert index["schema"] == 2
    assert index["venues"] == ["test"]
    assert index["facts"]["origin"] == "recorded"
    assert index["facts"]["instruments"] == list(FACTS.instruments)
    assert index["columns"]["quotes"] == {k: v.value for k, v in COLUMNS[RowKind.QUOTES].items()}
    assert (index["first"], index["last"]) == ("2026-09-28T00:00:00Z", "2026-09-28T00:02:00Z")


def test_golden_tape_of_an_earlier_release_is_read_as_it_was_written() -> None:
    """When the format is meant to change, its schema number changes, and this file stays."""
    reader = read_bytes(GOLDEN.read_bytes(), "small.tape")
    assert reader.damage() == []
    assert reader.recording().same_as(recorded())
