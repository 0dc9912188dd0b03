"""The shape of the system, held by the build: who may import whom, and what loads when."""

import ast
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

from chalicelib.forecasts import known_sources
from chalicelib.strategies import discover
from chalicelib.venues import known_venues

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "chalicelib").rglob("*.py"))
DOMAIN_MAY_IMPORT = {*sys.stdlib_module_names, "pydantic", "numpy", "chalicelib"}
SLOW = ("numpy", "httpx", "boto3", "chalicelib.engine", "chalicelib.venues.recorded.client")

SAME_NAME_ON_PURPOSE = {
    "Params": "every strategy declares its own, by contract",
    "Listing": "a page of the API's trades, and a page of a venue's markets",
}
LAB = "a measure of the lab, for those who call it from Python: docs/statistics.md"
USED_BY_A_TOOL = {
    "chalicelib.web.openapi": "tools/openapi.py writes docs/openapi.json with it",
    "chalicelib.domain.daily_maximum": "`bot forecast` shows it",
    "chalicelib.domain.climate_day": "`bot forecast` asks for a day by it",
    "chalicelib.research": "`bot backtest` runs strategies with it",
    "chalicelib.research.combinatorial": LAB,
    "chalicelib.research.drawdowns": "`bot backtest` shows the worst one",
    "chalicelib.research.figures": "the measures are made of them",
    "chalicelib.research.forecast_quality": LAB,
    "chalicelib.research.calibration": LAB,
    "chalicelib.research.blocks": LAB,
    "chalicelib.research.bootstrap": LAB,
    "chalicelib.research.intervals": "the same",
    "chalicelib.research.monte_carlo": LAB,
    "chalicelib.research.overfitting": LAB,
    "chalicelib.research.permutation": LAB,
    "chalicelib.research.paper": "the same",
    "chalicelib.research.returns": LAB,
    "chalicelib.research.round_trips": "the same",
    "chalicelib.research.screen": "sweeps screen parameters with it",
    "chalicelib.research.series": "tools/past.py reads recorded prices with it",
    "chalicelib.research.sharpe": LAB,
    "chalicelib.research.sharpe_tests": LAB,
    "chalicelib.research.splits": LAB,
    "chalicelib.research.statistics": LAB,
    "chalicelib.research.summary": "`bot backtest` shows it",
    "chalicelib.research.tails": LAB,
    "chalicelib.research.trades": LAB,
    "chalicelib.research.verdict": "`bot backtest` ends with it",
    "chalicelib.forecasts.stations": "`bot forecast` looks stations up in it",
}


@cache
def imports() -> grimp.ImportGraph:
    """Who imports whom, imports inside functions included."""
    return grimp.build_graph("chalicelib", include_external_packages=True, cache_dir=None)


def imported_by(path: Path) -> set[str]:
    """The modules that a file names in its imports, wherever they stand."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter of its own, at the repository's root."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_architecture_import_contracts_hold() -> None:
    ran = python(
        "from importlinter.cli import lint_imports; import sys;"
        "sys.exit(lint_imports('.importlinter', no_cache=True, no_logo=True))"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "chalicelib/domain").glob("*.py")), ids=lambda p: p.stem
)
def test_architecture_domain_imports_only_the_standard_library_pydantic_and_numpy(
    path: Path,
) -> None:
    roots = {name.partition(".")[0] for name in imported_by(path)}
    assert roots <= DOMAIN_MAY_IMPORT


def test_architecture_only_the_edge_knows_the_web_framework() -> None:
    assert imports().find_modules_that_directly_import("chalice") <= {"chalicelib.web.edge"}


@pytest.mark.parametrize("host", ["192.0.2.1", "127.0.0.1"])
def test_architecture_tests_here_cannot_reach_the_network(host: str) -> None:
    with socket.socket() as door, pytest.raises(pytest.fail.Exception, match="no network"):
        door.connect((host, 9))


def test_architecture_edge_has_no_logic() -> None:
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) <= 80


def test_architecture_importing_the_edge_loads_nothing_slow() -> None:
    ran = python(f"import app, sys; print([m for m in {SLOW} if m in sys.modules])")
    assert (ran.returncode, ran.stdout.strip()) == (0, "[]"), ran.stderr


def test_architecture_no_two_classes_share_a_name() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for path in SHIPPED:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].add(str(path.relative_to(ROOT)))
    shared = {name: sorted(files) for name, files in homes.items() if len(files) > 1}
    assert shared.keys() <= SAME_NAME_ON_PURPOSE.keys(), shared


def packages_of(module: str) -> Iterator[str]:
    """The packages around a module, which are imported with it."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def test_architecture_every_module_that_ships_is_used() -> None:
    graph = imports()
    used = {m for m in imported_by(ROOT / "app.py") if m in graph.modules}
    used |= {f"chalicelib.strategies.{name.replace('-', '_')}" for name in discover()}
    used |= {f"chalicelib.venues.{name}" for name in known_venues()}
    used |= {f"chalicelib.forecasts.{name}" for name in known_sources()}
    reached = used.union(*(graph.find_upstream_modules(module) for module in used))
    reached |= {package for module in reached for package in packages_of(module)}
    ours = {module for module in graph.modules if module.startswith("chalicelib")}
    unused = ours - reached - USED_BY_A_TOOL.keys()
    assert not unused, f"nothing in the product leads to {sorted(unused)}"
