"""Lines broken on purpose: each in a copy of the sources, with the test that notices it and how.

They are listed in the files beside this one. To write another, see which tests notice it:

    python tests/breaks/breaks.py kernel/rules.py "if rest:" "if False:" kernel/test_proofs.py
"""

import argparse
import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import yaml

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SOURCES = ROOT / "src"
TIME = 300  # processor seconds after which a break has not come to an end
# What the sources and the tests import of others.
OTHERS = (
    "bs4",
    "jupyter_book.cli.main",
    "jupyter_cache.cache.main",
    "matplotlib.pyplot",
    "myst_nb.core.read",
    "nbclient",
    "numpy.random",
    "playwright.sync_api",
    "pypdf",
    "sphinx_external_toc.parsing",
    "sympy",
)
OPTIONS = ["--quiet", "--no-header", "--tb=native", "-p", "witness", "-p", "no:cacheprovider"]


class NotNoticed(Exception):
    """The named test passed, failed in another way, or did not run."""


@dataclass(frozen=True)
class Break:
    """One text of one file replaced, and the test and the exception that say so."""

    breaks: str
    file: str
    old: str
    new: str
    by: str
    noticed: str

    def broken(self) -> str:
        """Return the file with the break in it. Raises ValueError if the sources have moved on."""
        return replaced(SOURCES / "bptt" / self.file, self.old, self.new)

    def outcomes(self, *tests: str) -> "Outcomes":
        """Run tests, in a process of their own, on a copy of the sources with the break in it."""
        return outcomes_with(self.file, self.broken(), *tests)

    def check(self) -> None:
        """Raise NotNoticed unless the named test, and it alone, fails by the named exception."""
        ran = self.outcomes(self.by)
        if list(ran.of) != [self.by]:
            raise NotNoticed(f"{self.by} is not one test that ran, but {len(ran.of)}:\n{ran.said}")
        word, _ = ran.of[self.by]
        if word != self.noticed:
            raise NotNoticed(f"expected {self.noticed} of {self.by}, not {word}:\n{ran.said}")


@dataclass(frozen=True)
class Outcomes:
    """What became of each test, with the seconds that it took, and how pytest ended.

    Its code is less than 0 where a signal ended it; ``seconds`` are those of the processor.
    """

    of: dict[str, tuple[str, float]]
    said: str
    code: int
    seconds: float


def replaced(file: Path, old: str, new: str) -> str:
    """Return a file with one text in place of another, which must stand there once; else raise ValueError."""
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times in {file.name}")
    if new == old:
        raise ValueError(f"{old!r} in {file.name}: nothing is changed")
    return text.replace(old, new)


def copied(folder: Path) -> Path:
    """Copy the sources into a folder, with what is compiled already: Python trusts it by time and size."""
    return shutil.copytree(SOURCES, folder / "src", ignore=shutil.ignore_patterns(".*"))


@cache
def nursery(worker: int) -> subprocess.Popen[str]:
    """Start a process that forks one for each break. This one waits for its end: its time counts.

    Ctrl-C does not reach it, so that what runs comes to its end.
    """
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("nursery.py"), *OTHERS],
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    atexit.register(process.communicate)
    return process


def outcomes(
    sources: Path,
    *tests: str,
    options: Sequence[str] = (),
    root: Path = ROOT,
    limit: float = TIME,
    worker: int = 0,
) -> Outcomes:
    """Run tests, named as under ``tests/`` of a root, in a process of their own on these sources.

    ``limit`` is in seconds of the processor. What is run side by side takes workers of different numbers.
    """
    with tempfile.TemporaryDirectory() as folder:
        seen, said = Path(folder) / "seen", Path(folder) / "said"
        seen.write_text("{}", encoding="utf-8")  # all there is, if pytest does not even begin
        asked = {
            "folder": str(root),
            "path": [str(sources), str(Path(__file__).parent)],  # before an installed package
            "call": "pytest",
            "options": [*OPTIONS, *options, *(f"tests/{test}" for test in tests)],
            "environment": {"WITNESS": str(seen)},
            "said": str(said),
            "limit": limit,
        }
        process = nursery(worker)
        assert process.stdin
        assert process.stdout
        print(json.dumps(asked), file=process.stdin, flush=True)
        code, seconds = process.stdout.readline().split()
        of = json.loads(seen.read_text(encoding="utf-8"))
        return Outcomes(
            {test.removeprefix("tests/"): (word, seconds) for test, (word, seconds) in of.items()},
            said.read_text(encoding="utf-8"),
            int(code),
            float(seconds),
        )


def outcomes_with(file: str, text: str, *tests: str, options: Sequence[str] = ()) -> Outcomes:
    """Run tests on a copy of the sources in which one file reads as given."""
    copy, times = of_this_process()
    changed = copy / "bptt" / file
    changed.write_text(text, encoding="utf-8")
    os.utime(changed, (next(times),) * 2)  # at that time no other text was compiled
    try:
        return outcomes(copy, *tests, options=options)
    finally:
        shutil.copy2(SOURCES / "bptt" / file, changed)


@cache
def of_this_process() -> tuple[Path, Iterator[int]]:
    """Copy the sources once for all breaks that a process tries, and count these."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return copied(Path(folder)), count(1)


def listed() -> dict[str, list[Break]]:
    """Read all breaks: those of each room."""
    files = sorted(Path(__file__).parent.glob("*.yml"))
    return {
        file.stem: [Break(**entry) for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)]
        for file in files
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Say which tests notice a break, and by which exception.")
    parser.add_argument("file", help="under src/bptt")
    parser.add_argument("old", help="stands in the file once")
    parser.add_argument("new")
    parser.add_argument("tests", nargs="+", help="files or tests under tests/")
    given = parser.parse_args()
    ran = Break("tried", given.file, given.old, given.new, "", "").outcomes(*given.tests)
    failed = {test: found for test, found in ran.of.items() if found[0] not in ("passed", "skipped")}
    for test, (word, seconds) in sorted(failed.items(), key=lambda item: item[1][1]):
        print(f"{seconds:7.3f} s  {word:20}  {test}")
    print(f"{len(failed)} of {len(ran.of)} tests notice it" if ran.of else ran.said)


if __name__ == "__main__":
    main()
