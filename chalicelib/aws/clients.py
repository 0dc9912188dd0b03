"""AWS clients with timeouts that fit a cycle, made once per container.

They come from botocore: boto3 would add nothing that we use, and a quarter to a cold start.
"""

from functools import lru_cache
from typing import Any

from botocore.config import Config
from botocore.session import get_session

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
    tcp_keepalive=True,
)


@lru_cache(maxsize=4)
def client(service: str) -> Any:
    """The client of one service; the region and credentials come from the environment."""
    return get_session().create_client(service, config=CONFIG)
