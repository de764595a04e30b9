"""The built site, served to a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import served
from visit import SITE


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
