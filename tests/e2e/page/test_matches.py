import pytest
from playwright.sync_api import expect

from tests.e2e.page import system_values, values
from tests.e2e.page.risk_page import drawer, store
from tests.e2e.page.stub import error
from tests.e2e.page.test_layout import SMALL_TARGETS, TOO_WIDE

pytestmark = pytest.mark.browser

BITCOIN, FED, HEAT, RAIN = "Bitcoin price", "Fed funds rate", "Highest temperature", "Rain in"


@pytest.fixture
def matches(visit_page):
    def go(**choices):
        page = visit_page("Matches", **choices)
        expect(page.locator("#matches")).not_to_have_attribute("data-status", "loading")
        return page

    return go


def pair(page, title):
    return page.locator(".pair", has_text=title)


def choose(page, label):
    page.locator(".segments label", has_text=label).click()
    expect(page.locator("#matches")).not_to_have_attribute("data-status", "loading")


def test_pair_shows_both_questions_and_the_verdict_in_words(matches):
    shown = pair(matches(), BITCOIN)

    expect(shown).to_contain_text("Relative value")
    expect(shown).to_contain_text("may end differently: both legs can lose")
    expect(shown).to_contain_text("alike 0.97")
    kalshi, polymarket = shown.locator(".leg").all()
    expect(kalshi).to_contain_text("Bitcoin price on Sep 30, 2026? $78,000 or above")
    expect(polymarket).to_contain_text("Will the price of Bitcoin be above $78,000")
    expect(shown).to_contain_text("the void rule is not stated by the first leg")


def test_endings_are_compared_field_by_field(matches):
    shown = pair(matches(), BITCOIN)

    rows = shown.locator(".ending")
    expect(rows.filter(has_text="Source")).to_contain_text("differs")
    expect(rows.filter(has_text="Source")).to_contain_text("One exchange, 1-minute candle close")
    expect(rows.filter(has_text="Cut-off")).to_contain_text("2026-09-30 16:00 UTC")
    expect(rows.filter(has_text="Time zone")).to_contain_text("agrees")
    expect(rows.filter(has_text="If it is void")).to_contain_text("not stated")


def test_nothing_on_the_page_is_called_arbitrage(matches):
    page = matches()
    choose(page, "All")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".pair")).to_have_count(4)

    assert "arbitrage" not in page.locator("#main").inner_text().lower()


def test_status_filters_and_more_are_asked_of_the_api(matches, stub):
    page = matches()
    expect(page.locator(".pair")).to_have_count(2)
    expect(page.locator("#matches .panel-tools")).to_have_text("2 and more pairs")

    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".pair")).to_have_count(3)
    choose(page, "Confirmed")

    expect(page.locator(".pair")).to_have_count(1)
    expect(pair(page, RAIN)).to_contain_text("confirmed by test-operator")
    asked = [each.query.get("status") for each in stub.requests("GET", "/api/v1/matches")]
    assert (asked[0], asked[-1]) == ("proposed", "confirmed")


def test_pair_is_confirmed_with_a_reason_and_what_the_operator_knows(matches, stub):
    page = matches()
    pair(page, BITCOIN).get_by_role("button", name="Confirm").click()
    expect(drawer(page)).to_contain_text("Confirm as relative value")
    drawer(page).get_by_label("If it is void").fill("pays 50-50")

    store(page, "read both rules", "Confirm")

    expect(drawer(page)).to_have_count(0)
    expect(page.locator("#matches .stored")).to_contain_text("confirmed.")
    expect(pair(page, BITCOIN)).to_have_count(0)
    (sent,) = stub.requests("PUT", "/api/v1/matches/aaaa1111")
    assert sent.body == {
        "version": 2, "status": "confirmed", "reason": "read both rules",
        "known": {"kalshi:BTC-78000": {"void_rule": "pays 50-50"}},
    }  # fmt: skip


def test_pair_is_rejected_with_a_reason(matches, stub):
    page = matches()
    pair(page, FED).get_by_role("button", name="Reject").click()

    store(page, "two sources", "Reject")

    expect(pair(page, FED)).to_have_count(0)
    (sent,) = stub.requests("PUT", "/api/v1/matches/bbbb2222")
    assert sent.body == {"version": 2, "status": "rejected", "reason": "two sources"}


def test_what_is_different_can_only_be_rejected(matches):
    page = matches()
    page.get_by_role("button", name="Show more").click()

    expect(pair(page, HEAT).get_by_role("button")).to_have_text(["Reject …"])


def test_decision_that_lost_a_race_says_so_and_the_next_press_acts(matches, stub):
    page = matches()
    pair(page, FED).get_by_role("button", name="Confirm").click()
    stub.pairs = [each.model_copy(update={"version": 7}) for each in stub.pairs]
    store(page, "read both rules", "Confirm")
    alert = drawer(page).get_by_role("alert")
    expect(alert).to_contain_text("The pair changed while you were deciding")
    expect(alert).to_contain_text("Now at version 7.")

    drawer(page).get_by_role("button", name="Confirm", exact=True).click()

    expect(drawer(page)).to_have_count(0)
    sent = stub.requests("PUT", "/api/v1/matches/bbbb2222")
    assert [each.body["version"] for each in sent] == [2, 7]


def test_revoked_confirmation_says_why(matches):
    expect(pair(matches(), FED)).to_contain_text(
        "Confirmation revoked: kalshi:FED-1 was reworded"
    )  # fmt: skip


def test_viewer_reads_pairs_and_decides_nothing(matches):
    page = matches(token="viewer-token")

    for button in page.locator(".pair-acts button").all():
        expect(button).to_be_disabled()


def test_list_without_pairs_says_what_brings_them(matches, stub):
    stub.empty = True
    page = matches()

    expect(page.locator("#matches")).to_have_attribute("data-status", "empty")
    expect(page.locator("#matches")).to_contain_text("No pair waits for a decision.")


def test_list_that_fails_says_why_and_recovers_on_retry(matches, stub):
    stub.failing["/matches"] = error(503, "unavailable", "The table did not answer.")
    page = matches()
    expect(page.locator("#matches")).to_have_attribute("data-status", "error")

    stub.failing.clear()
    page.locator("#matches").get_by_role("button", name="Retry").click()

    expect(page.locator("#matches")).to_have_attribute("data-status", "ready")


def test_hostile_title_stays_text(matches):
    page = matches()
    page.get_by_role("button", name="Show more").click()

    expect(pair(page, HEAT)).to_contain_text(values.SCRIPT)
    text = page.locator("#main").inner_text()
    assert system_values.BIDI[0] not in text
    assert page.evaluate("window.attacked") is None
    assert page.locator("#main img, #main script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_never_scrolls_sideways_and_has_targets_for_fingers(matches, scheme):
    page = matches(width=360, scheme=scheme)
    page.locator(".leg summary").first.click()

    expect(page.locator(".leg details p").first).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL_TARGETS) == []
