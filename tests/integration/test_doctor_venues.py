"""``bot doctor --venues`` asks every venue through the real client over real sockets."""

import asyncio
import json
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.venue_doctor import configured_venues
from bot.exchanges.exchange import Exchanges
from bot.exchanges.faults import Rule
from bot.exchanges.server import Server
from bot.exchanges.world import World
from chalicelib.venues import known_venues

NAMES = ["polymarket", "kalshi", "binance", "coinbase", "coingecko"]
TRADED = ["status", "scan", "book", "candle"]


def doctor(
    monkeypatch: pytest.MonkeyPatch, *arguments: str, faults: tuple[str, ...] = ()
) -> Result:
    """The command, with the simulated venues in place of the real ones."""

    async def examined() -> Result:
        rules = [Rule.parse(text) for text in faults]
        async with Server(Exchanges(World(seed=3, markets=24), faults=rules)) as server:
            monkeypatch.setenv("VENUE_GATEWAY", server.gateway)
            call = ["doctor", "--venues", *arguments]
            return await asyncio.to_thread(CliRunner().invoke, app, call, env={"COLUMNS": "200"})

    return asyncio.run(examined())


def told(result: Result) -> dict[str, dict[str, Any]]:
    """The document by venue."""
    return {check["venue"]: check for check in json.loads(result.stdout)}


def steps(check: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in check["steps"]}


def test_doctor_finds_every_simulated_venue_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUES", ",".join(NAMES))
    result = doctor(monkeypatch, "--json")
    assert result.exit_code == 0, result.output
    checks = told(result)
    assert list(checks) == NAMES
    for name, check in checks.items():
        assert check["ok"]
        asked = [each for each in TRADED if each != "book" or name != "coingecko"]
        assert list(steps(check)) == asked
        assert check["markets"] > 0
        assert "one of" in steps(check)["candle"]["text"]
        for host in check["hosts"]:
            assert host["address"].startswith("http://127.0.0.1:")
            assert host["requests"] > 0
            assert host["share"] is None or 0 < host["share"] < 0.2
    assert checks["coingecko"]["hosts"][0]["host"] == "api.coingecko.com"


def test_doctor_tells_which_question_failed_how_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = ("--venue", "polymarket", "--venue", "coinbase", "--json")
    result = doctor(monkeypatch, *chosen, faults=("503@clob.polymarket.com/books",))
    assert result.exit_code == 1
    polymarket, coinbase = told(result).values()
    assert [step["name"] for step in polymarket["steps"] if not step["ok"]] == ["book"]
    book = steps(polymarket)["book"]
    assert book["kind"] == "status"
    assert "503" in book["text"]
    assert book["hint"]
    assert coinbase["ok"]


def test_doctor_shows_that_a_mirror_answered_for_a_host_out_of_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    down = ("503@api.exchange.coinbase.com/*",)
    result = doctor(monkeypatch, "--venue", "coinbase", "--json", faults=down)
    assert result.exit_code == 0, result.output
    (check,) = told(result).values()
    errors = {host["host"]: host["errors"] for host in check["hosts"]}
    assert errors["api.exchange.coinbase.com"]
    assert errors["api.coinbase.com"] == {}


def test_doctor_asks_no_further_where_nothing_was_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    result = doctor(monkeypatch, "--venue", "kalshi", "--json", faults=("dns@*kalshi.com/*",))
    (check,) = told(result).values()
    assert result.exit_code == 1
    assert [(s["name"], s["kind"]) for s in check["steps"]] == [("status", "dns"), ("scan", "dns")]
    assert check["hosts"][0]["errors"]["dns"] >= 2


def test_doctor_counts_a_venue_that_lists_nothing_as_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLYMARKET_MIN_VOLUME_24H", "1000000000000")
    result = doctor(monkeypatch, "--venue", "polymarket", "--json")
    (check,) = told(result).values()
    assert result.exit_code == 1
    assert steps(check)["scan"]["kind"] == "empty"


def test_doctor_shows_what_was_set_aside_and_what_to_do_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BINANCE_SYMBOLS", "BTCUSDT,NOSUCHUSDT")
    result = doctor(monkeypatch, "--venue", "binance", faults=("451@*/api/v3/depth",))
    assert result.exit_code == 1
    assert "1 set aside" in result.stdout
    assert "NOSUCHUSDT" in result.stdout
    assert "✗ book" in result.stdout
    assert "refused" in result.stdout
    assert "next:" in result.stdout
    assert "of a minute's limit" in result.stdout


def test_doctor_names_a_setting_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COINBASE_BUDGET_SECONDS", "soon")
    result = doctor(monkeypatch, "--venue", "coinbase", "--venue", "nowhere", "--json")
    coinbase, nowhere = told(result).values()
    assert result.exit_code == 1
    assert "COINBASE_BUDGET_SECONDS" in steps(coinbase)["settings"]["text"]
    assert "coingecko" in steps(nowhere)["settings"]["hint"]


@pytest.mark.parametrize(("venues", "asked"), [
    ("kalshi, binance", ["kalshi", "binance"]),
    ("recorded", sorted(set(known_venues()) - {"recorded"})),
])  # fmt: skip
def test_doctor_asks_those_configured_or_all_that_can_be_out_of_reach(
    venues: str, asked: list[str]
) -> None:
    assert configured_venues({"VENUES": venues}) == asked
