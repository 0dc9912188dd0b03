import re

import pytest
from playwright.sync_api import expect

from chalicelib.domain.control import ControlState
from tests.e2e.page import values
from tests.e2e.page.stub import error

pytestmark = pytest.mark.browser

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def changes(stub):
    return stub.requests("PUT", "/api/v1/control")


def test_stop_takes_one_click_and_enter_and_shows_the_committed_version(visit, stub):
    page = visit()

    page.get_by_role("button", name="STOP").click()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#outcome-notice")).to_contain_text(
        "Requested KILLED … committed KILLED v4"
    )
    expect(page.locator("#control-state")).to_contain_text("KILLED")
    (sent,) = changes(stub)
    assert sent.body == {"state": "KILLED", "reason": "stopped from the dashboard", "version": 3}
    assert UUID.fullmatch(sent.headers["idempotency-key"])


def test_state_is_not_shown_as_changed_before_the_commit(visit, stub):
    stub.failing["/control"] = error(503, "unavailable", "The table did not answer.")
    page = visit()

    page.get_by_role("button", name="STOP").click()
    page.get_by_role("button", name="Stop now").click()

    expect(page.get_by_role("alert")).to_contain_text("The table did not answer.")
    expect(page.locator("#control-state")).to_contain_text("RUNNING")


def test_repeated_stop_after_a_lost_answer_carries_the_same_key(visit, stub):
    stub.failing["/control"] = error(503, "unavailable", "The table did not answer.")
    page = visit()
    page.get_by_role("button", name="STOP").click()
    page.get_by_role("button", name="Stop now").click()

    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_visible()

    first, second = (each.headers["idempotency-key"] for each in changes(stub))
    assert first == second


def test_stop_wins_over_a_change_made_meanwhile(visit, stub):
    page = visit()
    page.get_by_role("button", name="STOP").click()
    stub.switch = values.control(ControlState.PAUSED, 7)

    page.keyboard.press("Enter")

    expect(page.locator("#control-state")).to_contain_text("KILLED")
    assert stub.switch.state is ControlState.KILLED
    assert "version" not in changes(stub)[-1].body


def test_pause_is_offered_beside_stop(visit, stub):
    page = visit()

    page.get_by_role("button", name="STOP").click()
    page.get_by_label("Pause").check()
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()

    expect(page.locator("#control-state")).to_contain_text("PAUSED")
    expect(page.get_by_role("button", name="STOP")).to_be_enabled()
    expect(page.get_by_role("button", name="Resume")).to_be_enabled()
    assert changes(stub)[0].body["state"] == "PAUSED"


def test_resume_needs_a_reason_and_sends_the_version_seen(visit, stub):
    stub.switch = values.control(ControlState.KILLED, 8)
    page = visit()
    expect(page.locator("#control-notice")).to_contain_text("KILLED by test-operator")
    page.get_by_role("button", name="Resume").click()
    dialog = page.get_by_role("dialog")

    dialog.get_by_role("button", name="Resume").click()
    assert changes(stub) == []
    page.get_by_label("Reason").fill("checked the books")
    dialog.get_by_role("button", name="Resume").click()

    expect(page.locator("#control-state")).to_contain_text("RUNNING")
    assert changes(stub)[0].body == {
        "state": "RUNNING",
        "reason": "checked the books",
        "version": 8,
    }


def test_resume_on_a_stale_version_shows_the_row_as_it_is_now(visit, stub):
    stub.switch = values.control(ControlState.PAUSED, 8)
    page = visit()
    page.get_by_role("button", name="Resume").click()
    stub.switch = values.control(ControlState.KILLED, 9)

    page.get_by_label("Reason").fill("checked the books")
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The switch changed while you were deciding.")
    expect(dialog).to_contain_text("Now KILLED at version 9, by test-operator")
    assert stub.switch.state is ControlState.KILLED


def test_viewer_cannot_stop_and_is_told_why(visit):
    wide, phone = visit(token="viewer-token"), visit(token="viewer-token", width=360)

    for page in (wide, phone):
        expect(page.get_by_role("button", name="STOP")).to_be_disabled()
    expect(wide.locator("#role")).to_contain_text("viewer, cannot stop or resume")
    expect(phone.locator("#viewer-notice")).to_contain_text("it cannot stop or resume")


def test_stop_works_even_when_the_state_cannot_be_read(visit, stub):
    stub.failing["/state"] = error(503, "unavailable", "The table did not answer.")
    page = visit()

    page.get_by_role("button", name="STOP").click()
    page.keyboard.press("Enter")

    expect(page.locator("#outcome-notice")).to_contain_text("committed KILLED v4")
    assert "version" not in changes(stub)[0].body


def test_change_of_state_is_announced_to_screen_readers(visit):
    page = visit()
    expect(page.locator("#announcer")).to_have_text("Control is RUNNING, version 3.")

    page.get_by_role("button", name="STOP").click()
    page.keyboard.press("Enter")

    expect(page.locator("#announcer")).to_have_text("Control is KILLED, version 4.")
