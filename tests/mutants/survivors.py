"""Break files in many small ways, one at a time, and list the breaks that no test of their room notices.

    python tests/mutants/survivors.py src/bptt/numeric/losses.py
    python tests/mutants/survivors.py src/bptt/kernel --sample 200 --seed 1
    python tests/mutants/survivors.py src/bptt/kernel/proof/index_form.py --quick --again

Each break is tried in a copy of the project, so the files at hand may be edited meanwhile.
Stopped by Ctrl-C, it goes on from there when it is called again, unless a source or a test has changed.
The list of a file stands beside this one: who reads it writes the verdicts, and the next run keeps them.
"""

import argparse
import hashlib
import os
import queue
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import yaml
from mutate import Mutant, mutants

sys.path.insert(0, str(Path(__file__).parents[1] / "breaks"))
import breaks

# The quick ones first: most breaks need no more. What needs the built site is not asked.
ROUNDS = ("not slow and not site", "slow and not site")
OPTIONS = ["-o", "addopts=", "-x"]
# It reads the text of the sources, and would notice a change that changes nothing.
OPTIONS += ["--deselect", "tests/kernel/test_falsifier.py::test_a_guard_stands_where_the_list_says"]
PASSED, NO_TESTS, TIME_IS_UP = 0, 5, (-signal.SIGPROF, -signal.SIGALRM)  # what pytest ends with
OUTCOMES = ("killed", "out of time", "survived")
TO_DO = "to do"


class Project:
    """A folder with sources and tests, and what belongs to one of its sources."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.package = root / "src" / "bptt"

    def files(self, path: Path) -> list[Path]:
        """List the sources at a path, as they are called in the package."""
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        return [file.resolve().relative_to(self.package.resolve()) for file in found]

    def tests(self, file: Path) -> list[str]:
        """List the test files of the file's room, that of its own name first; it may stand in no room."""
        own = f"test_{file.stem}.py"
        tests = self.root / "tests"
        found = sorted(tests.glob(f"{file.parts[0]}/test_*.py" if file.parts[1:] else own))
        found.sort(key=lambda path: path.name != own)
        if not found:
            raise SystemExit(f"{file} has no tests of its own")
        return [path.relative_to(tests).as_posix() for path in found]

    def list_of(self, file: Path) -> Path:
        return self.root / "tests" / "mutants" / f"{'.'.join(file.with_suffix('').parts)}.yml"

    def journal_of(self, file: Path, rounds: Sequence[str] = ROUNDS) -> Path:
        """Name the file that notes outcomes as they come, by all that they depend on."""
        rooms = {(self.root / "tests" / test).parent for test in self.tests(file)}
        folders = [self.package, Path(__file__).parent, *rooms]
        digest = hashlib.sha256(f"{sys.version} {rounds}".encode())
        for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
            digest.update(path.read_bytes())
        return self.root / "_build" / "mutants" / f"{self.list_of(file).stem}.{digest.hexdigest()[:16]}"


class Copy:
    """A copy of a project, in which one file at a time is broken and tested."""

    def __init__(self, project: Project, place: Path, file: Path, worker: int = 0) -> None:
        self.root = place
        self.worker = worker
        self.file = place / "src" / "bptt" / file
        self.tests = project.tests(file)
        self.kills: Counter[str] = Counter()
        shutil.copytree(project.root, place, ignore=shutil.ignore_patterns(".*", "_build", "node_modules"))

    def outcome(self, source: str, limits: dict[str, float]) -> str:
        """Tell what becomes of a source: killed, out of time, or survived.

        The file of tests that has killed most is asked first, and alone: most breaks need no more.
        """
        self.file.write_text(source, encoding="utf-8")
        # Python would take the compiled file for this one where size and second agree.
        for compiled in self.file.parent.glob(f"__pycache__/{self.file.stem}.*.pyc"):
            compiled.unlink()
        for marks, limit in limits.items():
            first, *others = sorted(self.tests, key=lambda test: -self.kills[test])
            for tests in filter(None, ([first], others)):
                ran = self.test(marks, limit, tests)
                if ran.code in TIME_IS_UP:
                    return "out of time"
                if ran.code not in (PASSED, NO_TESTS):
                    failed = [test for test, (word, _) in ran.of.items() if word not in ("passed", "skipped")]
                    self.kills.update(test.partition("::")[0] for test in failed)
                    return "killed"
        return "survived"

    def test(self, marks: str, limit: float, tests: Sequence[str]) -> breaks.Outcomes:
        """Run tests until the first failure."""
        return breaks.outcomes(
            self.root / "src",
            *tests,
            options=[*OPTIONS, "-m", marks],
            root=self.root,
            limit=limit,
            worker=self.worker,
        )

    def limits(self, rounds: Sequence[str], shortest: float) -> dict[str, float]:
        """Time the tests of the file as it is, which must pass, and see that they do import it."""
        limits = {}
        for marks in rounds:
            ran = self.test(marks, 3600, self.tests)
            if ran.code not in (PASSED, NO_TESTS):
                raise SystemExit(f"nothing is broken yet, and these fail: {' '.join(self.tests)}\n{ran.said}")
            if ran.code == PASSED:
                limits[marks] = shortest + 2 * ran.seconds
        if self.outcome("raise RuntimeError", limits) == "survived":
            raise SystemExit(f"no test imports {self.file.name}: {' '.join(self.tests)}")
        return limits


def outcomes(
    project: Project, file: Path, chosen: dict[int, Mutant], asked: argparse.Namespace
) -> dict[int, str]:
    """Find out what becomes of the chosen mutants of a file."""
    rounds = ROUNDS[:1] if asked.quick else ROUNDS
    journal = project.journal_of(file, rounds)
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.touch()
    lines = (line.split(" ", 1) for line in journal.read_text(encoding="utf-8").splitlines())
    known = {int(number): outcome for number, outcome in lines}
    left = chosen.keys() - known.keys()
    with tempfile.TemporaryDirectory() as place, journal.open("a", encoding="utf-8") as notes:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for worker in range(min(len(left), asked.at_once)):
            copies.put(Copy(project, Path(place, str(worker)), file, worker))
        if left:
            copies.put(copy := copies.get())
            limits = copy.limits(rounds, asked.shortest)

        def tried(number: int) -> str:
            copy = copies.get()
            try:
                return copy.outcome(chosen[number].source, limits)
            finally:
                copies.put(copy)

        pool = ThreadPoolExecutor(max(1, copies.qsize()))
        runs = {pool.submit(tried, number): number for number in sorted(left)}
        try:
            for done, run in enumerate(as_completed(runs), 1):
                known[runs[run]] = run.result()
                print(runs[run], run.result(), file=notes, flush=True)
                print(f"\r{file}: {done} of {len(left)}", end="", file=sys.stderr, flush=True)
        finally:  # after Ctrl-C too, as soon as those that run have come to their end
            pool.shutdown(cancel_futures=True)
            print(file=sys.stderr)
    return {number: known[number] for number in chosen}


def listed(before: dict, every: dict[int, Mutant], outcomes: dict[int, str], how: str) -> dict:
    """Make the list of a file: the counts of a run, and each survivor with the verdict that it had.

    What was not tried this time stays as it was.
    """
    verdicts = defaultdict(list)
    for survivor in before.get("survivors", ()):
        verdicts[survivor["within"], survivor["old"], survivor["new"]].append(survivor["verdict"])
    survivors = []
    for number, mutant in every.items():
        place = {"within": mutant.within, "old": mutant.old, "new": mutant.new}
        known = verdicts[tuple(place.values())]
        if outcomes.get(number) == "survived" or (number not in outcomes and known):
            verdict = known.pop(0) if known else TO_DO
            survivors.append({"line": mutant.line, **place, "verdict": verdict})
    counts = Counter(outcomes.values())
    return {
        "tried": f"{len(outcomes)} of {len(every)}{how}",
        **{outcome: counts[outcome] for outcome in OUTCOMES},
        "survivors": survivors,
    }


def listed_again(before: dict, now: dict) -> dict:
    """Count what was killed now with what was killed before, of the same number of mutants."""
    if before["tried"].split()[2].strip(",") != now["tried"].split()[2].strip(","):
        raise SystemExit("there are not as many mutants as before: try all of them")
    slow = before["out of time"] + now["out of time"]
    killed = sum(before[outcome] for outcome in OUTCOMES) - slow - now["survived"]
    return {**now, "tried": before["tried"], "killed": killed, "out of time": slow}


def main(project: Project, *arguments: str) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, help="a file or a folder of src/bptt")
    parser.add_argument("--sample", type=int, help="try so many, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="ask the quick tests only")
    parser.add_argument("--again", action="store_true", help="try what the list has, after tests were added")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="so many side by side")
    parser.add_argument("--shortest", type=float, default=5, help="the least time limit, in seconds")
    asked = parser.parse_args(arguments)
    every = {
        file: dict(enumerate(mutants((project.package / file).read_text(encoding="utf-8"))))
        for file in project.files(asked.path)
    }
    places = [(file, number) for file in every for number in every[file]]
    drawn = random.Random(asked.seed).sample(places, min(asked.sample or len(places), len(places)))
    for file, mine in every.items():
        path = project.list_of(file)
        before = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        chosen = {number: mine[number] for number in sorted(number for of, number in drawn if of == file)}
        if asked.again:
            old = [(survivor["old"], survivor["new"]) for survivor in before.get("survivors", ())]
            chosen = {number: m for number, m in mine.items() if (m.old, m.new) in old}
        if not chosen:
            continue
        how = f", drawn with seed {asked.seed}" if len(chosen) < len(mine) else ""
        how += ", by the quick tests" if asked.quick else ""
        content = listed(before, mine, outcomes(project, file, chosen, asked), how)
        if asked.again:
            content = listed_again(before, content)
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
        path.write_text(
            f"# {file.as_posix()}: renewed by `make mutants`, verdicts by hand.\n{text}", encoding="utf-8"
        )
        print(f"{file}: {content['survived']} of {len(chosen)} survived: {path.relative_to(project.root)}")


if __name__ == "__main__":
    try:
        main(Project(Path(__file__).parents[2]), *sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit("stopped: the same command goes on from here") from None
