"""CPU that all strategies take to judge the newest row of 10,000 instruments, and the dearest."""

import time
from collections.abc import Callable
from statistics import median

from benchmarks.figure import Figure, Size, at_most
from benchmarks.mixed_tape import mixed_tape
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.engine.wish import wish
from chalicelib.strategies import discover

INSTRUMENTS, ROWS, CURRENCIES = 10_000, 500, 200
DEAREST = 5


def measure(_size: Size) -> list[Figure]:
    """Median of five runs as a cycle asks them, wishes and reasons included; then one by one."""
    names = discover()
    strategies = {name: build_strategy(name, {}) for name in names}
    tape = mixed_tape(INSTRUMENTS, ROWS, CURRENCIES)
    seconds = _median_cpu(lambda: _judge(strategies, tape))
    one_pass = _median_cpu(lambda: (tape.bid + tape.ask) / 2)
    each = {name: _median_cpu(lambda n=name: _judge({n: strategies[n]}, tape)) for name in names}
    dearest = sorted(each, key=lambda name: -each[name])[:DEAREST]
    print(f"     {'dearest strategies: ' + ', '.join(f'{n} {each[n]:.3f} s' for n in dearest)}")
    label = f"{len(names)} strategies over {INSTRUMENTS} instruments"
    return [
        at_most(f"signals of {label}", seconds, 1.5, "s CPU"),
        at_most(f"signals of {label} / one pass", seconds / max(one_pass, 1e-6), 100, "x passes"),
    ]


def _judge(strategies: dict[str, Strategy], tape: Tape) -> None:
    _, faults = wish(strategies, tape)
    if faults:
        raise RuntimeError(f"strategies failed, so nothing was measured: {faults}")


def _median_cpu(work: Callable[[], object]) -> float:
    return median(_cpu(work) for _ in range(5))


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before
