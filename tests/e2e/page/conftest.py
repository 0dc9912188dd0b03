"""A real Chromium on the page, with a net under every test: no violation, no foreign host."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import chromium
from tests.e2e.page.stub import Stub

RECORD_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Watch:
    """What went on while a page was open."""

    page: Page
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One per module: an open sync browser keeps an event loop that other tests would trip on."""
    with chromium() as running:
        yield running


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, stub: Stub) -> Iterator[Callable[..., Page]]:
    """Open the page; ``token`` goes into the link, ``width`` below 500 is a phone."""
    watches: list[Watch] = []

    def open_page(
        token: str | None = "operator-token", width: int = 1280, scheme: str = "light"
    ) -> Page:
        phone = width < 500
        choices: dict[str, Any] = {"color_scheme": scheme, "is_mobile": phone, "has_touch": phone}
        context = browser.new_context(viewport={"width": width, "height": 800}, **choices)
        context.set_default_timeout(5_000)
        context.add_init_script(RECORD_VIOLATIONS)
        page = context.new_page()
        watches.append(_watched(page))
        page.goto(stub.url + (f"#token={token}" if token else ""))
        return page

    yield open_page
    for watch in watches:
        found = (watch.errors, watch.violations(), watch.hosts)
        watch.page.context.close()
        assert found == ([], [], {urlsplit(stub.url).netloc})


@pytest.fixture
def visit_risk(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Open the page Risk & control as a user would: from the overview."""

    def go(**choices: Any) -> Page:
        page = visit(**choices)
        page.get_by_role("link", name="Risk & control").click()
        expect(page.locator("#switch-card")).to_be_visible()
        return page

    return go


@pytest.fixture
def visit_page(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page by its name in the navigation."""

    def go(name: str, **choices: Any) -> Page:
        page = visit(**choices)
        page.get_by_role("link", name=name, exact=True).click()
        return page

    return go


def _watched(page: Page) -> Watch:
    watch = Watch(page)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("request", lambda request: _note_host(watch, request.url))
    return watch


def _note_host(watch: Watch, url: str) -> None:
    if not url.startswith("data:"):
        watch.hosts.add(urlsplit(url).netloc)
