"""The whole product on this machine: start, deploy, serve, stop. Every step may be repeated."""

import errno
import fcntl
import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.cloud import (
    cloudformation,
    emulator,
    exchanges,
    metronome,
    package,
    processes,
    record,
    site,
)
from bot.cloud.aws import Cloud
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.names import Names
from bot.cloud.record import LocalCloud

STAGE = Names("local")
SITE_PORT = 8765
EMULATOR_PORT = 45660
RECORDED = "recorded"
NEEDED_BYTES = 500_000_000
Say = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``up`` shall start.

    ``seed`` is called with the running cloud before the first cycle: tokens, first control row.
    ``tape_start`` is called after it and returns the next tape minute to send (aware UTC), or
    None when live venues follow the real schedule and no metronome is wanted. Ports of None
    mean those of the last run, or the usual ones. ``settings`` are further parameters of
    infra/merge.yaml. ``simulation`` is what answers in place of live venues. ``reached`` is called
    with the running emulator and returns the market's time of the newest committed cycle, or None:
    no market goes back behind it. ``every`` is the seconds that a minute of the tape takes.
    """

    seed: Callable[[LocalCloud], None]
    tape_start: Callable[[LocalCloud], datetime | None]
    reached: Callable[[Cloud], datetime | None] = lambda cloud: None
    first_lap_ends: datetime | None = None
    venues: str = RECORDED
    replay_anchor: str = ""
    every: float = 2.0
    site_port: int | None = None
    emulator_port: int | None = None
    fresh: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    simulation: exchanges.Simulation | None = None


def up(layout: Layout, plan: Plan, say: Say) -> LocalCloud:
    """Bring everything up, or up to date; what runs already and fits is left alone.

    ``say`` hears each step done and its seconds. Raises CloudError with a way out.
    """
    with _told_when_disk_is_full(), _alone(layout):
        return _up(layout, plan, _Steps(say))


class _Steps:
    """Tells of each step how long it took."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.since = time.monotonic()

    def done(self, text: str) -> None:
        now = time.monotonic()
        self.say(text, now - self.since)
        self.since = now


def _up(layout: Layout, plan: Plan, steps: _Steps) -> LocalCloud:
    _check_disk(layout)
    if plan.fresh:
        _set_state_aside(layout)
    before = record.read(layout)
    site_port, emulator_port = _ports(layout, plan, before)
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(package.package, layout, STAGE.stage)
        emulator.ensure_environment(layout)
        steps.done("emulator installed")
        emulator.start(layout, emulator_port)
        steps.done(f"AWS emulator on 127.0.0.1:{emulator_port}")
        build = building.result()
    steps.done("application packaged and checked")
    cloud = Cloud.local(emulator_port)
    plan = _with_clock(layout, plan, before, cloud)
    exchanges.restart(layout, plan.simulation, _tool_environment())
    note = _deploy(layout, plan, build, before, cloud, site_port)
    steps.done("deployed")
    plan.seed(note)
    steps.done("state ready")
    _start_metronome(layout, plan, note)
    _start_site(layout, note)
    record.write(layout, note)
    steps.done(f"dashboard on {note.url}")
    return note


def _ports(layout: Layout, plan: Plan, before: LocalCloud | None) -> tuple[int, int]:
    site_port = plan.site_port or (before.site_port if before else SITE_PORT)
    running = processes.running(layout, site.NAME)
    moved = before is not None and before.site_port != site_port
    if (not running or moved) and not processes.port_is_free(site_port):
        raise CloudError(
            f"port {site_port} on 127.0.0.1 is taken by another program",
            "End that program, or choose another port: bot up --port PORT",
        )
    if before and processes.running(layout, emulator.NAME):
        return site_port, before.emulator_port
    wanted = plan.emulator_port or (before.emulator_port if before else EMULATOR_PORT)
    return site_port, wanted if plan.emulator_port else processes.free_port(wanted)


def _deploy(
    layout: Layout, plan: Plan, build: Path, before: LocalCloud | None, cloud: Cloud, port: int
) -> LocalCloud:
    base = (layout.root / "infra" / "stack.yaml").read_text()
    wanted = {**_parameters(plan), **plan.settings}
    digest = _digest(base, (build / "content.sha256").read_text(), repr(sorted(wanted.items())))
    same = before is not None and before.deployed == digest
    if not (same and cloudformation.exists(cloud, STAGE.app_stack)):
        _deploy_stacks(cloud, base, build, wanted)
    state = cloudformation.outputs(cloud, STAGE.state_stack)
    return LocalCloud(
        site_port=port,
        emulator_port=int((cloud.endpoint or "").rpartition(":")[2]),
        api_id=cloudformation.outputs(cloud, STAGE.app_stack)["RestAPIId"],
        table=state["TableName"],
        archive=state["ArchiveBucket"],
        cycle_function=STAGE.cycle_function,
        venues=plan.venues,
        replay_anchor=plan.replay_anchor,
        deployed=digest,
        gateway=wanted["VenueGateway"],
        market_clock=wanted["MarketClock"],
    )


def _with_clock(layout: Layout, plan: Plan, before: LocalCloud | None, cloud: Cloud) -> Plan:
    """The plan with the clock of its simulated market. One that runs already may keep its own."""
    if plan.venues == RECORDED:
        return plan
    beats = before is not None and processes.running(layout, metronome.NAME) is not None
    running = before.market_clock if before is not None and beats else ""
    if exchanges.needs_clock(plan.simulation, running):
        processes.stop(layout, metronome.NAME, grace=metronome.SLOWEST_CYCLE_SECONDS)
    chosen = exchanges.with_clock(plan.simulation, running, plan.reached(cloud), datetime.now(UTC))
    return replace(plan, simulation=chosen)


def _parameters(plan: Plan) -> dict[str, str]:
    """What infra/merge.yaml is told; EventBridge rests where the metronome beats."""
    simulation = plan.simulation
    clock = simulation.clock if simulation else None
    has_metronome = plan.venues == RECORDED or clock is not None
    return {
        "Venues": plan.venues,
        "ReplayAnchor": plan.replay_anchor,
        "VenueGateway": simulation.gateway if simulation else "",
        "MarketClock": str(clock) if clock else "",
        "ScheduleState": "DISABLED" if has_metronome else "ENABLED",
    }


def _deploy_stacks(cloud: Cloud, base: str, build: Path, wanted: Mapping[str, str]) -> None:
    bucket = STAGE.artifacts(cloud.account())
    cloudformation.ensure_bucket(cloud, bucket)
    state = cloudformation.deploy(
        cloud, STAGE.state_stack, base, {"Stage": STAGE.stage, "Watch": "yes"}, bucket
    )
    template = cloudformation.upload_package(cloud, build, bucket)
    given = {**app_parameters(STAGE, state), **wanted}
    cloudformation.deploy(cloud, STAGE.app_stack, template, given, bucket)


def app_parameters(names: Names, state: Mapping[str, str]) -> dict[str, str]:
    """The parameters of infra/merge.yaml that come from the outputs of infra/stack.yaml."""
    taken = ("TableName", "ArchiveBucket", "DeadLetterArn")
    return {"Stage": names.stage} | {key: state[key] for key in taken}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _start_metronome(layout: Layout, plan: Plan, note: LocalCloud) -> None:
    processes.stop(layout, metronome.NAME, grace=metronome.SLOWEST_CYCLE_SECONDS)
    start = None if note.market_clock else plan.tape_start(note)
    if start is None and not note.market_clock:
        return
    command = [sys.executable, "-m", "bot.cloud.metronome"]
    command += ["--emulator-port", str(note.emulator_port), "--function", note.cycle_function]
    command += metronome.arguments(note.market_clock, start, plan.every, plan.first_lap_ends)
    processes.start(layout, metronome.NAME, command, _tool_environment())


def _start_site(layout: Layout, note: LocalCloud) -> None:
    processes.stop(layout, site.NAME)
    command = [sys.executable, "-m", "bot.cloud.site", "--root", str(layout.root)]
    command += ["--port", str(note.site_port), "--emulator-port", str(note.emulator_port)]
    command += ["--api", note.api_id]
    processes.start(layout, site.NAME, command, _tool_environment())
    deadline = time.monotonic() + 15
    while processes.port_is_free(note.site_port):
        if time.monotonic() > deadline or processes.running(layout, site.NAME) is None:
            raise CloudError(
                f"the site server did not start:\n{processes.last_words(layout, site.NAME)}",
                f"The whole log is {layout.logs / 'site.log'}",
            )
        time.sleep(0.05)


def _tool_environment() -> dict[str, str]:
    return processes.clean_environment(PYTHONPATH=str(Path(__file__).resolve().parents[2]))


def down(layout: Layout) -> list[str]:
    """Stop everything, the clock first; the names of what was running. State is kept."""
    stopped = []
    graces = {metronome.NAME: metronome.SLOWEST_CYCLE_SECONDS, site.NAME: 10.0, exchanges.NAME: 5.0}
    for name, grace in graces.items():
        if processes.stop(layout, name, grace):
            stopped.append(name)
    if emulator.stop(layout):
        stopped.append(emulator.NAME)
    return stopped


def status(layout: Layout) -> dict[str, object]:
    """What runs: the pid of each process or None, whether all answer, and where."""
    note = record.read(layout)
    names = (emulator.NAME, site.NAME, metronome.NAME, exchanges.NAME)
    return {
        "processes": {name: processes.running(layout, name) for name in names},
        "answers": note is not None and emulator.healthy(note.emulator_port),
        "url": note.url if note else None,
        "venues": note.venues if note else None,
    }


def _set_state_aside(layout: Layout) -> None:
    down(layout)
    aside = layout.local / "state.before"
    shutil.rmtree(aside, ignore_errors=True)
    if layout.state.exists():
        layout.state.replace(aside)
    layout.status.unlink(missing_ok=True)


def _check_disk(layout: Layout) -> None:
    free = shutil.disk_usage(layout.root).free
    if free < NEEDED_BYTES:
        raise CloudError(
            f"only {free / 1e6:.0f} MB are free on the disk of {layout.root}",
            f"Free {NEEDED_BYTES / 1e6:.0f} MB, then: bot up. The state is untouched.",
        )


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    layout.local.mkdir(parents=True, exist_ok=True)
    with (layout.local / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise CloudError(
                "another bot up is at work in this checkout", "Wait for it to end."
            ) from exc
        yield


@contextmanager
def _told_when_disk_is_full() -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise CloudError(
            f"the disk is full: {exc.filename or exc}",
            f"Free {NEEDED_BYTES / 1e6:.0f} MB, then: bot up. The state is untouched.",
        ) from exc
