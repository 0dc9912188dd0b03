"""``bot forecast``: the distribution of a day's maximum, for people and for programs."""

import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import forecast
from bot.cli.main import app
from bot.cli.output import Exit
from tests.payloads.nws.source import PlayedNws
from tests.payloads.openmeteo.source import PlayedOpenMeteo
from tests.unit.venues.played_http import NOW

PLAYED = {"nws": PlayedNws, "openmeteo": PlayedOpenMeteo}


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources that answer without a network, at the time of their answers."""
    monkeypatch.setattr(forecast, "open_source", lambda name, _: PLAYED[name]().client())
    monkeypatch.setattr(forecast, "_now", lambda: NOW)


def bot(*words: str) -> Result:
    return CliRunner().invoke(app, ["forecast", *words])


@pytest.mark.parametrize("source", PLAYED)
def test_forecast_of_a_day_shares_one_out_over_whole_degrees(source: str) -> None:
    result = bot("knyc", "--day", "2026-09-15", "--source", source, "--json")
    assert result.exit_code == Exit.OK, result.output
    document = json.loads(result.stdout)
    assert sum(document["probabilities"].values()) == pytest.approx(1, abs=0.03)
    assert (document["station"], document["unit"]) == ("KNYC", "F")
    assert document["attribution"]


def test_forecast_counts_the_day_as_the_venue_does() -> None:
    starts = {
        venue: json.loads(bot("KNYC", "--venue", venue, "--json").stdout)["starts"]
        for venue in ("kalshi", "polymarket")
    }
    assert starts == {
        "kalshi": "2026-09-15 05:00:00+00:00",
        "polymarket": "2026-09-15 04:00:00+00:00",
    }


def test_forecast_for_people_names_place_day_and_source() -> None:
    shown = bot("KNYC").stdout
    assert "KNYC New York, 2026-09-15" in shown
    assert "Open-Meteo" in shown


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("KXXX",), "no station 'KXXX'"),
        (("KNYC", "--venue", "binance"), "'binance' has no weather markets"),
        (("KNYC", "--day", "2026-12-31"), "no forecast for KNYC from"),
    ],
)
def test_forecast_that_cannot_be_is_refused_with_the_next_step(
    words: tuple[str, ...], reason: str
) -> None:
    result = bot(*words)
    assert result.exit_code == Exit.USAGE
    assert reason in result.stderr
    assert "next:" in result.stderr
