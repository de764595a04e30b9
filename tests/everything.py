"""Run everything that must hold, or the parts that are named: `python tests/everything.py style quick`.

What needs no site runs beside the building of the book. Each part says when it begins and how it ended; what
a part that failed had to say is printed whole, and all of it is kept in `_build/tests`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "_build/tests"
BIN = Path(sys.executable).parent
SLOWEST = 5  # tests that the last line names

Command = list[str]


def pytest(*chosen: str) -> Command:
    return [sys.executable, "-m", "pytest", "--quiet", "--color=no", "-n", "auto", *chosen]


# The parts of a lane wait for each other, and not for those of the other lane.
LANES: list[dict[str, list[Command]]] = [
    {
        "book": [[sys.executable, "-m", "bptt.site.build"]],
        "site": [pytest("tests/site", "-m", "site")],
    },
    {
        "style": [[str(BIN / "ruff"), "check", "."], [str(BIN / "mypy")], [str(BIN / "lint-imports")]],
        "quick": [pytest("-m", "not slow and not site")],
        "long": [pytest("-m", "slow and not site")],
    },
]
WHAT = {
    "book": "every notebook executed and the site built, from nothing",
    "site": "the tests of the built site, in a browser and on paper",
    "style": "style, types, and which package may import which",
    "quick": "the quick tests",
    "long": "the long tests: breaks, chapters, short books, random formulas",
}


@dataclass(frozen=True)
class Ran:
    """A part that was run: the seconds it took, what it said, and how long each of its tests took."""

    part: str
    passed: bool
    wall: float = 0
    work: float = 0  # of a processor
    said: str = ""
    tests: Mapping[str, float] = field(default_factory=dict)
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        ended = "passed" if self.passed else "FAILED"
        counted = f", {len(self.tests)} tests" if self.tests else ""
        return f"{self.part:6}{ended} in {lasting(self.wall, self.work)}{counted}"


def lasting(wall: float, work: float) -> str:
    return f"{duration(wall)} ({duration(work)} of processor time)"


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def run(part: str, commands: list[Command]) -> Ran:
    """Run the commands of a part, all of them, whether or not one fails."""
    log, report = KEPT / f"{part}.txt", KEPT / f"{part}.xml"
    began, passed, work = time.monotonic(), True, 0.0
    with log.open("wb") as output:
        for command in commands:
            reporting = [f"--junitxml={report}"] if "pytest" in command else []
            process = subprocess.Popen([*command, *reporting], cwd=ROOT, stdout=output, stderr=output)
            code, worked = end_of(process)
            passed, work = passed and not code, work + worked
    wall, said = time.monotonic() - began, log.read_text("utf-8", errors="replace")
    if not report.exists():
        return Ran(part, passed, wall, work, said, failed=int(not passed))
    cases = list(ElementTree.parse(report).iter("testcase"))
    tests = {f"{case.get('classname')}::{case.get('name')}": float(case.get("time", 0)) for case in cases}
    failed, skipped = (
        sum(any(case.find(kind) is not None for kind in kinds) for case in cases)
        for kinds in (("failure", "error"), ("skipped",))
    )
    return Ran(part, passed, wall, work, said, tests, failed or int(not passed), skipped)


def end_of(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Wait for a process: its exit code, and the processor seconds of it and of all that it waited for."""
    if not hasattr(os, "wait4"):  # on Windows, which counts no time of what a process starts
        return process.wait(), 0.0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime


def run_lane(lane: Mapping[str, list[Command]]) -> list[Ran]:
    """Run the parts of a lane one after the other, each whatever became of those before it."""
    done: list[Ran] = []
    for part, commands in lane.items():
        if part == "site" and any(ran.part == "book" and not ran.passed for ran in done):
            print("site  FAILED: there is none, for the book was not built", flush=True)
            done.append(Ran(part, passed=False, failed=1))
            continue
        print(f"{part:6}begins: {WHAT[part]}", flush=True)
        ran = run(part, commands)
        told = ran.said.splitlines() if not ran.passed else left_out(ran.said)
        print("\n".join([*told, str(ran)]), flush=True)
        done.append(ran)
    return done


def left_out(said: str) -> list[str]:
    """Find the lines that say which tests were not run, and why."""
    return re.findall(r"^(?:SKIPPED|XFAIL).*", said, re.MULTILINE)


def summary(done: list[Ran], wall: float) -> str:
    """Count the tests, and say how long all took and which tests were slowest."""
    failed, skipped = (sum(getattr(ran, kind) for ran in done) for kind in ("failed", "skipped"))
    lines = [f"FAILED: {', '.join(ran.part for ran in done if not ran.passed)}"] if failed else []
    times = {test: seconds for ran in done for test, seconds in ran.tests.items()}
    last = f"all in {lasting(wall, sum(ran.work for ran in done))}"
    if times:
        of_tests = sum(ran.failed for ran in done if ran.tests)
        lines.append(f"{len(times) - of_tests - skipped} passed, {failed} failed, {skipped} skipped")
        slowest = sorted(times, key=lambda test: -times[test])[:SLOWEST]
        last += "; slowest: " + ", ".join(f"{test} {times[test]:.0f} s" for test in slowest)
    return "\n".join([*lines, last])


def run_all(lanes: list[dict[str, list[Command]]]) -> int:
    """Run the lanes side by side, and return how many parts failed."""
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    began = time.monotonic()
    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        done = [ran for ran_here in side_by_side.map(run_lane, lanes) for ran in ran_here]
    (KEPT / "times.json").write_text(json.dumps([asdict(ran) for ran in done]), "utf-8")
    print(summary(done, time.monotonic() - began))
    return sum(not ran.passed for ran in done)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run everything that must hold, or some parts of it.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(WHAT)}")
    chosen = parser.parse_args().parts or [*WHAT]
    if unknown := set(chosen) - set(WHAT):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    if "book" in chosen:
        shutil.rmtree(ROOT / "_build", ignore_errors=True)
    return run_all([{part: lane[part] for part in lane if part in chosen} for lane in LANES])


if __name__ == "__main__":
    sys.exit(main())
