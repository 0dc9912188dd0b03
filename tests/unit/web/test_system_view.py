"""What the API and the command line say of venues, requests and cycles."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.cli.output import Exit
from chalicelib.aws import rows
from chalicelib.domain.breaker import VenueBreaker
from chalicelib.domain.cycle import CycleOutcome, CycleReport, cycle_time
from chalicelib.domain.fault import FaultKind, VenueFault
from chalicelib.domain.house import House
from chalicelib.domain.origin import Origin
from chalicelib.domain.protection import Protection, Scope
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import Quarantined
from chalicelib.domain.simulated_clock import SimulatedClock
from chalicelib.domain.usage import HostUsage
from chalicelib.settings import Settings
from tests.builders import CYCLE, NOW
from tests.unit.cli.conftest import Bot, Stage, bot, document, stage
from tests.unit.operations.risk_samples import holding, put, store
from tests.unit.web.asking import Api, lived

__all__ = ["bot", "stage"]

HOST = "api.kalshi.test"
BROKEN = VenueFault("kalshi", FaultKind.STATUS, "kalshi: answered 503", call="scan")
ALONE = VenueFault("kalshi", FaultKind.BREAKER_OPEN, "not asked until later")
SHUT = VenueBreaker("kalshi", 5, 1, NOW, NOW + timedelta(minutes=2), "status", "answered 503")
DOUBT = Protection("data-quality", Scope.VENUE, "kalshi", "6 of 9 not believed", NOW, None)
LIVE = Settings(stage="test", table="state", bucket="archive", venues=("kalshi", "coinbase"))


def report(cycle: int, *failed: VenueFault, took: int = 200, **usage: Any) -> CycleReport:
    """A cycle that asked Kalshi; it saw its markets unless that failed."""
    seen = () if failed else (VenueQuality("kalshi", Origin.LIVE, 3, 5, {"stale": 2}),)
    asked = HostUsage(HOST, venue="kalshi", limit=60, **{"requests": 6, "weight": 6.0, **usage})
    started = NOW - timedelta(milliseconds=took)
    return CycleReport(
        cycle, cycle_time(cycle), CycleOutcome.COMMITTED, "schedule", started_at=started,
        committed_at=NOW, quality=seen, failed=failed, usage=(asked,),
        quarantined=(Quarantined("kalshi", f"kalshi:{cycle}", "stale", "700 s old"),),
    )  # fmt: skip


def fill_in(table: Any, *reports: CycleReport, house: House | None = None) -> None:
    store(table, holding(), house=house or House())
    for one in reports:
        put(table, rows.cycle_item(one, NOW))


def shown(*reports: CycleReport, house: House | None = None, **changes: Any) -> dict[str, Any]:
    """The System page's document over these cycles, as a viewer reads it."""
    api = replace(Api(), settings=LIVE, **changes)
    fill_in(api.table, *reports, house=house)
    found: dict[str, Any] = api.get("/v1/system", role="viewer").json
    return found


def kalshi(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(v for v in document["venues"] if v["venue"] == "kalshi")
    return found


def test_venue_shows_its_origin_health_and_what_it_saw() -> None:
    venue = kalshi(shown(report(CYCLE - 1), report(CYCLE)))
    assert (venue["origin"], venue["health"], venue["paused"]) == ("live", "healthy", False)
    assert (venue["markets"], venue["quotes"], venue["bad_share"]) == (3, 5, "0.2857")
    assert venue["quarantined"] == {"stale": 2}
    assert venue["quarantined_hour"] == {"stale": 4}
    assert (venue["breaker"]["state"], venue["breaker"]["probe_at"]) == ("closed", None)
    assert venue["last_fault"] is None


def test_configured_venue_that_no_cycle_saw_is_listed_as_unknown() -> None:
    names = {v["venue"]: v["health"] for v in shown(report(CYCLE))["venues"]}
    assert names == {"coinbase": "unknown", "kalshi": "healthy"}


def test_open_breaker_says_why_and_when_the_venue_is_tried_again() -> None:
    house = House(breakers=(SHUT,))
    venue = kalshi(shown(report(CYCLE - 1, BROKEN), report(CYCLE, ALONE), house=house))
    assert (venue["health"], venue["breaker"]["state"]) == ("down", "open")
    assert venue["breaker"]["probe_at"] == "2026-09-28T00:02:00Z"
    assert venue["breaker"]["reason"] == "answered 503"


def test_breaker_whose_time_has_come_is_half_open() -> None:
    house = House(breakers=(SHUT,))
    venue = kalshi(shown(report(CYCLE, ALONE), house=house, now=NOW + timedelta(minutes=2)))
    assert (venue["health"], venue["breaker"]["state"]) == ("probing", "half-open")


def test_breaker_of_simulated_venues_is_judged_by_their_clock() -> None:
    house, clock = House(breakers=(SHUT,)), SimulatedClock(NOW, 30)
    settings = LIVE.model_copy(
        update={"venue_gateway": "http://127.0.0.1:8770", "market_clock": clock}
    )
    states = []
    for seconds in (3.9, 4):
        api = replace(Api(), settings=settings, now=NOW + timedelta(seconds=seconds))
        fill_in(api.table, report(CYCLE, ALONE), house=house)
        states.append(kalshi(api.get("/v1/system").json)["breaker"]["state"])
    assert states == ["open", "half-open"]


def test_last_fault_is_the_venues_own_and_failed_cycles_are_counted() -> None:
    reports = (report(CYCLE - 2, BROKEN), report(CYCLE - 1, BROKEN), report(CYCLE, ALONE))
    venue = kalshi(shown(*reports))
    assert venue["failed_cycles"] == 3
    fault = venue["last_fault"]
    assert (fault["cycle_id"], fault["kind"], fault["call"]) == (CYCLE - 1, "status", "scan")
    assert fault["reason"] == BROKEN.reason


def test_venue_that_fails_now_keeps_the_origin_it_last_stated() -> None:
    venue = kalshi(shown(report(CYCLE - 1), report(CYCLE, BROKEN)))
    assert (venue["origin"], venue["health"], venue["quotes"]) == ("live", "failing", 0)
    assert venue["bad_share"] is None


def test_requests_are_counted_for_the_newest_cycle_and_the_hour_beside_the_limit() -> None:
    busy = report(CYCLE - 1, requests=30, weight=30.0, retries=2, errors={"status": 2})
    venue = kalshi(shown(busy, report(CYCLE, cached=4, received_bytes=900)))
    assert venue["newest"]["requests"] == 6
    assert venue["newest"]["cached"] == 4
    assert venue["hour"] == {
        "requests": 36, "retries": 2, "cached": 4, "unchanged": 0, "received_bytes": 900,
        "errors": {"status": 2},
    }  # fmt: skip
    (host,) = venue["hosts"]
    assert (host["host"], host["limit"], host["share"], host["most"]) == (HOST, 60, 0.1, 0.5)


def test_hour_counts_no_cycle_that_is_older_than_an_hour() -> None:
    document = shown(report(CYCLE - 60), report(CYCLE - 59), report(CYCLE))
    assert kalshi(document)["hour"]["requests"] == 12
    assert document["cycles"]["outcomes"] == {"committed": 2}
    assert document["cycles"]["missing"] == 58


def test_venue_that_an_operator_paused_says_so_and_what_protection_holds() -> None:
    api = replace(Api(), settings=LIVE)
    fill_in(api.table, report(CYCLE), house=House(protections=(DOUBT,)))
    body = {"version": 0, "paused_venues": ["kalshi"], "reason": "maintenance"}
    assert api.ask("PUT", "/v1/risk", body).status == 200
    document = api.get("/v1/system").json
    venue = kalshi(document)
    assert (venue["paused"], venue["health"], venue["reason"]) == (True, "doubted", DOUBT.reason)
    assert [p["rule"] for p in venue["protections"]] == ["data-quality"]
    assert (document["paused_venues"], document["version"]) == (["kalshi"], 1)


def test_cycles_show_age_durations_and_minutes_that_committed_nothing() -> None:
    reports = (report(CYCLE - 4, took=100), report(CYCLE - 1, took=900), report(CYCLE, took=300))
    cycles = shown(*reports, now=NOW + timedelta(seconds=12))["cycles"]
    assert (cycles["last_cycle"], cycles["age_seconds"], cycles["missing"]) == (CYCLE, 12.0, 2)
    assert (cycles["median_ms"], cycles["longest_ms"]) == (300, 900)
    assert [d["duration_ms"] for d in cycles["durations"]] == [300, 900, 100]


def test_examples_of_what_was_set_aside_have_codes_with_meanings() -> None:
    document = shown(report(CYCLE - 1), report(CYCLE))
    assert [e["subject"] for e in document["examples"]] == [
        f"kalshi:{CYCLE}",
        f"kalshi:{CYCLE - 1}",
    ]
    assert "older than such data may be" in document["codes"]["stale"]


def test_before_the_first_cycle_only_configured_venues_are_known() -> None:
    found = replace(Api(), settings=LIVE).get("/v1/system").json
    assert {v["health"] for v in found["venues"]} == {"unknown"}
    assert found["cycles"]["last_cycle"] is None
    assert (found["cycles"]["durations"], found["cycles"]["median_ms"]) == ([], None)


def test_recorded_tape_is_shown_as_recorded_on_its_own_clock() -> None:
    api = lived(3)
    found = api.get("/v1/system").json
    (venue,) = found["venues"]
    assert (venue["venue"], venue["origin"], venue["health"]) == ("recorded", "recorded", "healthy")
    assert found["at"].startswith(api.get("/v1/state").json["last_cycle"]["scheduled_for"][:16])
    assert venue["hosts"] == []


def test_outbox_counts_what_is_not_in_the_archive_yet() -> None:
    api = replace(Api(), settings=LIVE)
    fill_in(api.table, report(CYCLE))
    put(api.table, {"pk": rows.SHARD, "sk": "OUTBOX#0000000001#a"})
    assert api.get("/v1/system").json["outbox"] == 1


def test_command_shows_venues_and_cycles_and_tells_trouble_by_its_exit_code(
    bot: Bot, stage: Stage
) -> None:
    fill_in(stage.rows, report(CYCLE - 1), report(CYCLE, BROKEN))
    result = bot("system")
    assert result.exit_code == Exit.NOT_HEALTHY
    for words in ("kalshi", "failing", "closed", "10.0%", "answered 503", "0 missing", "outbox"):
        assert words in result.stdout
    assert document(bot("system", "--json"))["outbox"] == 0


def test_command_of_a_healthy_system_succeeds(bot: Bot, stage: Stage) -> None:
    fill_in(stage.rows, report(CYCLE))
    assert bot("system").exit_code == Exit.OK


def test_command_before_the_first_cycle_is_no_error(bot: Bot, stage: Stage) -> None:
    result = bot("system")
    assert (result.exit_code, result.stdout) == (Exit.OK, "No cycle was committed yet.\n")
