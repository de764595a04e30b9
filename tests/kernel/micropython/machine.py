"""MicroPython under Node: the sources as it can take them, and what it answers to calls."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import bptt

PACKAGE = Path(bptt.__file__).parent
# By its path: the tests of the kernel import nothing of the site, and this file is not Sphinx's.
sys.path.append(str(PACKAGE / "site/micropython"))
from stripped import stand_ins, stripped  # noqa: E402

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
INTERPRETER = ROOT / "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
NODE = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))

runs = pytest.mark.skipif(
    not (NODE and INTERPRETER.exists()), reason="no Node, or MicroPython is not installed: run `npm ci`"
)


def sources(*rooms: str, beside: Sequence[Path] = ()) -> dict[str, str]:
    """Make the files that MicroPython gets: rooms and files of ours stripped, and what it lacks."""
    found = {"bptt/__init__.py": ""}
    for room in rooms:
        place = PACKAGE / room
        for path in place.rglob("*.py") if place.is_dir() else [place]:
            found[f"bptt/{path.relative_to(PACKAGE).as_posix()}"] = path.read_text(encoding="utf-8")
    found.update((path.name, path.read_text(encoding="utf-8")) for path in beside)
    return stripped(found) | stand_ins()


def answers(files: dict[str, str], before: str, calls: Sequence[str]) -> list[Any]:
    """Say what calls give under MicroPython."""
    asked = {"interpreter": str(INTERPRETER), "files": files, "before": before, "calls": calls}
    done = subprocess.run(
        [str(NODE), str(HERE / "run.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
