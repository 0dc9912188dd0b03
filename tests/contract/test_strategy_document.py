"""docs/strategies.md builds a strategy from nothing; here it is followed in a copy of it all."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "strategies.md").read_text("utf-8")
NEEDED = ("app.py", "pyproject.toml", "bot", "chalicelib", "tests")
RULE = "chalicelib/strategies/dip_buyer.py"
TEST = "tests/unit/strategies/test_dip_buyer.py"
SHOWN = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    """The blocks of one kind, in the order in which they stand."""
    return [text for found, text in SHOWN.findall(DOCUMENT) if found == kind]


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, and in it what the document's first command writes."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in NEEDED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
    run(copy, commands()[0])
    return copy


def run(checkout: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command of the document, which must succeed."""
    program, *words = shlex.split(command)
    started = [sys.executable, *(["-m", "bot"] if program == "bot" else []), *words]
    done = subprocess.run(started, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_document_begins_with_nothing_and_shows_what_new_writes(checkout: Path) -> None:
    assert commands()[0] == "bot strategy new dip-buyer"
    assert not (ROOT / RULE).exists()
    assert blocks("python") == [(checkout / RULE).read_text("utf-8")]
    assert (checkout / "docs/strategies/dip-buyer.md").read_text().startswith("# dip-buyer")


def test_document_shows_what_check_answers(checkout: Path) -> None:
    assert commands()[1] == "bot strategy check dip-buyer"
    answered = run(checkout, commands()[1]).stdout.splitlines()
    for line in blocks("text")[0].splitlines():
        assert line in answered
    assert len(blocks("text")[0].splitlines()) == len(answered) - 1  # all but the timing


def test_document_shows_what_check_says_of_a_look_ahead(checkout: Path) -> None:
    cheating = re.search(r"With `(exit=[^`]+)`", DOCUMENT)
    assert cheating is not None
    text = (checkout / RULE).read_text("utf-8")
    other = checkout / "chalicelib/strategies/oracle.py"
    other.write_text(text.replace("exit=change > 0", cheating[1]).replace("dip-buyer", "oracle"))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "strategy", "check", "oracle"],
        cwd=checkout, capture_output=True, text=True, check=False,
    )  # fmt: skip
    other.unlink()
    assert done.returncode == 1
    assert blocks("text")[1].strip() in done.stdout


def test_documents_strategy_passes_its_tests_and_the_contract(checkout: Path) -> None:
    own, contract, show = (line for line in commands()[2:5])
    assert "2 passed" in run(checkout, f"{own} -v -p no:cacheprovider").stdout
    suite = (checkout / "tests/contract/test_strategy_contract.py").read_text("utf-8")
    ran = run(checkout, f"{contract} -v -p no:cacheprovider").stdout
    assert "skipped" not in ran
    assert int(re.search(r"(\d+) passed", ran)[1]) > suite.count("\ndef test_")
    assert "dip_buyer.py" in run(checkout, show).stdout.replace("\n", "")


def test_documents_strategy_runs_over_the_past(checkout: Path) -> None:
    assert commands()[5] == "bot backtest dip-buyer"
    assert "gain after fees" in run(checkout, commands()[5]).stdout


def test_documents_strategy_is_written_like_the_others(checkout: Path) -> None:
    run(checkout, f"python -m ruff check {RULE} {TEST}")
    run(checkout, f"python -m ruff format --check {RULE} {TEST}")
    run(checkout, f"python -m mypy --cache-dir {checkout}/.mypy {RULE}")


def test_strategy_of_the_longest_name_is_written_like_the_others(checkout: Path) -> None:
    name = "a" + 40 * "b"
    run(checkout, f"bot strategy new {name}")
    written = f"chalicelib/strategies/{name}.py tests/unit/strategies/test_{name}.py"
    run(checkout, f"python -m ruff check {written}")
    run(checkout, f"python -m ruff format --check {written}")
