"""Tables and archives to test against: in memory, in moto, and in the emulator if it is installed.

The conftest of each folder that uses them imports them.
"""

import hashlib
import importlib.util
import logging
import socket
import sys
import uuid
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from bot.cloud import emulator as emulator_process
from bot.cloud import processes
from bot.cloud.layout import Layout
from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib import bootstrap
from chalicelib.aws.dynamodb import DynamoTable
from chalicelib.aws.s3 import S3Archive
from chalicelib.aws.table import Write
from chalicelib.loop import event_loop
from chalicelib.web.dispatch import complete

ROOT = Path(__file__).parents[1]
REGION = "us-east-1"
TABLE_NAME = "tester-state"
BUCKET = "tester-archive"
LOGGER = "market-strategy"
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "STAGE": "test",
    "TABLE_NAME": TABLE_NAME,
    "ARCHIVE_BUCKET": BUCKET,
    "VENUES": "recorded",
}
CACHED = (
    bootstrap.settings,
    bootstrap.table,
    bootstrap.archive,
    bootstrap.telemetry,
    bootstrap.runtime,
)
run = complete


@lru_cache
def moto_client(service: str) -> Any:
    """A client for moto; made once, as making one takes longer than most tests."""
    return _client(service, None)


def _client(service: str, endpoint: str | None, **config: Any) -> Any:
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": 2}, **config),
    )


def make_table(client: Any, name: str) -> str:
    """Create a table with the keys of ours."""
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


@pytest.fixture
def memory_table() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def moto_table(moto: None) -> DynamoTable:
    return DynamoTable(moto_client("dynamodb"), make_table(moto_client("dynamodb"), TABLE_NAME))


@pytest.fixture
def memory_archive() -> MemoryArchive:
    return MemoryArchive()


@pytest.fixture
def moto_archive(moto: None) -> S3Archive:
    moto_client("s3").create_bucket(Bucket=BUCKET)
    return S3Archive(moto_client("s3"), BUCKET)


def _emulator_environment() -> Path | None:
    """The environment that holds the emulator: its own, or ours when it is installed here."""
    own = Layout(ROOT).emulator_venv
    if (own / "packages.txt").exists():
        return own
    return Path(sys.prefix) if importlib.util.find_spec("ministack") else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The url of a running emulator with a state of its own."""
    environment = _emulator_environment()
    if environment is None:
        pytest.skip("the AWS emulator is not installed: `make up` installs it")
    layout = Layout(tmp_path_factory.mktemp("emulator"))
    layout.emulator_venv.symlink_to(environment)
    port = _free_port()
    try:
        pid = emulator_process.start(layout, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        emulator_process.stop(layout)
    for process in processes._STARTED:
        if process.pid == pid:
            process.wait(timeout=10)  # or Python complains at its end that it was left behind


@pytest.fixture(scope="session")
def emulator_dynamodb(emulator: str) -> Any:
    return _client("dynamodb", emulator, max_pool_connections=20)


class EmulatorTable(DynamoTable):
    """A table whose tokens are its own: tests repeat their data, and an account keeps tokens."""

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """All writes or none."""
        own = hashlib.sha256(f"{self._name}|{token}".encode()).hexdigest()[:36]
        await super().transact(writes, own)


@pytest.fixture
def emulator_table(emulator_dynamodb: Any) -> Iterator[DynamoTable]:
    name = make_table(emulator_dynamodb, f"t-{uuid.uuid4().hex[:12]}")
    yield EmulatorTable(emulator_dynamodb, name)
    emulator_dynamodb.delete_table(TableName=name)


@pytest.fixture
def deployed(moto: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application's own wiring over an empty table and bucket in moto."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    make_table(moto_client("dynamodb"), TABLE_NAME)
    moto_client("s3").create_bucket(Bucket=BUCKET)
    forget_everything()
    yield
    forget_everything()


def forget_everything() -> None:
    """Make the next call start like a new container."""
    for cached in CACHED:
        cached.cache_clear()
    if event_loop.cache_info().currsize:
        event_loop().close()
        event_loop.cache_clear()
    # A logger keeps the standard output of the test that made it.
    logging.Logger.manager.loggerDict.pop(LOGGER, None)
