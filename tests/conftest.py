"""No test of a unit or a contract may reach the network; a marked one may reach this machine."""

import socket
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, print_blob=True)
settings.load_profile("steady")

GUARDED = {"unit", "contract"}
HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "loopback: may connect to a server on this machine")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.relative_to(HERE).parts[0] not in GUARDED:
        return
    may_loop = request.node.get_closest_marker("loopback") is not None
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), may_loop))


def _guarded(connect, may_loop):  # type: ignore[no-untyped-def]
    def guard(self: socket.socket, address: object) -> object:
        host = address[0] if isinstance(address, tuple) else ""
        if may_loop and host in {"127.0.0.1", "::1", "localhost"}:
            return connect(self, address)
        pytest.fail(f"this test tried to reach {address!r}; tests here use no network")

    return guard
