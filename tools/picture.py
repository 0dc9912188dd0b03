"""Photograph the running dashboard: ``python -m tools.picture LINK docs/images/dashboard.png``."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SETTLED_MILLISECONDS = 6_000
WIDTH, HEIGHT = 1280, 860


def main() -> None:
    """Open the link in Chromium, wait until it shows data, and keep the picture."""
    link, target = sys.argv[1], Path(sys.argv[2])
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(link)
        for panel in ("equity", "strategies", "activity"):
            page.wait_for_selector(f"#{panel}[data-status=ready]")
        page.wait_for_timeout(SETTLED_MILLISECONDS)
        page.screenshot(path=str(target))
        browser.close()


if __name__ == "__main__":
    main()
