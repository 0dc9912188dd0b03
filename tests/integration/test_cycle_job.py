"""The scheduled function: from the event that Lambda hands over to a committed cycle."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap, cycle_job
from chalicelib.cycle_job import scheduled_event
from chalicelib.domain.cycle import ScheduledEvent
from chalicelib.domain.errors import InputError, StoreError, StoreUnavailable
from chalicelib.domain.simulated_clock import SimulatedClock
from chalicelib.operations import reading
from chalicelib.operations.tokens import create_token
from chalicelib.settings import Settings
from chalicelib.venues.recorded import TAPE_START
from tests.cloud_fixtures import TABLE_NAME, moto_client, run

ANCHOR = datetime(2026, 11, 22, 10, tzinfo=UTC)
LIVE = Settings(stage="prod", table="state", bucket="archive")
REPLAY = Settings(
    stage="dev", table="state", bucket="archive", venues=("recorded",), replay_anchor=ANCHOR
)
GATEWAY = "http://127.0.0.1:8770"
FAST = LIVE.model_copy(
    update={"venue_gateway": GATEWAY, "market_clock": SimulatedClock(ANCHOR, pace=30)}
)
METRICS = {
    "CycleCommitted", "CycleDuration", "TradesBooked", "VenueFaults", "StrategyFaults",
    "DataQuarantined", "DataQualityPauses",
}  # fmt: skip


def eventbridge(time: str = "2026-11-22T10:07:00Z") -> dict[str, Any]:
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": time,
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/cycle"],
        "detail": {},
    }


def metronome(minute: int = 0, sent_at: datetime | None = None) -> dict[str, Any]:
    at = TAPE_START + timedelta(minutes=minute)
    sent = sent_at or datetime.now(UTC)
    return {
        **eventbridge(at.isoformat().replace("+00:00", "Z")),
        "source": "bot.metronome",
        "detail": {"sent_at": sent.isoformat()},
    }


def invoke(event: dict[str, Any]) -> dict[str, Any]:
    with Client(app.app, stage_name="test") as client:
        answered: dict[str, Any] = client.lambda_.invoke("cycle", event).payload
    return answered


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line]


def metrics(written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in written if "_aws" in line]


# --- the event -----------------------------------------------------------------------------


def test_a_schedule_over_live_venues_is_on_their_clock() -> None:
    at = datetime(2026, 11, 22, 10, 7, tzinfo=UTC)
    assert scheduled_event(eventbridge(), LIVE) == ScheduledEvent(at, at, "schedule")


def test_a_schedule_over_the_tape_is_moved_to_its_time() -> None:
    tick = scheduled_event(eventbridge(), REPLAY)
    assert tick.scheduled_for == TAPE_START + timedelta(minutes=7)
    assert tick.sent_at == ANCHOR + timedelta(minutes=7)


def test_the_metronome_says_both_times_itself() -> None:
    sent = datetime(2026, 11, 22, 10, 7, 0, 5, tzinfo=UTC)
    tick = scheduled_event(metronome(3, sent), REPLAY)
    assert tick == ScheduledEvent(TAPE_START + timedelta(minutes=3), sent, "metronome")


BAD: dict[str, Any] = {
    "empty": {},
    "a list": [],
    "no time": {k: v for k, v in eventbridge().items() if k != "time"},
    "time null": eventbridge() | {"time": None},
    "time a number": eventbridge() | {"time": 5},
    "time in words": eventbridge("yesterday"),
    "time without a zone": eventbridge("2026-11-22T10:07:00"),
    "metronome without detail": {k: v for k, v in metronome().items() if k != "detail"},
    "metronome with no sent_at": metronome() | {"detail": {}},
    "metronome with detail null": metronome() | {"detail": None},
    "metronome without a zone": metronome() | {"detail": {"sent_at": "2026-11-22T10:07:00"}},
}


@pytest.mark.parametrize("event", BAD.values(), ids=BAD)
@pytest.mark.parametrize("settings", [LIVE, REPLAY], ids=["live", "replay"])
def test_an_event_without_a_usable_time_is_refused_clearly(event: Any, settings: Settings) -> None:
    with pytest.raises(InputError, match="the event has no usable time") as raised:
        scheduled_event(event, settings)
    assert "EventBridge" in raised.value.hint


# --- the run -------------------------------------------------------------------------------


def test_a_cycle_is_committed_answered_and_measured(
    deployed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = invoke(metronome())
    assert answered["outcome"] == "committed"
    assert "start with `bot resume`" in answered["reason"]
    overview = run(reading.read_overview(bootstrap.table()))
    assert overview.last_cycle == answered["cycle_id"]
    written = lines(capsys)
    (emitted,) = metrics(written)
    directive = emitted["_aws"]["CloudWatchMetrics"][0]
    assert directive["Namespace"] == "MarketStrategyTester"
    assert directive["Dimensions"] == [["service"]]
    assert emitted["service"] == "cycle"
    assert {m["Name"] for m in directive["Metrics"]} == METRICS
    units = {m["Name"]: m["Unit"] for m in directive["Metrics"]}
    assert units["CycleDuration"] == "Milliseconds"
    assert emitted["CycleCommitted"] == [1]
    assert emitted["TradesBooked"] == [0]
    (ended,) = [line for line in written if line.get("message") == "cycle ended"]
    assert (ended["outcome"], ended["cycle_id"]) == ("committed", answered["cycle_id"])


def test_a_warm_container_measures_each_cycle_alone(
    deployed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for minute in range(3):
        invoke(metronome(minute))
    emitted = metrics(lines(capsys))
    assert [each["CycleCommitted"] for each in emitted] == [[1], [1], [1]]
    assert all(each["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for each in emitted)


def test_a_duplicate_commits_nothing_and_counts_as_no_cycle(
    deployed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke(metronome())
    capsys.readouterr()
    assert invoke(metronome())["outcome"] == "duplicate"
    assert metrics(lines(capsys)) == []


def test_an_old_event_is_dropped(deployed: None, capsys: pytest.CaptureFixture[str]) -> None:
    late = metronome(0, datetime.now(UTC) - timedelta(seconds=91))
    answered = invoke(late)
    assert answered["outcome"] == "late"
    assert "91 s old" in answered["reason"]
    assert run(reading.last_commit(bootstrap.table())) is None
    assert metrics(lines(capsys)) == []


def test_a_fenced_cycle_is_counted_as_that(
    deployed: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke(metronome())
    ledger = bootstrap.runtime().ledger
    load = ledger.load

    async def stolen() -> Any:
        loaded = await load()
        moto_client("dynamodb").update_item(
            TableName=TABLE_NAME,
            Key={"pk": {"S": "SHARD#0"}, "sk": {"S": "LEASE"}},
            UpdateExpression="ADD fence :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        return loaded

    monkeypatch.setattr(ledger, "load", stolen)
    capsys.readouterr()
    assert invoke(metronome(1))["outcome"] == "fenced"
    (emitted,) = metrics(lines(capsys))
    assert emitted["CycleFenced"] == [1]
    assert "CycleCommitted" not in emitted


def test_a_cycle_that_fails_raises_is_logged_and_counts_as_no_cycle(
    deployed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    moto_client("dynamodb").delete_table(TableName=TABLE_NAME)
    with pytest.raises(StoreError, match="ResourceNotFound"):
        cycle_job.run_scheduled_cycle(metronome(), "owner")
    written = lines(capsys)
    assert metrics(written) == []
    (failed,) = [line for line in written if line["level"] == "ERROR"]
    assert failed["message"] == "the cycle failed"
    assert "ResourceNotFound" in failed["exception"]


def test_a_bad_event_fails_clearly_and_books_nothing(
    deployed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError):
        cycle_job.run_scheduled_cycle({"source": "somewhere"}, "owner")
    assert run(reading.last_commit(bootstrap.table())) is None
    assert any(line["level"] == "ERROR" for line in lines(capsys))


def test_a_missing_variable_stops_the_function_and_is_named(
    deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TABLE_NAME")
    with pytest.raises(InputError, match="environment variable TABLE_NAME"):
        cycle_job.run_scheduled_cycle(metronome(), "owner")


def test_no_secret_is_ever_written_to_the_log(
    deployed: None, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A canary: a real token is used in every way that works and fails, then looked for."""
    now = datetime.now(UTC)
    caplog.set_level(logging.DEBUG)
    for noisy in ("botocore", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.INFO)
    secret, _ = run(create_token(bootstrap.table(), "operator", "canary", 1, "cli", now))
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    with Client(app.app, stage_name="test") as client:
        bodies = [
            client.http.put("/v1/control", headers=headers, body=b'{"state": 1}').body,
            client.http.put(
                "/v1/control", headers=headers, body=b'{"state": "KILLED", "reason": "canary"}'
            ).body,
            client.http.get("/v1/state", headers=headers).body,
            client.http.get("/v1/activity", headers=headers).body,
        ]
    invoke(metronome())
    moto_client("dynamodb").delete_table(TableName=TABLE_NAME)
    with pytest.raises(StoreError):
        cycle_job.run_scheduled_cycle(metronome(1), "owner")
    captured = capsys.readouterr()
    everything = captured.out + captured.err + caplog.text + str(bodies)
    assert "canary" in everything
    assert secret not in everything
    assert secret.removeprefix("mst_") not in everything


def test_a_store_that_is_busy_fails_the_cycle_and_the_next_one_works(
    deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke(metronome())
    ledger = bootstrap.runtime().ledger

    async def busy(*_: Any) -> Any:
        raise StoreUnavailable("DynamoDB transact_write_items failed: ThrottlingException")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "commit", busy)
        with pytest.raises(StoreUnavailable):
            cycle_job.run_scheduled_cycle(metronome(1), "one")
    assert cycle_job.run_scheduled_cycle(metronome(2), "one")["outcome"] == "committed"


@pytest.mark.parametrize(
    "settings", [LIVE, LIVE.model_copy(update={"venue_gateway": GATEWAY})], ids=lambda s: s.lineage
)
def test_a_metronome_cannot_drive_venues_that_keep_real_time(settings: Settings) -> None:
    with pytest.raises(InputError, match=f"{settings.lineage} venues in real time"):
        scheduled_event(metronome(), settings)


def test_a_metronome_drives_simulated_venues_that_have_a_clock_of_their_own() -> None:
    sent = ANCHOR + timedelta(minutes=2)
    minute = metronome(3, sent) | {"time": (ANCHOR + timedelta(hours=1)).isoformat()}
    assert scheduled_event(minute, FAST) == ScheduledEvent(
        ANCHOR + timedelta(hours=1), sent, "metronome"
    )


def test_a_schedule_over_a_fast_market_is_moved_to_its_time() -> None:
    tick = scheduled_event(eventbridge(), FAST)
    assert tick.scheduled_for == ANCHOR + timedelta(minutes=210)
    assert tick.sent_at == ANCHOR + timedelta(minutes=7)
