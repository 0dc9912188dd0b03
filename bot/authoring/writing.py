"""Write the files of a new strategy: its rule, its test, its page in the docs."""

import importlib
import keyword
from dataclasses import dataclass
from pathlib import Path

from bot.authoring import template
from bot.authoring.describing import LONGEST_NAME, NAME
from bot.authoring.page import page_of
from chalicelib import strategies
from chalicelib.domain.errors import ConflictError, InputError
from chalicelib.domain.strategy import REGISTRY, source_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a strategy are kept."""

    strategies: Path
    tests: Path
    pages: Path
    imports: str
    prelude: str


def in_checkout(root: Path) -> Place:
    """Beside the strategies that the product comes with."""
    return Place(
        root / "chalicelib" / "strategies",
        root / "tests" / "unit" / "strategies",
        root / "docs" / "strategies",
        template.IMPORTS,
        template.PRELUDE,
    )


def in_folder(folder: Path) -> Place:
    """In a folder of the user."""
    return Place(
        folder,
        folder / "tests",
        folder / "docs",
        template.USER_IMPORTS,
        template.USER_PRELUDE,
    )


def write_new(name: str, place: Place) -> list[Path]:
    """Write a strategy that works as it is, and answer its files.

    Raises InputError for a name that is none, ConflictError for one that is taken; nothing is
    written then.
    """
    _require_name(name)
    module = name.replace("-", "_")
    names = {
        "name": name,
        "module": module,
        "cls": "".join(part.capitalize() for part in name.split("-")),
        "imports": place.imports,
        "prelude": place.prelude,
    }
    source = place.strategies / f"{module}.py"
    test = place.tests / f"test_{module}.py"
    page = place.pages / f"{name}.md"
    _require_free(name, [source, test, page])
    _write(source, template.STRATEGY.format(**names))
    _write(test, template.TEST.format(**names))
    _write(page, _page(name, place.strategies))
    return [source, test, page]


def _require_name(name: str) -> None:
    hint = f"Small letters, digits and single dashes, at most {LONGEST_NAME}: dip-buyer."
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InputError(f"{name[:60]!r} is no name for a strategy", hint)
    if keyword.iskeyword(name) or name == strategies.user.__name__.rpartition(".")[2]:
        raise InputError(f"{name!r} cannot be the name of a file in Python here", hint)


def _require_free(name: str, files: list[Path]) -> None:
    strategies.discover()
    if name in REGISTRY:
        raise ConflictError(
            f"there is a strategy {name!r} already: {source_of(REGISTRY[name])}",
            "Choose another name, or change that file.",
        )
    for file in files:
        if file.exists():
            raise ConflictError(f"{file} is there already", "Choose another name, or move it away.")


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, "utf-8")


def _page(name: str, folder: Path) -> str:
    """The page, from the strategy as it was just written."""
    importlib.invalidate_caches()
    if name not in strategies.discover():
        raise InputError(
            f"the new strategy {name!r} in {folder} is not found",
            "Run `bot` from the checkout whose strategies these are.",
        )
    return page_of(REGISTRY[name])
