"""The application as its callers meet it: HTTP requests and scheduled events."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.aws import rows
from chalicelib.aws.table import Put
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.risk import RiskLimits
from chalicelib.operations.tokens import create_token
from chalicelib.strategies import discover
from chalicelib.venues.recorded import TAPE_START
from tests.cloud_fixtures import run


class Product:
    """The application as its callers meet it: HTTP requests and scheduled events."""

    def __init__(self, client: Client, secret: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.minute = 0

    def get(self, path: str) -> Any:
        """Read something."""
        answered = self.client.http.get(path, headers=self.headers)
        assert answered.status_code == 200, answered.body
        return answered.json_body

    def put(self, path: str, **body: Any) -> Any:
        """Change something."""
        answered = self.client.http.put(
            path,
            headers={**self.headers, "Content-Type": "application/json"},
            body=json.dumps(body).encode(),
        )
        assert answered.status_code == 200, answered.body
        return answered.json_body

    def tick(self, minutes: int = 1) -> list[dict[str, Any]]:
        """Let the metronome fire for so many minutes of the tape."""
        reports = []
        for _ in range(minutes):
            at = TAPE_START + timedelta(minutes=self.minute)
            event = {
                "version": "0",
                "id": "tick",
                "detail-type": "Scheduled Event",
                "source": "bot.metronome",
                "account": "",
                "region": "",
                "time": at.isoformat(),
                "resources": [],
                "detail": {"sent_at": datetime.now(UTC).isoformat()},
            }
            reports.append(self.client.lambda_.invoke("cycle", event).payload)
            self.minute += 1
        return reports

    def trades(self) -> list[dict[str, Any]]:
        """All trades, newest first."""
        found: list[dict[str, Any]] = self.get("/v1/trades?limit=200")["items"]
        return found


PLAYERS = ("mean-reversion", "momentum", "yes-no-arbitrage")
"""Those that these tests are about, without exit rules of their own: they hold until settlement."""


def only_players() -> Config:
    """Settings under which nobody else trades."""
    settings = {name: StrategySetting(enabled=name in PLAYERS) for name in discover()}
    settings |= {name: StrategySetting(exits=ExitRules()) for name in PLAYERS}
    return Config(settings, RiskLimits(), version=1)


@pytest.fixture
def product(deployed: None) -> Iterator[Product]:
    run(bootstrap.table().write(Put("config", rows.config_item(only_players()))))
    secret, _ = run(
        create_token(bootstrap.table(), "operator", "ann", 1, "test", datetime.now(UTC))
    )
    with Client(app.app, stage_name="test") as client:
        yield Product(client, secret)
