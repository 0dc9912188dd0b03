"""Nobody but the validator can call data trusted."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.validation.trusted import TrustedDepth, TrustedResults, TrustedScan
from tests.builders import YES, book, quote
from tests.unit.validation.looking import books, judged, scan

ROOT = Path(__file__).parents[3]
MAKERS = {f"chalicelib/validation/{name}.py" for name in ("scans", "books", "results")}
RAW = {"Scan", "Depth", "Results"}


@pytest.mark.parametrize("seal", [None, object(), "SEAL", True])
def test_trusted_value_made_by_anybody_else_is_a_type_error(seal: Any) -> None:
    with pytest.raises(TypeError, match="only the validator"):
        TrustedScan({}, {}, {}, (), (), (), (), seal)
    with pytest.raises(TypeError, match="only the validator"):
        TrustedDepth({}, (), (), seal)
    with pytest.raises(TypeError, match="only the validator"):
        TrustedResults((), (), (), seal)


def test_trusted_value_cannot_be_changed_into_another() -> None:
    found = judged(scan(quote(YES, "0.4", "0.5")))
    with pytest.raises(ValueError, match="seal"):
        replace(found, quotes={})
    with pytest.raises(ValueError, match="seal"):
        replace(books(book()), books={})


def named_in(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names


def test_seal_is_held_by_the_validators_alone() -> None:
    holders = {
        str(path.relative_to(ROOT))
        for folder in ("chalicelib", "bot", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if "SEAL" in named_in(path)
    }
    assert holders == MAKERS


def test_raw_answers_of_venues_reach_no_part_of_the_engine_but_the_observer() -> None:
    engine = ROOT / "chalicelib" / "engine"
    readers = {path.name for path in engine.glob("*.py") if RAW & named_in(path)}
    assert readers == {"observe.py"}


def test_types_refuse_raw_data_where_trusted_is_wanted(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from chalicelib.engine.observe import _observation\n"
        "from chalicelib.ports import Scan\n"
        "_observation(Scan({}, {}), {}, ())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", str(wrong)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 'has incompatible type "Scan"; expected "TrustedScan"' in ran.stdout, ran.stdout
