"""What all tests begin with, and how they are shared out among processes.

They are shared out by chapter, in the browser by page, the breaks one by one, all else file by file.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

# For this process and all that it starts.
WITHOUT = str(Path(__file__).with_name("without"))
sys.path.insert(0, WITHOUT)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [WITHOUT, os.environ.get("PYTHONPATH")]))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search longer for a slip: what is named must not depend on how fast the machine is."""
    monkeypatch.setattr("bptt.slips.repairs.PATIENCE", 15.0)


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
