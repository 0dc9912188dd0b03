from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.domain.simulated_clock import SimulatedClock
from tests.e2e.page import system_values, values
from tests.e2e.page.stub import error
from tests.e2e.page.system_values import breaker, venue
from tests.e2e.page.test_layout import SMALL_TARGETS, TOO_WIDE

pytestmark = pytest.mark.browser

PANELS = ("venues", "consensus", "durations", "quarantine", "examples")
DOWN = error(503, "unavailable", "The table did not answer.")
LOADED = "performance.getEntriesByType('resource').map(({ name }) => name)"


@pytest.fixture
def system(visit_page, stub):
    """Open the page over live venues, or others."""

    def go(mode="live", **choices):
        stub.mode = mode
        page = visit_page("System", **choices)
        expect(page.locator("#venues")).not_to_have_attribute("data-status", "loading")
        return page

    return go


def card(page, name):
    return page.locator(".venue").filter(has=page.get_by_role("heading", name=name, exact=True))


def test_first_view_fetches_nothing_of_the_system_page(visit, stub):
    page = visit()
    expect(page.locator("#tile-equity")).to_be_visible()
    assert not [name for name in page.evaluate(LOADED) if "system" in name]
    assert stub.requests("GET", "/api/v1/system") == []

    page.get_by_role("link", name="System", exact=True).click()

    expect(page.locator("#venues")).to_have_attribute("data-status", "ready")
    expect(page).to_have_url(f"{stub.url}#/system")
    assert f"{stub.url}styles/system.css" in page.evaluate(LOADED)


def test_each_venue_says_in_a_word_how_it_is_and_why(system):
    page = system()

    expect(page.locator("#venues .panel-tools")).to_have_text("3 of 5 serve")
    for name, word, why in (
        ("binance", "healthy", "served each of the newest 10 cycles"),
        ("coinbase", "doubted", "6 of 9 prices were not believed in 3 cycles in a row"),
        ("kalshi", "down", "left alone after it failed: no answer within 6 s"),
        ("polymarket", "degraded", "failed in 2 of the newest 10 cycles"),
    ):
        expect(card(page, name)).to_contain_text(word)
        expect(card(page, name)).to_contain_text(why)
    expect(card(page, "coinbase")).to_contain_text("no new entries: data quality")


def test_open_breaker_counts_down_to_its_probe_by_the_second(system, stub):
    opened = datetime.now(UTC) - timedelta(seconds=30)
    stub.venues = [venue("kalshi", "live", "down", "why", breaker=breaker(opened, minutes=2))]
    shown = card(system(), "kalshi")

    expect(shown).to_contain_text("open since")
    expect(shown).to_contain_text("after 6 failed cycles in a row (read timeout)")
    left = shown.locator(".venue-probe strong")
    expect(left).to_contain_text("Tried again in 1 min")
    before = left.inner_text()
    expect(left).not_to_have_text(before)


def test_breaker_of_a_fast_market_counts_down_on_its_clock(system, stub):
    stub.clock = clock = SimulatedClock(datetime.now(UTC) - timedelta(days=1), 30)
    opened = clock.at(datetime.now(UTC)) - timedelta(seconds=30)
    stub.venues = [
        venue("kalshi", "simulated", "down", "why", breaker=breaker(opened, minutes=900))
    ]
    page = system(mode="simulated")

    left = card(page, "kalshi").locator(".venue-probe strong")
    expect(left).to_contain_text("Tried again in 14 h 5")
    before = left.inner_text()
    expect(left).not_to_have_text(before)


def test_breaker_whose_time_has_come_is_tried_by_the_next_cycle(system, stub):
    opened = datetime.now(UTC) - timedelta(minutes=3)
    stub.venues = [venue("kalshi", "live", "probing", "why", breaker=breaker(opened, minutes=2))]
    shown = card(system(), "kalshi")

    expect(shown).to_contain_text("half-open")
    expect(shown.locator(".venue-probe")).to_contain_text("Tried by the next cycle")


def test_requests_show_the_limit_and_how_much_of_it_is_used(system):
    page = system()

    hosts = card(page, "coinbase").locator(".host")
    expect(hosts.first).to_contain_text("api.coinbase.test of 600 a minute")
    expect(hosts.first).to_contain_text("2\u202f% used")
    expect(hosts.first).to_contain_text("Now 12, 4 from the cache, 1 MB.")
    expect(hosts.first).to_contain_text("errors: status 6; at most 5\u202f% of the limit")
    expect(hosts.last).to_contain_text("86\u202f%, near")
    expect(card(page, "polymarket").locator(".host")).to_contain_text("no documented limit")
    expect(card(page, "recorded")).to_contain_text("No request was needed")


def test_last_fault_says_its_kind_and_how_many_cycles_failed(system):
    page = system()

    expect(card(page, "kalshi")).to_contain_text("read timeout (scan) at")
    expect(card(page, "kalshi")).to_contain_text("9 cycles of the last hour failed")
    expect(card(page, "binance")).to_contain_text("none in the last hour")


@pytest.mark.parametrize(
    ("name", "said"), [("binance", "Live"), ("polymarket", "Simulated"), ("recorded", "Recorded")]
)
def test_data_that_is_not_live_looks_so(system, name, said):
    shown = card(system(), name)

    expect(shown).to_contain_text(said)
    style = "solid" if said == "Live" else "dashed"
    expect(shown).to_have_css("border-top-style", style)


def test_quarantine_is_counted_with_what_each_code_means(system, stub):
    page = system()

    first = page.locator("#quarantine tbody tr").first
    expect(first).to_contain_text("older than such data may be")
    expect(first).to_contain_text("polymarket")
    expect(first).to_contain_text("960")
    page.locator("#examples").get_by_role("button", name=f"Cycle {stub.cycle_id}").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Cycle {stub.cycle_id}")


def test_consensus_names_who_deviates(system):
    rows = system().locator("#consensus tbody tr")

    expect(rows.filter(has_text="BTC")).to_contain_text("64,010.5")
    expect(rows.filter(has_text="BTC")).to_contain_text("coinbase 67,190.4 USD score 44.2")
    expect(rows.filter(has_text="DOGE")).to_contain_text("none of 2")
    expect(rows.filter(has_text="ETH")).to_contain_text("none believed")


def test_cycles_show_how_long_they_took_and_which_are_missing(system):
    panel = system().locator("#durations")

    expect(panel).to_contain_text("median 1,104 ms, longest")
    expect(panel).to_contain_text("58 committed, 2 missing")
    expect(panel).to_contain_text("1 entry")
    expect(panel.locator("rect")).to_have_count(58)


def test_operator_pauses_a_venue_and_lets_it_in_again(system, stub):
    page = system()
    page.get_by_role("button", name="Pause kalshi").click()
    expect(card(page, "kalshi")).to_contain_text("paused by an operator: no new entries")
    expect(page.locator("#venues .stored")).to_contain_text("kalshi: paused from the dashboard.")

    page.get_by_role("button", name="Resume kalshi").click()

    expect(page.get_by_role("button", name="Pause kalshi")).to_be_visible()
    first, second = (each.body for each in stub.requests("PUT", "/api/v1/risk"))
    assert (first["paused_venues"], first["version"]) == (["kalshi"], 5)
    assert (second["paused_venues"], second["version"]) == ([], 6)


def test_pause_that_lost_a_race_says_so_and_the_next_press_acts(system, stub):
    page = system()
    stub.settings.version = 9
    stub.settings.paused_venues = ["binance"]
    page.get_by_role("button", name="Pause kalshi").click()
    expect(page.locator("#venues").get_by_role("alert")).to_contain_text("Now at version 9.")

    page.get_by_role("button", name="Pause kalshi").click()

    expect(page.locator("#venues .stored")).to_be_visible()
    assert stub.requests("PUT", "/api/v1/risk")[-1].body["paused_venues"] == ["binance", "kalshi"]


def test_viewer_sees_all_and_can_pause_nothing(system):
    page = system(token="viewer-token")

    for button in page.locator(".venue button").all():
        expect(button).to_be_disabled()


def test_page_follows_the_cycles(system, stub):
    page = system()
    stub.venues = [venue("binance", "live", "failing", "synthetic: it stopped answering")]

    stub.cycle_id += 1
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(page.locator(".venue")).to_have_count(1)
    expect(card(page, "binance")).to_contain_text("it stopped answering")


def test_panels_without_content_say_so(system, stub):
    stub.empty = True
    page = system()

    for panel in PANELS:
        expect(page.locator(f"#{panel}")).to_have_attribute("data-status", "empty")
    expect(page.locator("#venues")).to_contain_text("The first cycle asks them.")


def test_panel_that_fails_says_why_and_recovers_on_retry(system, stub):
    stub.failing["/system"] = DOWN
    page = system()
    expect(page.locator("#venues")).to_have_attribute("data-status", "error")
    expect(page.locator("#venues")).to_contain_text("The table did not answer. Synthetic hint.")

    stub.failing.clear()
    page.locator("#venues").get_by_role("button", name="Retry").click()

    expect(page.locator("#venues")).to_have_attribute("data-status", "ready")


def test_panels_are_called_stale_with_the_last_cycle(system, stub):
    stub.age_seconds = 120
    page = system()

    for panel in PANELS:
        expect(page.locator(f"#{panel}")).to_have_attribute("data-status", "stale")


def test_hostile_text_of_a_venue_stays_text(system):
    page = system()

    expect(page.locator("#examples")).to_contain_text(values.SCRIPT)
    text = page.locator("#main").inner_text()
    assert system_values.BIDI[0] not in text
    assert system_values.LONG not in text
    assert page.evaluate("window.attacked") is None
    assert page.locator("#main img, #main script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_never_scrolls_sideways_and_has_targets_for_fingers(system, scheme):
    page = system(width=360, scheme=scheme)

    expect(page.locator("#examples tbody tr").first).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("width", [360, 1024, 1280])
def test_every_page_stays_within_reach_of_the_navigation(system, width):
    page = system(width=width)

    for link in page.locator(".navigation a").all():
        expect(link).to_be_in_viewport(ratio=1)
    assert not page.evaluate(TOO_WIDE)
