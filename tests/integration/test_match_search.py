"""The hourly function looks for the same question at two venues, after the accounts."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.aws import rows
from chalicelib.aws.clients import client as aws_client
from chalicelib.aws.match_rows import match_item
from chalicelib.aws.table import Put
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import (
    RECORD_SCHEMA,
    Config,
    CycleRecord,
    HistoryRow,
    Observation,
)
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.market import Market
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.decide import decide
from chalicelib.engine.record import seal
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair, MatchStatus
from chalicelib.matching.proposal import propose
from chalicelib.operations import match_search
from chalicelib.operations.control import WantedControl, change_control
from chalicelib.operations.matching import read_matches
from tests.builders import CYCLE, account, control, inputs, market, spot_market
from tests.cloud_fixtures import run
from tests.integration.test_infra_calls import needed
from tests.integration.test_infra_policies import actions
from tests.unit.matching.samples import TWIN_RULES, compared

SWORN_IN = "Will Ann Example be sworn in as mayor by September 30, 2026?"
LONG_FROM_NOW = datetime(2126, 10, 1, 3, 59, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def listed(venue: str, name: str = "t", title: str = SWORN_IN, **changes: Any) -> Market:
    """A market of a venue, in the words that both use."""
    usual = {"rules": TWIN_RULES, "closes_at": LONG_FROM_NOW}
    return replace(
        market(name), market_id=f"{venue}:{name}", venue=venue, title=title, **{**usual, **changes}
    )


BOTH = (listed("polymarket"), listed("kalshi"))


def commit_record(markets: Sequence[Market]) -> None:
    """Let the newest committed cycle have seen these markets."""
    seen = Observation({each.market_id: each for each in markets}, {})
    row = HistoryRow(CYCLE, (), ((), (), (), ()))
    key, body = seal(
        CycleRecord(
            RECORD_SCHEMA, CYCLE, None, control(), Config({}, RiskLimits()), {"test": account()},
            seen, {}, (), row, None, decide(inputs(observation=seen)),
        )
    )  # fmt: skip
    run(bootstrap.archive().put_once(key, body))
    lease = {**rows.LEASE_KEY._asdict(), "schema": rows.SCHEMA, "record_key": key}
    run(bootstrap.table().write(Put("lease", lease)))


@pytest.fixture
def client(deployed: None) -> Iterator[Client]:
    with Client(app.app, stage_name="test") as found:
        yield found


def hourly(client: Client) -> dict[str, Any]:
    event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    answered: dict[str, Any] = client.lambda_.invoke("reconcile", event).payload
    return answered


def kept() -> list[MatchedPair]:
    return run(read_matches(bootstrap.table()))


def written(out: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The metrics and the lines of an invocation."""
    lines = [json.loads(line) for line in out.splitlines()]
    metrics = {k: v for line in lines if "_aws" in line for k, v in line.items()}
    return metrics, [line for line in lines if "_aws" not in line]


def test_hourly_job_proposes_a_question_that_both_venues_list_and_says_so_once(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    commit_record([*BOTH, listed("kalshi", "o", "Will it rain in Oslo tomorrow?"), spot_market()])
    assert hourly(client)["matches_proposed"] == 1
    metrics, lines = written(capsys.readouterr().out)
    (pair,) = kept()
    assert {leg.market_id for leg in pair.legs} == {"polymarket:t", "kalshi:t"}
    assert (pair.status, pair.legs[0].title) == (MatchStatus.PROPOSED, SWORN_IN)
    assert metrics["MatchesProposed"] == [1.0]
    assert metrics["MatchSearchFailed"] == [0.0]
    (line,) = (line for line in lines if line["message"] == "matches searched")
    assert (line["markets"], line["proposed"], line["left_out"]) == ([1, 2], 1, 0)
    assert hourly(client)["matches_proposed"] == 0
    assert len(kept()) == 1


def test_hourly_job_before_the_first_cycle_finds_nothing_and_is_well(client: Client) -> None:
    assert hourly(client)["matches_proposed"] == 0


def test_hourly_job_never_proposes_markets_that_have_both_closed(client: Client) -> None:
    commit_record([replace(each, closes_at=LONG_AGO) for each in BOTH])
    assert hourly(client)["matches_proposed"] == 0


def test_hourly_job_revokes_a_confirmation_whose_market_was_reworded(client: Client) -> None:
    legs = [Leg.of(each) for each in BOTH]
    confirmed = replace(propose(compared(*legs), LONG_AGO), status=MatchStatus.CONFIRMED)
    run(bootstrap.table().write(Put("match", match_item(confirmed))))
    commit_record([BOTH[0], replace(BOTH[1], rules=f"{TWIN_RULES} Ties pay half.")])
    hourly(client)
    (pair,) = kept()
    assert pair.status is MatchStatus.PROPOSED
    assert "kalshi:t changed" in pair.revoked


def test_hourly_job_beyond_its_bound_looks_at_the_most_traded(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = [replace(each, market_id=f"{each.venue}:quiet", volume_24h=None) for each in BOTH]
    busy = [replace(each, volume_24h=account().cash) for each in BOTH]
    commit_record([*quiet, *busy])
    with mock.patch.object(match_search, "MOST_MARKETS", 1):
        hourly(client)
    assert [leg.market_id for leg in kept()[0].legs] == ["kalshi:t", "polymarket:t"]
    (line,) = (
        line
        for line in written(capsys.readouterr().out)[1]
        if line["message"] == "matches searched"
    )
    assert (line["markets"], line["left_out"]) == ([1, 1], 2)


@pytest.mark.parametrize("fault", [StoreUnavailable("S3 did not answer", ""), ZeroDivisionError()])
def test_hourly_job_whose_search_fails_still_answers_for_the_accounts(
    client: Client, capsys: pytest.CaptureFixture[str], fault: Exception
) -> None:
    commit_record(BOTH)
    with mock.patch.object(match_search, "propose_matches", side_effect=fault):
        answered = hourly(client)
    metrics, lines = written(capsys.readouterr().out)
    assert (answered["drifts"], answered["matches_proposed"]) == ([], None)
    assert (metrics["ReconcileDrift"], metrics["MatchSearchFailed"]) == ([0.0], [1.0])
    assert any(line["message"] == "the search for matches failed" for line in lines)


def test_hourly_job_may_do_exactly_what_it_does(client: Client) -> None:
    """Checked with everything at once: drift while it trades, a pair new, reworded and ended."""
    used, deleted = use_everything(client)
    assert used == actions("policy-reconcile.json")
    assert deleted == {"MATCH"}


def use_everything(client: Client) -> tuple[set[str], set[str]]:
    """The permissions that one eventful hour takes, and the partitions that it deletes from."""
    table = bootstrap.table()
    run(change_control(table, WantedControl(ControlState.RUNNING, "go", "t", 0), LONG_AGO))
    harmed = replace(account(), realised=account().cash, version=1)
    run(table.write(Put("account", rows.account_item(harmed))))
    over = [replace(each, market_id=f"{each.venue}:over", closes_at=LONG_AGO) for each in BOTH]
    ended = propose(compared(*map(Leg.of, over)), LONG_AGO - timedelta(days=1))
    run(table.write(Put("match", match_item(ended))))
    commit_record(BOTH)
    used: dict[str, set[str]] = defaultdict(set)

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        used["actions"] |= needed(model.name, service, params)
        if model.name == "DeleteItem":
            used["deleted"].add(params["Key"]["pk"]["S"])

    watched = [aws_client(service).meta.events for service in ("dynamodb", "s3")]
    for events in watched:
        events.register("provide-client-params.*", note)
    try:
        hourly(client)
    finally:
        for events in watched:
            events.unregister("provide-client-params.*", note)
    return used["actions"], used["deleted"]
