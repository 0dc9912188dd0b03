"""Run every strategy over recorded pasts: python -m tools.strategy_runs --data DIR [--only NAME].

Writes docs/strategies/results.json, from which the pages of the strategies are made.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib.domain.cycle import Config
from chalicelib.domain.protection import unprotected
from chalicelib.domain.risk import HouseLimits, RiskLimits
from chalicelib.domain.strategy import REGISTRY
from chalicelib.research.paper import run_paper
from chalicelib.research.summary import StrategyResult, summarise
from chalicelib.strategies import discover
from tools.past import Past, bundled, shared
from tools.strategy_docs import RESULTS, rule_digest

SEED = 20_261_127


def config() -> Config:
    """The usual limits, no house above the accounts, and no protections.

    A strategy is to be seen whole: what stops a losing one would hide how much it loses.
    """
    return Config(
        {}, RiskLimits(), house=HouseLimits(max_exposure=Decimal(1)), protections=unprotected()
    )


def measure(past: Past, names: Iterable[str]) -> dict[str, StrategyResult]:
    """The result on one past of every strategy that trades its kind of market."""
    registry = {name: REGISTRY[name] for name in names if past.kind in REGISTRY[name].about.trades}
    run = run_paper([past.venue], registry, config(), past.moments)
    if run.faults:
        raise RuntimeError(f"{past.name}: {dict(run.faults)}")
    return {name: summarise(run, name, past.event_of, SEED) for name in registry}


def _document(result: StrategyResult) -> dict[str, Any]:
    """As it is committed: dollars to the cent, shares to six digits."""
    money = {name: f"{getattr(result, name):.2f}" for name in ("staked", "gain", "fees")}
    shares = {
        name: round(getattr(result, name), 6) for name in ("return_on_cash", "worst_drawdown")
    }
    interval = {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in asdict(result.return_on_stake).items()
    }
    said = {"return_on_stake": interval, "verdict": result.verdict}
    return {**asdict(result), **money, **shares, **said}


def main() -> None:
    """Measure and write; ``--data`` is the folder of shared market data."""
    parser = argparse.ArgumentParser(prog="tools.strategy_runs")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*")
    chosen = parser.parse_args()
    discover()
    names = chosen.only or sorted(REGISTRY)
    rules = {name: rule_digest(REGISTRY[name]) for name in names}
    found: dict[str, Any] = {"seed": SEED, "rules": rules, "pasts": []}
    for past in (bundled(), *shared(chosen.data)):
        results = measure(past, names)
        told = {name: _document(result) for name, result in results.items()}
        found["pasts"].append({"name": past.name, "about": past.about, "results": told})
        print(f"{past.name}: {len(past.moments)} cycles", file=sys.stderr)
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if chosen.only:
        print(text)
    else:
        RESULTS.write_text(text)


if __name__ == "__main__":
    main()
