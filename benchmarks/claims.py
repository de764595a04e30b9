"""How long the kernel takes: for each claim of the chapters, and for formulas of more and more terms."""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt

from bptt.book import claims
from bptt.check import judge
from bptt.kernel import decide, matrix, prove, sizes

# The tests know how to run a chapter.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "book"))
from chapter import CHAPTERS, shown

REPEATS = 5


def seconds(work: Callable[[], object]) -> float:
    """The median of a few runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def chapters() -> None:
    print(f"{'claim':34}{'prove':>9}{'with its wrong variants':>25}")
    for page in CHAPTERS:
        for claim in (item for item in shown(page) if isinstance(item, claims.Claim)):
            sides, given = (claim.left, claim.right), claim.proof.hypotheses
            # What a rule concluded took its proofs before; here it has only its wrong variants.
            ruled = any(equation.for_all for equation in given)
            proving = 0.0 if ruled else seconds(partial(prove, *sides, given))
            judging = seconds(partial(judge, *sides, given))
            print(f"{claim.label:34}{proving:7.3f} s{proving + judging:23.3f} s")
        plt.close("all")


def growth() -> None:
    """Multiply (A + B) by itself: the number of terms doubles with each factor."""
    (n,) = sizes("n")
    left, right = matrix("A", n, n), matrix("B", n, n)
    print(f"\n{'terms':>6}{'decide':>10}")
    power = left + right
    for factors in range(2, 8):
        power = power @ (left + right)
        other = power.T.T
        print(f"{2**factors:6}{seconds(lambda a=power, b=other: decide(a, b)):8.3f} s")


if __name__ == "__main__":
    chapters()
    growth()
