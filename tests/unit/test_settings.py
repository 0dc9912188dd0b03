"""The environment: read once, and a mistake names the variable that holds it."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.settings import NAMES, Settings

GOOD = {"STAGE": "prod", "TABLE_NAME": "prod-state", "ARCHIVE_BUCKET": "prod-archive"}
TAPE_START = datetime(2026, 9, 28, 8, 46, tzinfo=UTC)


def test_what_is_left_out_has_a_usual_value() -> None:
    settings = Settings.from_env({**GOOD, "PATH": "/bin", "VENUES": "", "REPLAY_ANCHOR": ""})
    assert settings == Settings(stage="prod", table="prod-state", bucket="prod-archive")
    assert settings.venues == ("polymarket",)
    assert (settings.forecasts, settings.news_feeds) == ((), ())
    assert settings.lease_seconds == 55
    assert settings.metrics_namespace == "MarketStrategyTester"
    assert not settings.is_replay


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(
        {
            **GOOD,
            "VENUES": " recorded ",
            "REPLAY_ANCHOR": "2026-11-22T10:00:00Z",
            "LEASE_SECONDS": "10",
            "METRICS_NAMESPACE": "Other",
            "LOG_LEVEL": "DEBUG",
            "FORECASTS": "nws, openmeteo",
            "NEWS_FEEDS": "https://news.example/a,https://news.example/b",
        }
    )
    assert settings.is_replay
    assert settings.replay_anchor == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert (settings.lease_seconds, settings.log_level) == (10, "DEBUG")
    assert settings.metrics_namespace == "Other"
    assert settings.forecasts == ("nws", "openmeteo")
    assert settings.news_feeds == ("https://news.example/a", "https://news.example/b")


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_variable_is_named(missing: str) -> None:
    given = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(InputError, match=f"environment variable {missing}: field required") as e:
        Settings.from_env(given)
    assert ".chalice/config.json" in e.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STAGE", "Prod"),
        ("STAGE", "a/b"),
        ("TABLE_NAME", "t"),
        ("ARCHIVE_BUCKET", "b" * 64),
        ("VENUES", ","),
        ("NEWS_FEEDS", ",".join(f"https://news.example/{n}" for n in range(11))),
        ("REPLAY_ANCHOR", "yesterday"),
        ("REPLAY_ANCHOR", "2026-11-22T10:00:00"),
        ("LEASE_SECONDS", "0"),
        ("LEASE_SECONDS", "601"),
        ("LEASE_SECONDS", "ten"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_an_unusable_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"environment variable {name}: "):
        Settings.from_env({**GOOD, name: value})


def test_every_setting_has_its_variable() -> None:
    assert set(NAMES.values()) == set(Settings.model_fields)


def test_a_replay_moves_the_wall_clock_to_the_tape() -> None:
    anchor = datetime(2026, 11, 22, 10, tzinfo=UTC)
    replay = Settings.from_env({**GOOD, "VENUES": "recorded", "REPLAY_ANCHOR": anchor.isoformat()})
    wall = anchor + timedelta(minutes=90)
    assert replay.market_time(wall, TAPE_START) == TAPE_START + timedelta(minutes=90)
    live = Settings.from_env({**GOOD, "REPLAY_ANCHOR": anchor.isoformat()})
    assert live.market_time(wall, TAPE_START) == wall


def test_lineage_of_market_data_behind_a_gateway_is_never_live() -> None:
    gateway = {"VENUE_GATEWAY": "http://127.0.0.1:8123"}
    assert Settings.from_env(GOOD).lineage == "live"
    assert Settings.from_env({**GOOD, **gateway}).lineage == "simulated"
    assert Settings.from_env({**GOOD, "VENUES": "recorded"}).lineage == "recorded"


def test_gateway_off_this_machine_is_refused() -> None:
    with pytest.raises(InputError, match="not a port of this machine"):
        Settings.from_env({**GOOD, "VENUE_GATEWAY": "http://10.0.0.9:8123"})


CLOCK = "30@2026-11-22T10:00:00Z"
SIMULATED = {"VENUE_GATEWAY": "http://127.0.0.1:8123", "MARKET_CLOCK": CLOCK}


def test_simulated_market_is_where_its_clock_is() -> None:
    settings = Settings.from_env({**GOOD, **SIMULATED})
    wall = datetime(2026, 11, 22, 10, 2, tzinfo=UTC)
    assert settings.market_time(wall, TAPE_START) == wall + timedelta(minutes=58)
    assert not settings.keeps_real_time
    assert Settings.from_env({**GOOD, **SIMULATED, "MARKET_CLOCK": ""}).keeps_real_time


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"MARKET_CLOCK": CLOCK}, "VENUE_GATEWAY is not set"),
        ({**SIMULATED, "VENUE_GATEWAY": "http://10.0.0.9:80"}, "not a port of this machine"),
        ({**SIMULATED, "MARKET_CLOCK": "fast"}, "MARKET_CLOCK: 'fast' is not PACE@ANCHOR"),
        ({**SIMULATED, "VENUES": "recorded"}, "the recorded venue has a clock of its own"),
    ],
    ids=["live", "off this machine", "unreadable", "recorded"],
)
def test_clock_of_venues_that_are_not_simulated_is_refused(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Settings.from_env({**GOOD, **environment})
