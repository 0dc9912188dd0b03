import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def sign_in(page, token, keep=False):
    page.get_by_label("Token").fill(token)
    page.get_by_label("Keep me signed in").set_checked(keep)
    page.get_by_role("button", name="Sign in").click()


def test_form_with_wrong_token_says_so(visit):
    page = visit(token=None)

    sign_in(page, "wrong-token")

    expect(page.get_by_role("alert")).to_contain_text("Unknown token.")
    expect(page.locator("#control-state")).to_have_count(0)


def test_form_with_right_token_keeps_it_out_of_storage(visit):
    page = visit(token=None)

    sign_in(page, "operator-token")

    expect(page.locator("#control-state")).to_contain_text("RUNNING")
    assert page.evaluate("[sessionStorage.length, JSON.stringify(localStorage)]") == [0, "{}"]


def test_reload_keeps_the_session_only_when_asked(visit):
    asked, not_asked = visit(token=None), visit(token=None)
    sign_in(asked, "operator-token", keep=True)
    sign_in(not_asked, "operator-token")
    for page in (asked, not_asked):
        expect(page.locator("#control-state")).to_be_visible()

        page.reload()

    expect(asked.locator("#control-state")).to_be_visible()
    expect(not_asked.get_by_label("Token")).to_be_visible()


def test_link_with_token_signs_in_and_leaves_no_trace_in_the_address(visit, stub):
    page = visit(token="operator-token")

    expect(page.locator("#control-state")).to_be_visible()
    expect(page).to_have_url(stub.url)
    assert page.evaluate("history.length") <= 2


def test_any_401_returns_to_the_form_with_the_reason(visit, stub):
    page = visit()
    expect(page.locator("#control-state")).to_be_visible()

    stub.failing["/state"] = (
        401,
        {
            "error": {
                "code": "expired",
                "message": "The token expired.",
                "hint": "Make a new one.",
                "request_id": "req-9",
            }
        },
    )

    expect(page.get_by_role("alert")).to_contain_text("The token expired. Make a new one.")
    expect(page.get_by_label("Token")).to_be_visible()


def test_gateway_that_refuses_in_its_own_words_is_understood(visit, stub):
    stub.failing["/session"] = (403, {"Message": "User is not authorized to access this resource"})

    page = visit()

    expect(page.get_by_role("alert")).to_contain_text("This token is not valid.")


def test_api_that_fails_while_signing_in_offers_to_try_again(visit, stub):
    stub.failing["/session"] = (503, {"message": "down"})
    page = visit()
    expect(page.get_by_role("alert")).to_contain_text("The API answered 503.")

    stub.failing.clear()
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#control-state")).to_be_visible()


def test_sign_out_stops_asking_the_api(visit, stub):
    page = visit()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    asked = len(stub.seen)

    page.wait_for_timeout(2_500)

    assert len(stub.seen) == asked
