"""Random theorems of all rules, judged in worlds that share nothing with the kernel; then without guards.

    python benchmarks/theorems.py [conclusions] [file]

It fails if a conclusion is false, or if a guard is taken out and nothing is; and writes a report to the file.
"""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

# The tests know how to make the theorems, and keep the first thousand conclusions.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "kernel"))
from falsifier.guards import Guard, guards
from falsifier.judge import LARGEST, LATEST, WORLDS
from falsifier.search import Found, search

CONCLUSIONS = 20_000
WITHOUT = 5_000  # conclusions in which a guard that is out is noticed; where that cannot be, fewer


def of_conclusions(found: Found, seconds: float) -> list[str]:
    """Write what came of the theorems."""
    tried = sum(found.attempts.values())
    return [
        f"{tried:,} applications of a rule gave {found.conclusions:,} conclusions in {seconds:.0f} s of "
        f"processor time. Each was judged in {WORLDS} worlds (sizes up to {LARGEST}, horizons up to "
        f"{LATEST}), {found.points:,} places in all.",
        "",
        f"**{len(found.faults):,} conclusions are false whose premises are true.**",
        *("", "```", *(line for fault in found.faults[:5] for line in fault.lines()), "```")
        * bool(found.faults),
        *(f"- refuted, and true: {text}" for text in found.denied),
        *(f"- no answer: {rule}: {text}" for rule, text in found.strange.items()),
        "",
        *table(("verdict of the judge", "conclusions"), shares(found.verdicts, found.conclusions)),
        "*Vacuous*: no place was found at which what is assumed holds. *Unjudged*: the sides have no value "
        "there, or none that could be computed. One conclusion in ten was also run by the kernel:",
        "",
        *table(("the kernel's own run", "conclusions"), shares(found.run, sum(found.run.values()))),
        *table(
            ("rule", "applied", "concluded", "share"),
            [
                (rule, f"{count:,}", f"{found.made[rule]:,}", f"{found.made[rule] / count:.0%}")
                for rule, count in found.attempts.most_common()
            ],
        ),
        "`assign` sets a part of what was made, and must fail; `words` are refused before a rule is asked.",
        "",
        *table(("refused with", "attempts"), shares(found.refusals, tried)),
        *table(("a conclusion with", "conclusions"), shares(found.features, found.conclusions)),
    ]


def shares(counted: Counter[str], of: int) -> list[tuple[str, ...]]:
    return [(name, f"{count:,} ({count / of:.1%})") for name, count in counted.most_common()]


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)] + [""]


def without(guard: Guard, most: int) -> tuple[bool, tuple[str, ...], list[str]]:
    """Take a guard out: whether that is noticed as it should be, its row of the table, and what is false."""
    after, false = guard.without(most // 3 if guard.unnoticed else most)
    beside = f"; beside *{guard.beside}*" * bool(guard.beside)
    said = (
        f"{after:,}" if after else f"none of {most // 3:,}: {guard.unnoticed}" if guard.unnoticed else "none"
    )
    row = (f"{guard.guard}{beside}", f"`{Path(guard.file).name}`", said)
    return bool(after) != bool(guard.unnoticed), row, [f"## Without: {guard.guard}", "```", false, "```", ""]


def main(count: int = CONCLUSIONS, file: str = "") -> int:
    describe = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(describe, capture_output=True, text=True, check=False).stdout.strip()
    start = time.process_time()
    found = search(count)
    lines = ["# What the falsifier finds", f"By `make soundness` at commit {commit}.", ""]
    lines += of_conclusions(found, time.process_time() - start)
    print("\n".join(lines), flush=True)
    rows, examples, blind = [], list[str](), list[str]()
    for guard in guards():
        right, row, false = without(guard, min(count, WITHOUT))
        rows.append(row)
        examples += false if row[2][0].isdigit() else []
        blind += [] if right else [guard.guard]
        print(" | ".join(row), flush=True)
    lines += table(("guard that is taken out", "in", "first false conclusion"), rows)
    lines += [f"**Not as it should be: {'; '.join(blind)}.**", ""] if blind else []
    if file:
        Path(file).write_text("\n".join(lines + examples).rstrip() + "\n", encoding="utf-8")
    if blind:
        print("Not as it should be:", *blind, sep="\n  ")
    return int(bool(found.faults or found.denied or found.strange or blind))


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(int(words[0]) if words else CONCLUSIONS, words[1] if len(words) > 1 else ""))
