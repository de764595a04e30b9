"""What a page loads, as a real browser loads it."""

import gzip
from dataclasses import dataclass
from pathlib import Path

from chromium import served
from playwright.sync_api import Browser

HEAVIEST = 400_000  # bytes that a page may load, by gzip


@dataclass(frozen=True)
class Weight:
    """The answered requests of a page, and the bytes of the answers, as they are and as sent by gzip."""

    requests: int
    raw: int
    gzip: int


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
