"""Tapes as files on this machine: opened in parts, written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.domain.errors import InputError
from chalicelib.tapes.file import SUFFIX, Recording, encode
from chalicelib.tapes.reader import TapeReader


@contextmanager
def opened(path: Path) -> Iterator[TapeReader]:
    """The tape in a file; InputError when there is none or it is damaged."""
    try:
        stream = path.open("rb")
    except OSError as exc:
        raise InputError(
            f"cannot read the tape {path}: {exc.strerror}", "`bot tape list` shows the tapes here."
        ) from exc
    with stream:
        yield TapeReader(stream, str(path))


def read(path: Path) -> Recording:
    """A whole tape."""
    with opened(path) as tape:
        return tape.recording()


def write(path: Path, recording: Recording) -> bytes:
    """Write a tape; answers its bytes."""
    body = encode(recording)
    write_bytes(path, body)
    return body


def write_bytes(path: Path, body: bytes) -> None:
    """Replace a file in one step: a crash leaves the old one or the new one, never half of one."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as exc:
        raise InputError(
            f"cannot write {path}: {exc.strerror}", "Choose another place with --out."
        ) from exc


def found_in(folder: Path) -> list[Path]:
    """The tapes in a folder, by name."""
    return sorted(folder.glob(f"*{SUFFIX}"))
