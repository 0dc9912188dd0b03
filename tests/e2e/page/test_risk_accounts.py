"""Waiting orders, accounts and pairs on the page Risk & control."""

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.control import ControlState
from tests.e2e.page import values
from tests.e2e.page.risk_page import choose, drawer, store
from tests.e2e.page.stub import Seen, Stub, error
from tests.e2e.page.test_layout import SMALL_TARGETS, TOO_WIDE

pytestmark = pytest.mark.browser

WHO = "mean-reversion"


def open_form(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(drawer(page)).to_be_visible()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        drawer(page).locator(f"[name={name}]").fill(value)


def sent(stub: Stub, method: str) -> Seen:
    (found,) = [each for each in stub.seen if each.method == method]
    return found


def test_waiting_order_shows_what_it_would_do_and_what_it_reserves(visit_risk):
    page = visit_risk()
    rows = page.locator("#orders tbody tr")
    expect(rows).to_have_count(2)
    buy, sell = rows.all()
    for said in ("Buy 120.5", "limit at 0.4100", "good till cancelled", "900", "$49.41"):
        expect(buy).to_contain_text(said)
    for said in ("Sell 120.5", "stop limit at 0.3600, from 0.3800", "until", values.SCRIPT):
        expect(sell).to_contain_text(said)
    assert page.evaluate("window.attacked") is None


def test_waiting_order_is_cancelled_with_a_reason_and_is_gone(visit_risk, stub):
    page = visit_risk()
    open_form(page, "Cancel: Buy 120.5")
    expect(drawer(page)).to_contain_text("It is gone at once")

    store(page, "not at this price", "Cancel the order")

    expect(page.locator("#orders tbody tr")).to_have_count(1)
    expect(page.locator("#orders .stored")).to_contain_text("Order cancelled.")
    request = sent(stub, "DELETE")
    assert request.path == f"/api/v1/orders/{WHO}/0b5e"
    assert request.body == {"reason": "not at this price"}
    assert request.headers["idempotency-key"]


def test_order_that_was_filled_meanwhile_says_so_and_keeps_the_form(visit_risk, stub):
    page = visit_risk()
    open_form(page, "Cancel: Buy 120.5")
    stub.failing[f"/orders/{WHO}/0b5e"] = error(404, "not-found", "No order '0b5e' waits.")

    store(page, button="Cancel the order")

    expect(drawer(page).get_by_role("alert")).to_contain_text("No order '0b5e' waits.")


def test_last_order_that_is_cancelled_leaves_the_answer_in_view(visit_risk, stub):
    stub.settings.orders = stub.settings.orders[:1]
    page = visit_risk()
    open_form(page, "Cancel: Buy 120.5")

    store(page, button="Cancel the order")

    expect(page.locator("#orders")).to_contain_text("No order waits.")
    expect(page.locator("#orders .stored")).to_be_visible()


def test_account_is_funded_after_its_name_was_typed(visit_risk, stub):
    page = visit_risk()
    open_form(page, f"Fund {WHO}")
    button = drawer(page).get_by_role("button", name="Pay in", exact=True)
    fill(page, amount="250.5", confirm="momentum", reason="more room for it")
    expect(drawer(page).get_by_label("What changes")).to_contain_text("$10,000.00 → $10,250.50")
    expect(button).to_be_disabled()
    fill(page, confirm=WHO)
    button.click()

    expect(page.locator("#accounts .stored")).to_contain_text(f"Paid into {WHO}: 250.5 dollars.")
    request = sent(stub, "POST")
    assert request.path == f"/api/v1/accounts/{WHO}/fundings"
    assert request.body == {"amount": "250.5", "confirm": WHO, "reason": "more room for it"}


def test_cash_is_taken_out_with_a_minus(visit_risk, stub):
    page = visit_risk()
    open_form(page, f"Fund {WHO}")
    drawer(page).get_by_label("Take out").check()
    fill(page, amount="0.000001", confirm=WHO)

    store(page, button="Take out")

    expect(page.locator("#accounts .stored")).to_contain_text(f"Taken out of {WHO}")
    assert sent(stub, "POST").body["amount"] == "-0.000001"


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "1e308", "", "1.0000001", "12345678901"])
def test_amount_that_makes_no_sense_never_leaves_the_form(visit_risk, stub, amount):
    page = visit_risk()
    open_form(page, f"Fund {WHO}")
    fill(page, amount=amount, confirm=WHO, reason="a senseless amount")

    button = drawer(page).get_by_role("button", name="Pay in", exact=True)
    if button.is_enabled():
        button.click()

    expect(drawer(page)).to_be_visible()
    assert not [each for each in stub.seen if each.method == "POST"]


def test_funding_that_is_refused_keeps_the_form_with_message_and_hint(visit_risk, stub):
    page = visit_risk()
    open_form(page, f"Fund {WHO}")
    refused = error(409, "stale-version", "900.00 can be taken out", "Take out less.")
    stub.failing[f"/accounts/{WHO}/fundings"] = refused
    fill(page, amount="5000", confirm=WHO)

    store(page, button="Pay in")

    alert = drawer(page).get_by_role("alert")
    expect(alert).to_have_text("900.00 can be taken out. Take out less.")
    expect(drawer(page).locator("[name=amount]")).to_have_value("5000")


def test_account_is_reset_after_its_name_was_typed(visit_risk, stub):
    stub.switch = values.control(ControlState.KILLED, 8)
    page = visit_risk()
    open_form(page, f"Reset {WHO}")
    expect(drawer(page)).to_contain_text("It holds 1 open position, which will be written off.")
    expect(drawer(page).get_by_role("button", name="Start again")).to_be_disabled()
    fill(page, starting_cash="500", confirm=WHO)

    store(page, "a new start", "Start again")

    expect(page.locator("#accounts .stored")).to_contain_text(f"{WHO} starts again.")
    request = sent(stub, "PUT")
    assert request.path == f"/api/v1/accounts/{WHO}"
    assert request.body == {"starting_cash": "500", "confirm": WHO, "reason": "a new start"}


def test_reset_over_open_positions_says_beforehand_that_it_will_be_refused(visit_risk):
    page = visit_risk()
    open_form(page, f"Reset {WHO}")
    expect(drawer(page)).to_contain_text("this will be refused. Flatten first, or stop")


def test_pairs_are_merged_and_kept_again(visit_risk, stub):
    page = visit_risk()
    choose(page, WHO)
    expect(page.locator(".bounds")).to_contain_text("kept until the market resolves")
    page.get_by_role("button", name="Merge them").click()
    expect(page.locator(".bounds")).to_contain_text("merged into a dollar at once")
    page.get_by_role("button", name="Keep them").click()
    expect(page.locator(".bounds")).to_contain_text("kept until the market resolves")

    wishes = [each.body["merge_pairs"] for each in stub.seen if each.method == "PUT"]
    assert wishes == [True, False]


def test_position_shows_bid_mid_its_end_and_what_waits_for_a_result(visit_risk):
    page = visit_risk()
    rows = page.locator("#exits tbody tr")
    expect(rows).to_have_count(3)
    first, second, third = rows.all()
    expect(first).to_contain_text("0.5100")
    expect(first).to_contain_text("mid 0.5150")
    expect(second).to_contain_text("ends Jan")
    expect(third).to_contain_text("no result since Jan")
    expect(page.locator("#locked")).to_contain_text("$200.00")
    expect(page.locator("#accounts tbody tr", has_text="yes-no")).to_contain_text("$200.00")


@pytest.mark.parametrize("button", [f"Fund {WHO}", f"Reset {WHO}", "Cancel: Buy 120.5"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_has_room_for_the_forms_of_accounts_and_orders(visit_risk, button, scheme):
    page = visit_risk(width=360, scheme=scheme)
    open_form(page, button)
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL_TARGETS) == []
