"""Times by the processor's clock: alternating pairs, medians with the smallest and the largest."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

PAIRS = 7
FEW_PAIRS = 3
SLICE = 0.03  # seconds that one side of a pair runs at least
SLOW = 1.0  # seconds of one call beyond which there are few pairs

Work = Callable[[], object]


class Spread(NamedTuple):
    """A median with the smallest and the largest."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}–{self.most:.2f})"


def spread(values: list[float]) -> Spread:
    """Summarise some measurements."""
    return Spread(statistics.median(values), min(values), max(values))


def cpu(work: Work, calls: int = 1) -> float:
    """The process's CPU time for one call, the mean of some."""
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls


def in_pairs(ours: Work, theirs: Work, pairs: int = PAIRS) -> tuple[Spread, Spread]:
    """Run both in turn: the ratio of their time to ours, and our time in seconds."""
    # What was imported is not searched for garbage again and again on one side's time.
    gc.collect()
    gc.freeze()
    first = cpu(ours), cpu(theirs)
    pairs = FEW_PAIRS if max(first) > SLOW else pairs
    calls = [max(1, round(SLICE / max(seconds, 1e-6))) for seconds in first]
    times = [(cpu(ours, calls[0]), cpu(theirs, calls[1])) for _ in range(pairs)]
    return spread([their / our for our, their in times]), spread([our for our, _ in times])
