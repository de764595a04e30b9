"""How tests are shared out among processes.

They are by chapter, in the browser by page, the breaks one by one, all else file by file.
"""

import re
from typing import Any

import pytest

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
            if nodeid.startswith("tests/breaks/"):
                return nodeid
            page = PAGE.search(nodeid)
            return page.group(page.lastindex) if page else nodeid.split("::")[0]

    return ByPage(config, log)
