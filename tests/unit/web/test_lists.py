"""Lists over the API: every page of any size, and only cursors that we made."""

from functools import lru_cache

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.web.cursor import sign, verify
from tests.unit.web.asking import Api, lived, walk


@lru_cache
def traded() -> Api:
    return lived(61)


@pytest.mark.parametrize("path", ["/v1/trades", "/v1/cycles", "/v1/activity"])
@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_a_list_is_walked_whole_in_pages_of_any_size(path: str, limit: int) -> None:
    whole = traded().get(f"{path}?limit=200").json["items"]
    assert len(whole) > 4
    assert walk(traded(), f"{path}?limit={limit}") == whole


def test_trades_of_one_strategy_are_those_of_all_that_are_its_own() -> None:
    everything = walk(traded(), "/v1/trades?limit=2")
    names = {trade["strategy"] for trade in everything}
    assert names
    for name in names:
        own = [trade for trade in everything if trade["strategy"] == name]
        assert walk(traded(), f"/v1/trades?limit=1&strategy={name}") == own
    assert traded().get("/v1/trades?strategy=unknown").json["items"] == []


def test_equity_is_oldest_first_and_as_long_as_asked() -> None:
    points = traded().get("/v1/equity?points=5").json["items"]
    ids = [point["cycle_id"] for point in points]
    assert ids == sorted(ids)
    assert len(ids) == 5
    assert ids[-1] == traded().get("/v1/cycles?limit=1").json["items"][0]["cycle_id"]


@pytest.mark.parametrize("path", ["/v1/trades", "/v1/cycles", "/v1/activity"])
def test_a_cursor_of_another_list_or_bearer_or_hand_is_refused(path: str) -> None:
    api = traded()
    place = api.get(f"{path}?limit=1").json["next"]
    signature, _, inner = place.partition(".")
    others = [
        api.get(f"{other}?limit=1").json["next"]
        for other in ("/v1/trades", "/v1/cycles", "/v1/activity")
        if other != path
    ]
    forged = [f"{signature}.{inner}0", f"{'0' * 16}.{inner}", inner, f".{inner}", "x", place[:-1]]
    for cursor in (*others, *forged):
        refused = api.get(f"{path}?limit=1&cursor={cursor}")
        assert (refused.status, refused.error["message"]) == (400, "the cursor is not one of ours")
    assert api.get(f"{path}?limit=1&cursor={place}", role="viewer").status == 400
    assert api.get(f"{path}?limit=1&cursor={place}").status == 200


def test_a_cursor_says_nothing_without_its_signature() -> None:
    assert sign(None, None, "trades") is None
    assert verify(None, None, "trades") is None
    signed = sign("place", None, "trades")
    assert verify(signed, None, "trades") == "place"
    with pytest.raises(InputError):
        verify(signed, None, "cycles")
