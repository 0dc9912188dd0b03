"""docs/venues.md adds a venue; here it is followed to the letter, in a copy of the repository."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "venues.md"
FILE = re.compile(r"^`([\w/]+\.py)`\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = ("app.py", "pyproject.toml", ".importlinter", "bot", "chalicelib", "tests")
ADDED = "chalicelib/venues/penny"


def files() -> dict[str, str]:
    """The files of the document, by their paths."""
    return dict(FILE.findall(DOCUMENT.read_text("utf-8")))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the document's venue in it, and nothing else changed."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy(ROOT / name, copy / name)
    for name, content in files().items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(content, "utf-8")
    return copy


def ran(checkout: Path, *command: str) -> str:
    """What a tool prints; it must have been content."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passed_of(checkout: Path, *chosen: str) -> int:
    """How many of these tests passed."""
    told = ran(checkout, "pytest", "-v", "-p", "no:cacheprovider", *chosen)
    assert "skipped" not in told
    found = re.search(r"(\d+) passed", told)
    return int(found[1]) if found else 0


def test_venue_of_the_document_is_one_folder_and_the_module_that_plays_it() -> None:
    outside = [name for name in files() if not name.startswith(f"{ADDED}/")]
    assert outside == ["tests/payloads/penny/venue.py"]
    assert len(files()) == 5
    assert not any((ROOT / name).exists() for name in files())


def test_venue_of_the_document_keeps_every_promise_of_a_venue(checkout: Path) -> None:
    suite = (checkout / "tests/contract/test_venue_contract.py").read_text("utf-8")
    promises = suite.count("\ndef test_")
    passed = passed_of(checkout, "tests/contract/test_venue_contract.py", "-k", "penny")
    assert passed == promises + 1  # one of them is tried in two states


def test_venue_of_the_document_fits_into_the_architecture(checkout: Path) -> None:
    rules = "import_contracts or every_module_that_ships or share_a_name"
    assert passed_of(checkout, "tests/unit/test_architecture.py", "-k", rules) == 3


def test_venue_of_the_document_is_written_like_the_others(checkout: Path) -> None:
    ran(checkout, "ruff", "check", *files())
    ran(checkout, "ruff", "format", "--check", *files())


def test_venue_of_the_document_opens_by_its_name(checkout: Path) -> None:
    opened = "from chalicelib.venues import open_venue; print(open_venue('penny', {}).name)"
    done = subprocess.run(
        [sys.executable, "-c", opened], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "penny"
