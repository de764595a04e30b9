"""What is said of the programs in tests/measure/programs: before they were written, and now.

python benchmarks/programs.py     writes benchmarks/results/programs.md

The package of before is taken from the history; it had `gradcheck` alone, which is called as one would then.
"""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# The tests know how to read a program, and what must be said of it.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "measure"))
from program import PATHS, Program, words
from transcripts import Transcript, transcript

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/programs.md"
BEFORE = "7fb5d6d"  # which brought the programs, and changed nothing else
PATIENCE = 30  # processor seconds for one program, before

ASK = """
import json, resource, runpy, signal, sys, time
from bptt.measure import gradcheck

def given_up(*_):
    raise TimeoutError(f"given up after {sys.argv[2]} s")

signal.signal(signal.SIGXCPU, given_up)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), resource.RLIM_INFINITY))
begun = time.process_time()
try:
    given = runpy.run_path(sys.argv[1])
    report = gradcheck(given["f"], given["grads"], given["params"])
    said, wrong = str(report), [one.name for one in report.failures(1e-9)]
except Exception as error:
    said, wrong = f"{type(error).__name__}: {error}", None
print(json.dumps([said, wrong, time.process_time() - begun]))
"""

# What a message says to do begins so.
WAYS = re.compile(
    r"central differences|Draw |Start each|Give |Keep |name each|Let f|\(write |there is vjpcheck|does f read"
)


@dataclass(frozen=True)
class Said:
    """What was said of a program, and in how many seconds of processor time."""

    one: Transcript
    seconds: float

    @property
    def program(self) -> Program:
        return self.one.program

    @property
    def has_slip(self) -> bool:
        return bool(self.program.wrong)

    @property
    def has_fault(self) -> bool:
        return "fault" in self.program.head

    @property
    def stuck(self) -> bool:
        """Whether there is no verdict on some tensor."""
        return self.one.wrong is None or "not decided" in self.one.said

    @property
    def outcome(self) -> str:
        if self.has_fault:
            return "said" if self.program.says(self.one.said) else "not said"
        if self.one.wrong is None:
            return "given up" if self.one.said.startswith("TimeoutError") else "refused"
        if not self.has_slip:
            return "called wrong" if self.one.falsely else "right"
        if not self.one.found:
            return "other tensors"
        return "found, named" if self.one.named else f"found, named {self.one.slip or 'nothing'}"


def before(folder: Path, path: Path) -> Said:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    ran = subprocess.run(
        [sys.executable, "-c", ASK, str(path), str(PATIENCE)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    said, wrong, seconds = json.loads(ran.stdout.splitlines()[-1])
    names = None if wrong is None else [words(name) for name in wrong]
    return Said(Transcript(Program(path), said, names, ""), seconds)


def now(path: Path) -> Said:
    begun = time.process_time()
    one = transcript(Program(path))
    return Said(one, time.process_time() - begun)


COUNTS: dict[str, tuple[Callable[[Said], bool], Callable[[Said], bool]]] = {
    "a slip: exactly the wrong tensors are called wrong": (lambda s: s.has_slip, lambda s: s.one.found),
    "a slip: named as the slip it is": (lambda s: s.has_slip, lambda s: s.one.named),
    "right: called wrong": (lambda s: not s.has_slip, lambda s: s.one.falsely),
    "right, and nothing at fault: refused, or given up": (
        lambda s: not s.has_slip and not s.has_fault,
        lambda s: s.one.wrong is None,
    ),
    "a fault of f or of the call: said": (lambda s: s.has_fault, lambda s: s.program.says(s.one.said)),
    "no verdict: the message names a way on": (lambda s: s.stuck, lambda s: bool(WAYS.search(s.one.said))),
}


# What came out when check-function first ran on those that were kept aside, in the order of COUNTS.
CAME_OUT = {
    "aside": ("5 of 5", "0 of 5", "0 of 9", "1 of 3", "4 of 6", "4 of 6"),
    "second_aside": ("7 of 7", "0 of 7", "0 of 3", "0 of 3", "0 of 0", "0 of 0"),
    "third_aside": ("9 of 10", "5 of 10", "0 of 4", "0 of 4", "0 of 0", "1 of 1"),
}


def counted(all_said: Sequence[Said], key: str) -> str:
    among, counts = COUNTS[key]
    some = [one for one in all_said if among(one)]
    return f"{sum(map(counts, some))} of {len(some)}"


def folder(said: Said) -> str:
    return said.program.name.rpartition("/")[0]


def report(first: Sequence[Said], last: Sequence[Said]) -> str:
    lines = [
        "# What is said of people's programs",
        "",
        f"`benchmarks/programs.py` ran the {len(last)} programs of `tests/measure/programs`, before with the "
        f"package of commit {BEFORE}, which had `gradcheck` alone, and now with `check-function`.",
        "Those of the three folders were kept aside: *first* is what came out when they were run once, with "
        "nothing changed for them. What is now said of each stands in `tests/measure/transcripts`.",
        "",
        "The kinds of slips of the first two sets were mended after that, so there *now* is no measure of "
        "what an unseen program gets. The third set is that measure: its author knew neither the package nor "
        "its words, and nothing was changed for it but the seconds that a search may take, from two to four. "
        "It came out on a machine with a load of 12, where two programs ran out of time; and one, whose "
        "states are in an array of real numbers, was sent to central differences, which *now* are taken.",
        "",
        f"| | before | now |{''.join(f' {name}: before | first | now |' for name in CAME_OUT)}",
        f"|---|---:|---:|{'---:|---:|---:|' * len(CAME_OUT)}",
    ]
    for place, key in enumerate(COUNTS):
        cells = []
        for where in ("", *CAME_OUT):
            then, today = (
                counted([one for one in said if folder(one) == where], key) for said in (first, last)
            )
            cells += [then, *(CAME_OUT[where][place : place + 1] if where else ()), today]
        lines.append(f"| {key} | {' | '.join(cells)} |")
    lines += [
        "",
        "A slip counts as named if it has the name that the head of the program gives it, or that slip's "
        "name in the package. A way on is a thing to do, such as *measure by central differences*.",
        "",
        "| program | slip or fault | before | s | now | s |",
        "|---|---|---|---:|---|---:|",
    ]
    for one, two in zip(first, last, strict=True):
        head = one.program.head
        lines.append(
            f"| {one.program.name} | {head.get('slip', head.get('fault', ''))} "
            f"| {one.outcome} | {one.seconds:.1f} | {two.outcome} | {two.seconds:.1f} |"
        )
    lines += [
        "",
        "The times are of the processor; where a slip is to be named, changes of the source are tried. "
        f"Before, a program was given up after {PATIENCE} s.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    packed = subprocess.run(["git", "archive", BEFORE, "src"], cwd=ROOT, capture_output=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        first = [before(Path(folder), path) for path in PATHS]
    RESULT.write_text(report(first, [now(path) for path in PATHS]), "utf-8")
    print(f"written: {RESULT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
