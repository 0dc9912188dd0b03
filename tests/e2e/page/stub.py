"""The site with its real headers, and a stand-in for the API on the same origin."""

import hashlib
import json
import mimetypes
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from chalicelib.domain.control import ControlState
from chalicelib.domain.simulated_clock import SimulatedClock
from chalicelib.web import wire
from tests.e2e.page import match_values, risk_values, system_values, values
from tests.e2e.page.settings import Settings

FRONTEND = Path(__file__).parents[3] / "frontend"
SITE = FRONTEND / "site"
HEADERS: dict[str, str] = json.loads((FRONTEND / "site-headers.json").read_text())
ROLES = {"operator-token": "operator", "viewer-token": "viewer"}

Answer = tuple[int, dict[str, Any]]


def error(status: int, code: str, message: str, hint: str = "Synthetic hint.") -> Answer:
    detail = wire.ErrorDetail(code=code, message=message, hint=hint, request_id="req-1")
    return status, wire.ErrorAnswer(error=detail).model_dump(mode="json")


def ok(answer: BaseModel) -> Answer:
    return 200, answer.model_dump(mode="json", by_alias=True)


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    query: dict[str, str] = field(default_factory=dict)


@dataclass
class Stub:
    """What the API would say; tests change the fields while the page is open.

    ``failing`` maps a path below /api/v1 to the answer given instead of the right one.
    """

    mode: str = "replay"
    clock: SimulatedClock | None = None
    age_seconds: float = 1
    cycle_id: int = values.FIRST_CYCLE + 240
    switch: wire.ControlView = field(default_factory=values.control)
    empty: bool = False
    settings: Settings = field(default_factory=Settings)
    venues: list[wire.VenueView] = field(default_factory=system_values.venues)
    pairs: list[wire.MatchView] = field(default_factory=match_values.pairs)
    failing: dict[str, Answer] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        stub = self

        class Handler(_Handler):
            api = stub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def requests(self, method: str, path: str) -> list[Seen]:
        return [each for each in self.seen if (each.method, each.path) == (method, path)]

    def answer(self, request: Seen) -> Answer:
        path = request.path.removeprefix("/api/v1")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if path in self.failing:
            return self.failing[path]
        if token not in ROLES:
            return error(401, "unauthorized", "Unknown token.", "Make one with bot token create.")
        if (request.method, path) == ("PUT", "/control"):
            return self._change(request.body)
        if request.method == "PUT" and path.startswith("/matches/"):
            return self._decide(path.rpartition("/")[2], request.body)
        if request.method != "GET":
            return self._write(path, request.body)
        if path == "/matches":
            return ok(match_values.page(self._pairs(), request.query))
        return ok(self._read(path, ROLES[token]))

    def _pairs(self) -> list[wire.MatchView]:
        return [] if self.empty else self.pairs

    def _decide(self, pair_id: str, body: dict[str, Any]) -> Answer:
        decision = wire.MatchDecision.model_validate(body)
        pair = next(each for each in self.pairs if each.id == pair_id)
        if decision.version != pair.version:
            status, answer = error(409, "stale_version", "Someone else decided.")
            return status, answer | {"current": pair.model_dump(mode="json")}
        decided = match_values.decided(pair, decision)
        self.pairs = [decided if each.id == pair_id else each for each in self.pairs]
        return ok(decided)

    def _write(self, path: str, body: dict[str, Any]) -> Answer:
        version, settings = body.get("version"), self.settings
        if version not in {None, settings.version}:
            status, answer = error(409, "stale_version", "Someone else changed the settings.")
            return status, answer | {"current": {"version": settings.version}}
        written = settings.write(path, body)
        return ok(written or risk_values.risk(self.cycle_id, settings.version, []))

    def _read(self, path: str, role: str) -> BaseModel:
        now = datetime.now(UTC)
        last = self.cycle_id
        committed = now - timedelta(seconds=self.age_seconds)
        if path == "/session":
            return wire.Session.model_validate(
                {"label": "synthetic", "role": role, "expires_at": now + timedelta(days=1)}
            )
        if path == "/state" and self.empty:
            return values.empty_state(self.mode)
        if path == "/state":
            return self.settings.on(values.state(last, committed, self.switch, self._market()))
        if path == "/risk" and self.empty:
            return risk_values.empty_risk()
        if path == "/risk":
            return self.settings.risk(last)
        if path == "/system":
            return self._system(committed)
        if path.startswith("/cycles/"):
            return values.detail(int(path.rpartition("/")[2]))
        return wire.Page[Any](items=[] if self.empty else self._items(path, now))

    def _market(self) -> wire.MarketClock:
        clock = self.clock
        return wire.MarketClock.model_validate(
            {
                "mode": self.mode,
                "venues": ["recorded"],
                "note": "Synthetic tape for tests.",
                "pace": clock.pace if clock else float(self.mode != "replay"),
                "anchor": clock.anchor if clock else None,
            }
        )

    def _system(self, committed: datetime) -> wire.System:
        if self.empty:
            return system_values.empty()
        shown = system_values.system(self.cycle_id, committed, self.venues)
        return self.settings.on_system(shown)

    def _items(self, path: str, now: datetime) -> list[Any]:
        if path == "/equity":
            return values.equity_points(self.cycle_id, 241)
        if path == "/activity":
            return values.activity(self.cycle_id)
        if path == "/orders":
            return self.settings.orders
        if path == "/refusals":
            return risk_values.refusals(self.cycle_id)
        if path == "/strategies":
            return self.settings.strategies()
        return [values.cycle(self.cycle_id - n, now - timedelta(seconds=2 * n)) for n in range(12)]

    def _change(self, body: dict[str, Any]) -> Answer:
        change = wire.ControlChange.model_validate(body)
        if change.version not in {None, self.switch.version}:
            status, answer = error(409, "stale_version", "Someone else changed the switch.")
            return status, answer | {"current": self.switch.model_dump(mode="json")}
        if self.switch.state is ControlState.KILLED:
            self.settings.disable_all()
        self.switch = wire.ControlView(
            state=ControlState(change.state),
            version=self.switch.version + 1,
            reason=change.reason,
            actor="synthetic",
            changed_at=datetime.now(UTC),
        )
        return ok(self.switch)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: Stub

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self._api(path) if path.startswith("/api/") else self._file(path)

    def do_PUT(self) -> None:
        self._api(urlsplit(self.path).path)

    do_POST = do_DELETE = do_PUT

    def _api(self, path: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = parse_qs(urlsplit(self.path).query)
        query = {name: found[-1] for name, found in asked.items()}
        request = Seen(self.command, path, headers, body, query)
        self.api.seen.append(request)
        status, answer = self.api.answer(request)
        tag = self._tag(answer)
        if status == 200 and headers.get("if-none-match") == tag:
            return self._send(304, b"", "application/json", {"ETag": tag})
        return self._send(status, json.dumps(answer).encode(), "application/json", {"ETag": tag})

    def _tag(self, answer: dict[str, Any]) -> str:
        """Of what matters: the clock and the made-up age of the cycle do not."""
        cycle = answer.get("last_cycle") or {}
        kept = {**answer, "now": "", "last_cycle": {**cycle, "committed_at": self.api.age_seconds}}
        return f'"{hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]}"'

    def _file(self, path: str) -> None:
        file = (SITE / (path.lstrip("/") or "index.html")).resolve()
        if not (file.is_relative_to(SITE.resolve()) and file.is_file()):
            return self._send(404, b"not found", "text/plain", {})
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return self._send(200, file.read_bytes(), kind, {"Cache-Control": "no-cache"})

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (HEADERS | headers).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output readable."""
