"""What a cold start of the API pays for imports, against boto3 and one client in the same run."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure, Size, at_most

ENTRY = "import app"
READY = "import app; from chalicelib import bootstrap; bootstrap.office()"
PEER = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
LOADED = "import app, sys; print(sum(m in sys.modules for m in ('numpy', 'httpx')))"
CONFIG = Path(__file__).parents[1] / ".chalice" / "config.json"
ENVIRONMENT = {
    **json.loads(CONFIG.read_text())["environment_variables"],
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "STAGE": "bench",
    "TABLE_NAME": "bench-state",
    "ARCHIVE_BUCKET": "bench-archive",
}


def measure(size: Size) -> list[Figure]:
    """CPU of importing the entry point, and of being ready to serve, over CPU of the peer."""
    pairs = 9 if size == "full" else 3
    idle = median(_cpu("") for _ in range(3))
    imported, ready = [], []
    for _ in range(pairs):
        peer = _cpu(PEER) - idle
        imported.append((_cpu(ENTRY) - idle) / peer)
        ready.append((_cpu(READY) - idle) / peer)
    return [
        at_most("API import / boto3 with one client", median(imported), 1.5, "x CPU"),
        at_most("API with its client / boto3 with one client", median(ready), 1.75, "x CPU"),
        at_most("numpy and httpx loaded by the API", int(_output(LOADED)), 0, "modules"),
    ]


def _cpu(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _output(code)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def _output(code: str) -> str:
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(  # noqa: S603 - our own code, our own interpreter
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
