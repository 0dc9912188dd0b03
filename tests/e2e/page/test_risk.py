import re
import sys
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from bot.authoring import template
from chalicelib.domain.control import ControlState
from chalicelib.domain.strategy import REGISTRY
from chalicelib.strategies import user
from chalicelib.web import wire
from tests.e2e.page import values
from tests.e2e.page.risk_page import choose, drawer
from tests.e2e.page.stub import error
from tests.e2e.page.test_layout import SMALL_TARGETS, TOO_WIDE
from tests.unit.web.asking import Api

pytestmark = pytest.mark.browser

PANELS = (
    "protections", "switches", "limits", "exits", "orders", "accounts", "reasons", "refusals",
)  # fmt: skip
LOADED = "performance.getEntriesByType('resource').map(({ name }) => name)"
DOWN = error(503, "unavailable", "The table did not answer.")


def test_first_view_fetches_nothing_of_the_risk_page(visit, stub):
    page = visit()
    expect(page.locator("#tile-equity")).to_be_visible()
    assert not [name for name in page.evaluate(LOADED) if "risk" in name]

    page.get_by_role("link", name="Risk & control").click()

    expect(page.locator("#limits")).to_have_attribute("data-status", "ready")
    assert {f"{stub.url}views/risk.js", f"{stub.url}styles/risk.css"} <= set(page.evaluate(LOADED))


def test_address_names_the_page_and_back_returns(visit_risk, stub):
    page = visit_risk()
    expect(page).to_have_url(f"{stub.url}#/risk")
    assert "Risk & control" in page.title()
    expect(page.locator("#main")).to_be_focused()
    expect(page.get_by_role("link", name="Risk & control")).to_have_attribute(
        "aria-current", "page"
    )

    page.go_back()
    expect(page.locator("#tile-equity")).to_be_visible()
    page.go_forward()
    expect(page.locator("#switch-card")).to_be_visible()


def test_skip_link_keeps_the_page(visit_risk, stub):
    page = visit_risk()

    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("#switch-card")).to_be_visible()
    expect(page).to_have_url(f"{stub.url}#/risk")


def test_strategy_says_what_it_is_and_whose_rules_are_in_force(visit_risk, stub):
    page = visit_risk()
    choose(page, "mean-reversion")
    about = page.locator("#limits .about")
    expect(about).to_contain_text("prediction markets")
    expect(about).to_contain_text("Synthetic entry.")
    expect(about).to_contain_text(f"Synthetic exit {values.SCRIPT}")
    expect(about).to_contain_text("The line is flat.")
    expect(page.locator("#limits")).to_contain_text("set by an operator")

    page.get_by_role("button", name="Use the strategy's own exits").click()

    expect(page.get_by_role("button", name="Use the strategy's own exits")).to_have_count(0)
    expect(page.locator("#limits .stored")).to_contain_text("its own exits again")
    assert stub.requests("PUT", "/api/v1/risk")[-1].body["own"] == ["exits"]
    expect(about).to_contain_text("A baseline")


def test_strategy_that_was_dropped_into_the_users_folder_is_on_the_page(
    visit_risk, stub, tmp_path, monkeypatch
):
    (tmp_path / "dip_buyer.py").write_text(
        template.STRATEGY.format(name="dip-buyer", cls="DipBuyer"), "utf-8"
    )
    with monkeypatch.context() as own:
        own.setattr(user, "__path__", [str(tmp_path)])
        listed = Api().get("/v1/strategies").json["items"]
    del sys.modules[f"{user.__name__}.dip_buyer"], REGISTRY["dip-buyer"]
    (dropped,) = [row for row in listed if row["name"] == "dip-buyer"]
    stub.settings.more = [wire.StrategyView.model_validate(dropped)]

    page = visit_risk()

    row = page.locator(".switch-row", has_text="dip-buyer")
    expect(row).to_contain_text("On")
    expect(row.get_by_role("button", name="Disable dip-buyer")).to_be_visible()


def test_strategy_whose_file_is_broken_is_shown_with_the_reason(visit_risk, stub):
    stub.settings.broken = True
    page = visit_risk()
    row = page.locator(".switch-row", has_text="dip-buyer")
    expect(row).to_contain_text("Broken")
    expect(row).to_contain_text(f"dip_buyer.py: SyntaxError {values.SCRIPT}")
    expect(row.get_by_role("button")).to_have_count(0)


def test_page_that_cannot_be_loaded_offers_a_retry(visit):
    page = visit()
    page.route("**/views/risk.js", lambda route: route.abort())
    page.get_by_role("link", name="Risk & control").click()
    expect(page.locator(".later")).to_contain_text("could not be loaded")

    page.unroute("**/views/risk.js")
    page.reload()
    page.get_by_label("Token").fill("operator-token")
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator("#switch-card")).to_be_visible()


def test_state_card_says_what_holds_who_set_it_and_why(visit_risk, stub):
    stub.switch = values.control(ControlState.PAUSED, 8)
    card = visit_risk().locator("#switch-card")

    expect(card).to_contain_text("PAUSED")
    expect(card).to_contain_text("Nothing new is opened. Exits and settlements go on.")
    expect(card).to_contain_text("Set by test-operator")
    expect(card).to_contain_text("version 8: “synthetic reason”")
    expect(card.get_by_role("button")).to_have_text(["Resume", "Flatten …", "STOP"])


def test_overview_knows_flattening_and_can_still_stop(visit, stub):
    note = "flattening: 3 positions left"
    stub.switch = values.control(ControlState.FLATTENING, 4).model_copy(update={"note": note})
    page = visit()

    expect(page.locator("#control-state")).to_have_class(re.compile("pill-flattening"))
    expect(page.locator("#control-notice")).to_contain_text("FLATTENING by test-operator")
    expect(page.locator("#control-notice")).to_contain_text("Flattening: 3 positions left.")
    page.get_by_role("button", name="STOP").click()
    page.keyboard.press("Enter")
    expect(page.locator("#control-state")).to_contain_text("KILLED")


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_top_bar_has_room_for_the_longest_state_and_both_buttons(visit, stub, width):
    stub.switch = values.control(ControlState.FLATTENING, 4)
    page = visit(width=width)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    state, resume = page.locator("#control-state"), page.locator("#resume-button")

    first, second = state.bounding_box(), resume.bounding_box()

    assert first["x"] + first["width"] < second["x"] or first["y"] + first["height"] < second["y"]
    assert not page.evaluate(TOO_WIDE)


def test_overview_warns_when_running_with_every_strategy_off(visit, stub):
    stub.settings.off = set(values.STRATEGIES)
    page = visit()
    expect(page.locator("#all-off-notice")).to_contain_text("every strategy is off")

    page.get_by_role("link", name="Enable them").click()

    expect(page.get_by_role("button", name="Enable all 3")).to_be_visible()


def test_limits_show_in_words_how_much_is_used(visit_risk):
    page = visit_risk()
    house = page.locator("#limits tbody tr")
    expect(house.filter(has_text="Daily loss")).to_contain_text("63\u202f% used")
    expect(house.filter(has_text="Total loss")).to_contain_text("not limited")

    choose(page, "mean-reversion")

    rows = page.locator("#limits tbody tr")
    expect(rows.filter(has_text="Trades per hour")).to_contain_text("reached")
    expect(rows.filter(has_text="Venue exposure")).to_contain_text("77\u202f%, near")
    expect(rows.filter(has_text="Position Dollars")).to_contain_text("$200.00")
    expect(page.locator("#limits")).to_contain_text("stop at −20\u202f%, profit at +50\u202f%")
    expect(page.locator("#limits")).to_contain_text("kelly: 25\u202f% of the full Kelly stake")
    choose(page, "momentum")
    expect(page.locator("#limits")).to_contain_text("fixed cash: what the limit per entry allows")
    choose(page, "mean-reversion")
    row = page.locator("#limits tbody tr", has_text="take profit").last
    expect(row).to_contain_text("9 (100\u202f%)")
    expect(row).to_contain_text("+$41.20")


def test_protection_counts_down_on_the_clock_of_the_market(visit_risk, stub):
    page = visit_risk()
    expect(page.locator("#market-time")).to_contain_text("market time")
    losses = page.locator(".tripped").first
    expect(losses).to_contain_text("4 losing trades in a row")
    expect(losses).to_contain_text("42 min")
    expect(page.locator(".tripped").last).to_contain_text("Until an operator releases it")

    stub.cycle_id += 1

    expect(losses).to_contain_text("41 min")


def test_live_countdown_runs_by_the_second(visit_risk, stub):
    stub.mode = "live"
    in_90_seconds = datetime.now(UTC) + timedelta(seconds=90)
    (losses, _) = stub.settings.tripped
    stub.settings.tripped = [losses.model_copy(update={"releases_at": in_90_seconds})]
    countdown = visit_risk().locator(".countdown strong")

    expect(countdown).to_have_text(re.compile(r"1 min [12]\d s"))
    before = countdown.inner_text()

    expect(countdown).not_to_have_text(before)


def test_refusals_are_counted_listed_and_open_their_cycle(visit_risk, stub):
    page = visit_risk()
    expect(page.locator("#reasons li").first).to_contain_text("max trades per hour214")
    expect(page.locator("#refusals tbody tr").first).to_contain_text("12 trades in the last hour")
    expect(page.locator("#refusals")).to_contain_text(values.SCRIPT)
    assert page.evaluate("window.attacked") is None

    page.locator("#refusals").get_by_role("button", name=f"Cycle {stub.cycle_id}").click()

    expect(drawer(page)).to_contain_text("Half of the equity is at work already")


def test_viewer_reads_everything_and_is_told_why_nothing_can_be_changed(visit_risk):
    page = visit_risk(token="viewer-token")
    expect(page.locator("#limits tbody tr").first).to_be_visible()
    expect(page.locator("#switch-limit")).to_contain_text("A viewer's token changes nothing.")

    for panel in ("switch-card", "switches", "protections", "exits", "orders", "accounts"):
        buttons = page.locator(f"#{panel} button")
        assert buttons.count() > 0
        assert all(button.is_disabled() for button in buttons.all())
    expect(page.locator("#limits .panel-tools button")).to_be_disabled()


def test_panels_without_content_say_so(visit_risk, stub):
    stub.empty = True
    page = visit_risk()

    expect(page.locator("#protections")).to_contain_text("None is tripped.")
    expect(page.locator("#orders")).to_contain_text("No order waits.")
    for panel in ("limits", "exits", "accounts", "reasons", "refusals", "switches"):
        expect(page.locator(f"#{panel}")).to_have_attribute("data-status", "empty")


def test_panel_that_fails_says_why_and_recovers_on_retry(visit_risk, stub):
    stub.failing["/risk"] = DOWN
    page = visit_risk()
    expect(page.locator("#limits")).to_have_attribute("data-status", "error")
    expect(page.locator("#limits")).to_contain_text("The table did not answer. Synthetic hint.")
    expect(page.locator("#refusals")).to_have_attribute("data-status", "ready")

    stub.failing.clear()
    page.locator("#limits").get_by_role("button", name="Retry").click()

    expect(page.locator("#limits")).to_have_attribute("data-status", "ready")


def test_panels_are_called_stale_with_the_last_cycle(visit_risk, stub):
    stub.age_seconds = 40
    page = visit_risk()

    for panel in PANELS:
        expect(page.locator(f"#{panel}")).to_have_attribute("data-status", "stale")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_never_scrolls_sideways_and_has_targets_for_fingers(visit_risk, stub, scheme):
    stub.settings.off = {"momentum"}
    page = visit_risk(width=360, scheme=scheme)
    choose(page, "mean-reversion")
    expect(page.locator("#refusals tbody tr").first).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL_TARGETS) == []

    page.get_by_role("button", name="Change mean-reversion").click()
    expect(drawer(page)).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    page.locator("#switch-card").get_by_role("button", name="Flatten").click()
    expect(drawer(page)).to_be_in_viewport(ratio=1)


def test_keyboard_alone_chooses_changes_and_leaves_a_form(visit_risk):
    page = visit_risk()
    page.locator("[name=limits-of]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#limits caption").first).to_have_text("Limits of mean-reversion")

    button = page.get_by_role("button", name="Change mean-reversion")
    button.focus()
    page.keyboard.press("Enter")
    expect(drawer(page)).to_be_visible()
    page.keyboard.press("Escape")

    expect(drawer(page)).to_have_count(0)
    expect(button).to_be_focused()
