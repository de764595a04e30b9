"""What all tests begin with, and how they are shared out among processes.

They are shared out by chapter, in the browser by page, the breaks one by one, all else file by file.
"""

import re
import sys
from typing import Any

import pytest

# JupyterLab brings it, nbformat imports it where it is, and its grammar takes two seconds to build in each
# process: no test asks for what it checks, addresses in notebooks.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

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
