"""Prove the protocol: ``bot sim``."""

import time
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.options import JsonOption
from bot.cli.output import Exit, answer, guarded, say


@guarded
def sim(
    seed: Annotated[int, typer.Option(help="Everything follows from it")] = 1,
    cycles: Annotated[int, typer.Option(min=1, help="Simulated minutes")] = 10_000,
    kill_points: Annotated[bool, typer.Option("--kill-points", help="Die everywhere")] = False,
    mutants: Annotated[bool, typer.Option("--mutants", help="Test the tests")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the real cycle code under faults.  Exit code 4: an invariant was broken."""
    from bot import simulator  # noqa: PLC0415 - loads the engine

    if kill_points:
        points = simulator.kill_points()
        answer(asdict(points), as_json, lambda: say(points.summary()))
        sound = points.sound
    elif mutants:
        caught = simulator.mutants()
        answer(asdict(caught), as_json, lambda: say(caught.summary()))
        sound = caught.sound
    else:
        report = simulator.run(seed, cycles, timer=time.perf_counter)
        answer(asdict(report), as_json, lambda: say(report.summary()))
        sound = report.sound
    if not sound:
        raise typer.Exit(Exit.REFUSED)
