"""What a page loads, as a real browser loads it."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Browser, Response

HEAVIEST = 400_000  # bytes that a page may load, by gzip


@dataclass(frozen=True)
class Weight:
    """The answered requests of a page, and the bytes of the answers, as they are and as sent by gzip."""

    requests: int
    raw: int
    gzip: int


def weight(answers: Iterable[Response]) -> Weight:
    bodies = [answer.body() for answer in answers]
    # a font is compressed already, and a server sends it as it is
    return Weight(len(bodies), sum(map(len, bodies)), sum(min(len(b), len(gzip.compress(b))) for b in bodies))


def weigh(browser: Browser, address: str) -> Weight:
    """Open a page with an empty cache and weigh all that it loads, fonts and images included."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    answers: list[Response] = []
    page.on("response", answers.append)
    page.goto(address, wait_until="networkidle")
    found = weight(answers)
    page.close()
    return found
