"""How the notebooks of a book are executed, with no kernel started."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from bptt.site import notebooks


@pytest.mark.parametrize(("cores", "most"), [(None, 1), (1, 1), (3, 3)])
def test_as_many_notebooks_run_at_once_as_there_are_cores(
    cores: int | None, most: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    running: list[str] = []
    seen: list[int] = []

    async def run(page: str, *_: Any) -> notebooks.Failure:
        running.append(page)
        seen.append(len(running))
        await asyncio.sleep(0)
        running.remove(page)
        return notebooks.Failure(page, 0, "", "it was not executed")

    monkeypatch.setattr(notebooks, "run", run)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    todo: Any = [(page, None) for page in "abcde"]
    failures = asyncio.run(notebooks.execute_all(todo, None, tmp_path))
    assert [failure.page for failure in failures] == list("abcde")
    assert max(seen) == most
