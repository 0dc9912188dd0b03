from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from chalicelib.domain.simulated_clock import SimulatedClock
from tests.e2e.page import values
from tests.e2e.page.stub import error

pytestmark = pytest.mark.browser


def test_overview_shows_state_age_equity_and_what_happened(visit, stub):
    page = visit()

    expect(page.locator("#control-state")).to_contain_text("RUNNING")
    expect(page.locator(".freshness")).to_contain_text(f"Cycle {stub.cycle_id}")
    expect(page.locator("#cycle-age")).to_contain_text("s ago")
    expect(page.locator("#tile-equity")).to_contain_text("$30,0")
    expect(page.locator("#tile-profit .change-up")).to_contain_text("▲+$")
    expect(page.locator("#activity li").first).to_contain_text("2.3 deviations below its mean")
    expect(page.locator("#strategies tbody tr")).to_have_count(3)
    expect(page.locator("#positions tbody tr")).to_have_count(3)


def test_chart_draws_one_line_per_strategy_and_has_a_table(visit):
    page = visit()
    expect(page.locator("#equity .legend-item")).to_have_count(3)
    paths = page.locator("#equity path.line")
    expect(paths).to_have_count(3)
    assert all(path.get_attribute("d").count("L") == 240 for path in paths.all())

    page.locator("#equity .legend-item").first.click()
    expect(paths).to_have_count(2)
    page.get_by_role("button", name="Show as table").click()

    expect(page.locator("#equity tbody tr").first).to_contain_text("$10,0")


def test_chart_shows_the_values_under_the_pointer(visit):
    page = visit()
    legend = page.locator("#equity .legend")
    expect(legend).to_contain_text("dashed line: where each started")
    newest = legend.inner_text()

    page.locator("#equity .chart svg").hover(position={"x": 300, "y": 120})

    expect(legend).to_contain_text("market time")
    expect(page.locator("#equity circle.dot")).to_have_count(3)
    assert legend.inner_text().split("$")[1:] != newest.split("$")[1:]


def test_new_cycle_appears_without_a_reload(visit, stub):
    page = visit()
    expect(page.locator("#cycles tbody tr").first).to_contain_text(str(stub.cycle_id))
    fetched = len(stub.requests("GET", "/api/v1/equity"))

    stub.cycle_id += 1

    expect(page.locator("#cycles tbody tr").first).to_contain_text(str(stub.cycle_id))
    expect(page.locator(".freshness")).to_contain_text(str(stub.cycle_id))
    assert len(stub.requests("GET", "/api/v1/equity")) == fetched
    assert len(stub.requests("GET", "/api/v1/activity")) == 2


def test_unchanged_state_is_asked_for_with_its_etag(visit, stub):
    page = visit()
    page.wait_for_timeout(4_600)

    asked = stub.requests("GET", "/api/v1/state")

    assert len(asked) >= 3
    assert all("if-none-match" in each.headers for each in asked[1:])
    assert len(stub.requests("GET", "/api/v1/activity")) == 1


def test_cycle_opens_its_decision_trace_and_escape_closes_it(visit, stub):
    page = visit()

    page.get_by_role("button", name=f"Cycle {stub.cycle_id}").click()

    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Half of the equity is at work already")
    expect(drawer).to_contain_text("refusal: max exposure")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_trade_and_decision_open_the_numbers_that_they_saw(visit, stub):
    page = visit()
    trade = page.locator("#activity li").first
    expect(trade.get_by_text("0.512345")).to_be_hidden()

    trade.get_by_text("What it saw").press("Enter")

    expect(trade.locator("dl")).to_contain_text("mean of 20")
    expect(trade.get_by_text("0.512345")).to_be_visible()
    expect(trade.locator("dl")).to_contain_text("\u22122.3")
    expect(page.locator("#activity .event-fault details")).to_have_count(0)

    page.get_by_role("button", name=f"Cycle {stub.cycle_id}").click()
    fill = page.get_by_role("dialog").locator(".decision-fill")
    fill.get_by_text("What it saw").click()
    expect(fill.get_by_text("0.0214")).to_be_visible()


def test_opened_numbers_stay_with_their_trade_when_newer_ones_arrive(visit, stub):
    page = visit()
    page.locator("#activity li").first.get_by_text("What it saw").click()

    stub.cycle_id += 1

    expect(page.locator("#cycles tbody tr").first).to_contain_text(str(stub.cycle_id))
    expect(page.locator("#activity li").nth(1).locator("details[open]")).to_have_count(1)
    expect(page.locator("#activity details[open]")).to_have_count(1)


def test_strategies_behind_a_baseline_say_so_and_the_baseline_keeps_its_place(visit, stub):
    stub.cycle_id = values.FIRST_CYCLE + 241
    returns = {name: values.equity_of(name, stub.cycle_id) for name in values.STRATEGIES}
    page = visit()

    rows = page.locator("#strategies tbody tr")
    expect(
        rows.filter(has_text="mean-reversion").locator(".tag", has_text="Baseline")
    ).to_have_count(1)
    best_first = sorted(returns, key=returns.get, reverse=True)
    assert [each.split("\n")[0] for each in rows.locator("th").all_inner_texts()] == best_first
    assert returns["momentum"] < returns["mean-reversion"] < returns["yes-no-arbitrage"]
    expect(rows.locator(".behind")).to_have_count(1)
    expect(rows.filter(has_text="momentum")).to_contain_text("does not beat a baseline")


def test_replay_is_watermarked_and_live_is_not(visit, stub):
    replay = visit()
    expect(replay.locator("#replay-notice")).to_contain_text("Replay of recorded market data.")
    expect(replay.locator("#replay-notice")).to_contain_text("Synthetic tape for tests.")

    stub.mode = "live"
    live = visit()

    expect(live.locator("#tile-equity")).to_be_visible()
    expect(live.locator("#replay-notice")).to_have_count(0)


def test_simulated_market_is_watermarked_as_that(visit, stub):
    stub.mode, stub.clock = "simulated", SimulatedClock(datetime.now(UTC), 30)

    page = visit()

    expect(page.locator("#replay-notice")).to_contain_text("Simulated markets.")
    mark = page.locator(".chart").evaluate("it => getComputedStyle(it, '::after').content")
    assert mark == '"SIMULATED"'


FAST = SimulatedClock(datetime(2026, 11, 27, tzinfo=UTC), 30)


@pytest.mark.parametrize(
    ("mode", "clock", "fresh", "stale"),
    [
        ("replay", None, 9, 20),
        ("live", None, 80, 95),
        ("simulated", None, 80, 95),
        ("simulated", FAST, 9, 20),
    ],
)
def test_old_cycle_is_called_stale_after_the_limit_of_its_mode(
    visit, stub, mode, clock, fresh, stale
):
    stub.mode, stub.clock, stub.age_seconds = mode, clock, fresh
    expect(visit().locator("#tile-equity")).to_be_visible()
    page = visit()
    expect(page.locator("#stale-notice")).to_have_count(0)

    stub.age_seconds = stale
    page = visit()

    notice = page.locator("#stale-notice")
    expect(notice).to_contain_text("Stale: no cycle was committed for")
    expect(notice).to_contain_text("bot ")
    expect(page.locator("#strategies")).to_have_attribute("data-status", "stale")


def test_first_boot_says_that_nothing_can_trade_and_what_comes_next(visit, stub):
    stub.empty = True

    page = visit()

    expect(page.locator("#control-notice")).to_contain_text("No control row: nothing can trade.")
    expect(page.locator("#first-steps")).to_contain_text("Waiting for the schedule")
    expect(page.locator(".freshness")).to_contain_text("No cycle yet")
    expect(page.locator("#activity")).to_have_attribute("data-status", "empty")


def test_panel_that_fails_says_why_and_recovers_on_retry(visit, stub):
    stub.failing["/equity"] = error(503, "unavailable", "The table did not answer.")
    page = visit()
    expect(page.locator("#equity")).to_have_attribute("data-status", "error")
    expect(page.locator("#equity")).to_contain_text("The table did not answer. Synthetic hint.")
    expect(page.locator("#activity")).to_have_attribute("data-status", "ready")

    stub.failing.clear()
    page.locator("#equity").get_by_role("button", name="Retry").click()

    expect(page.locator("#equity")).to_have_attribute("data-status", "ready")


def test_lost_connection_keeps_the_numbers_and_says_how_old_they_are(visit, stub):
    page = visit()
    expect(page.locator("#tile-equity")).to_contain_text("$30,0")

    stub.failing["/state"] = error(503, "unavailable", "The table did not answer.")

    expect(page.locator("#unreachable-notice")).to_contain_text("What you see was read at")
    expect(page.locator("#tile-equity")).to_contain_text("$30,0")


def test_title_with_markup_stays_text(visit):
    page = visit()

    expect(page.locator("#positions")).to_contain_text(values.SCRIPT)
    assert page.evaluate("window.attacked") is None
    assert page.locator("#positions img, #positions script").count() == 0
