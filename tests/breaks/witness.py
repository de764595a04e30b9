"""A plugin of pytest that writes down by which exception each test failed, or that it passed."""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

seen: dict[str, tuple[str, float]] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        word = type(call.excinfo.value).__name__ if call.excinfo and report.failed else report.outcome
        seen[item.nodeid] = word, call.duration
    elif not report.passed:
        seen.setdefault(item.nodeid, (f"{report.outcome} in {call.when}", call.duration))
    return report


def pytest_unconfigure() -> None:
    Path(os.environ["WITNESS"]).write_text(json.dumps(seen), encoding="utf-8")
