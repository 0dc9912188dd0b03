"""boto3 clients with timeouts that fit a cycle, made once per container."""

from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
    tcp_keepalive=True,
)


@lru_cache(maxsize=4)
def client(service: str) -> Any:
    """The client of one service; the region and credentials come from the environment."""
    return boto3.client(service, config=CONFIG)  # type: ignore[call-overload]
