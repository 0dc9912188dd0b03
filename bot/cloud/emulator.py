"""The AWS emulator: a process of its own, in a virtual environment of its own."""

import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.cloud import processes
from bot.cloud.aws import EMULATOR_KEY, EMULATOR_REGION
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout

NAME = "emulator"
PACKAGES = ("ministack==1.5.33", "boto3==1.43.106", "aws-sam-translator==1.115.0")
# The path is set inside the process, not by PYTHONPATH: functions inherit the environment.
LAUNCH = (
    "import sys; sys.path.insert(0, sys.argv[1]); from bot.cloud.emulated.main import run; run()"
)


def ensure_environment(layout: Layout) -> bool:
    """Make the emulator's environment unless it is there; whether it had to be made."""
    mark = layout.emulator_venv / "packages.txt"
    if mark.exists() and mark.read_text().split() == list(PACKAGES):
        return False
    shutil.rmtree(layout.emulator_venv, ignore_errors=True)
    _step(layout, [sys.executable, "-m", "venv", str(layout.emulator_venv)])
    pip = [str(layout.emulator_python), "-m", "pip", "install", "--quiet"]
    _step(layout, [*pip, "--disable-pip-version-check", *PACKAGES], network=True)
    mark.write_text("\n".join(PACKAGES) + "\n")
    return True


def _step(layout: Layout, command: list[str], network: bool = False) -> None:
    environment = processes.pip_environment() if network else processes.clean_environment()
    result = processes.run(command, environment, layout.root)
    if result.returncode:
        said = "\n".join(result.stdout.splitlines()[-8:])
        raise CloudError(
            f"the emulator's environment could not be made:\n{said}",
            "Check the network and that Python's venv module is installed, then: bot up",
        )


def start(layout: Layout, port: int, launch: str = LAUNCH) -> int:
    """Start the emulator and wait until it answers; the pid. State is loaded before it does.

    ``launch`` is the Python that starts it; the rehearsal passes one that adds to the emulator.
    """
    if processes.running(layout, NAME) is None:
        _forbid_taken_port(port)
        _refuse_broken_state(layout)
        shutil.rmtree(layout.scratch, ignore_errors=True)
        layout.scratch.mkdir(parents=True)
    command = [str(layout.emulator_python), "-P", "-c", launch, str(_source_root())]
    pid = processes.start(layout, NAME, command, _environment(layout, port))
    _wait_until_healthy(layout, port)
    return pid


def stop(layout: Layout) -> bool:
    """Stop the emulator; it saves its state first. False if it was not running."""
    return processes.stop(layout, NAME, grace=60)


def _source_root() -> Path:
    return Path(__file__).resolve().parents[2]


def _environment(layout: Layout, port: int) -> dict[str, str]:
    return processes.clean_environment(
        AUTH="true",
        AWS_ACCESS_KEY_ID=EMULATOR_KEY,
        AWS_SECRET_ACCESS_KEY=EMULATOR_KEY,
        AWS_DEFAULT_REGION=EMULATOR_REGION,
        MINISTACK_REGION=EMULATOR_REGION,
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        # It would otherwise look for containers to tidy up.
        DOCKER_HOST=f"unix://{layout.local / 'no-docker.sock'}",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        LOG_LEVEL="WARNING",
        PERSIST_STATE="1",
        STATE_DIR=str(layout.state),
        S3_PERSIST="1",
        S3_DATA_DIR=str(layout.state / "s3"),
        TMPDIR=str(layout.scratch),
    )


def _forbid_taken_port(port: int) -> None:
    if not processes.port_is_free(port):
        raise CloudError(
            f"port {port} on 127.0.0.1 is taken by another program",
            "End that program, or choose another port: bot up --emulator-port PORT",
        )


def _refuse_broken_state(layout: Layout) -> None:
    broken = layout.state / "broken"
    if broken.exists():
        raise CloudError(
            f"the saved state of the local cloud could not be read: {broken.read_text().strip()}",
            f"Nothing was changed. Keep a copy of {layout.state}, then begin anew: bot up --fresh",
        )


def healthy(port: int) -> bool:
    """Whether the emulator answers on this port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=2) as r:
            return bool(r.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_until_healthy(layout: Layout, port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not healthy(port):
        if processes.running(layout, NAME) is None:
            _refuse_broken_state(layout)
            raise CloudError(
                f"the emulator ended while starting:\n{processes.last_words(layout, NAME)}",
                f"The whole log is {layout.logs / 'emulator.log'}",
            )
        if time.monotonic() > deadline:
            raise CloudError(
                f"the emulator did not answer on port {port} within {seconds:.0f} s",
                f"See {layout.logs / 'emulator.log'}",
            )
        time.sleep(0.05)
