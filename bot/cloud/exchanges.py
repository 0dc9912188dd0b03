"""The simulated venues beside the local cloud."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.cloud import processes
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from chalicelib.domain.simulated_clock import SimulatedClock

NAME = "exchanges"
PORT = 8770


@dataclass(frozen=True, slots=True)
class Simulation:
    """Which world the venues show, on which clock, and what goes wrong.

    ``pace`` is how many times as fast the market's clock shall run. ``clock`` is that clock, once
    it is known where the market goes on; None in real time.
    """

    seed: int = 1
    pace: float = 1.0
    clock: SimulatedClock | None = None
    faults: tuple[str, ...] = ()
    port: int = PORT

    @property
    def gateway(self) -> str:
        """The address that stands for every venue."""
        return f"http://127.0.0.1:{self.port}"


def needs_clock(wanted: Simulation | None, running: str) -> bool:
    """Whether a clock has to be made: the one that runs, as it is written, has another pace."""
    if wanted is None or wanted.pace == 1:
        return False
    return not running or SimulatedClock.parse(running).pace != wanted.pace


def with_clock(
    wanted: Simulation | None, running: str, reached: datetime | None, wall: datetime
) -> Simulation | None:
    """The simulation with its clock: the one that runs, or one that goes on where the state stands.

    ``reached`` is the market's time of the newest committed cycle. Raises CloudError where venues
    in real time, live or simulated, would find a state that is ahead of them.
    """
    next_minute = None if reached is None else reached + timedelta(minutes=1)
    if wanted is not None and wanted.pace != 1:
        is_new = needs_clock(wanted, running)
        going_on = SimulatedClock.going_on(wall, wanted.pace, next_minute)
        return replace(wanted, clock=going_on if is_new else SimulatedClock.parse(running))
    if next_minute is not None and next_minute > wall + timedelta(minutes=2):
        raise CloudError(
            f"the state here has reached {reached:%Y-%m-%d %H:%M} UTC by a faster market's clock",
            "Go on with it: bot up --simulated with a --pace above 1. Or start anew: --fresh.",
        )
    return wanted


def restart(layout: Layout, wanted: Simulation | None, environment: Mapping[str, str]) -> None:
    """Stop the simulation that runs, and start the wanted one."""
    processes.stop(layout, NAME, grace=5)
    if wanted is None:
        return
    if not processes.port_is_free(wanted.port):
        raise CloudError(
            f"port {wanted.port} on 127.0.0.1 is taken by another program",
            "The simulated venues need it: end that program.",
        )
    command = [sys.executable, "-m", "bot", "exchanges", "up", "--port", str(wanted.port)]
    command += ["--seed", str(wanted.seed)]
    if wanted.clock is not None:
        anchor = wanted.clock.anchor.astimezone(UTC).isoformat()
        command += ["--pace", repr(wanted.clock.pace), "--anchor", anchor]
    command += [part for fault in wanted.faults for part in ("--fault", fault)]
    processes.start(layout, NAME, command, environment)
    deadline = time.monotonic() + 15
    while processes.port_is_free(wanted.port):
        if time.monotonic() > deadline or processes.running(layout, NAME) is None:
            raise CloudError(
                f"the simulated venues did not start:\n{processes.last_words(layout, NAME)}",
                f"The whole log is {layout.logs / 'exchanges.log'}",
            )
        time.sleep(0.05)
