"""Write every strategy's page from its code and measured runs: python -m tools.strategy_docs.

What is committed in docs/strategies is exactly what this writes; a test compares.
"""

import ast
import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.authoring.page import page_of
from chalicelib.domain.strategy import REGISTRY, Strategy
from chalicelib.strategies import discover

FOLDER = Path(__file__).parents[1] / "docs" / "strategies"
RESULTS = FOLDER / "results.json"
HEADINGS = "round trips | events | staked | fees | gain | of stake, 95 % | account | verdict |"
RULE = "|---" + "|---:" * 7 + "|---|"
NO_PROMISE = (
    "Measured on the past, with its assumptions below. It is no promise: most of these numbers "
    "cannot be told from chance, and the verdict says so."
)


def pages(results: Mapping[str, Any]) -> dict[str, str]:
    """Every page by its file name."""
    names = sorted(REGISTRY)
    written = {f"{name}.md": page(REGISTRY[name], results) for name in names}
    measured = [name for name in names if name in results["rules"]]
    return {**written, "results.md": table(measured, results)}


def page(strategy: type[Strategy], results: Mapping[str, Any]) -> str:
    """What a strategy is, what it takes, when it fails, and what it did, if it was measured."""
    if strategy.name not in results["rules"]:
        return page_of(strategy)
    return page_of(strategy, _measured(strategy.name, results))


def _measured(name: str, results: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## What it did", "", NO_PROMISE, "")
    yield from (
        f"| past | {HEADINGS}",
        RULE,
    )
    run = [past for past in results["pasts"] if name in past["results"]]
    for past in run:
        result = past["results"][name]
        yield f"| {past['name']} {_numbers(result)} {result['verdict']} |"
    yield ""
    for past in run:
        refused = past["results"][name]["refusals"]
        told = ", ".join(f"{code} {count}" for code, count in refused.items())
        yield f"- *{past['name']}*: {past['about']}" + (f" Refused: {told}." if told else "")


def _numbers(result: Mapping[str, Any]) -> str:
    money = " | ".join(f"{float(result[key]):,.0f}" for key in ("staked", "fees", "gain"))
    return (
        f"| {result['round_trips']} | {result['events']} | {money} "
        f"| {_interval(result['return_on_stake'])} | {100 * result['return_on_cash']:+.2f} % |"
    )


def _interval(figure: Mapping[str, Any]) -> str:
    if figure["estimate"] is None:
        return ""
    estimate = f"{100 * figure['estimate']:+.1f} %"
    if figure["low"] is None:
        return estimate
    return f"{estimate} ({100 * figure['low']:+.1f} to {100 * figure['high']:+.1f})"


def table(names: list[str], results: Mapping[str, Any]) -> str:
    """All strategies on all pasts, the baselines among them."""
    lines = [
        "# All strategies on recorded pasts",
        "",
        "Written by `python -m tools.strategy_docs` from `results.json`, which",
        "`python -m tools.strategy_runs --data DIR` measures by the engine that trades live: the",
        "same signals, sizing, limits, fees and settlement. Every strategy starts with 10,000",
        "dollars and its default parameters. Protections are off, so that losses are seen whole.",
        "The account's return counts what is still open at the price it could be sold at. Bold",
        "names are baselines.",
    ]
    for past in results["pasts"]:
        lines += ["", f"## {past['name']}", "", past["about"], ""]
        lines += [
            f"| strategy | {HEADINGS}",
            RULE,
        ]
        for name in (each for each in names if each in past["results"]):
            result = past["results"][name]
            shown = f"**{name}**" if REGISTRY[name].about.baseline else name
            linked = f"[{shown}]({name}.md)"
            lines.append(f"| {linked} {_numbers(result)} {result['verdict']} |")
    return "\n".join(lines) + "\n"


def rule_digest(strategy: type[Strategy]) -> str:
    """What a strategy's file does, whatever its comments and docstrings say."""
    module = inspect.getmodule(strategy)
    tree = ast.parse(inspect.getsource(module)) if module else ast.Module([], [])
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not _is_text(each)] or [ast.Pass()]  # type: ignore[attr-defined]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def main() -> None:
    """Write all pages, and remove those of strategies that are gone."""
    discover()
    written = pages(json.loads(RESULTS.read_text()))
    for old in FOLDER.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
