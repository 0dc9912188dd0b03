"""Serve the dashboard and the API on one loopback origin, as the CDN does in the cloud."""

import argparse
import hashlib
import json
import re
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from urllib.parse import unquote, urlsplit

from bot.cloud import gateway
from bot.cloud.errors import CloudError
from bot.cloud.gateway import Answer, Gateway

NAME = "site"
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def content_type(path: str) -> str:
    """The MIME type of a file of the site; the same table serves the upload to S3."""
    return TYPES.get(Path(path).suffix, "application/octet-stream")


def cache_control(path: str) -> str:
    """How long a file may be kept: vendored libraries have their version in their path."""
    if re.match(r"/?vendor/[^/]+@[^/]+/", path):
        return "public, max-age=31536000, immutable"
    return "no-cache"


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: a folder, the headers that go with every answer, and the API behind it."""

    folder: Path
    headers: Mapping[str, str]
    gateway: Gateway | None

    def answer(self, path: str, if_none_match: str | None) -> Answer:
        """A file of the site, or 304, or 404 in the product's error shape."""
        file = self._file(path)
        if file is None:
            return gateway.error(404, "not_found", "There is no such page.", "Open / instead.")
        body = file.read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        name = file.relative_to(self.folder.resolve()).as_posix()
        headers = {"ETag": tag, "Cache-Control": cache_control(name)}
        if if_none_match and tag in if_none_match:
            return Answer(304, headers, b"")
        return Answer(200, headers | {"Content-Type": content_type(name)}, body)

    def _file(self, path: str) -> Path | None:
        root = self.folder.resolve()
        name = unquote(path).lstrip("/")
        if "\0" in name:
            return None
        file = (root / name).resolve()
        if path.endswith("/"):
            file = file / "index.html"
        return file if file.is_relative_to(root) and file.is_file() else None


def make_server(site: Site, port: int) -> ThreadingHTTPServer:
    """A server on a loopback port, 0 for any; run it with ``serve_forever``."""
    handler = type("SiteHandler", (_Handler,), {"site": site})
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as exc:
        raise CloudError(
            f"port {port} on 127.0.0.1 is taken by another program",
            "End that program, or choose another port: bot up --port PORT",
        ) from exc
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"
    server_version = "MarketStrategyTester"
    sys_version = ""
    timeout = 75

    def _serve(self) -> None:
        answer = self._answer()
        self.send_response(answer.status)
        body_less = self.command == "HEAD" or answer.status == HTTPStatus.NOT_MODIFIED
        for name, value in {**answer.headers, **self.site.headers}.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not body_less:
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = _serve

    def _answer(self) -> Answer:
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in LOOPBACK:
            # A page elsewhere could otherwise reach us by pointing its own name at 127.0.0.1.
            return gateway.error(
                421, "wrong_host", f"This server is not {host}.", "Use http://127.0.0.1:PORT."
            )
        path = urlsplit(self.path).path
        if path.startswith("/api/"):
            return self._api_answer()
        if self.command not in ("GET", "HEAD"):
            return gateway.error(405, "method_not_allowed", "Pages can only be read.", "Use GET.")
        return self.site.answer(path, self.headers.get("If-None-Match"))

    def _api_answer(self) -> Answer:
        if self.site.gateway is None:
            return gateway.DOWN
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return gateway.error(411, "length_required", "The body has no length.", "Send one.")
        if int(length) > gateway.BODY_LIMIT:
            self.close_connection = True
            return gateway.error(413, "too_large", "The body is over 10 MB.", "Send less.")
        body = self.rfile.read(int(length))
        return self.site.gateway.call(self.command, self.path, dict(self.headers.items()), body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: a dashboard polls for days."""


def main() -> None:
    """Serve until told to stop; the arguments come from ``bot up``."""
    parser = argparse.ArgumentParser(prog="bot.cloud.site")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--emulator-port", type=int, required=True)
    parser.add_argument("--api", required=True)
    chosen = parser.parse_args()
    headers = json.loads((chosen.root / "frontend" / "site-headers.json").read_text())
    site = Site(
        chosen.root / "frontend" / "site", headers, Gateway(chosen.emulator_port, chosen.api)
    )
    server = make_server(site, chosen.port)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever()


if __name__ == "__main__":
    main()
