"""A tape on disk is the old one or the new one, never half of one."""

import os
from pathlib import Path

import pytest

from bot.tapes.files import found_in, read, write, write_bytes
from chalicelib.domain.errors import InputError
from tests.unit.tapes.recordings import quoted


def test_write_that_is_interrupted_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.tape"
    write(path, quoted((0, "0.4", "0.5")))
    before = path.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(path, quoted((0, "0.1", "0.9")))
    assert path.read_bytes() == before
    monkeypatch.undo()
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(path, quoted((0, "0.1", "0.9")))
    assert path.read_bytes() == before
    assert found_in(tmp_path) == [path]


def test_write_to_a_place_that_cannot_be_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write .*file/a\.tape"):
        write_bytes(tmp_path / "file" / "a.tape", b"")


def test_read_of_a_missing_tape_says_which(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the tape .*none\.tape"):
        read(tmp_path / "none.tape")
