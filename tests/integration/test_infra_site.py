"""The local origin: the site's files, the API behind it, and errors when that is away."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.cloud.errors import CloudError
from bot.cloud.gateway import Gateway
from bot.cloud.site import Site, make_server

HEADERS = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
Get = Callable[..., tuple[http.client.HTTPResponse, bytes]]


class Api(BaseHTTPRequestHandler):
    """An API gateway that answers what it was asked."""

    def _echo(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = {
            "method": self.command,
            "path": self.path,
            "authorization": self.headers.get("Authorization"),
            "body": self.rfile.read(length).decode(),
        }
        body = json.dumps(asked).encode()
        unchanged = self.headers.get("If-None-Match") == '"7"'
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", '"7"')
        self.send_header("Content-Type", "application/json")
        if not unchanged:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if unchanged else body)

    do_GET = do_PUT = _echo

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def api() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Api)
    yield from _served(server)


def _served(server: HTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(tmp_path: Path, api: int) -> Iterator[int]:
    folder = tmp_path / "site"
    (folder / "vendor" / "preact@11").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>overview</h1>")
    (folder / "app.js").write_text("export {}")
    (folder / "vendor" / "preact@11" / "preact.js").write_text("export {}")
    (folder / "vendor" / "ui.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    yield from _served(make_server(Site(folder, HEADERS, Gateway(api, "abc123")), 0))


@pytest.fixture
def get(site: int) -> Get:
    def get(
        path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", site, timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    return get


def test_page_is_served_with_the_security_headers(get: Get) -> None:
    answer, body = get("/")
    assert (answer.status, body) == (200, b"<h1>overview</h1>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_module_has_the_type_a_strict_browser_wants(get: Get) -> None:
    assert get("/app.js")[0].headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_vendored_library_may_be_kept_for_ever(get: Get) -> None:
    assert get("/vendor/ui.js")[0].headers["Cache-Control"] == "no-cache"
    assert "immutable" in get("/vendor/preact@11/preact.js")[0].headers["Cache-Control"]


def test_known_page_is_not_sent_again(get: Get) -> None:
    tag = get("/")[0].headers["ETag"]
    answer, body = get("/", If_None_Match=tag)
    assert (answer.status, body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/vendor", "/none.js", "/%00"]
)
def test_path_outside_the_site_is_not_found(get: Get, path: str) -> None:
    answer, body = get(path)
    assert answer.status == 404
    assert json.loads(body)["error"]["code"] == "not_found"


def test_pages_cannot_be_written(get: Get) -> None:
    assert get("/index.html", "PUT", "x")[0].status == 405


def test_api_call_reaches_the_gateway_whole(get: Get) -> None:
    answer, body = get("/api/v1/control?dry=1", "PUT", '{"a":1}', Authorization="Bearer t")
    asked = json.loads(body)
    assert asked["path"] == "/restapis/abc123/api/_user_request_/v1/control?dry=1"
    assert (asked["method"], asked["body"]) == ("PUT", '{"a":1}')
    assert asked["authorization"] == "Bearer t"
    assert answer.headers["ETag"] == '"7"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_unchanged_state_comes_back_as_304(get: Get) -> None:
    answer, body = get("/api/v1/state", If_None_Match='"7"')
    assert (answer.status, body) == (304, b"")


def test_stranger_who_points_a_name_here_is_refused(get: Get) -> None:
    answer, body = get("/api/v1/state", Host="evil.example")
    assert answer.status == 421
    assert json.loads(body)["error"]["code"] == "wrong_host"


def test_endless_body_is_refused(get: Get) -> None:
    assert get("/api/v1/control", "PUT", Content_Length="99000000")[0].status == 413


def test_missing_emulator_is_told_in_the_products_error_shape(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Api) as gone:
        port = gone.server_address[1]
    answer = Gateway(port, "abc123").call("GET", "/api/v1/state", {}, b"")
    assert answer.status == 503
    error = json.loads(answer.body)["error"]
    assert error["code"] == "local_cloud_down"
    assert "bot up" in error["hint"]


def test_taken_port_is_told_with_a_way_out(site: int, tmp_path: Path) -> None:
    with pytest.raises(CloudError, match=f"port {site}") as refused:
        make_server(Site(tmp_path, {}, None), site)
    assert "--port" in refused.value.hint
