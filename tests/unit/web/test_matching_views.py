"""Pairs of markets over the API: what is shown, decided and refused."""

from typing import Any

import pytest

from chalicelib.aws.match_rows import match_item
from chalicelib.aws.table import Put
from chalicelib.matching.pair import MatchedPair
from tests.cloud_fixtures import run
from tests.unit.matching.samples import noon_pair, twin_pair
from tests.unit.web.asking import Api, Reply, walk

NOON_ID, TWIN_ID = noon_pair().pair_id, twin_pair().pair_id


def with_pairs(*pairs: MatchedPair) -> Api:
    api = Api()
    for pair in pairs:
        run(api.table.write(Put("match", match_item(pair))))
    return api


def decide(api: Api, **body: Any) -> Reply:
    usual = {"version": 0, "status": "confirmed", "reason": "read both rules"}
    return api.ask("PUT", f"/v1/matches/{NOON_ID}", {**usual, **body})


def test_matches_show_texts_records_and_reasons() -> None:
    (shown,) = with_pairs(noon_pair()).get("/v1/matches").json["items"]
    assert shown["verdict"] == "relative_value"
    assert shown["score"] == "1.00"
    kalshi, polymarket = shown["legs"]
    assert polymarket["resolution"]["source"] == "Binance, 1-minute candle close"
    assert kalshi["resolution"]["cutoff"] == "2026-09-30T16:00:00Z"
    assert kalshi["resolution"]["unknown"] == ["void_rule"]
    assert "Real-Time Index" in kalshi["rules"]


def test_matches_are_listed_by_pages_and_by_status() -> None:
    api = with_pairs(noon_pair(), twin_pair())
    found = walk(api, "/v1/matches?limit=1")
    assert {pair["id"] for pair in found} == {NOON_ID, TWIN_ID}
    decide(api, status="rejected")
    rejected = api.get("/v1/matches?status=rejected").json["items"]
    assert [pair["id"] for pair in rejected] == [NOON_ID]


def test_matches_are_confirmed_with_what_the_operator_knows() -> None:
    known = {"kalshi:m": {"void_rule": "pays a fair price"}}
    reply = decide(with_pairs(noon_pair()), known=known)
    assert reply.status == 200, reply.text
    assert reply.json["legs"][0]["resolution"]["filled"] == ["void_rule"]
    assert reply.json["decided_by"].startswith("the admin")


@pytest.mark.parametrize(("known", "says"), [
    ({"kalshi:m": {"source": "Binance"}}, "stated by the market"),
    ({"kalshi:m": {"cutoff": "noon"}}, "is no time"),
    ({"kalshi:m": {"cutoff": "2026-09-30T12:00:00"}}, "no offset"),
    ({"kalshi:x": {"void_rule": "pays NO"}}, "no leg of this pair"),
    ({"kalshi:m": {"colour": "red"}}, "colour"),
    ({"kalshi:m": {"polarity": "maybe"}}, "polarity"),
])  # fmt: skip
def test_matches_refuse_what_cannot_be_filled_in(known: dict[str, Any], says: str) -> None:
    api = with_pairs(noon_pair())
    reply = decide(api, known=known)
    assert reply.status == 400
    assert says in reply.error["message"]
    assert api.get("/v1/matches").json["items"][0]["version"] == 0
