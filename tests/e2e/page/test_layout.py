import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SMALL_TARGETS = """() => [...document.querySelectorAll("button, .segments label")]
  .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44)
  .map((each) => each.textContent)"""
LIGHTNESS = "Number(getComputedStyle(document.documentElement).backgroundColor.match(/[\\d.]+/)[0])"
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_never_scrolls_sideways(visit, scheme):
    page = visit(width=360, scheme=scheme)
    expect(page.locator("#equity .chart svg")).to_be_visible()
    assert not page.evaluate(TOO_WIDE)

    page.get_by_role("button", name="Show as table").click()
    expect(page.locator("#equity tbody tr").first).to_be_visible()
    assert not page.evaluate(TOO_WIDE)

    page.get_by_role("button", name="STOP").click()
    expect(page.get_by_role("dialog")).to_be_in_viewport(ratio=1)


def test_phone_has_targets_for_fingers(visit):
    page = visit(width=360)
    expect(page.locator("#cycles .link").first).to_be_visible()

    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_system_until_chosen(visit, scheme):
    page = visit(scheme=scheme)
    expect(page.locator("#tile-equity")).to_be_visible()
    assert (page.evaluate(LIGHTNESS) > 0.5) is (scheme == "light")

    page.get_by_role("button", name="Theme: auto").click()
    page.get_by_role("button", name="Theme: light").click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(LIGHTNESS) < 0.5


def test_keyboard_alone_reaches_the_content_and_the_switch(visit):
    page = visit()
    expect(page.locator("#stop-button")).to_be_enabled()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.locator("#stop-button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#stop-button")).to_be_focused()


def test_script_that_writes_markup_is_blocked(visit):
    page = visit()
    expect(page.locator("#tile-equity")).to_be_visible()

    blocked = page.evaluate("""async () => {
      try { document.createElement("p").innerHTML = "<b>x</b>"; return false; } catch { }
      await new Promise((go) => setTimeout(go, 200));
      return window.violations.splice(0).length > 0;
    }""")

    assert blocked
