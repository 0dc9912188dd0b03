"""The way from ``/api/...`` on the local origin to the emulator's API gateway."""

import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from bot.cloud.names import API_STAGE

BODY_LIMIT = 10_000_000
TIMEOUT_SECONDS = 29.0
HOP_BY_HOP = {
    "connection", "content-length", "date", "host", "keep-alive", "proxy-authenticate",
    "proxy-authorization", "server", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def error(status: int, code: str, message: str, hint: str) -> Answer:
    """An error in the product's one shape."""
    told = {"code": code, "message": message, "hint": hint, "request_id": str(uuid.uuid4())}
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Answer(status, headers, json.dumps({"error": told}).encode())


DOWN = error(
    503, "local_cloud_down", "The local cloud does not answer.", "Start it again with: bot up"
)
LATE = error(504, "too_slow", "The API took longer than 29 seconds.", "Look at .local/logs.")


@dataclass(frozen=True, slots=True)
class Gateway:
    """One REST API of the emulator."""

    port: int
    api_id: str

    def call(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Pass a request on; an emulator that is down or slow becomes an error answer.

        ``path`` is as the browser sent it, query included: ``/api/v1/state?x=1``.
        """
        below = path.removeprefix(f"/{API_STAGE}")
        target = f"/restapis/{self.api_id}/{API_STAGE}/_user_request_{below}"
        passed = {k: v for k, v in headers.items() if k.lower() not in HOP_BY_HOP}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, target, body or None, passed)
            answer = connection.getresponse()
            kept = {k: v for k, v in answer.getheaders() if k.lower() not in HOP_BY_HOP}
            return Answer(answer.status, kept, answer.read())
        except TimeoutError:
            return LATE
        except (OSError, http.client.HTTPException):
            return DOWN
        finally:
            connection.close()
