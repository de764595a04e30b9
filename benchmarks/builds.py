"""How long the book takes to build: from nothing, unchanged, and with one chapter edited.

Each is compared with plain `jupyter-book build` of the same tree from nothing, in which Jupyter Book executes
the notebooks itself, one after the other. The number of rounds is the first argument, 2 without one; a round
takes some minutes. Every build is made in a copy of the book, in a temporary folder. The seconds of processor
time, in parentheses, say more where the machine has other work.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import yaml

from bptt.site import notebooks

ROOT = Path(__file__).parents[1]
OURS = [sys.executable, "-m", "bptt.site.build"]
PLAIN = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
MUST = {"from nothing": 0.75, "unchanged": 0.1, "one chapter edited": 0.25}

# What the book adds to Jupyter Book, less all that needs the outputs before the first page is read: executing
# the notebooks, offering them to take away, and the ledger. So the plain build has less to do than ours.
EXTENSION = """
from bptt.site import katex, landing, search, typeface
from docutils.parsers.rst import Directive

class Ledger(Directive):
    optional_arguments = 1
    def run(self):
        return []

def setup(app):
    app.add_config_value("comments_config", {}, "html")
    app.add_directive("ledger", Ledger)
    for part in (katex, typeface, landing, search):
        part.setup(app)
"""


def copied(folder: Path) -> Path:
    """Copy the book, without anything that was built."""
    made = shutil.ignore_patterns("_build", "node_modules", "conf.py", ".*", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=made)
    (folder / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    return folder


def made_plain(book: Path) -> Path:
    """Let Jupyter Book execute the notebooks itself."""
    file = book / "_config.yml"
    config = yaml.safe_load(file.read_text("utf-8"))
    config["execute"]["execute_notebooks"] = "force"
    extensions = config["sphinx"]["config"]["extensions"]
    config["sphinx"]["config"]["extensions"] = [
        *(name for name in extensions if "bptt" not in name),
        "plain",
    ]
    config["sphinx"]["local_extensions"] = {"plain": "."}  # where it is
    file.write_text(yaml.safe_dump(config), "utf-8")
    (book / "plain.py").write_text(EXTENSION, "utf-8")
    return book


class Times(NamedTuple):
    """The seconds that a build took, and those that it kept a processor busy."""

    wall: float
    work: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.work:.1f})"


def worked() -> float:
    """Count the processor seconds of the programs that were run so far."""
    times = os.times()
    return times.children_user + times.children_system


def build(command: list[str], book: Path) -> tuple[Times, str]:
    """Build a book: the time it took, and its log. A build that fails ends the benchmark."""
    started, before = time.perf_counter(), worked()
    done = subprocess.run(command, cwd=book, capture_output=True, text=True)
    seconds = Times(time.perf_counter() - started, worked() - before)
    log = done.stdout + done.stderr
    missing = [page for page in notebooks.pages(book) if not (book / f"_build/html/{page}.html").exists()]
    if done.returncode or missing:
        sys.exit(f"{log}\nthe build failed{missing and ': no page ' + ', '.join(missing)}")
    return seconds, log


def slowest(log: str) -> str:
    """Name the page that took longest to execute."""
    times = re.findall(r"^ *([\d.]+) s  (\S+)", log, re.MULTILINE)
    return max(times, key=lambda found: float(found[0]))[1]


def edit(chapter: Path) -> None:
    """Give a chapter one more cell, so that it must run again."""
    with chapter.open("a", encoding="utf-8") as file:
        file.write("\n```{code-cell}\n6 * 7\n```\n")


def measured(folder: Path) -> dict[str, Times]:
    plain, _ = build(PLAIN, made_plain(copied(folder / "plain")))
    book = copied(folder / "ours")
    cold, log = build(OURS, book)
    unchanged, _ = build(OURS, book)
    page = slowest(log)
    edit(book / f"{page}.md")
    edited, log = build(OURS, book)
    if re.findall(r" s  (\S+)", log) != [page]:
        sys.exit(f"{log}\nnot {page}, and {page} alone, was executed again")
    return {"plain": plain, "from nothing": cold, "unchanged": unchanged, "one chapter edited": edited}


def main() -> int:
    rounds = []
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 2):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(measured(Path(folder)))
        said = ", ".join(f"{name} {times}" for name, times in rounds[-1].items())
        print(f"round {number + 1}: {said}", flush=True)
    print(f"\n{os.cpu_count()} cores; against a plain build of the same round, median (least to most)")
    missed = 0
    for name, must in MUST.items():
        ratios = [times[name].wall / times["plain"].wall for times in rounds]
        median = statistics.median(ratios)
        missed += median > must
        print(f"{name:20}{median:6.2f}  ({min(ratios):.2f} to {max(ratios):.2f}), at most {must}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
