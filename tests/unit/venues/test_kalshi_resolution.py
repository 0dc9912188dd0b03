"""Kalshi pays what a market settled at, once it is finalized, and not before."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.market import Resolution
from chalicelib.domain.quarantine import DISPUTED, Quarantined
from chalicelib.venues.kalshi.resolution import read_state, result_of
from tests.payloads.kalshi.venue import recorded
from tests.unit.venues.played_http import NOW, attempt
from tests.unit.venues.poison import POISON, assert_sound

YES: dict[str, Any] = recorded("markets_ended")["markets"][0]


def result(**changes: Any) -> Resolution | Quarantined | None:
    return result_of(read_state({**YES, **changes}, "m"), "m", NOW)


def payouts(**changes: Any) -> list[Decimal]:
    found = result(**changes)
    assert isinstance(found, Resolution)
    assert list(found.payouts) == ["kalshi:KXOLD-26AUG-YES:yes", "kalshi:KXOLD-26AUG-YES:no"]
    return list(found.payouts.values())


@pytest.mark.parametrize(
    ("changes", "pays"),
    [
        ({}, "1"),
        ({"result": "no", "settlement_value_dollars": "0.0000"}, "0"),
        ({"result": "scalar", "settlement_value_dollars": "0.3700"}, "0.37"),
        ({"result": "void", "settlement_value_dollars": "0.5000"}, "0.5"),
        ({"result": "scalar", "settlement_value_dollars": "0.0000"}, "0"),
        ({"settlement_value_dollars": None}, "1"),
        ({"status": "settled", "settlement_value_dollars": None, "settlement_value": 100}, "1"),
        ({"result": "void", "settlement_value_dollars": None, "settlement_value": 37}, "0.37"),
    ],
)
def test_finalized_market_pays_its_settlement_value(changes: dict[str, Any], pays: str) -> None:
    yes, no = payouts(**changes)
    assert yes == Decimal(pays)
    assert yes + no == 1


def test_result_is_known_from_when_it_was_seen() -> None:
    found = result()
    assert isinstance(found, Resolution)
    assert found.known_at == NOW
    assert found.source == "kalshi: finalized as yes"


@pytest.mark.parametrize("status", ["initialized", "active", "inactive", "closed", "determined"])
def test_market_that_is_not_finalized_pays_nothing_yet(status: str) -> None:
    assert result(status=status) is None


@pytest.mark.parametrize("status", ["disputed", "amended"])
def test_contested_result_is_set_aside_and_said(status: str) -> None:
    found = result(status=status)
    assert isinstance(found, Quarantined)
    assert (found.subject, found.code) == ("KXOLD-26AUG-YES", DISPUTED)
    assert status in found.reason


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"result": ""}, "m.result"),
        ({"result": "perhaps"}, "m.result"),
        ({"result": "no"}, "m.settlement_value_dollars"),
        ({"settlement_value_dollars": "0.9900"}, "m.settlement_value_dollars"),
        ({"result": "scalar", "settlement_value_dollars": None}, "m.settlement_value_dollars"),
        ({"result": "scalar", "settlement_value_dollars": "1.0100"}, "m.settlement_value_dollars"),
        ({"status": "paid"}, "m.status"),
    ],
)
def test_result_in_doubt_is_refused(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(VenuePayloadError) as caught:
        result(**changes)
    assert caught.value.message.startswith(path)


@pytest.mark.parametrize("field", ["ticker", "status", "result", "settlement_value_dollars"])
def test_poison_in_a_result_is_never_paid(field: str) -> None:
    for poison in POISON:
        found = attempt(partial(result, **{field: poison}))
        if isinstance(found, VenueError):
            assert found.message.startswith("m.")
        elif isinstance(found, Resolution):
            assert_sound(tuple(found.payouts.values()))
            assert set(found.payouts.values()) == {Decimal(1), Decimal(0)}
