"""Launch ministack in this process, with durable state, complete metrics and honest alarms."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import ministack.app as emulator
from hypercorn.asyncio import serve
from hypercorn.config import Config

from bot.cloud.emulated import alarms, durability, metrics, provisioners, runtime


def run() -> None:
    """Serve until SIGTERM or SIGINT; the environment holds the settings."""
    metrics.install()
    alarms.install()
    provisioners.install()
    state = Path(os.environ["STATE_DIR"])
    runtime.install(Path(os.environ["TMPDIR"]) / "runtime", state.parent / "unpacked")
    store = durability.install(emulator, state)
    asyncio.run(_serve(store))


async def _serve(store: durability.Store) -> None:
    config = Config()
    config.bind = [f"{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    duties: list[asyncio.Task[Any]] = [
        asyncio.create_task(store.save_regularly()),
        asyncio.create_task(alarms.evaluate_regularly()),
        asyncio.create_task(metrics.trim_regularly()),
    ]
    await serve(store.watch(emulator.app), config, shutdown_trigger=stopping.wait)
    for duty in duties:
        duty.cancel()
    store.close()
