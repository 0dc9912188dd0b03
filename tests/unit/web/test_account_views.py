"""Waiting orders, fundings and marks over the API."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.portfolio import Account
from tests.builders import NOW, YES, resting
from tests.unit.operations.risk_samples import flat, holding, store, stored_account
from tests.unit.web.asking import Api

REASON = {"reason": "a test of it"}
FUNDINGS = "/v1/accounts/test/fundings"


def system(*accounts: Account) -> Api:
    api = Api()
    store(api.table, *accounts)
    return api


def waiting() -> Account:
    return replace(flat(), orders={"aa1": resting("aa1")})


def test_waiting_orders_of_every_account_are_listed_with_what_they_reserve() -> None:
    (shown,) = system(waiting()).get("/v1/orders").json["items"]
    assert shown["order_id"] == "aa1"
    assert (shown["side"], shown["left"], shown["limit"], shown["reserved"]) == (
        "buy", "50", "0.4", "20.0",
    )  # fmt: skip
    assert (shown["strategy"], shown["version"]) == ("test", 5)


def test_order_is_cancelled_once() -> None:
    api = system(waiting())
    assert api.ask("DELETE", "/v1/orders/test/aa1", REASON).json["version"] == 6
    assert api.get("/v1/orders").json["items"] == []
    again = api.ask("DELETE", "/v1/orders/test/aa1", REASON)
    assert (again.status, again.error["code"]) == (404, "not-found")


@pytest.mark.parametrize("path", ["/v1/orders/test/zz", "/v1/orders/other/aa1"])
def test_order_or_account_that_does_not_exist_is_not_found(path: str) -> None:
    api = system(waiting())
    assert api.ask("DELETE", path, REASON).status == 404
    assert stored_account(api.table) == waiting()


@pytest.mark.parametrize("version", [0, 4, 6])
def test_cancel_under_a_stale_version_is_a_conflict(version: int) -> None:
    api = system(waiting())
    refused = api.ask("DELETE", "/v1/orders/test/aa1", {**REASON, "version": version})
    assert (refused.status, refused.json["current"]["version"]) == (409, 5)
    assert stored_account(api.table) == waiting()


def test_funding_needs_the_name_repeated_and_answers_the_account() -> None:
    api = system(flat())
    body = {"amount": "-100.5", "confirm": "tset", **REASON}
    assert api.ask("POST", FUNDINGS, body).status == 400
    answered = api.ask("POST", FUNDINGS, {**body, "confirm": "test"}).json
    assert (answered["cash"], answered["starting_cash"]) == ("799.500000", "899.500000")
    assert (answered["profit"], answered["version"]) == ("-100.000000", 6)


@pytest.mark.parametrize(
    ("amount", "status"),
    [("0", 400), ("-0.000000", 400), ("NaN", 400), ("1e308", 400), ("-900.01", 409), ("", 400)],
)
def test_funding_that_makes_no_sense_is_refused(amount: str, status: int) -> None:
    api = system(flat())
    refused = api.ask("POST", FUNDINGS, {"amount": amount, "confirm": "test", **REASON})
    assert refused.status == status
    assert stored_account(api.table) == flat()


def test_funding_sent_twice_under_one_key_is_paid_once() -> None:
    api = system(flat())
    body = {"amount": "5", "confirm": "test", **REASON}
    for _ in range(2):
        assert api.ask("POST", FUNDINGS, body, headers={"idempotency-key": "k"}).status == 200
    assert stored_account(api.table).cash == 905


def test_pairs_are_merged_as_the_operator_says() -> None:
    api = system()
    path = "/v1/strategies/momentum"
    assert api.get("/v1/strategies").json["items"][0]["merge_pairs"] is False
    assert api.ask("PUT", path, {"version": 0, "merge_pairs": True}).json["merge_pairs"] is True
    kept = api.ask("PUT", path, {"version": 1, "paused": True}).json
    assert (kept["merge_pairs"], kept["paused"]) == (True, True)


ENDED, SEEN = NOW - timedelta(minutes=5), NOW - timedelta(minutes=61)


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ({}, None),
        ({"closes_at": NOW + timedelta(minutes=1), "marked_at": NOW}, None),
        ({"closes_at": NOW, "marked_at": NOW}, NOW),
        ({"closes_at": ENDED, "marked_at": SEEN}, ENDED),
        ({"closes_at": None, "marked_at": SEEN}, SEEN),
        ({"closes_at": None, "marked_at": NOW - timedelta(minutes=60)}, None),
    ],
)
def test_capital_is_locked_from_the_end_of_a_market_or_its_last_price(
    changes: dict[str, object], since: object
) -> None:
    account = holding()
    (held,) = account.positions.values()
    position = replace(held, mid=Decimal("0.42"), **changes)
    api = system(replace(account, positions={YES: position}))
    state = api.get("/v1/state").json
    (shown,) = state["positions"]
    expected = None if since is None else str(since).replace(" ", "T").replace("+00:00", "Z")
    assert shown["locked_since"] == expected
    assert shown["mid"] == "0.42"
    assert state["accounts"][0]["locked"] == ("0" if since is None else "4.0")
