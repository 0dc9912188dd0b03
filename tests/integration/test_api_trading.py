"""The product over the recorded venue, through Chalice: start, trade, kill, settle, restart."""

import json
from decimal import Decimal

import pytest

from chalicelib.aws.clients import client as aws_client
from tests.cloud_fixtures import BUCKET, forget_everything, moto_client
from tests.integration.product import Product

FIRST_FILL = 15
"""The minute of the tape at which the strategies first trade."""
KEPT = 54
"""The minute at which they buy what they keep until its market has a result."""
FIRST_SETTLEMENT = 60
"""The minute at which a market they hold has its result."""


def start(product: Product) -> None:
    product.put("/v1/control", state="RUNNING", reason="start it", version=0)


def test_the_first_boot_trades_nothing_and_says_how_to_start(product: Product) -> None:
    reports = product.tick(FIRST_FILL + 2)
    assert {report["outcome"] for report in reports} == {"committed"}
    assert all("start with `bot resume`" in report["reason"] for report in reports)
    assert product.trades() == []
    state = product.get("/v1/state")
    assert state["control"]["state"] == "KILLED"
    assert state["last_cycle"]["refusals"]
    assert state["profit"] == "0"
    health = product.client.http.get("/v1/health").json_body
    assert health["ok"] is True


def test_trades_appear_after_a_start_and_none_follows_a_kill(product: Product) -> None:
    start(product)
    product.tick(FIRST_FILL + 1)
    before = product.trades()
    assert before
    killed = product.put("/v1/control", state="KILLED", reason="enough for today")
    reports = product.tick(20)
    assert all(report["outcome"] == "committed" for report in reports)
    assert sum(report["fills"] + report["settlements"] for report in reports) == 0
    assert product.trades() == before
    assert product.get("/v1/positions")["items"]
    control = product.get("/v1/state")["control"]
    assert control == killed
    told = [entry["text"] for entry in product.get("/v1/activity")["items"]]
    assert any("RUNNING -> KILLED (version 2): enough for today" in text for text in told)


def test_a_position_is_paid_when_its_market_resolves(product: Product) -> None:
    start(product)
    product.tick(FIRST_SETTLEMENT + 1)
    paid = [trade for trade in product.trades() if trade["kind"] == "settlement"]
    assert paid
    assert {trade["price"] for trade in paid} <= {"0", "1"}
    assert all(trade["side"] == "settle" for trade in paid)
    held = {position["instrument_id"] for position in product.get("/v1/positions")["items"]}
    assert not held & {trade["instrument_id"] for trade in paid}


def test_a_paused_system_opens_nothing_and_still_settles(product: Product) -> None:
    start(product)
    product.tick(KEPT + 1)
    bought = [trade for trade in product.trades() if trade["side"] == "buy"]
    product.put("/v1/control", state="PAUSED", reason="only let them run out")
    product.tick(FIRST_SETTLEMENT - KEPT)
    trades = product.trades()
    assert [trade for trade in trades if trade["side"] == "buy"] == bought
    assert any(trade["kind"] == "settlement" for trade in trades)
    assert product.get("/v1/positions")["items"] == []


def test_a_strategy_that_is_disabled_trades_no_more_and_the_others_do(product: Product) -> None:
    start(product)
    product.put("/v1/strategies/momentum", version=1, enabled=False)
    product.put("/v1/strategies/mean-reversion", version=2, params={"window": 6})
    product.tick(FIRST_FILL + 5)
    assert {trade["strategy"] for trade in product.trades()} == {"mean-reversion"}


def test_the_books_balance_to_the_microdollar(product: Product) -> None:
    start(product)
    product.tick(FIRST_SETTLEMENT + 1)
    for account in product.get("/v1/accounts")["items"]:
        own = [t for t in product.trades() if t["strategy"] == account["strategy"]]
        cash = Decimal(account["starting_cash"])
        for trade in own:
            value, fee = Decimal(trade["value"]), Decimal(trade["fee"])
            cash += (-value if trade["side"] == "buy" else value) - fee
        assert Decimal(account["cash"]) == cash
        fills = [trade for trade in own if trade["kind"] == "fill"]
        assert account["trades"] == len(fills)
        assert Decimal(account["fees"]) == sum((Decimal(t["fee"]) for t in fills), Decimal(0))


def test_the_state_is_kept_when_every_container_is_new(product: Product) -> None:
    start(product)
    product.tick(FIRST_FILL + 2)
    paths = ("/v1/control", "/v1/accounts", "/v1/positions", "/v1/trades", "/v1/cycles")
    before = {path: product.get(path) for path in paths}
    forget_everything()
    aws_client.cache_clear()
    assert {path: product.get(path) for path in paths} == before


def test_a_new_container_decides_as_the_old_one_would_have(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window of history is read back from the archive, so a restart changes no trade."""
    start(product)
    product.tick(FIRST_FILL)
    forget_everything()
    cold = product.tick(3)
    assert [report["fills"] for report in cold] == [1, 1, 0]


def test_every_trade_reaches_the_archive_once(product: Product) -> None:
    start(product)
    product.tick(FIRST_SETTLEMENT + 1)
    keys = [
        item["Key"]
        for item in moto_client("s3").list_objects_v2(Bucket=BUCKET, Prefix="trades/")["Contents"]
    ]
    assert len(keys) == len({trade["cycle_id"] for trade in product.trades()})
    assert all(key.startswith("trades/dt=2026-09-28/hour=") for key in keys)


def test_the_same_event_twice_trades_once(product: Product) -> None:
    start(product)
    product.tick(FIRST_FILL + 1)
    before = product.trades()
    product.minute -= 1
    (again,) = product.tick()
    assert again["outcome"] == "duplicate"
    assert product.trades() == before


def test_two_starts_of_one_page_are_one_start(product: Product) -> None:
    headers = {
        **product.headers,
        "Content-Type": "application/json",
        "Idempotency-Key": "3f0c",
    }
    body = json.dumps({"state": "RUNNING", "reason": "start it", "version": 0}).encode()
    answers = [product.client.http.put("/v1/control", headers=headers, body=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert product.get("/v1/control")["version"] == 1


def test_answers_are_never_cached_and_never_sniffed(product: Product) -> None:
    for path in ("/v1/health", "/v1/state", "/v1/trades?limit=x"):
        headers = product.client.http.get(path, headers=product.headers).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Type"] == "application/json"
        assert not any(name.lower().startswith("access-control") for name in headers)


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_a_form_from_another_site_changes_nothing(product: Product, kind: str) -> None:
    """A page elsewhere can send text/plain without asking, but it has no token to send."""
    answered = product.client.http.put(
        "/v1/control",
        headers={"Content-Type": kind},
        body=b'{"state": "KILLED", "reason": "from elsewhere"}',
    )
    assert answered.status_code == 401
    refused = product.client.http.put(
        "/v1/control",
        headers={**product.headers, "Content-Type": "text/plain"},
        body=b'{"state": "KILLED", "reason": "from elsewhere"}',
    )
    assert (refused.status_code, refused.json_body["error"]["code"]) == (415, "not-json")
    assert product.get("/v1/control")["version"] == 0


def test_a_query_with_a_value_given_twice_or_encoded_is_still_judged(product: Product) -> None:
    for query in ("limit=1&limit=2", "strategy=momentum", "strategy=%6Domentum"):
        assert product.client.http.get(
            f"/v1/trades?{query}", headers=product.headers
        ).status_code in (200, 400)
    refused = product.client.http.get("/v1/trades?cursor=%C3%A9.x", headers=product.headers)
    assert (refused.status_code, refused.json_body["error"]["code"]) == (400, "bad-request")


def test_a_defect_of_ours_is_logged_and_answered_without_its_inside(
    product: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("chalicelib.web.views.health", broken)
    answered = product.client.http.get("/v1/health")
    assert answered.status_code == 500
    assert answered.json_body["error"]["code"] == "internal-error"
    assert "inside" not in answered.body.decode()
    assert "the inside" in capsys.readouterr().out
