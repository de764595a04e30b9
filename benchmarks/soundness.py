"""Ten thousand random claims: what the kernel says of each, held against values at several unequal sizes."""

import sys
from pathlib import Path

# The tests know how to make the claims, and keep the first thousand of them.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "kernel"))
import test_soundness
import test_time_soundness

SEEDS = range(1000)  # five claims each


def main() -> int:
    unsound = 0
    for title, fuzz in (("matrices", test_soundness.fuzz), ("time", test_time_soundness.fuzz)):
        counts = fuzz(SEEDS)
        print(f"\n{title}: {sum(counts.values())} claims")
        for (kind, result), count in sorted(counts.items()):
            print(f"  {kind:10} {result:18} {count:6}")
            unsound += count if result == "UNSOUND" else 0
    return 1 if unsound else 0


if __name__ == "__main__":
    sys.exit(main())
