"""Ways around the page Risk & control, for its tests."""

from playwright.sync_api import Locator, Page


def choose(page: Page, strategy: str) -> None:
    """Show this strategy's limits."""
    page.locator(".chooser-item", has_text=strategy).click()


def drawer(page: Page) -> Locator:
    """The form or dialog that is open."""
    return page.get_by_role("dialog")


def store(page: Page, reason: str = "synthetic reason", button: str = "Store") -> None:
    """Send the open form."""
    drawer(page).get_by_label("Reason").fill(reason)
    drawer(page).get_by_role("button", name=button, exact=True).click()
