from decimal import Decimal

import pytest
from playwright.sync_api import expect

from chalicelib.domain.control import ControlState
from tests.e2e.page import values
from tests.e2e.page.risk_page import choose, drawer, store
from tests.e2e.page.risk_values import HOUSE
from tests.e2e.page.stub import error

pytestmark = pytest.mark.browser

DOWN = error(503, "unavailable", "The table did not answer.")


def test_flatten_takes_the_typed_word_and_a_reason(visit_risk, stub):
    page = visit_risk()
    page.locator("#switch-card").get_by_role("button", name="Flatten").click()
    expect(drawer(page)).to_contain_text("Closes all 3 open positions, worth $600.00")
    expect(drawer(page)).to_contain_text("Then books nothing until someone resumes.")
    button = drawer(page).get_by_role("button", name="Flatten now")

    drawer(page).get_by_label("Reason").fill("end of the test")
    expect(button).to_be_disabled()
    drawer(page).get_by_label("Type flatten to confirm").fill("flat")
    expect(button).to_be_disabled()
    drawer(page).get_by_label("Type flatten to confirm").fill("flatten")
    button.click()

    expect(page.locator("#outcome-notice")).to_contain_text("committed FLATTENING v4")
    (sent,) = stub.requests("PUT", "/api/v1/control")
    assert sent.body == {
        "state": "FLATTENING",
        "reason": "end of the test",
        "version": 3,
        "confirm": "flatten",
    }


def test_resume_after_a_kill_shows_what_is_off_and_enables_all_in_turn(visit_risk, stub):
    stub.switch = values.control(ControlState.KILLED, 8)
    page = visit_risk()
    page.locator("#switch-card").get_by_role("button", name="Resume").click()
    expect(drawer(page)).to_contain_text("Every strategy stays off until you enable it")
    store(page, button="Resume")
    expect(page.locator("#strategies-off")).to_contain_text("3 of 3 off.")

    page.get_by_role("button", name="Enable all 3").click()

    expect(page.locator("#strategies-off")).to_have_count(0)
    expect(page.locator("#switches .stored")).to_contain_text("All 3 strategies")
    sent = [each for each in stub.seen if "/strategies/" in each.path]
    assert [each.path.rpartition("/")[2] for each in sent] == list(values.STRATEGIES)
    assert [each.body["version"] for each in sent] == [6, 7, 8]
    assert all(each.body["enabled"] is True for each in sent)


def test_enabling_stops_at_the_first_failure_and_says_how_far_it_came(visit_risk, stub):
    stub.settings.off = set(values.STRATEGIES)
    stub.failing["/strategies/momentum"] = DOWN
    page = visit_risk()

    page.get_by_role("button", name="Enable all 3").click()

    alert = page.locator("#switches [role=alert]")
    expect(alert).to_contain_text("The table did not answer. Synthetic hint.")
    expect(alert).to_contain_text("1 of 3 were done before this.")
    assert stub.settings.off == {"momentum", "yes-no-arbitrage"}


def test_venue_is_paused_with_the_version_seen(visit_risk, stub):
    page = visit_risk()

    page.get_by_role("button", name="Pause recorded").click()

    expect(page.get_by_role("button", name="Resume recorded")).to_be_visible()
    (sent,) = stub.requests("PUT", "/api/v1/risk")
    assert sent.body["paused_venues"] == ["recorded"]
    assert sent.body["version"] == 5


def test_changed_limit_is_sent_exactly_in_its_whole_document(visit_risk, stub):
    page = visit_risk()
    choose(page, "mean-reversion")
    page.get_by_role("button", name="Change mean-reversion").click()

    page.locator("[name='limits.max_daily_loss']").fill("3.7")
    page.locator("[name='limits.max_trades_per_hour']").fill("")
    expect(page.get_by_label("What changes")).to_contain_text("Daily loss: 3\u202f% → 3.7\u202f%")
    expect(page.get_by_label("What changes")).to_contain_text("Trades per hour: 12 → off")
    store(page)

    expect(drawer(page)).to_have_count(0)
    expect(page.locator("#limits .stored")).to_contain_text("Stored for mean-reversion")
    (sent,) = stub.requests("PUT", "/api/v1/risk")
    assert set(sent.body) == {"strategy", "limits", "version", "reason"}
    assert sent.body["limits"]["max_daily_loss"] == "0.037"
    assert sent.body["limits"]["max_trades_per_hour"] is None
    assert sent.body["limits"]["starting_cash"] == "10000"
    assert sent.body["limits"]["trust_queue"] is False


@pytest.mark.parametrize(
    ("typed", "sent", "shown"),
    [
        ("3.7", "0.037", "3.7"),
        ("0.1", "0.001", "0.1"),
        ("100", "1", "100"),
        ("0", "0", "0"),
        ("12.500", "0.125", "12.5"),
        ("0.00000000000000001", "0.0000000000000000001", "0.00000000000000001"),
    ],
)
def test_share_is_typed_as_a_percentage_and_sent_to_the_last_digit(visit, typed, sent, shown):
    page = visit()
    convert = """async ([typed]) => {
      const { fromField, toField } = await import("./lib/exact.js");
      return [fromField(typed, "share"), toField(fromField(typed, "share"), "share")];
    }"""

    assert page.evaluate(convert, [typed]) == [sent, shown]


def test_sizing_form_shows_only_the_numbers_of_the_policy(visit_risk, stub):
    page = visit_risk()
    choose(page, "mean-reversion")
    page.get_by_role("button", name="Change mean-reversion").click()
    expect(page.locator("[name='sizing.kelly_cap']")).to_have_value("5")

    page.get_by_label("Policy").select_option("fixed-cash")
    expect(page.locator("[name='sizing.kelly_cap']")).to_have_count(0)
    page.locator("[name='sizing.cash']").fill("150.5")
    store(page)

    expect(drawer(page)).to_have_count(0)
    sizing = stub.requests("PUT", "/api/v1/risk")[0].body["sizing"]
    assert (sizing["policy"], sizing["cash"], sizing["kelly_cap"]) == (
        "fixed-cash",
        "150.5",
        "0.05",
    )


def test_refused_change_keeps_the_form_with_message_and_hint(visit_risk, stub):
    page = visit_risk()
    page.get_by_role("button", name="Change the house").click()
    message = "max_venue_exposure 0.9 contradicts max_exposure 0.8."
    stub.failing["/risk"] = error(400, "invalid", message, "Lower one of them.")
    page.locator("[name='house.max_venue_exposure']").fill("90")

    store(page)

    expect(drawer(page).get_by_role("alert")).to_contain_text(f"{message} Lower one of them.")
    expect(page.locator("[name='house.max_venue_exposure']")).to_have_value("90")


def test_stale_change_shows_what_is_now_and_the_next_press_acts_on_it(visit_risk, stub):
    page = visit_risk()
    page.get_by_role("button", name="Change the house").click()
    page.locator("[name='house.max_daily_loss']").fill("5")
    stub.settings.version = 9
    stub.settings.house = HOUSE.model_copy(update={"max_total_loss": Decimal("0.2")})

    store(page)
    alert = drawer(page).get_by_role("alert")
    expect(alert).to_contain_text("The settings changed while you were deciding")
    expect(alert).to_contain_text("Now at version 9.")
    expect(alert).to_be_in_viewport(ratio=1)
    expect(drawer(page).locator(".number-now")).to_have_text("changed meanwhile: now 20 %")
    drawer(page).get_by_role("button", name="Store", exact=True).click()

    expect(drawer(page)).to_have_count(0)
    sent = stub.requests("PUT", "/api/v1/risk")[-1].body["house"]
    assert (sent["max_daily_loss"], sent["max_total_loss"]) == ("0.05", "0.2")
    assert [each.body["version"] for each in stub.requests("PUT", "/api/v1/risk")] == [5, 9]


def test_released_protection_goes_with_a_reason(visit_risk, stub):
    page = visit_risk()
    page.get_by_role("button", name="Release losses in a row of mean-reversion").click()
    drawer(page).get_by_role("button", name="Release").click()
    assert not [each for each in stub.seen if "/protections/" in each.path]

    store(page, "the losses were one market", "Release")

    expect(page.locator(".tripped")).to_have_count(1)
    (sent,) = (each for each in stub.seen if "/protections/" in each.path)
    assert sent.body == {"reason": "the losses were one market"}


def test_position_gets_rules_of_its_own_and_gives_them_back(visit_risk, stub):
    page = visit_risk()
    row = page.locator("#exits tbody tr").first
    expect(row).to_contain_text("stop at −20\u202f%, profit at +50\u202f%, 2 min before the end")
    row.get_by_role("button").click()
    page.get_by_label("Rules of its own").check()
    page.locator("[name=stop_loss]").fill("7.5")
    page.locator("[name=take_profit]").fill("")
    store(page)
    expect(row).to_contain_text("own rules")
    expect(row).to_contain_text("stop at −7.5\u202f%, 2 min before the end")

    row.get_by_role("button").click()
    page.get_by_label("As mean-reversion").check()
    store(page)
    expect(row).not_to_contain_text("own rules")

    path = "/api/v1/positions/mean-reversion/recorded:mean-reversion"
    first, second = (each.body["exits"] for each in stub.requests("PUT", path))
    assert first == {
        "stop_loss": "0.075",
        "trailing_stop": None,
        "take_profit": None,
        "minutes_before_close": 2,
        "max_minutes": None,
    }
    assert second is None
