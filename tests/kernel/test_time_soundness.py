"""The normal form of sums over time against the evaluation, which adds them up, on random formulas."""

import sys
from collections import Counter

import pytest
from random_times import Timer, free, n, pair_of_sums, points

from bptt.kernel import Formula, Undecided, decide, evaluate
from bptt.kernel.rules import differ

pytestmark = pytest.mark.slow


def runs_agree(left: Formula, right: Formula) -> bool | None:
    """Tell whether two formulas have equal values at every point; None where they have none."""
    compared = False
    for place in points(left, right):
        try:
            lefts, rights = evaluate(left, place), evaluate(right, place)
        except (ArithmeticError, ValueError):
            continue
        pairs = [(u, v) for us, vs in zip(lefts, rights, strict=True) for u, v in zip(us, vs, strict=True)]
        if any(differ(u, v, 1e-9) for u, v in pairs):
            return False
        compared = True
    return True if compared else None


def outcome(left: Formula, right: Formula) -> str:
    try:
        decide(left, right)
    except Undecided:
        return {True: "missed", False: "rightly undecided", None: "no value"}[runs_agree(left, right)]
    return {True: "rightly proved", False: "UNSOUND", None: "no value"}[runs_agree(left, right)]


def fuzz(seeds: range) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        timer = Timer(seed)
        scope = (free,) if seed % 3 == 0 else ()
        left = timer.added_up([(1, 1), (n, 1)][seed % 2], 1 + seed % 3, scope)
        right = timer.rewritten(left)
        cases = [("rewritten", left, right), ("exchanged", *pair_of_sums(timer))]
        cases += [("mutant", left, timer.mutated(right)) for _ in range(3)]
        for kind, one, other in cases:
            result = outcome(one, other)
            counts[kind, result] += 1
            if result == "UNSOUND" or (result == "missed" and kind != "mutant" and "-v" in sys.argv):
                print(f"seed {seed}: {kind} {result}\n  {one}\n  {other}")
    return counts


@pytest.mark.parametrize("block", range(4))
def test_nothing_false_is_proved_about_time(block: int) -> None:
    counts = fuzz(range(25 * block, 25 * block + 25))
    assert not [kind for kind, result in counts if result == "UNSOUND"]
    assert counts["exchanged", "rightly proved"] >= 20
    assert counts["rewritten", "rightly proved"] >= 8
    assert counts["mutant", "rightly undecided"] >= 20


if __name__ == "__main__":
    first, last = (int(word) for word in sys.argv[1:3])
    for key, count in sorted(fuzz(range(first, last)).items()):
        print(*key, count)
