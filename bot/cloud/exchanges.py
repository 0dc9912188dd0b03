"""The simulated venues beside the local cloud."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.cloud import processes
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout

NAME = "exchanges"
PORT = 8770


@dataclass(frozen=True, slots=True)
class Simulation:
    """Which world the venues show, how fast its markets come and go, and what goes wrong."""

    seed: int = 1
    haste: float = 1.0
    faults: tuple[str, ...] = ()
    port: int = PORT

    @property
    def gateway(self) -> str:
        """The address that stands for every venue."""
        return f"http://127.0.0.1:{self.port}"


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
    command += ["--seed", str(wanted.seed), "--haste", str(wanted.haste)]
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
