"""How large functions and files are: the budget of the house, with the outliers by name.

A function's length leaves its docstring out; a file's code leaves out blank lines as well.
"""

import ast
import math
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("app.py", "chalicelib", "bot")
FUNCTION_P95, FUNCTION_MAX = 22, 45
FILE_P95, FILE_MAX = 160, 300
COMPLEXITY_MAX = 8

BROAD_EXCEPTS = {
    ("chalicelib/engine/wish.py", "wish"): "a strategy may raise anything; the others go on",
    ("chalicelib/strategies/__init__.py", "_fault"): "a user's file may raise anything at import",
    ("bot/authoring/report.py", "_tried"): "whatever a strategy raises is what the check found",
    ("chalicelib/cycle_job.py", "run_scheduled_cycle"): "logged with its traceback, raised again",
    ("chalicelib/reconcile_job.py", "_search"): "logged with its traceback; tried every hour",
    ("chalicelib/web/edge.py", "_answered"): "logged with its traceback, answered as a 500",
    ("bot/simulator/world.py", "advance"): "whatever else ends a simulated run is a finding",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Function


@cache
def files() -> dict[str, tuple[str, ast.Module]]:
    """Source and syntax tree of every file that is ours, by its path."""
    found: dict[str, tuple[str, ast.Module]] = {}
    for start in (ROOT / name for name in FOLDERS):
        for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
            source = path.read_text("utf-8")
            found[str(path.relative_to(ROOT))] = source, ast.parse(source)
    return found


def functions() -> Iterator[tuple[str, Function]]:
    for path, (_, tree) in files().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def docstring_lines(node: Documented) -> set[int]:
    if ast.get_docstring(node) is None:
        return set()
    first = node.body[0]
    return set(range(first.lineno, (first.end_lineno or 0) + 1))


def function_lengths() -> dict[str, int]:
    return {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0)
        - node.lineno
        + 1
        - len(docstring_lines(node))
        for path, node in functions()
    }


def code_lengths() -> dict[str, int]:
    return {path: len(code_lines(source, tree)) for path, (source, tree) in files().items()}


def code_lines(source: str, tree: ast.Module) -> set[int]:
    written = {n for n, line in enumerate(source.splitlines(), 1) if line.strip()}
    documented = [node for node in ast.walk(tree) if isinstance(node, Documented)]
    return written.difference(*map(docstring_lines, documented))


def longest(lengths: dict[str, int], above: int) -> str:
    """Those above a length, longest first."""
    outliers = sorted((n, where) for where, n in lengths.items() if n > above)
    return "\n".join(f"{n:4d} {where}" for n, where in reversed(outliers))


def percentile_95(lengths: dict[str, int]) -> int:
    ordered = sorted(lengths.values())
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def test_shape_no_function_is_too_long() -> None:
    lengths = function_lengths()
    assert max(lengths.values()) <= FUNCTION_MAX, longest(lengths, FUNCTION_MAX)


def test_shape_functions_are_short() -> None:
    lengths = function_lengths()
    assert percentile_95(lengths) <= FUNCTION_P95, longest(lengths, FUNCTION_P95)


def test_shape_no_file_is_too_long() -> None:
    lengths = {path: len(source.splitlines()) for path, (source, _) in files().items()}
    assert max(lengths.values()) <= FILE_MAX, longest(lengths, FILE_MAX)


def test_shape_files_are_short() -> None:
    lengths = code_lengths()
    assert percentile_95(lengths) <= FILE_P95, longest(lengths, FILE_P95)


def test_shape_no_function_is_too_complex() -> None:
    limit = f"lint.mccabe.max-complexity={COMPLEXITY_MAX}"
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "C901", "-q"]
    ran = subprocess.run(
        [*command, "--config", limit, "--output-format", "concise", *FOLDERS],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_shape_broad_excepts_are_exactly_the_listed_ones() -> None:
    found = {
        (path, node.name)
        for path, node in functions()
        if any(is_broad(inner) for inner in ast.walk(node))
    }
    assert found == BROAD_EXCEPTS.keys()


def is_broad(node: ast.AST) -> bool:
    """Whether it catches everything."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        c is None or (isinstance(c, ast.Name) and c.id in {"Exception", "BaseException"})
        for c in caught
    )


def test_shape_no_exception_is_swallowed_in_silence() -> None:
    silent = [
        f"{path}:{node.lineno}"
        for path, (_, tree) in files().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(s, ast.Pass) for s in node.body)
    ]
    assert silent == []


def test_shape_every_function_is_annotated() -> None:
    bare = [f"{path}:{n.lineno} {n.name}" for path, n in functions() if n.returns is None]
    assert bare == []
