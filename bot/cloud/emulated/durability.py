"""State that survives a kill -9.

Stock ministack writes its state only when it is stopped cleanly. Here every write to a table is
appended to a journal before its answer leaves, and the journal is played again at the next start,
so an acknowledged write is never lost when the process dies. (A power cut may still take the last
seconds: the journal is flushed to the system, not synced to the disk.) Everything else changes
only with a deployment: it is saved within a second or two of the request that changed it. Objects
in buckets are written through by ministack itself.
"""

import asyncio
import errno
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from ministack.core import persistence, responses
from ministack.services import dynamodb

SAVE_SECONDS = 2.0
SLOW_SAVE_SECONDS = 120.0
JOURNAL_BYTES = 128_000_000
ATTEMPTS = 10
WRITES = {
    "BatchWriteItem", "DeleteItem", "ExecuteStatement", "ExecuteTransaction", "PutItem",
    "TransactWriteItems", "UpdateItem",
}  # fmt: skip
# Growing by themselves with every invocation; losing their last minutes does no harm.
SLOW = ("cloudwatch", "cloudwatch_logs", "xray")
App = Callable[..., Awaitable[None]]


class BrokenState(Exception):
    """A state file exists and cannot be read; going on would overwrite it."""


def install(emulator: ModuleType, folder: Path) -> "Store":
    """Make the emulator keep its state in ``folder`` as described above."""
    store = Store(emulator, folder)
    vars(emulator)["_load_persisted_state"] = store.load
    vars(emulator)["save_all"] = lambda _: store.save_all()
    store.inner = dynamodb.handle_request
    dynamodb.handle_request = store.handle_table_request
    return store


class Store:
    """The state folder: one JSON file per service, and the journal of the tables."""

    def __init__(self, emulator: ModuleType, folder: Path) -> None:
        self.emulator = emulator
        self.folder = folder
        self.inner: Callable[..., Awaitable[tuple[int, Any, Any]]]
        self.generation = 0
        self.journal: Any = None
        self.changed = False
        self.saved_slow_at = time.monotonic()

    # --- start -----------------------------------------------------------------------------

    def load(self) -> None:
        """Read every service's state, then play the journal again; BrokenState if one is bad."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            for service, module in self.emulator._state_map.items():
                self._load_service(service, module)
            played = self._play()
        except BrokenState as exc:
            (self.folder / "broken").write_text(str(exc))
            # Not sys.exit: a framework above would catch it and go on with an empty state.
            os._exit(3)
        print(f"state loaded, {played} table writes played again", flush=True)
        self.save_tables()

    def _load_service(self, service: str, module: str) -> None:
        file = self.folder / f"{service}.json"
        if not file.exists():
            return
        try:
            kept = json.loads(file.read_text(), object_hook=persistence._json_object_hook)
            payload = kept["payload"]
        except (ValueError, KeyError, OSError) as exc:
            raise BrokenState(f"{file.name}: {exc}") from exc
        if service == "dynamodb":
            self.generation = int(payload.pop("journal", 0))
        self.emulator._get_module(module).load_persisted_state(payload)

    def _journal_file(self) -> Path:
        return self.folder / f"journal-{self.generation:08d}.jsonl"

    def _play(self) -> int:
        """Repeat the writes made since the tables were last saved whole."""
        file = self._journal_file()
        if not file.exists():
            return 0
        lines = file.read_bytes().split(b"\n")
        # The last piece is empty, or a line the process died in: its answer never left.
        for number, line in enumerate(lines[:-1], 1):
            try:
                account, region, target, body = json.loads(line)
            except ValueError as exc:
                raise BrokenState(f"{file.name} line {number}: {exc}") from exc
            responses.set_request_account_id(account)
            responses.set_request_region(region)
            _finish(self.inner("POST", "/", {"x-amz-target": target}, body.encode(), {}))
        return len(lines) - 1

    # --- writes ----------------------------------------------------------------------------

    async def handle_table_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> tuple[int, Any, Any]:
        """Answer a DynamoDB request; a successful write is in the journal before the answer."""
        answer = await self.inner(method, path, headers, body, query)
        target = headers.get("x-amz-target", "")
        action = target.rpartition(".")[2]
        if answer[0] != 200:
            return answer
        if action in WRITES:
            self._append(target, body)
        elif action.startswith(("Create", "Delete", "Restore", "Tag", "Untag", "Update")):
            self.changed = True
        return answer

    def _append(self, target: str, body: bytes) -> None:
        account, region = responses.get_account_id(), responses.get_region()
        line = json.dumps([account, region, target, body.decode()], separators=(",", ":"))
        record = line.encode() + b"\n"
        end = self.journal.tell()
        try:
            if self.journal.write(record) != len(record):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            # A torn line may only be the last one: take back what was written of it.
            self.journal.seek(end)
            self.journal.truncate()
            raise

    def watch(self, app: App) -> App:
        """Wrap the ASGI application: notice the requests that change what is deployed."""

        async def watched(scope: dict[str, Any], receive: Any, send: Any) -> None:
            await app(scope, receive, send)
            if scope["type"] == "http" and _changes_deployment(scope):
                self.changed = True

        return watched

    # --- saving ----------------------------------------------------------------------------

    async def save_regularly(self) -> None:
        """Save what has changed, every few seconds, on the loop: no request is half done then."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            try:
                self._save_what_is_due()
            except OSError as exc:
                self.changed = True
                print(f"state not saved, will be tried again: {exc}", flush=True)

    def _save_what_is_due(self) -> None:
        if self.changed:
            self.changed = False
            self._save(lambda service: service not in SLOW)
            self.save_tables()
        if time.monotonic() - self.saved_slow_at > SLOW_SAVE_SECONDS:
            self.saved_slow_at = time.monotonic()
            self._save(lambda service: service in SLOW)
        if self.journal.tell() > JOURNAL_BYTES:
            self.save_tables()

    def _save(self, wanted: Callable[[str], bool]) -> None:
        for service, get_state in self.emulator._build_persistence_save_dict().items():
            if service != "dynamodb" and wanted(service):
                state = _at_rest(get_state)
                if state is not None:
                    self._write(service, state)

    def _write(self, service: str, state: dict[str, Any]) -> None:
        version = persistence._state_format_version(service)
        document = {"__ministack_format__": version, "payload": state}
        fresh = self.folder / f"{service}.new"
        with fresh.open("w") as file:
            json.dump(document, file, default=persistence._json_default)
        fresh.replace(self.folder / f"{service}.json")

    def save_tables(self) -> None:
        """Write the tables whole and begin the journal that follows them.

        The number of the journal is inside the file, so both change in one rename; if that
        fails, the old file and the old journal go on being what counts.
        """
        old, following = self._journal_file(), self.generation + 1
        self._write("dynamodb", _at_rest(dynamodb.get_state) | {"journal": following})
        if self.journal is not None:
            self.journal.close()
        self.generation = following
        self.journal = self._journal_file().open("wb", buffering=0)
        old.unlink(missing_ok=True)

    def save_all(self) -> None:
        """Save everything, at a clean stop."""
        self._save(lambda _: True)
        self.save_tables()

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def _at_rest(get_state: Callable[[], Any]) -> Any:
    """A service's state, asked for again when a thread changed it while it was copied."""
    for _ in range(ATTEMPTS):
        try:
            return get_state()
        except RuntimeError:
            time.sleep(0.02)
    return get_state()


def _finish(request: Awaitable[tuple[int, Any, Any]]) -> None:
    """Run a coroutine that never waits, from code that is not one."""
    try:
        request.send(None)  # type: ignore[attr-defined]
    except StopIteration:
        return
    raise BrokenState("a table write waited for something while it was played again")


def _changes_deployment(scope: dict[str, Any]) -> bool:
    """Whether a request may have changed more than rows, objects and log lines."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    path: str = scope["path"]
    if "/_user_request_/" in path or path.endswith("/invocations"):
        return False
    headers = dict(scope["headers"])
    credential = headers.get(b"authorization", b"").decode("latin-1")
    if "/s3/aws4_request" in credential:
        return path.count("/") < 2
    return not any(f"/{service}/aws4_request" in credential for service in ("dynamodb", "logs"))
