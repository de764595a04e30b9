"""The kernel under MicroPython, which a page can run: it says there what it says here."""

from functools import cache
from pathlib import Path

import pytest
from micropython import verdicts
from micropython.machine import answers, runs, sources, stripped

HERE = Path(__file__).parent

pytestmark = pytest.mark.slow


@cache
def here() -> dict[str, str]:
    """Say what the kernel says of each claim in this Python."""
    return {name: verdicts.verdict(name) for name in verdicts.CLAIMS}


@cache
def files() -> dict[str, str]:
    return sources("kernel", beside=[*HERE.glob("known_claims*.py"), HERE / "micropython/verdicts.py"])


def there(files: dict[str, str], claims: list[str]) -> dict[str, str]:
    """Say what the kernel says of claims under MicroPython."""
    said = answers(files, "import verdicts", [f"verdicts.verdict({claim!r})" for claim in claims])
    return dict(zip(claims, said, strict=True))


@runs
def test_what_is_said_of_a_claim_is_the_same_to_the_letter() -> None:
    """The verdict, what is assumed, the run that refutes, and the reason of what is undecided."""
    kinds = {said.partition(":")[0] for said in here().values()}
    assert kinds == {"Theorem", "Refuted", "Undecided", "Vacuous"}
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
