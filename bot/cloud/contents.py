"""Is everything the code imports inside the package? Read from the zips, nothing is run."""

import ast
import csv
import importlib
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path
from typing import Any

from bot.cloud.errors import CloudError

# Part of Lambda's Python runtime, or put into the package by Chalice itself.
PROVIDED = {"boto3", "botocore", "chalice", "chalicelib", "dateutil", "jmespath", "s3transfer"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;#\\]+)")


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution, as its dist-info in a package tells."""

    name: str
    version: str
    requires: tuple[str, ...]
    files: tuple[str, ...]


def check(root: Path, zips: Sequence[Path], own: Sequence[Path] = ()) -> None:
    """Raise CloudError naming all that is missing from the package.

    ``own`` are the user's own strategies, which lie outside the checkout.
    """
    found: dict[str, Distribution] = {}
    packed: set[str] = set()
    for archive in (zipfile.ZipFile(path) for path in zips if path.exists()):
        with archive:
            packed |= {strip_layer(name) for name in archive.namelist()}
            found |= _distributions(archive)
    missing = [
        *_missing_pins((root / "requirements.txt").read_text(), found),
        *_missing_needs(found),
        *_missing_files(found, packed),
        *_missing_imports(root, packed, own),
    ]
    if missing:
        raise CloudError(
            "the package is incomplete:\n  " + "\n  ".join(sorted(set(missing))),
            "Pin a version in requirements.txt that has a wheel for Lambda's Python, and try"
            " again. (numpy 2.3 and newer have none for Python 3.11; 2.2.6 has.)",
        )


def strip_layer(name: str) -> str:
    """The path of a file as Python sees it, wherever the layer put it."""
    return re.sub(r"^python/(lib/python[\d.]+/site-packages/)?", "", name)


def normal(name: str) -> str:
    """The one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _distributions(archive: zipfile.ZipFile) -> dict[str, Distribution]:
    found = {}
    for name in archive.namelist():
        if name.endswith(".dist-info/METADATA"):
            fields = Parser().parsestr(archive.read(name).decode(), headersonly=True)
            record = name.replace("METADATA", "RECORD")
            files = _recorded(archive, record) if record in archive.namelist() else ()
            needs = tuple(str(need) for need in fields.get_all("Requires-Dist") or ())
            one = Distribution(str(fields["Name"]), str(fields["Version"]), needs, files)
            found[normal(one.name)] = one
    return found


def _recorded(archive: zipfile.ZipFile, record: str) -> tuple[str, ...]:
    rows = csv.reader(archive.read(record).decode().splitlines())
    return tuple(row[0] for row in rows if row)


def _missing_pins(requirements: str, found: Mapping[str, Distribution]) -> Iterable[str]:
    for line in requirements.splitlines():
        text = line.strip()
        if not text or text.startswith(("#", "--")) or not _applies(text):
            continue
        pin = PIN.match(text)
        if pin is None:
            yield f"requirements.txt: '{text}' is not pinned with =="
        elif normal(pin[1]) not in found:
            yield f"{pin[1]}=={pin[2]} (in requirements.txt, not in the package)"
        elif found[normal(pin[1])].version != pin[2]:
            yield f"{pin[1]}=={pin[2]} (the package holds {found[normal(pin[1])].version})"


def _missing_needs(found: Mapping[str, Distribution]) -> Iterable[str]:
    for one in found.values():
        for need in one.requires:
            name = normal(re.split(r"[\s\[(<>=!~;]", need, maxsplit=1)[0])
            if _applies(need) and name not in found and name not in PROVIDED:
                yield f"{name} (needed by {one.name})"


def _applies(need: str) -> bool:
    if ";" not in need:
        return True
    # pip is always here, because Chalice packages with it.
    requirements: Any = importlib.import_module("pip._vendor.packaging.requirements")
    plain = re.split(r"\s#|--hash", need, maxsplit=1)[0].rstrip(" \\")
    marker = requirements.Requirement(plain).marker
    return bool(marker.evaluate({"extra": ""}))


def _missing_files(found: Mapping[str, Distribution], packed: set[str]) -> Iterable[str]:
    for one in found.values():
        code = [f for f in one.files if f.endswith((".py", ".so")) and not f.startswith("..")]
        absent = [file for file in code if file not in packed]
        if absent:
            yield f"{one.name}: {len(absent)} of its files, for example {absent[0]}"


def _missing_imports(root: Path, packed: set[str], own: Sequence[Path]) -> Iterable[str]:
    present = {name.split("/")[0].removesuffix(".py").split(".")[0] for name in packed}
    for file in [root / "app.py", *(root / "chalicelib").rglob("*.py"), *own]:
        for module in _imported(file.read_text()):
            known = module in present or module in PROVIDED or module in sys.stdlib_module_names
            if not known:
                where = file.name if file in own else file.relative_to(root)
                yield f"{module} (imported by {where}, not in requirements.txt)"


def _imported(source: str) -> Iterable[str]:
    for node in _run_time_nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _run_time_nodes(tree: ast.AST) -> Iterable[ast.AST]:
    """Every node but those that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _run_time_nodes(node)
