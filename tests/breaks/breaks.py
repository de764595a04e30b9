"""Lines broken on purpose: each in a copy of the sources, with the test that notices it and how.

They are listed in the files beside this one. To write another, see which tests notice it:

    python tests/breaks/breaks.py kernel/rules.py "if rest:" "if False:" kernel/test_proofs.py
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SOURCES = ROOT / "src"


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
        source = (SOURCES / "bptt" / self.file).read_text(encoding="utf-8")
        if source.count(self.old) != 1:
            raise ValueError(f"{self.old!r} stands {source.count(self.old)} times in {self.file}")
        if self.new == self.old:
            raise ValueError(f"{self.breaks}: nothing is changed")
        return source.replace(self.old, self.new)

    def outcomes(self, *tests: str) -> "Outcomes":
        """Run tests, in a process of their own, on a copy of the sources with the break in it."""
        with tempfile.TemporaryDirectory() as folder:
            copy = copied(Path(folder))
            (copy / "bptt" / self.file).write_text(self.broken(), encoding="utf-8")
            return outcomes(copy, *tests)

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
    """What became of each test, with the seconds that it took, and all that pytest said."""

    of: dict[str, tuple[str, float]]
    said: str


def copied(folder: Path) -> Path:
    """Copy the sources into a folder, with what is compiled already: Python trusts it by time and size."""
    return shutil.copytree(SOURCES, folder / "src", ignore=shutil.ignore_patterns(".*"))


def outcomes(sources: Path, *tests: str) -> Outcomes:
    """Run tests, named as under ``tests/``, in a process of their own on these sources."""
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "seen"
        seen.write_text("{}", encoding="utf-8")  # all there is, if pytest does not even begin
        # The sources must come before an installed package.
        path = os.pathsep.join([str(sources), str(Path(__file__).parent)])
        environment = {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "WITNESS": str(seen)}
        options = ["--quiet", "--no-header", "--tb=short", "-p", "witness", "-p", "no:cacheprovider"]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *(f"tests/{test}" for test in tests)],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        of = json.loads(seen.read_text(encoding="utf-8"))
    return Outcomes(
        {test.removeprefix("tests/"): (word, seconds) for test, (word, seconds) in of.items()},
        ran.stdout + ran.stderr,
    )


def listed() -> dict[str, list[Break]]:
    """Read all breaks: those of each room."""
    files = sorted(Path(__file__).parent.glob("*.yml"))
    return {
        file.stem: [Break(**entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]
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
