"""What a page loads, as a browser loaded it, fonts and images included."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Response

HEAVIEST = 400_000  # bytes that a page may load, by gzip


@dataclass(frozen=True)
class Weight:
    """The answered requests of a page, and the bytes of the answers, as they are and as sent by gzip."""

    requests: int
    raw: int
    gzip: int


def weight(answers: Iterable[Response]) -> Weight:
    """Weigh what a page asked for."""
    bodies = [answer.body() for answer in answers]
    # a font is compressed already, and a server sends it as it is
    return Weight(len(bodies), sum(map(len, bodies)), sum(min(len(b), len(gzip.compress(b))) for b in bodies))
