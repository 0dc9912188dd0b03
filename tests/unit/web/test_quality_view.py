"""What the API and the command line say of the quality of data."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.cli.output import Exit
from chalicelib.aws import rows
from chalicelib.domain.consensus import Consensus, Grade, Sighting
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import CycleOutcome, CycleReport, cycle_time
from chalicelib.domain.house import House
from chalicelib.domain.origin import Origin
from chalicelib.domain.protection import Protection, Scope
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import Quarantined
from chalicelib.settings import Settings
from tests.builders import CYCLE, NOW
from tests.unit.cli.conftest import Bot, Stage, bot, document, stage
from tests.unit.operations.risk_samples import holding, put, store
from tests.unit.web.asking import Api, lived

__all__ = ["bot", "stage"]

PAUSE = Protection("data-quality", Scope.VENUE, "kalshi", "6 of 9 were not believed", NOW, None)
FAR = Consensus(
    "BTC", Decimal(64000), 74, Grade.B,
    (Sighting("one", Decimal(64000), "USD", Decimal("0.1"), True),
     Sighting("two", Decimal(70000), "USDT", Decimal("44.2"), False)),
    "USDT counted as one dollar",
)  # fmt: skip


def report(cycle: int, origin: Origin = Origin.LIVE, **counts: int) -> CycleReport:
    return CycleReport(
        cycle, cycle_time(cycle), CycleOutcome.COMMITTED, "schedule", committed_at=NOW,
        quality=(VenueQuality("kalshi", origin, 3, 5, counts),),
        quarantined=(Quarantined("kalshi", f"kalshi:{cycle}", "stale", "700 s old"),),
        consensus=(FAR,), data_pauses=("kalshi",),
    )  # fmt: skip


def fill_in(table: object, *reports: CycleReport) -> None:
    store(table, holding(), state=ControlState.RUNNING)  # type: ignore[arg-type]
    house = House(protections=(PAUSE,), bad_data=(("kalshi", 2),))
    put(table, rows.house_item(house))  # type: ignore[arg-type]
    for one in reports:
        put(table, rows.cycle_item(one, NOW))  # type: ignore[arg-type]
    lease = {"pk": rows.SHARD, "sk": "LEASE", "last_cycle": max(r.cycle_id for r in reports)}
    put(table, {**lease, "committed_at": NOW.isoformat()})  # type: ignore[arg-type]


def known() -> Api:
    api = Api()
    fill_in(api.table, report(CYCLE - 1, stale=4, jump=1), report(CYCLE, stale=2))
    return api


def test_quality_shows_each_venue_with_its_counts_origin_and_pause() -> None:
    shown = known().get("/v1/quality", role="viewer").json
    (venue,) = shown["venues"]
    assert (venue["venue"], venue["origin"]) == ("kalshi", "live")
    assert (venue["markets"], venue["quotes"], venue["quarantined"]) == (3, 5, 2)
    assert venue["share"] == "0.2857"
    assert venue["counts"] == {"stale": 2}
    assert venue["hour"] == {"jump": 1, "stale": 6}
    assert venue["bad_cycles"] == 2
    assert venue["pause"]["reason"] == PAUSE.reason
    assert shown["house_pause"] is None
    assert shown["cycle_id"] == CYCLE


def test_quality_shows_the_newest_examples_first_and_what_their_codes_mean() -> None:
    shown = known().get("/v1/quality").json
    assert [e["subject"] for e in shown["examples"]] == [f"kalshi:{CYCLE}", f"kalshi:{CYCLE - 1}"]
    assert all(e["code"] in shown["codes"] for e in shown["examples"])


def test_quality_shows_the_consensus_and_who_deviates() -> None:
    (found,) = known().get("/v1/quality").json["consensus"]
    assert (found["price"], found["grade"], found["deviating"]) == ("64000", "B", ["two"])
    assert [s["score"] for s in found["sightings"]] == ["0.1", "44.2"]


def test_quality_before_the_first_cycle_is_empty() -> None:
    shown = Api().get("/v1/quality").json
    assert (shown["cycle_id"], shown["venues"], shown["examples"]) == (None, [], [])


def test_quality_rules_are_changed_like_other_rules() -> None:
    api = Api()
    rules = {"book_age": 60, "min_volume_24h": "500"}
    body = {"version": 0, "quality": rules, "reason": "less is too little"}
    changed = api.ask("PUT", "/v1/risk", body)
    assert changed.status == 200, changed.text
    assert changed.json["quality_settings"]["book_age"] == 60
    shown = api.get("/v1/quality").json
    assert (shown["rules"]["min_volume_24h"], shown["version"]) == ("500", 1)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"book_age": 0}, "quality.book_age"),
        ({"jump": 1}, "there is no 'quality.jump'"),
        ({"clock_skew": 9, "book_age": 9}, "clock_skew 9 contradicts an age of 9"),
    ],
)
def test_quality_rules_that_contradict_each_other_are_refused(
    rules: dict[str, int], says: str
) -> None:
    body = {"version": 0, "quality": rules, "reason": "a test of it"}
    refused = Api().ask("PUT", "/v1/risk", body)
    assert refused.status == 400
    assert says in refused.error["message"]


def test_quality_rules_belong_to_no_strategy() -> None:
    body = {"version": 0, "strategy": "momentum", "quality": {}, "reason": "a test of it"}
    refused = Api().ask("PUT", "/v1/risk", body)
    assert (refused.status, refused.error["message"]) == (
        400, "quality does not belong to one strategy",
    )  # fmt: skip


LIVE = Settings(stage="test", table="state", bucket="archive", venues=("kalshi",))


@pytest.mark.parametrize(
    ("origin", "mode"),
    [
        (Origin.LIVE, "live"),
        (Origin.RECORDED, "replay"),
        (Origin.SIMULATED, "replay"),
        (Origin.UNKNOWN, "replay"),
    ],
)
def test_data_that_is_not_live_is_never_shown_as_live(origin: Origin, mode: str) -> None:
    api = replace(Api(), settings=LIVE)
    fill_in(api.table, report(CYCLE, origin))
    shown = api.get("/v1/state").json
    assert shown["market"]["mode"] == mode
    assert shown["market"]["origins"] == {"kalshi": origin.value}
    assert shown["last_cycle"]["origins"] == {"kalshi": origin.value}
    assert (origin.value in shown["market"]["note"]) is (origin is not Origin.LIVE)


def test_recorded_tape_is_shown_as_recorded_in_every_cycle() -> None:
    api = lived(3)
    cycles = api.get("/v1/cycles").json["items"]
    assert {cycle["origins"]["recorded"] for cycle in cycles} == {"recorded"}
    assert api.get("/v1/quality").json["venues"][0]["origin"] == "recorded"


def test_command_shows_what_was_set_aside_and_tells_a_pause_by_its_exit_code(
    bot: Bot, stage: Stage
) -> None:
    fill_in(stage.rows, report(CYCLE, stale=2))
    shown = bot("quality")
    assert shown.exit_code == Exit.NOT_HEALTHY
    for words in ("kalshi", "stale 2", "700 s old", "PAUSED kalshi", "not believed: two"):
        assert words in shown.stdout
    assert document(bot("quality", "--json"))["cycle_id"] == CYCLE


def test_command_before_the_first_cycle_is_no_error(bot: Bot, stage: Stage) -> None:
    shown = bot("quality")
    assert (shown.exit_code, shown.stdout) == (Exit.OK, "No cycle was committed yet.\n")
