"""Which stage a command talks to, and how to reach its state."""

import os
from dataclasses import dataclass
from pathlib import Path

import boto3

from bot.cloud import cloudformation, emulator, record
from bot.cloud.aws import Cloud
from bot.cloud.layout import Layout
from bot.cloud.names import Names
from chalicelib.aws.dynamodb import DynamoTable
from chalicelib.aws.s3 import S3Archive
from chalicelib.domain.errors import InputError, NotFoundError, StoreUnavailable
from chalicelib.domain.simulated_clock import SimulatedClock

LOCAL = "local"


def checkout() -> Path:
    """The root of the checkout that these tools belong to."""
    return Path(__file__).resolve().parents[2]


def default_cloud() -> Cloud:
    """The AWS account and region of the environment or the chosen profile."""
    region = boto3.session.Session().region_name
    if region is None:
        raise InputError("no AWS region is chosen", "Set AWS_DEFAULT_REGION, e.g. us-east-1.")
    return Cloud(region, os.environ.get("AWS_ENDPOINT_URL"))


@dataclass(frozen=True, slots=True)
class Target:
    """A running stage: its cloud, the names of its state, and its address if it has one.

    ``clock`` is that of its simulated venues; None where the market keeps real time.
    """

    stage: str
    cloud: Cloud
    table_name: str
    bucket: str
    url: str | None
    clock: SimulatedClock | None = None

    def table(self) -> DynamoTable:
        """The state table."""
        return DynamoTable(self.cloud.client("dynamodb", read_timeout=10), self.table_name)

    def archive(self) -> S3Archive:
        """The archive bucket."""
        return S3Archive(self.cloud.client("s3", read_timeout=20), self.bucket)


def local_target(note: record.LocalCloud) -> Target:
    """The local cloud that this note describes."""
    clock = SimulatedClock.parse(note.market_clock) if note.market_clock else None
    return Target(LOCAL, note.cloud, note.table, note.archive, note.url, clock)


def find_target(stage: str) -> Target:
    """The stage of this name, or NotFoundError that says how to make it."""
    if stage == LOCAL:
        note = record.read(Layout(checkout()))
        if note is None:
            raise NotFoundError("there is no local cloud in this checkout", "Start it: `bot up`.")
        if not emulator.healthy(note.emulator_port):
            raise StoreUnavailable("the local cloud is stopped", "Start it: `bot up`.")
        return local_target(note)
    cloud = default_cloud()
    names = Names(stage)
    if not cloudformation.exists(cloud, names.state_stack):
        raise NotFoundError(
            f"stage {stage!r} is not deployed in {cloud.region}",
            f"Deploy it: `bot deploy --stage {stage}`.",
        )
    outputs = cloudformation.outputs(cloud, names.state_stack)
    return Target(
        stage, cloud, outputs["TableName"], outputs["ArchiveBucket"], outputs.get("SiteUrl")
    )
