"""Takes guards out of the kernel, one by one, and looks for what is false then."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "breaks"))
from breaks import copied, replaced  # noqa: E402 (its folder is no package)


@dataclass(frozen=True)
class Guard:
    """A text of the sources, what stands there without the guard, and why that is not noticed, if it is not.

    ``beside`` names another guard that must be out as well: each of the two is enough. ``family`` names the
    theorems that meet the guard, where among all of them these are few.
    """

    guard: str
    file: str
    old: str
    new: str
    beside: str = ""
    family: str = ""
    unnoticed: str = ""

    def broken(self, package: Path) -> str:
        """Return its file without it. Raises ValueError if the sources have moved on."""
        return replaced(package / self.file, self.old, self.new)

    def without(self, most: int) -> "tuple[int, str]":
        """Count the conclusions until one is false, in a process of its own; 0 if none of so many is.

        The second is the false conclusion.
        """
        with tempfile.TemporaryDirectory() as folder:
            copy = copied(Path(folder))
            for guard in guards():
                if guard.guard in (self.guard, self.beside):
                    broken = guard.broken(copy / "bptt")
                    (copy / "bptt" / guard.file).write_text(broken, encoding="utf-8")
            path = os.pathsep.join([str(copy), str(HERE.parent)])
            ran = subprocess.run(
                [sys.executable, "-m", "falsifier.guards", str(most), self.family, self.beside],
                env={**os.environ, "PYTHONPATH": path},
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
        if ran.returncode:
            raise RuntimeError(f"{self.guard}: {ran.stderr}")
        after, lines = json.loads(ran.stdout)
        return after, "\n".join(lines)


@cache
def guards() -> list[Guard]:
    """Read the list."""
    return [Guard(**entry) for entry in yaml.safe_load((HERE / "guards.yml").read_text(encoding="utf-8"))]


def first_fault(most: int, family: str, kinds: "tuple[str, ...]") -> "tuple[int, list[str]]":
    """Make and judge theorems until one is false."""
    from falsifier.search import search

    def those(faults: "list[Any]") -> "list[Any]":
        return [fault for fault in faults if fault.made.verdict.kind in kinds]

    faults = those(search(most, lambda found: bool(those(found.faults)), family).faults)
    return (faults[0].after, faults[0].lines()) if faults else (0, [])


if __name__ == "__main__":
    from falsifier.judge import FALSE, FAULTS, OPEN

    # What is printed says nothing of a guard beside which the reading of it was let go.
    count, family, beside = sys.argv[1:]
    print(json.dumps(first_fault(int(count), family, (FALSE, OPEN) if beside else FAULTS)))
