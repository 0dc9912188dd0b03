"""``make bench``: measure everything, print it, and write benchmarks/latest.json."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks import (
    cycle_calls,
    cycle_wait,
    dashboard_bytes,
    import_cost,
    parsing,
    requests,
    signal_cost,
    simulation,
    statistics_cost,
    trade_path,
    validation,
)
from benchmarks.figure import Benchmark, Figure, Size

BENCHMARKS: tuple[Benchmark, ...] = (
    cycle_calls.measure,
    cycle_wait.measure,
    import_cost.measure,
    parsing.measure,
    requests.measure,
    signal_cost.measure,
    statistics_cost.measure,
    validation.measure,
    trade_path.measure,
    dashboard_bytes.measure,
    simulation.measure,
)
LATEST = Path(__file__).parent / "latest.json"


def main() -> int:
    """Run every benchmark; the exit code is 1 when a target was missed."""
    size: Size = "quick" if "--quick" in sys.argv else "full"
    figures: list[Figure] = []
    for benchmark in BENCHMARKS:
        for figure in benchmark(size):
            figures.append(figure)
            verdict = "ok  " if figure.ok else "MISS"
            print(
                f"{verdict} {figure.name:48s} {figure.value:>12g} {figure.unit}"
                f"  (target {figure.target})",
                flush=True,
            )
    LATEST.write_text(json.dumps([asdict(f) for f in figures], indent=2) + "\n")
    return 0 if all(f.ok for f in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
