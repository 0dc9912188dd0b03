"""The one place that names concrete adapters. Everything is made on first use and kept warm."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from chalicelib.aws.table import Table
from chalicelib.ports import Archive
from chalicelib.settings import Settings
from chalicelib.web.http import Office

if TYPE_CHECKING:
    from chalicelib.aws.metrics import LambdaTelemetry
    from chalicelib.engine.runtime import Runtime
    from chalicelib.ports import Forecasts, MarketData, News


class WallClock:
    """The Clock port on this machine's clock."""

    def now(self) -> datetime:
        """The current time."""
        return datetime.now(UTC)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env(os.environ)


@lru_cache(maxsize=1)
def table() -> Table:
    """The state table."""
    from chalicelib.aws.clients import client  # noqa: PLC0415 - boto3 is slow to import
    from chalicelib.aws.dynamodb import DynamoTable  # noqa: PLC0415

    return DynamoTable(client("dynamodb"), settings().table)


@lru_cache(maxsize=1)
def archive() -> Archive:
    """The archive bucket."""
    from chalicelib.aws.clients import client  # noqa: PLC0415
    from chalicelib.aws.s3 import S3Archive  # noqa: PLC0415

    return S3Archive(client("s3"), settings().bucket)


@lru_cache(maxsize=1)
def telemetry() -> "LambdaTelemetry":
    """Log lines and metrics."""
    from chalicelib.aws.metrics import LambdaTelemetry  # noqa: PLC0415

    return LambdaTelemetry(settings().metrics_namespace, settings().log_level)


class LazyArchive:
    """The archive, opened only by the one view that reads from it."""

    async def put_once(self, key: str, body: bytes) -> None:
        """Store an object once."""
        await archive().put_once(key, body)

    async def get(self, key: str) -> bytes | None:
        """Read an object."""
        return await archive().get(key)


def office() -> Office:
    """What one API request works with."""
    return Office(table(), LazyArchive(), settings(), WallClock().now())


@lru_cache(maxsize=1)
def runtime() -> "Runtime":
    """What the cycle runs with; its window of history lives as long as the container."""
    from chalicelib.aws.ledger import TableLedger  # noqa: PLC0415 - numpy and httpx, cycle only
    from chalicelib.domain.strategy import REGISTRY  # noqa: PLC0415
    from chalicelib.engine.runtime import Runtime, at_once  # noqa: PLC0415
    from chalicelib.loop import together  # noqa: PLC0415
    from chalicelib.strategies import broken, discover  # noqa: PLC0415
    from chalicelib.venues.clock import VenueClock  # noqa: PLC0415
    from chalicelib.venues.metering import take_usage  # noqa: PLC0415

    discover()
    return Runtime(
        ledger=TableLedger(table(), settings().lease_seconds),
        archive=archive(),
        venues=_venues(),
        clock=WallClock(),
        telemetry=telemetry(),
        together=together,
        registry=REGISTRY,
        wait=at_once if settings().is_replay else VenueClock().sleep,
        take_usage=take_usage,
        forecasts=_forecasts(),
        news=_news(),
        broken=broken(),
    )


def _venues() -> Mapping[str, "MarketData"]:
    from chalicelib.venues import open_venue  # noqa: PLC0415

    return {name: open_venue(name, os.environ) for name in settings().venues}


def _forecasts() -> Mapping[str, "Forecasts"]:
    """The sources of forecasts; a replay has none, for they know the weather of another time."""
    from chalicelib.forecasts import open_source  # noqa: PLC0415

    if settings().is_replay:
        return {}
    return {name: open_source(name, os.environ) for name in settings().forecasts}


def _news() -> Mapping[str, "News"]:
    """The feeds; a replay has none, for they know the news of another time."""
    from chalicelib.news import open_feeds  # noqa: PLC0415

    if settings().is_replay:
        return {}
    return open_feeds(settings().news_feeds, os.environ.get("VENUE_CONTACT", ""))
