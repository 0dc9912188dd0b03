"""CoinGecko asked: one request a look, seldom, with the key on its own host and nowhere else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.errors import InputError, VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.public import PriceBasis
from chalicelib.domain.quarantine import UNANSWERED, UNREADABLE
from chalicelib.venues import known_venues, open_venue
from chalicelib.venues.coingecko.errors import code_of
from chalicelib.venues.coingecko.settings import CoinGeckoSettings
from tests.payloads.coingecko.index import PlayedCoinGecko, hourly_points, plain
from tests.unit.venues.played_http import NOW, reply, run

ACORN = "coingecko:acorn"
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
KEY = "CG-1234567890"


def refusal(code: int) -> dict[str, object]:
    return {"error": {"status": {"error_code": code, "error_message": f"no ({code})"}}}


def test_coingecko_scan_takes_one_request_for_all_prices() -> None:
    played = PlayedCoinGecko()
    found = run(played.client().scan(NOW)).references
    assert played.paths() == ["/coins/markets"]
    assert played.network.requests[0].url.params["ids"] == "acorn,walnut-2"
    assert found[ACORN].price == Decimal("120.5")
    assert (found[ACORN].base, found[ACORN].quote, found[ACORN].title) == ("ACN", "USD", "Acorn")
    assert found["coingecko:walnut-2"].price == Decimal("1.5E-7")
    assert found["coingecko:walnut-2"].volume_24h is None


def test_coingecko_scan_is_answered_from_memory_until_it_is_due() -> None:
    played = PlayedCoinGecko()
    client = played.client(refresh_seconds=300)
    first = run(client.scan(NOW))
    played.network.time += 299
    assert run(client.scan(NOW)) is first
    played.network.time += 1
    again = run(client.scan(NOW)).references[ACORN]
    assert played.paths() == ["/coins/markets", "/simple/price"]
    assert (again.price, again.base) == (Decimal("120.48213"), "ACN")


def test_coingecko_failure_is_not_covered_by_an_old_price() -> None:
    played = PlayedCoinGecko()
    client = played.client(refresh_seconds=300)
    run(client.scan(NOW))
    played.network.time += 300
    played.network.handler = lambda request: reply(status=500)
    with pytest.raises(VenueUnavailable):
        run(client.scan(NOW))


def test_coingecko_currency_that_is_not_listed_is_quarantined() -> None:
    played = PlayedCoinGecko()
    scan = run(played.client(ids=("acorn", "acron")).scan(NOW))
    assert list(scan.references) == [ACORN]
    assert [(q.subject, q.code) for q in scan.quarantined] == [("acron", UNANSWERED)]


def test_coingecko_entry_that_cannot_be_is_quarantined_once_and_the_rest_kept() -> None:
    played = PlayedCoinGecko()
    played.answers["/coins/markets"][1]["current_price"] = None
    scan = run(played.client().scan(NOW))
    assert list(scan.references) == [ACORN]
    assert [(q.subject, q.code) for q in scan.quarantined] == [("walnut-2", UNREADABLE)]
    assert "current_price is None" in scan.quarantined[0].reason


def test_coingecko_entry_that_nobody_asked_for_is_left_out() -> None:
    played = PlayedCoinGecko()
    assert list(run(played.client(ids=("acorn",)).scan(NOW)).references) == [ACORN]


@pytest.mark.parametrize(
    ("plan", "host", "header"),
    [
        ("demo", "api.coingecko.com", "x-cg-demo-api-key"),
        ("pro", "pro-api.coingecko.com", "x-cg-pro-api-key"),
    ],
)
def test_coingecko_key_goes_to_its_own_host_in_its_own_header(
    plan: str, host: str, header: str
) -> None:
    played = PlayedCoinGecko()
    run(played.client(plan=plan, api_key=KEY).scan(NOW))
    sent = played.network.requests[0]
    assert (sent.url.host, sent.headers[header]) == (host, KEY)
    assert KEY not in str(sent.url)


@pytest.mark.parametrize("code", [10002, 10005, 10010, 10011, 10012])
def test_coingecko_refusal_by_plan_says_what_to_do_and_hides_the_key(code: int) -> None:
    played = PlayedCoinGecko()
    words = refusal(code) | {"key": KEY}
    played.network.handler = lambda request: reply(words, 401)
    with pytest.raises(VenueUnavailable, match=rf"401: no \({code}\)") as caught:
        run(played.client(plan="demo", api_key=KEY).scan(NOW))
    assert caught.value.hint
    assert KEY not in caught.value.message + caught.value.hint + repr(caught.value.__cause__)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": {"error_code": 429, "error_message": "slow down"}},
        {"error": {"status": {"error_code": 429, "error_message": "slow down"}}},
        {"error_code": 429, "error_message": "slow down"},
    ],
)
def test_coingecko_limit_is_understood_in_each_shape_and_with_status_200(
    answer: dict[str, object],
) -> None:
    assert code_of(answer) == 429
    for status in (200, 429):
        played = PlayedCoinGecko()
        played.network.handler = lambda request, status=status: reply(answer, status)
        with pytest.raises(VenueUnavailable, match="429: slow down"):
            run(played.client().scan(NOW))


def test_coingecko_bars_start_before_the_stamp_of_their_close() -> None:
    played = PlayedCoinGecko()
    later = NOW + timedelta(hours=1)
    bars = run(played.client().candles(ACORN, HALF_HOUR, NOW - timedelta(hours=3), later))
    assert [bar.start.strftime("%H:%M") for bar in bars] == ["10:00", "10:30", "11:30"]
    assert all(bar.known_at <= NOW for bar in bars)
    assert {bar.basis for bar in bars} == {PriceBasis.INDEX}
    assert {bar.volume for bar in bars} == {None}
    assert bars[0].high == Decimal("121.5")


def test_coingecko_bars_of_another_interval_than_asked_for_are_refused() -> None:
    played = PlayedCoinGecko()
    played.answers["/coins/acorn/ohlc"] = [
        [1789380000000 + 1_200_000 * n, 1, 1, 1, 1] for n in range(3)
    ]
    with pytest.raises(VenuePayloadError, match="expected steps of 0:30:00"):
        run(played.client().candles(ACORN, HALF_HOUR, NOW - timedelta(hours=3), NOW))


@pytest.mark.parametrize(
    ("interval", "age", "reason"),
    [
        (timedelta(minutes=5), DAY, "no bars of 0:05:00"),
        (HALF_HOUR, 2 * DAY, "for 1 days"),
        (timedelta(hours=4), 31 * DAY, "for 30 days"),
    ],
)
def test_coingecko_bars_that_it_does_not_keep_are_not_asked_for(
    interval: timedelta, age: timedelta, reason: str
) -> None:
    played = PlayedCoinGecko()
    with pytest.raises(VenueUnavailable, match=reason) as caught:
        run(played.client().candles(ACORN, interval, NOW - age, NOW))
    assert caught.value.hint
    assert played.paths() == []


@pytest.mark.parametrize(("age", "days"), [(3, "7"), (10, "14"), (30, "30")])
def test_coingecko_bars_come_from_the_shortest_span_that_holds_them(age: int, days: str) -> None:
    played = PlayedCoinGecko()
    played.answers["/coins/acorn/ohlc"] = []
    run(played.client().candles(ACORN, timedelta(hours=4), NOW - age * DAY, NOW))
    assert played.network.requests[0].url.params["days"] == days


def test_coingecko_daily_bars_are_made_of_whole_days_of_hourly_points() -> None:
    start = datetime(2026, 9, 10, tzinfo=UTC)
    played = PlayedCoinGecko()
    played.answers["chart"] = hourly_points(start, 84)
    bars = run(played.client().candles(ACORN, DAY, start, NOW))
    assert [bar.start.day for bar in bars] == [10, 11, 12]
    assert [(b.open, b.high, b.low, b.close) for b in bars[:2]] == [
        (1, 24, 1, 24),
        (25, 48, 25, 48),
    ]


def test_coingecko_day_with_too_few_points_is_left_out() -> None:
    start = datetime(2026, 9, 10, tzinfo=UTC)
    played = PlayedCoinGecko()
    played.answers["chart"] = hourly_points(start, 48)[10:]
    bars = run(played.client().candles(ACORN, DAY, start, NOW))
    assert [bar.start.day for bar in bars] == [11]


def test_coingecko_last_daily_bar_is_whole_even_when_asked_up_to_its_middle() -> None:
    start = datetime(2026, 9, 10, tzinfo=UTC)
    played = PlayedCoinGecko()
    played.answers["chart"] = hourly_points(start, 48)
    bars = run(played.client().candles(ACORN, DAY, start, start + timedelta(hours=23)))
    assert [bar.close for bar in bars] == [24]


def test_coingecko_long_chart_is_asked_for_in_parts_that_come_hourly() -> None:
    played = PlayedCoinGecko()
    played.answers["chart"] = []
    run(played.client().candles(ACORN, DAY, NOW - 200 * DAY, NOW))
    spans = [int(r.url.params["to"]) - int(r.url.params["from"]) for r in played.network.requests]
    assert spans == [90 * 86_400, 90 * 86_400, 20 * 86_400]


@pytest.mark.parametrize(
    "name", ["other:acorn", "coingecko:", "coingecko:../ping", "coingecko:A b"]
)
def test_coingecko_id_of_something_else_never_becomes_an_address(name: str) -> None:
    played = PlayedCoinGecko()
    with pytest.raises(VenueError, match="knows no"):
        run(played.client().candles(name, DAY, NOW - DAY, NOW))
    assert played.paths() == []


def test_coingecko_has_no_trades_and_takes_no_orders() -> None:
    client = PlayedCoinGecko().client()
    with pytest.raises(VenueUnavailable, match="no trades"):
        run(client.trades(ACORN, NOW - DAY, NOW))
    assert not run(client.status()).is_open


def test_coingecko_lists_all_ids_of_a_symbol() -> None:
    coins = run(PlayedCoinGecko().client().coins())
    assert [coin.id for coin in coins if coin.symbol == "acn"] == ["acorn", "acorn-bridged"]


def test_coingecko_settings_come_from_the_environment() -> None:
    chosen = CoinGeckoSettings.from_env(
        {"COINGECKO_PLAN": "demo", "COINGECKO_API_KEY": KEY, "COINGECKO_IDS": "acorn, walnut-2"}
    )
    assert (chosen.plan, chosen.ids) == ("demo", ("acorn", "walnut-2"))
    assert KEY not in repr(chosen)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"COINGECKO_PLAN": "gold"}, "COINGECKO_PLAN"),
        ({"COINGECKO_PLAN": "demo"}, "COINGECKO_PLAN"),
        ({"COINGECKO_API_KEY": KEY}, "COINGECKO_PLAN"),
        ({"COINGECKO_PLAN": "pro", "COINGECKO_API_KEY": f"{KEY}\r\nx: y"}, "COINGECKO_API_KEY"),
        ({"COINGECKO_IDS": "acorn,../x"}, "COINGECKO_IDS"),
        ({"COINGECKO_IDS": ""}, "COINGECKO_IDS"),
        ({"COINGECKO_REFRESH_SECONDS": "1"}, "COINGECKO_REFRESH_SECONDS"),
        ({"VENUE_CONTACT": "a\nb"}, "VENUE_CONTACT"),
    ],
)
def test_coingecko_setting_that_cannot_be_is_refused_by_name_without_the_key(
    environment: dict[str, str], named: str
) -> None:
    with pytest.raises(InputError, match=named) as caught:
        open_venue("coingecko", environment)
    assert KEY not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None


def test_coingecko_opens_by_name() -> None:
    assert "coingecko" in known_venues()
    assert open_venue("coingecko", {}).name == "coingecko"


def test_coingecko_played_answers_are_ours() -> None:
    assert {entry["id"] for entry in plain("markets")} == {"acorn", "walnut-2"}
