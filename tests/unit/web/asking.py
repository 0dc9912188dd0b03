"""Ask the API without a gateway: our own dispatch over a table and an archive in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws.table import Table
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import ScheduledEvent
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.operations.control import WantedControl, change_control
from chalicelib.operations.tokens import create_token
from chalicelib.settings import Settings
from chalicelib.strategies import discover
from chalicelib.venues.recorded import TAPE_START, build
from chalicelib.web.contract import ENDPOINTS, Endpoint
from chalicelib.web.dispatch import answer
from chalicelib.web.http import HttpRequest, Office
from tests import builders
from tests.cloud_fixtures import run

SETTINGS = Settings(stage="test", table="state", bucket="archive", venues=("recorded",))
REQUEST_ID = "request-7"


@dataclass(frozen=True)
class Reply:
    """An answer, with its JSON parsed."""

    endpoint: Endpoint
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body; any constant that is not JSON is a failure."""
        return json.loads(self.text, parse_constant=_refuse)

    @property
    def error(self) -> dict[str, str]:
        """The error in the body."""
        detail: dict[str, str] = self.json["error"]
        return detail


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@dataclass
class Api:
    """The API at one moment. Tokens of each role are made when they are first used."""

    table: Table = field(default_factory=MemoryTable)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    settings: Settings = SETTINGS
    now: datetime = builders.NOW
    secrets: dict[str, str] = field(default_factory=dict)

    def token(self, role: str) -> str:
        """A secret with this role that lasts for a day."""
        if role not in self.secrets:
            made = create_token(self.table, role, f"the {role}", 1, "test", self.now)
            self.secrets[role] = run(made)[0]
        return self.secrets[role]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        role: str | None = "admin",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; ``body`` is bytes or becomes JSON, ``role`` None sends no token."""
        place, _, query = path.partition("?")
        endpoint, params = route(method, place)
        sent = {} if role is None else {"authorization": f"Bearer {self.token(role)}"}
        if body is not None:
            sent["content-type"] = "application/json"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = HttpRequest(
            method,
            place,
            params,
            dict(pair.split("=", 1) for pair in query.split("&")) if query else {},
            {**sent, **(headers or {})},
            b"" if body is None else raw,
            REQUEST_ID,
        )
        office = Office(self.table, self.archive, self.settings, self.now)
        answered = answer(endpoint, request, office)
        return Reply(endpoint, answered.status, answered.headers, answered.body)

    def get(self, path: str, role: str | None = "admin", **headers: str) -> Reply:
        """Read something."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, role=role, headers=sent)


def route(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """The endpoint that a gateway would choose, and what its braces hold."""
    parts = path.split("/")
    for endpoint in ENDPOINTS:
        wanted = endpoint.path.split("/")
        if endpoint.method == method and len(wanted) == len(parts):
            pairs = list(zip(wanted, parts, strict=True))
            if all(w == p or w.startswith("{") for w, p in pairs):
                return endpoint, {w[1:-1]: p for w, p in pairs if w.startswith("{")}
    raise AssertionError(f"no endpoint {method} {path}")


def lived(minutes: int = 31) -> Api:
    """An API whose system has traded the recorded tape: it holds, it sold, and one market paid."""
    api = Api(now=TAPE_START + timedelta(minutes=minutes - 1, seconds=9))
    start = WantedControl(ControlState.RUNNING, "start", "test", 0)
    run(change_control(api.table, start, TAPE_START))
    discover()
    clock = builders.SetClock()
    runtime = builders.runtime(api.table, api.archive, build({}), REGISTRY, clock)
    for minute in range(minutes):
        clock.shown = TAPE_START + timedelta(minutes=minute, seconds=1)
        event = ScheduledEvent(TAPE_START + timedelta(minutes=minute), clock.shown, "schedule")
        run(run_cycle(event, "test", runtime))
    return api


def walk(api: Api, path: str) -> list[Any]:
    """Every item of a list, by its cursors."""
    found: list[Any] = []
    page = api.get(path).json
    while True:
        found.extend(page["items"])
        if page["next"] is None:
            return found
        page = api.get(f"{path}&cursor={page['next']}").json
