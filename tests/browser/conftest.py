"""A browser, and the built site served to it."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from visit import MISSING, SITE, installed


# Not for the whole session: Playwright keeps an event loop running, and other tests run their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """An installed Chromium that finds no other machine."""
    path = installed()
    assert path, MISSING
    with sync_playwright() as playwright:
        alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=path, args=[alone, "--no-sandbox"])
        yield browser
        browser.close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port while the caller uses its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the site as `make book` built it."""
    assert (SITE / "index.html").exists(), "run `make book` first"
    yield from served(SITE)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    """The address of a folder for bad pages, which is ``tmp_path``."""
    yield from served(tmp_path)
