"""Run every promise on one strategy, and measure what else its author wants to know."""

import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from statistics import median

from bot.authoring import poor, promises
from bot.authoring.describing import check_named, check_parameters
from bot.authoring.questions import mixed_walk, random_exchanges
from bot.authoring.recorded import MINUTES, recorded_tape
from bot.authoring.walks import random_spot_walk, random_walk
from chalicelib.domain.arrays import BoolArray
from chalicelib.domain.strategy import Strategy, build_strategy, find_strategy
from chalicelib.domain.tape import Tape

WALKS = {
    "contracts": random_walk,
    "currencies": random_spot_walk,
    "questions": mixed_walk,
    "exchanges": random_exchanges,
}
SEEDS = range(4)
EVERY = 3
"""One in so many rows is looked at by the checks that ask a strategy twice for each."""

MINUTES_A_DAY = 1440
INSTRUMENTS = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one promise; ``text`` says what was seen, or what is wrong."""

    promise: str
    kept: bool
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """All promises of a strategy, and what was measured of it."""

    strategy: str
    findings: tuple[Finding, ...]
    measured: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether every promise was kept."""
        return all(finding.kept for finding in self.findings)


def examine(name: str) -> Report:
    """Everything about the strategy of this name, with its default parameters."""
    cls = find_strategy(name)
    findings = [_tried("description", lambda: _described(cls))]
    if not findings[0].kept:
        return Report(name, tuple(findings), {})
    strategy = build_strategy(name, {})
    findings.extend(_tried(promise, partial(check, strategy)) for promise, check in ALL)
    sound = all(finding.kept for finding in findings)
    return Report(name, tuple(findings), measure(strategy) if sound else {})


def _tried(promise: str, check: Callable[[], str]) -> Finding:
    """Run one check; whatever it raises, a warning of numpy included, is what is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return Finding(promise, True, check())
    except promises.Broken as broken:
        return Finding(promise, False, str(broken))
    except Exception as exc:  # noqa: BLE001 - a strategy may raise anything: that is the finding
        return Finding(promise, False, f"it raised {type(exc).__name__}: {exc}")


def _described(cls: type[Strategy]) -> str:
    check_named(cls)
    check_parameters(cls)
    return f"{len(cls.Params.model_fields)} parameters with a description and two bounds"


def _tapes(strategy: Strategy) -> Iterator[tuple[str, Tape]]:
    """Made-up tapes, short ones and ones longer than the lookback, and the bundled one."""
    rows = {strategy.lookback + 12, 30}
    for (kind, walk), seed, length in product(WALKS.items(), SEEDS, sorted(rows)):
        yield f"made-up {kind}, seed {seed}", walk(seed, length, 4, 0.05)
    yield "the bundled tape", recorded_tape()


def _at_rows(check: Callable[[Strategy, Tape, int], None]) -> Callable[[Strategy], str]:
    """A check of single rows, run on many of many tapes."""

    def run(strategy: Strategy) -> str:
        looked = 0
        for name, tape in _tapes(strategy):
            for row in range(0, len(tape), EVERY):
                _on(name, partial(check, strategy, tape, row))
                looked += 1
        return f"{looked} rows looked at"

    return run


def _whole(check: Callable[[Strategy, Tape], None]) -> Callable[[Strategy], str]:
    """A check of whole tapes, run on many."""

    def run(strategy: Strategy) -> str:
        looked = 0
        for name, tape in _tapes(strategy):
            _on(name, partial(check, strategy, tape))
            looked += 1
        return f"{looked} tapes looked at"

    return run


def _on(tape: str, check: Callable[[], None]) -> None:
    try:
        check()
    except promises.Broken as broken:
        raise promises.Broken(f"{broken} ({tape})") from broken


def _poor(strategy: Strategy) -> str:
    for kind in poor.POOR:
        poor.check_takes(strategy, kind)
    for kind in poor.WORTHLESS:
        poor.check_buys_nothing_worthless(strategy, kind)
    for rows in (1, 80):
        poor.check_unknown(strategy, rows)
        poor.check_no_instruments(strategy, rows)
    poor.check_small_tapes(strategy)
    poor.check_wide_tape(strategy, INSTRUMENTS)
    return "holes, constant prices, 0 and 1, ended markets, one row, one instrument, none"


def _something(strategy: Strategy) -> str:
    promises.check_something(strategy)
    return "on the bundled tape or a made-up one"


def _no_doors(strategy: Strategy) -> str:
    promises.check_no_input_or_output(strategy)
    return "no file, no address, no environment"


ALL: tuple[tuple[str, Callable[[Strategy], str]], ...] = (
    ("causality", _at_rows(promises.check_causality)),
    ("memory", _at_rows(promises.check_bounded_memory)),
    ("determinism", _whole(promises.check_determinism)),
    ("shape", _whole(promises.check_shape)),
    ("reasons", _whole(promises.check_wishes)),
    ("one way", _whole(promises.check_one_way)),
    ("poor data", _poor),
    ("no input or output", _no_doors),
    ("wishes", _something),
)
"""Every promise but its description, with the function that looks at it."""


def measure(strategy: Strategy) -> dict[str, str]:
    """Time, warm-up, and signals on the bundled tape, in words."""
    wide = random_walk(1, strategy.lookback, INSTRUMENTS)
    milliseconds = 1000 * median(_cpu(strategy, wide) for _ in range(5))
    tape = recorded_tape()
    signals = strategy.signals(tape)
    entered, left = _begun(signals.entry), _begun(signals.exit)
    if signals.short is not None:
        entered += _begun(signals.short)
    a_day = MINUTES_A_DAY / MINUTES
    return {
        "timing": f"{milliseconds:.2f} ms CPU for the newest row of {INSTRUMENTS} instruments",
        "warm-up": f"{strategy.lookback} rows, a minute each",
        "signals a day": f"{entered * a_day:.0f} entries and {left * a_day:.0f} exits begin on the "
        f"bundled tape ({MINUTES} minutes, {len(tape.instruments)} instruments)",
    }


def _cpu(strategy: Strategy, tape: Tape) -> float:
    began = time.process_time()
    strategy.signals(tape)
    return time.process_time() - began


def _begun(wanted: BoolArray) -> int:
    """How often something begins to be wanted, one row after it was not."""
    return int(wanted[0].sum() + (wanted[1:] & ~wanted[:-1]).sum())
