"""Says how far a long measurement has come."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
PATIENCE = 3.0  # seconds before the first word


def progress(what: str, items: Iterable[Item], total: int) -> Iterator[Item]:
    """Yield the items; after some seconds say on the error stream, once a second, how many are left."""
    began = said = time.monotonic()
    for done, item in enumerate(items):
        now = time.monotonic()
        if now - began > PATIENCE and now - said > 1:
            said = now
            left = (now - began) * (total - done) / done
            print(f"\r{what}: {done} of {total}, {left:.0f} s left ", end="", file=sys.stderr, flush=True)
        yield item
    if said > began:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
