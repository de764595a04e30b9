"""A browser, and the built site served to it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium, served
from playwright.sync_api import Browser
from visit import SITE

from bptt.site import pdf


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """An installed Chromium. Without one the test is skipped, or fails where CI promises that it runs."""
    try:
        return pdf.chromium()
    except pdf.CannotPrint as reason:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(reason))


# Not for the whole session: Playwright keeps an event loop running, and other tests run their own.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the site as `make book` built it."""
    assert (SITE / "index.html").exists(), "run `make book` first"
    with served(SITE) as address:
        yield f"{address}/"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    """The address of a folder for bad pages, which is ``tmp_path``."""
    with served(tmp_path) as address:
        yield f"{address}/"
