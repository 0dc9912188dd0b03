"""docs/coverage.md names files and tests: all of them exist."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.compile(r"^\| ([A-Z]{3}-[^|]+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, str, str]]:
    return ROWS.findall((ROOT / "docs/coverage.md").read_text("utf-8"))


def missing(cell: str, *folders: str) -> Iterator[str]:
    """What a cell names that is not there; a bare name stands in the folder of the one before."""
    beside: tuple[str, ...] = ()
    for name in NAMED.findall(cell):
        if not any(_exists(folder, name) for folder in (*folders, *beside)):
            yield name
        beside = (str(Path(name).parent), *beside)


def _exists(folder: str, name: str) -> bool:
    return any((ROOT / folder).glob(name.rstrip("/")))


def test_coverage_page_names_code_that_is_there() -> None:
    assert len(rows()) > 60
    gone = [(ids, *missing(where, ".", "chalicelib")) for ids, where, _ in rows()]
    assert not [entry for entry in gone if len(entry) > 1]


def test_coverage_page_names_tests_that_are_there() -> None:
    gone = [(ids, *missing(shown_by, ".")) for ids, _, shown_by in rows()]
    assert not [entry for entry in gone if len(entry) > 1]
