"""How the tests are shared out among processes: chapter by chapter, all else file by file."""

import re
from typing import Any

import pytest

CHAPTER = re.compile(r"test_chapters\.py::.*\[(?:chapters/)?([\w-]+/[a-z-]+?)(?:-\d+)?\]$")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByChapter(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            chapter = CHAPTER.search(nodeid)
            return chapter.group(1) if chapter else nodeid.split("::")[0]

    return ByChapter(config, log)
