"""``bot tape``: tapes are exported, checked, cut, merged and converted from the command line."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import tape, tape_in
from bot.cli.main import app
from bot.cli.output import Exit
from bot.tapes.files import read, write
from chalicelib.domain.cycle import cycle_time
from chalicelib.tapes.looks import history_rows
from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE
from tests.builders import NOW
from tests.unit.cli.conftest import Stage
from tests.unit.tapes.recordings import quoted, records, stage
from tests.unit.tapes.test_tape_fetch import PlayedHistory

FIRST = cycle_time(records()[0].cycle_id)


def bot(*words: object) -> Result:
    return CliRunner().invoke(app, ["tape", *map(str, words)])


def document(*words: object) -> Any:
    result = bot(*words, "--json")
    assert result.exit_code == Exit.OK, result.output
    return json.loads(result.stdout)


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage after some recorded cycles."""
    table, objects = stage()
    found = Stage(rows=table, objects=objects)
    for module in (tape, tape_in):
        monkeypatch.setattr(module, "find_target", lambda _name: found)
    monkeypatch.setattr(tape_in, "_now", lambda: FIRST + timedelta(days=1))
    return found


def minutes(count: int) -> str:
    return f"{FIRST + timedelta(minutes=count):%Y-%m-%dT%H:%M}"


def test_export_writes_the_tape_of_the_committed_cycles(archive: Stage, tmp_path: Path) -> None:
    out = tmp_path / "cycles.tape"
    found = document("export", "--from", minutes(0), "--to", minutes(60), "--out", out)
    assert found["rows"]["moments"] == len(records())
    assert list(history_rows(read(out))) == [record.row for record in records()]


def test_export_of_a_range_has_the_cycles_of_the_range_alone(
    archive: Stage, tmp_path: Path
) -> None:
    out = tmp_path / "cycles.tape"
    document("export", "--from", minutes(3), "--to", minutes(8), "--out", out)
    assert list(history_rows(read(out))) == [record.row for record in records()[3:8]]


def test_export_leaves_out_a_record_that_was_never_committed(
    archive: Stage, tmp_path: Path
) -> None:
    key = max(archive.objects.objects)
    orphan = key.replace("cycle=", "cycle=9")
    archive.objects.objects[orphan] = b"no record"
    try:
        out = tmp_path / "cycles.tape"
        found = document("export", "--from", minutes(0), "--to", minutes(60), "--out", out)
    finally:
        del archive.objects.objects[orphan]
    assert found["rows"]["moments"] == len(records())


def test_export_of_a_time_without_cycles_says_so(archive: Stage, tmp_path: Path) -> None:
    result = bot("export", "--from", "2020-01-01", "--to", "2020-01-02", "--out", tmp_path / "x")
    assert result.exit_code == Exit.USAGE
    assert "no cycle was committed from 2020-01-01 00:00" in result.stderr
    assert not (tmp_path / "x").exists()


def test_exported_tape_is_kept_in_the_archive_and_listed(archive: Stage, tmp_path: Path) -> None:
    out = tmp_path / "cycles.tape"
    document("export", "--from", minutes(0), "--to", minutes(9), "--out", out, "--archive")
    (here, there) = document("list", tmp_path, "--archive")
    assert there["tape"] == "archive:tapes/cycles.tape"
    assert here["checksum"] == there["checksum"]
    assert (here["state"], there["state"]) == ("sound", "sound")
    again = bot("export", "--from", minutes(0), "--to", minutes(5), "--out", out, "--archive")
    assert again.exit_code == Exit.USAGE
    assert "another tape at tapes/cycles.tape" in again.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small tape of quotes."""
    path = tmp_path / "small.tape"
    write(path, quoted((0, "0.4", "0.5"), (1, "0.41", "0.5"), (5, None, "0.6")))
    return path


def damage(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[-3] ^= 1
    path.write_bytes(body)


def test_list_shows_size_span_rows_and_state(file: Path) -> None:
    (entry,) = document("list", file.parent)
    assert entry["bytes"] == file.stat().st_size
    assert (entry["first"], entry["last"]) == (str(NOW), str(NOW + timedelta(minutes=5)))
    assert entry["rows"] == {"quotes": 3}
    assert entry["state"] == "sound"
    damage(file)
    (entry,) = document("list", file.parent)
    assert "do not match their SHA-256" in entry["state"]


def test_verify_of_a_damaged_tape_says_where_and_exits_4(file: Path) -> None:
    assert bot("verify", file).exit_code == Exit.OK
    damage(file)
    result = bot("verify", file)
    assert result.exit_code == Exit.REFUSED
    assert "3 quotes from 2026-09-28 00:00:00 to 2026-09-28 00:05:00" in result.stdout
    assert "DAMAGED" in result.stdout


def test_verify_of_something_else_says_what_it_is(tmp_path: Path) -> None:
    other = tmp_path / "x.tape"
    other.write_text("hello")
    result = bot("verify", other, "--json")
    assert result.exit_code == Exit.REFUSED
    assert "is not a tape" in json.loads(result.stdout)[0]["damage"][0]


def test_summary_tells_the_coverage_of_each_instrument(file: Path) -> None:
    found = document("summary", file)
    (one,) = found["instruments"]
    assert (one["instrument_id"], one["rows"], one["gaps"]) == ("test:a", 3, 1)
    assert (
        "test:a: 3 quotes, 2026-09-28 00:00 to 2026-09-28 00:05, 50.0% of steps of 0:01:00 "
        "covered, 1 gaps up to 0:04:00, 0.0% crossed, 0.0% empty"
    ) in bot("summary", file).stdout


def test_slices_merged_are_the_tape_again(file: Path) -> None:
    first, second, whole = (file.with_name(f"{name}.tape") for name in ("1", "2", "whole"))
    document("slice", file, "--out", first, "--to", "2026-09-28T00:01")
    document("slice", file, "--out", second, "--from", "2026-09-28T02:01+02:00")
    found = document("merge", first, second, "--out", whole)
    assert (found["same"], found["overruled"]) == (0, 0)
    assert whole.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--from", "2027-01-01"), "has no row there"),
        (("--from", "tomorrow"), "'tomorrow' is not a time"),
        (("--from", "2026-10-02", "--to", "2026-10-01"), "is not before"),
        (("--instrument", "test:x"), "no instrument 'test:x'"),
    ],
)
def test_slice_that_cannot_be_is_refused_and_writes_nothing(
    file: Path, words: tuple[str, ...], reason: str
) -> None:
    out = file.with_name("part.tape")
    result = bot("slice", file, "--out", out, *words)
    assert result.exit_code == Exit.USAGE
    assert reason in result.stderr
    assert not out.exists()


def test_tape_converted_to_csv_is_imported_again_as_the_same_rows(file: Path) -> None:
    table, back = file.with_name("rows.csv"), file.with_name("back.tape")
    document("convert", file, "--out", table)
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["bid"] for row in rows] == ["0.4", "0.41", ""]
    found = document("import", table, "--out", back)
    assert (found["refused"], found["reordered"]) == (0, 0)
    assert document("summary", back)["instruments"] == document("summary", file)["instruments"]


def test_convert_to_an_unknown_format_is_refused(file: Path) -> None:
    result = bot("convert", file, "--out", file.with_name("rows.xls"))
    assert result.exit_code == Exit.USAGE
    assert "to .csv or .jsonl" in result.stderr


def test_import_with_bad_rows_writes_the_good_ones_names_the_bad_and_exits_4(
    tmp_path: Path,
) -> None:
    table, out = tmp_path / "rows.csv", tmp_path / "rows.tape"
    table.write_text(
        "ts,instrument,bid,ask\n1790553600,test:a,0.4,0.5\n1790553660,test:a,=cmd,0.5\n"
    )
    result = bot("import", table, "--out", out, "--column", "time=ts", "--time", "s")
    assert result.exit_code == Exit.REFUSED
    assert "line 3, bid '=cmd': is not a number of at least 0" in result.stderr
    assert document("list", tmp_path)[0]["rows"] == {"quotes": 1}


def test_bundled_tape_is_imported_and_sound(tmp_path: Path) -> None:
    out = tmp_path / "bundled.tape"
    found = document("import", BUNDLED_TAPE, "--out", out)
    assert found["rows"]["books"] == 38_333
    assert found["state"] == "sound"


def test_fetch_writes_the_past_of_a_venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_in, "open_history", lambda *_: PlayedHistory())
    monkeypatch.setattr(tape_in, "_now", lambda: NOW + timedelta(days=1))
    out = tmp_path / "past.tape"
    span = ("--from", "2026-09-28", "--to", "2026-09-28T03:00", "--out", out)
    found = document("fetch", "test", "a", "test:b", *span, "--trades")
    assert found["rows"] == {"candles": 360, "trades": 6}
    assert (found["parts"], found["resumed"]) == (4, 0)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--from", "2026-09-28", "--to", "2027-09-28"), "lies in the future"),
        (("--from", "2026-09-28", "--to", "2026-09-29", "--interval", "5x"), "not an interval"),
    ],
)
def test_fetch_that_cannot_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], reason: str
) -> None:
    monkeypatch.setattr(tape_in, "_now", lambda: NOW + timedelta(days=1))
    result = bot("fetch", "coingecko", "bitcoin", "--out", tmp_path / "x.tape", *words)
    assert result.exit_code == Exit.USAGE
    assert reason in result.stderr
