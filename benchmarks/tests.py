"""What `make test` costs in a clean clone, part by part: written to benchmarks/results/tests.md.

The last commit is cloned into a temporary folder, installed and tested there, which takes some ten minutes.
The machine should have nothing else to do; the seconds of processor time say more where it has.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/tests.md"
INSTALL = ["make", ".venv/.dev", "node_modules/.package-lock.json"]
TEST = [".venv/bin/python", "tests/everything.py"]  # what `make test` runs once all is installed
KERNEL = [".venv/bin/python", "-m", "pytest", "--quiet", "tests/kernel", "-m", "not slow"]
# seconds, and those of a processor, on two cores; reported and never asserted
BUDGETS = {
    "`make test`, with installation": (540, 780),
    "`make check`": (60, None),
    "the kernel's tests": (15, None),
}

# What a change brings more of, by the names of the tests about it: what is in parentheses names one of them.
KINDS = {
    "a chapter, in its tests": r"test_chapters::.*\[(?:chapters/)?([\w-]+/[a-z-]+?)(?:-\d+)?\]$",
    "a page, in a browser": r"test_pages::.*\[([\w/-]+\.html)",
    "a notebook, run elsewhere": r"test_it_gives_the_sites_outputs_again\[([\w/-]+)\]",
    "a break": r"test_the_break_is_noticed\[(.*)",
    "any other test": "(.*)",
}


class Cost(NamedTuple):
    """Seconds, and seconds of a processor."""

    wall: float
    work: float

    def __str__(self) -> str:
        return f"{self.wall:.0f} | {self.work:.0f}"


def cost(command: list[str], folder: Path) -> Cost:
    """Run a command that must succeed."""
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    after = os.times()
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    work = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - began, work)


def measured(clone: Path) -> tuple[dict[str, Cost], list[dict]]:
    """Install the clone and test it: the cost of each command, and what was noted of each part."""
    costs = {"installation": cost(INSTALL, clone), "all parts": cost(TEST, clone)}
    parts = json.loads((clone / "_build/tests/times.json").read_text("utf-8"))
    costs["`make test`, with installation"] = Cost(*map(sum, zip(*costs.values(), strict=True)))
    costs["`make check`"] = cost(["make", "check"], clone)
    costs["the kernel's tests"] = cost(KERNEL, clone)
    return costs, parts


def shares(parts: list[dict]) -> dict[str, tuple[int, float]]:
    """Share the processor time of the tests out among what they are about: how many, and seconds."""
    work: dict[str, float] = {}
    for part in parts:
        total = sum(part["tests"].values())
        work |= {name: part["work"] * seconds / total for name, seconds in part["tests"].items()}
    found = {}
    for kind, pattern in KINDS.items():
        about = {name: match[1] for name in work if (match := re.search(pattern, name))}
        found[kind] = len(set(about.values())), sum(work.pop(name) for name in about)
    return found


def report(costs: dict[str, Cost], parts: list[dict], chapters: int) -> str:
    lines = [
        "# What the tests cost",
        "",
        f"`make bench` measured this by `benchmarks/tests.py`, on {os.cpu_count()} cores, Python "
        f"{sys.version_info.major}.{sys.version_info.minor}, in a clean clone; all in seconds.",
        "",
        "| part | wall | processor | tests |",
        "|---|---:|---:|---:|",
        f"| installation | {costs['installation']} | |",
    ]
    for part in parts:
        lines.append(f"| {part['part']} | {Cost(part['wall'], part['work'])} | {len(part['tests']) or ''} |")
    lines += [
        "",
        "The book and the site's tests run beside the others.",
        "",
        "| in all | wall | processor | at most |",
    ]
    lines.append("|---|---:|---:|---:|")
    for name, most in BUDGETS.items():
        lines.append(f"| {name} | {costs[name]} | {' and '.join(str(s) for s in most if s)} |")
    book = next(part["work"] for part in parts if part["part"] == "book")
    lines += [
        "",
        "## What a change may add",
        "",
        "For each of these that it brings, what one costs now. "
        "Whoever needs more finds the time elsewhere, or says here what it buys.",
        "",
        "| | how many | processor | each |",
        "|---|---:|---:|---:|",
        f"| a chapter, executed and set | {chapters} | {book:.0f} | {book / chapters:.1f} |",
    ]
    for kind, (number, seconds) in shares(parts).items():
        lines.append(f"| {kind} | {number} | {seconds:.0f} | {seconds / max(number, 1):.2f} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        costs, parts = measured(clone)
        chapters = len(list((clone / "chapters").glob("*/*.md"))) - len(
            list((clone / "chapters/ledger").glob("*"))
        )
    RESULT.write_text(report(costs, parts, chapters), "utf-8")
    print(RESULT.read_text("utf-8"))
    return sum(
        value > most
        for name, budget in BUDGETS.items()
        for value, most in zip(costs[name], budget, strict=True)
        if most
    )


if __name__ == "__main__":
    sys.exit(main())
