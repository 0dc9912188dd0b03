"""The one way in which tests get a browser: a real Chromium, or a clear word that there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

MISSING = "no Chromium: install one, or name it in the environment variable CHROMIUM"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Where there is none the test is skipped; in CI that is a failure."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None and os.environ.get("BROWSER_REQUIRED") == "1":
        pytest.fail(MISSING)
    if found is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
