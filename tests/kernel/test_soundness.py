"""The normal form against the evaluation, which shares no code with it, on random formulas."""

import sys
from collections import Counter
from collections.abc import Callable

import pytest
from random_formulas import Writer, m, n, points

from bptt.kernel import Formula, Place, Undecided, decide, evaluate
from bptt.kernel.run.rounded import differ

pytestmark = pytest.mark.slow

SHAPES = [(1, 1), (n, 1), (n, m), (n, n)]


Points = Callable[..., list[Place]]  # where two formulas are compared


def runs_agree(left: Formula, right: Formula, points: Points) -> bool | None:
    """Tell whether two formulas have equal values at every point; None where they have none."""
    compared = False
    for place in points(left, right):
        try:
            lefts, rights = evaluate(left, place), evaluate(right, place)
            values = [
                (u, v) for us, vs in zip(lefts, rights, strict=True) for u, v in zip(us, vs, strict=True)
            ]
            if any(differ(u, v) for u, v in values):
                return False
            compared = True
        except (ArithmeticError, ValueError):
            continue
    return True if compared else None


def outcome(left: Formula, right: Formula, points: Points) -> str:
    """Hold what the kernel decides against what the runs say."""
    try:
        decide(left, right)
    except Undecided:
        return {True: "missed", False: "rightly undecided", None: "no value"}[runs_agree(left, right, points)]
    return {True: "rightly proved", False: "UNSOUND", None: "no value"}[runs_agree(left, right, points)]


def cases(seed: int) -> "list[tuple[str, Formula, Formula]]":
    """Write a formula, the same in other words, and two wrong variants of these words."""
    writer = Writer(seed)
    left = writer.formula(SHAPES[seed % len(SHAPES)], 2 + seed % 3)
    right = writer.rewritten(left)
    found = [("rewritten", left, right)] + [("mutant", left, writer.mutated(right)) for _ in range(2)]
    entries, renamed, wired = writer.contraction_of_entries()
    return [*found, ("renamed", entries, renamed), ("wired", entries, wired)]


def fuzz(seeds: range) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        for kind, left, right in cases(seed):
            if left.shape != right.shape:
                counts[kind, "does not conform"] += 1
                continue
            result = outcome(left, right, points)
            counts[kind, result] += 1
            if result == "UNSOUND" or (kind == "rewritten" and result == "missed"):
                print(f"seed {seed}: {kind} {result}\n  {left}\n  {right}")
    return counts


@pytest.mark.parametrize("block", range(4))
def test_nothing_false_is_proved_and_what_is_rewritten_is_proved(block: int) -> None:
    counts = fuzz(range(25 * block, 25 * block + 25))
    assert not [kind for kind, result in counts if result == "UNSOUND"]
    assert counts["rewritten", "rightly undecided"] == 0, "a rewriting of the fuzz itself is wrong"
    assert counts["rewritten", "rightly proved"] >= 24, "one in a thousand has too many terms"
    assert counts["renamed", "rightly proved"] == 25
    assert counts["mutant", "rightly undecided"] >= 20
    assert counts["wired", "rightly undecided"] >= 5


if __name__ == "__main__":
    first, last = (int(word) for word in sys.argv[1:])
    for key, count in sorted(fuzz(range(first, last)).items()):
        print(*key, count)
