"""The kernel under MicroPython, which a page can run: it says there what it says here."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from micropython.stripped import stripped

import bptt.kernel

KERNEL = Path(bptt.kernel.__file__).parent
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INTERPRETER = ROOT / "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
NODE = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))

pytestmark = pytest.mark.slow
runs = pytest.mark.skipif(
    not (NODE and INTERPRETER.exists()), reason="no Node, or MicroPython is not installed: run `npm ci`"
)


def verdicts() -> ModuleType:
    """Import what says a verdict; beside it stands what only MicroPython may import."""
    spec = importlib.util.spec_from_file_location("verdicts", HERE / "micropython/lib/verdicts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def here() -> dict[str, str]:
    """Say what the kernel says of each claim in this Python."""
    module = verdicts()
    return {name: module.verdict(name) for name in module.CLAIMS}


@cache
def files() -> dict[str, str]:
    """Make the files that MicroPython gets: the kernel and the claims stripped, and what it lacks."""
    sources = {
        f"bptt/kernel/{path.relative_to(KERNEL).as_posix()}": path.read_text(encoding="utf-8")
        for path in KERNEL.rglob("*.py")
    }
    sources["bptt/__init__.py"] = ""
    sources.update((path.name, path.read_text(encoding="utf-8")) for path in HERE.glob("known_claims*.py"))
    lacking = {
        path.name: path.read_text(encoding="utf-8") for path in (HERE / "micropython/lib").glob("*.py")
    }
    return stripped(sources) | lacking


def there(files: dict[str, str], claims: list[str]) -> dict[str, str]:
    """Say what the kernel says of claims under MicroPython."""
    asked = {
        "interpreter": str(INTERPRETER),
        "files": files,
        "before": "import verdicts",
        "calls": [f"verdicts.verdict({claim!r})" for claim in claims],
    }
    done = subprocess.run(
        [str(NODE), str(HERE / "micropython/run.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.returncode, done.stderr
    return dict(zip(claims, map(json.loads, done.stdout.splitlines()), strict=True))


@runs
def test_what_is_said_of_a_claim_is_the_same_to_the_letter() -> None:
    """The verdict, what is assumed, the run that refutes, and the reason of what is undecided."""
    verdicts = {said.partition(":")[0] for said in here().values()}
    assert verdicts == {"Theorem", "Refuted", "Undecided", "Vacuous"}
    assert there(files(), list(here())) == here()


# A rule that is broken, and a claim of which it says something else then.
BROKEN = {
    "TRUE: tanh is odd": ("normal_form.py", "Fraction(-1) ** power", "Fraction(1) ** power"),
    "TRUE: a sum squared": ("polynomial.py", "right = term.freshen()", "right = term"),
    "FALSE: f is not odd": ("normal_form.py", "function == TANH and leads", "leads"),
    "TRUE: telescoping by two": (
        "normal_form_time.py",
        "at(last - n, term.coefficient)",
        "at(last, term.coefficient)",
    ),
}


@runs
@pytest.mark.parametrize("claim", BROKEN)
def test_a_broken_rule_says_something_else(claim: str) -> None:
    name, old, new = BROKEN[claim]
    path = f"bptt/kernel/proof/{name}"
    source = files()[path]
    assert source.count(old) == 1
    assert there(files() | {path: source.replace(old, new)}, [claim]) != {claim: here()[claim]}


def test_nothing_is_stripped_that_is_computed() -> None:
    sources = {
        "a.py": '"""A."""\nfrom typing import Any\nfrom b import N, f\nPlace = int | None\nValue = Any\n'
        "N = f(1)\n",
        "b.py": "from collections.abc import Iterator\nfrom itertools import count, permutations\n"
        'class N:\n    """N."""\n    size: int\n'
        'def f(n: "int") -> int:\n    """F."""\n    m: list[int] = [n]\n    return m[0]\n',
        "c.py": "from a import Place, N\nPlace\n",
    }
    assert stripped(sources) == {
        "a.py": "from b import N, f\nN = f(1)\n",
        "b.py": "from itertools import count\nfrom iterate import permutations\n\n"
        "class N:\n    pass\n\ndef f(n):\n    m = [n]\n    return m[0]\n",
        "c.py": "from a import N\nPlace\n",
    }
