"""The most memory that is held at a time while something runs."""

import tracemalloc
from collections.abc import Callable


def peak(work: Callable[[], object]) -> float:
    """In MiB, arguments not counted; as tracemalloc counts it, to which NumPy reports its arrays."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
