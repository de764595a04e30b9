"""The normal form of sums over time against the evaluation, which adds them up, on random formulas."""

import sys
from collections import Counter

import pytest
from random_times import Timer, free, n, pair_of_sums, points
from test_soundness import outcome

pytestmark = pytest.mark.slow


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
            result = outcome(one, other, points)
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
