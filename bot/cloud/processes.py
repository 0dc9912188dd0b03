"""Child processes that outlive the command that started them.

A pid file is locked by the process it names (it inherits the locked descriptor), so whether that
process lives is a question to the kernel: a stale file, or a number given to another process
since, cannot mislead.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout

LOG_BYTES = 10_000_000
# They outlive us on purpose; dropping the handle of a live process would raise a warning.
_STARTED: list[subprocess.Popen[bytes]] = []
PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip


def clean_environment(**variables: str) -> dict[str, str]:
    """The caller's environment without anything that could point AWS calls elsewhere."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | variables


def pip_environment() -> dict[str, str]:
    """The clean environment plus the caller's settings for pip (its index, its cache)."""
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return clean_environment(**pip)


def aws_credentials() -> dict[str, str]:
    """The caller's AWS settings: profile, keys, region, certificates."""
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and capture what it said."""
    return subprocess.run(  # noqa: S603  commands are ours, never a user's text
        command,
        env=dict(environment),
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def start(layout: Layout, name: str, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Start a detached process unless it runs already; its pid either way."""
    pid_file = layout.pid(name)
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    with pid_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read_pid(pid_file)
        with _log(layout, name).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  as above
                command,
                env=dict(environment),
                cwd=layout.local,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
        _STARTED.append(process)
        lock.truncate(0)
        lock.write(f"{process.pid}\n")
    return process.pid


def _log(layout: Layout, name: str) -> Path:
    layout.logs.mkdir(parents=True, exist_ok=True)
    log = layout.logs / f"{name}.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return log


def _read_pid(pid_file: Path) -> int:
    text = pid_file.read_text().strip()
    if not text.isdigit():
        raise CloudError(
            f"{pid_file} is locked by a running process, but does not say which",
            f"Find it with: lsof {pid_file}",
        )
    return int(text)


def running(layout: Layout, name: str) -> int | None:
    """The pid of a live process, or None."""
    pid_file = layout.pid(name)
    if not pid_file.exists():
        return None
    with pid_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read_pid(pid_file)
    return None


def stop(layout: Layout, name: str, grace: float = 30) -> bool:
    """Ask a process to end, wait up to ``grace`` seconds, then kill it. False if none ran."""
    pid = running(layout, name)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    if not _gone(layout, name, grace):
        os.kill(pid, signal.SIGKILL)
        if not _gone(layout, name, 5):
            raise CloudError(f"{name} (process {pid}) does not end", f"Try: kill -9 {pid}")
    layout.pid(name).unlink(missing_ok=True)
    return True


def _gone(layout: Layout, name: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while running(layout, name) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    for process in _STARTED:
        process.poll()
    return True


def last_words(layout: Layout, name: str, lines: int = 15) -> str:
    """The end of a process's log, for an error message."""
    log = layout.logs / f"{name}.log"
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def port_is_free(port: int) -> bool:
    """Whether this machine would let us listen on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int) -> int:
    """The preferred loopback port, or any free one; 0 prefers none."""
    if preferred and port_is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
