"""The site as `make book` built it, and a browser. A test that asks for the site is marked so."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium, served
from playwright.sync_api import Browser

from bptt.site import pdf

ROOT = Path(__file__).parents[2]


@pytest.hookimpl(tryfirst=True)  # before some are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "html" in getattr(item, "fixturenames", ()):
            item.add_marker("site")


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the site as `make book` built it."""
    folder = ROOT / "_build/html"
    assert (folder / "index.html").exists(), "run `make book` first"
    return folder


@pytest.fixture(scope="session")
def site(html: Path) -> Iterator[str]:
    """The address of the site."""
    with served(html) as address:
        yield f"{address}/"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """An installed Chromium. Without one the test is skipped, or fails where CI promises that it runs."""
    try:
        return pdf.chromium()
    except pdf.CannotPrint as reason:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(reason))


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One for all tests of a process. From its start on an event loop runs in this thread."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    """The address of a folder for bad pages, which is ``tmp_path``."""
    with served(tmp_path) as address:
        yield f"{address}/"
