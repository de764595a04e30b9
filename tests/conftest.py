"""A browser for the tests that need one; and how tests are shared out among processes.

They are by chapter, in the browser by page, all else file by file.
"""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import chromium
from playwright.sync_api import Browser

from bptt.book import pdf

PAGE = re.compile(
    r"""test_chapters\.py::.*\[(?:chapters/)?([\w-]+/[a-z-]+?)(?:-\d+)?\]$
      | test_pages\.py::.*\[([\w/-]+\.html)""",
    re.VERBOSE,
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByPage(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            page = PAGE.search(nodeid)
            return page.group(page.lastindex) if page else nodeid.split("::")[0]

    return ByPage(config, log)


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
