"""Takes guards out of the kernel, one by one, and looks for what is false then."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "breaks"))
from breaks import Break, copied


@dataclass(frozen=True)
class Guard:
    """A text of the sources, what stands there without the guard, and why that is not noticed, if it is not."""

    guard: str
    file: str
    old: str
    new: str
    unnoticed: str = ""

    def without(self, most: int) -> "tuple[int, str]":
        """Count the conclusions until one is false, in a process of its own; 0 if none of so many is.

        The second is the false conclusion.
        """
        with tempfile.TemporaryDirectory() as folder:
            copy = copied(Path(folder))
            broken = Break(self.guard, self.file, self.old, self.new, "", "").broken()
            (copy / "bptt" / self.file).write_text(broken, encoding="utf-8")
            path = os.pathsep.join([str(copy), str(HERE.parent)])
            ran = subprocess.run(
                [sys.executable, "-m", "falsifier.guards", str(most)],
                env={**os.environ, "PYTHONPATH": path},
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
        if ran.returncode:
            raise RuntimeError(f"{self.guard}: {ran.stderr}")
        after, lines = json.loads(ran.stdout)
        return after, "\n".join(lines)


def guards() -> list[Guard]:
    """Read the list."""
    return [Guard(**entry) for entry in yaml.safe_load((HERE / "guards.yml").read_text(encoding="utf-8"))]


def first_fault(most: int) -> "tuple[int, list[str]]":
    from falsifier.search import search

    found = search(most, enough=lambda found: bool(found.faults))
    return (found.faults[0].after, found.faults[0].lines()) if found.faults else (0, [])


if __name__ == "__main__":
    print(json.dumps(first_fault(int(sys.argv[1]))))
