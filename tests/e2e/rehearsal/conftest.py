"""A copy of the product, an emulator with IAM enforced, and both ways of deploying into it."""

import json
import os
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.local import seed
from bot.cloud import deploy, emulator, metronome, processes
from bot.cloud import up as local_cloud
from bot.cloud.aws import Cloud
from bot.cloud.layout import Layout
from bot.cloud.names import Names
from chalicelib.aws.dynamodb import DynamoTable

ROOT = Path(__file__).parents[3]
WITH_ADDITIONS = (
    f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]; "
    "import emulator_additions; emulator_additions.install(); "
    "from bot.cloud.emulated.main import run; run()"
)
# How far into the tape the real schedule begins; a test goes on from there, faster.
AHEAD = timedelta(minutes=30)


@dataclass
class Rehearsal:
    """A deployed stage of the product, and what an operator and a clock can do to it."""

    layout: Layout
    port: int
    launch: str
    api_url: str
    names: Names
    token: str = ""
    site_url: str = ""

    @property
    def cloud(self) -> Cloud:
        return Cloud.local(self.port)

    @property
    def table(self) -> DynamoTable:
        return DynamoTable(self.cloud.client("dynamodb"), self.names.table)

    def begin(self) -> None:
        """Give it its first settings, an operator's token, and leave to trade."""
        self.token = seed(self.table, replay=True)
        control = self.call("GET", "/v1/control")[1]
        if control["state"] != "RUNNING":
            # A stage in AWS begins killed; an operator lets it run.
            wish = {"state": "RUNNING", "reason": "rehearsal", "version": control["version"]}
            assert self.call("PUT", "/v1/control", wish)[0] == 200

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> Any:
        """The status and the document of an API call."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": f"{time.time_ns()}"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.api_url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as exc:
            return exc.code, json.loads(exc.read())

    def items(self, path: str) -> list[dict[str, Any]]:
        status, document = self.call("GET", path)
        assert status == 200, document
        return list(document["items"])

    def newest_minute(self) -> datetime:
        """The tape minute of the last committed cycle."""
        newest = self.items("/v1/cycles")[0]
        return datetime.fromisoformat(newest["scheduled_for"])

    def run_minutes(self, most: int, until: Callable[[], bool] = lambda: False) -> int:
        """Send the next tape minutes until ``until`` holds; how many were sent."""
        send = metronome.sender(self.cloud, self.names.cycle_function, print)
        last = self.newest_minute()
        for minute in range(1, most + 1):
            assert send(last + timedelta(minutes=minute))
            if until():
                return minute
        return most

    def alarms_in(self, state: str) -> set[str]:
        """The alarms in a state, without the product's and the stage's name."""
        found = self.cloud.client("cloudwatch").describe_alarms(
            StateValue=state, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        alarms = found["MetricAlarms"] + found["CompositeAlarms"]
        return {alarm["AlarmName"].split("-", 4)[4] for alarm in alarms}

    def restart(self, how: signal.Signals) -> None:
        pid = processes.running(self.layout, emulator.NAME)
        assert pid is not None
        os.kill(pid, how)
        deadline = time.monotonic() + 60
        while processes.running(self.layout, emulator.NAME) and time.monotonic() < deadline:
            time.sleep(0.05)
        emulator.start(self.layout, self.port, self.launch)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    """The product as a fresh checkout holds it, with the emulator installed."""
    layout = Layout(tmp_path_factory.mktemp("checkout"))
    for name in ("chalicelib", "infra", "frontend/site", "bot", ".chalice"):
        ignored = shutil.ignore_patterns("__pycache__", "deployed", "deployments")
        shutil.copytree(ROOT / name, layout.root / name, ignore=ignored)
    for name in ("app.py", "requirements.txt", "frontend/site-headers.json"):
        shutil.copy(ROOT / name, layout.root / name)
    emulator.ensure_environment(Layout(ROOT))
    layout.emulator_venv.symlink_to(Layout(ROOT).emulator_venv)
    try:
        yield layout
    finally:
        local_cloud.down(layout)


def replay_anchor() -> str:
    """The instant that puts the schedule ``AHEAD`` minutes into the tape."""
    return (datetime.now(UTC) - AHEAD).isoformat(timespec="seconds")


def packaged(layout: Layout) -> Rehearsal:
    """Deploy through `chalice package` and CloudFormation, as `bot up` does."""
    plan = local_cloud.Plan(
        seed=lambda note: None,
        tape_start=lambda note: None,
        replay_anchor=replay_anchor(),
        settings={"ScheduleState": "ENABLED"},
        site_port=processes.free_port(0),
        emulator_port=processes.free_port(0),
    )
    note = local_cloud.up(layout, plan, lambda text, seconds: print(f"{seconds:6.2f} s {text}"))
    url = f"{note.url}/api"
    names = Names("local")
    return Rehearsal(layout, note.emulator_port, emulator.LAUNCH, url, names, site_url=note.url)


def deployed(layout: Layout) -> Rehearsal:
    """Deploy with `chalice deploy`, as `bot deploy` does."""
    port = processes.free_port(0)
    emulator.start(layout, port, WITH_ADDITIONS)
    done = deploy_dev(layout, port, replay_anchor())
    return Rehearsal(layout, port, WITH_ADDITIONS, done.api_url, Names("dev"))


def deploy_dev(layout: Layout, port: int, anchor: str) -> deploy.Deployed:
    """`bot deploy --stage dev`, on the recorded tape and without a CDN."""
    environment = {"VENUES": "recorded", "REPLAY_ANCHOR": anchor}
    cloud = Cloud.local(port)
    return deploy.deploy(cloud, layout, "dev", print, environment=environment, cdn=False)


@pytest.fixture(scope="module", params=[packaged, deployed], ids=["packaged", "chalice-deploy"])
def rehearsal(request: pytest.FixtureRequest, copy: Layout) -> Iterator[Rehearsal]:
    """The product deployed one way, then the other, each into an emulator of its own."""
    stage = request.param(copy)
    try:
        yield stage
    finally:
        local_cloud.down(copy)
        shutil.rmtree(copy.local / "state")
        copy.status.unlink(missing_ok=True)
