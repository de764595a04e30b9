"""What a page loads, as a real browser loads it."""

import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

HEAVIEST = 400_000  # bytes that a page may load, by gzip
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Nothing leaves the machine: no other name is looked up. (Requests are not intercepted: it takes time.)
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@dataclass(frozen=True)
class Weight:
    """The answered requests of a page, and the bytes of the answers, as they are and as sent by gzip."""

    requests: int
    raw: int
    gzip: int


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept open, as by any real server

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine, and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the installed Chromium, or Playwright's own; raises NoBrowser where there is neither."""
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        try:
            browser = playwright.chromium.launch(executable_path=program, args=[ALONE])
        except Error as error:
            raise NoBrowser("no Chromium: install it, or run `playwright install chromium`") from error
        yield browser
        browser.close()


def weigh(browser: Browser, address: str) -> Weight:
    """Open a page with an empty cache and weigh all that it loads, fonts and images included."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    bodies = [answer.body() for answer in answers]
    page.close()
    # a font is compressed already, and a server sends it as it is
    return Weight(len(bodies), sum(map(len, bodies)), sum(min(len(b), len(gzip.compress(b))) for b in bodies))


def weigh_site(browser: Browser, site: Path) -> dict[str, Weight]:
    """Weigh every page of a site, by its place in it."""
    files = (file.relative_to(site) for file in site.rglob("*.html"))
    pages = sorted(file.as_posix() for file in files if "_static" not in file.parts)
    with served(site) as address:
        return {page: weigh(browser, f"{address}/{page}") for page in pages}
