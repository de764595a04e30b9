"""What a reader sees of an error: at the prompt, in a script and in a notebook."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import bptt
from bptt.kernel import Contradiction
from bptt.site.notebooks import OwnPython
from bptt.tracebacks import lines, shorten

# Another process imports the package that is tested here, a broken copy too.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(bptt.__file__).parents[1])}

BEGIN = """\
import numpy as np
from bptt.book import claim, claims, exercise
from bptt.kernel import Contradiction, log, matrix, prove, scalar, sizes
from bptt.measure import gradcheck
n, m = sizes("n m")
A, a = matrix("A", n, m), scalar("a")
at = {"x": np.ones(1)}
"""
DIFFER = "A is not 2 * A: with m = 1, n = 1, A = 2, the left side is 2, the right side 4"

# What is typed, and how the message begins.
ON_PURPOSE = {
    "A @ A": "ShapeError: A @ A: A is n×m, A is n×m, and m is not n",
    "prove(A, 2 * A)": f"Refuted: {DIFFER}",
    "prove(log(a * a), 2 * log(a))": "Undecided: log(a * a) and 2 * log(a) could not be brought",
    "claim(A, 2 * A, 'twice')": f"NotProved: claim twice: Refuted: {DIFFER}",
    "exercise('W', 2 * A)": "Wrong: 2 * A is not it: What is asked for is n×n",
    "exercise('gradient-1', 5)": "Wrong: 5 is not it.",
    "exercise(5, 3)": "TypeError: name: expected the name of an exercise such as 'gradient-1', got 5",
    "exercise('gradient-1', None)": "TypeError: value: expected a number or a matrix of numbers, got None",
    "A @ None": "TypeError: expected a formula, an int or a Fraction, got NoneType None",
    "A[0]": "IndexError: A is n×m and takes 2 indices, got 1",
    "gradcheck(abs, at, {'x': 1})": "TypeError: arrays['x']: expected a NumPy array; received int",
    "gradcheck(lambda x: prove(A, 2 * A), at, at)": f"Refuted: {DIFFER}",
}

# The same of what is a fault: the package's, or of what it calls for the reader.
FAULTS = {
    "sizes(3)": "AttributeError: 'int' object has no attribute 'split'",
    "gradcheck(lambda x: 1 / 0, at, at)": "ZeroDivisionError: division by zero",
    "gradcheck(lambda x: np.linalg.inv(x), at, at)": "LinAlgError: 1-dimensional array given",
    "claims.prove = lambda *_: int('x'); claim(A, A, 'y')": "NotProved: claim y: ValueError: invalid literal",
    "claims.prove = lambda *_: claims.unproved(); claim(A, A, 'y')": "TypeError: unproved() missing",
}
TYPED = [*ON_PURPOSE, *FAULTS]


def passes_through_us(said: str) -> bool:
    return bool(re.search(r"bptt[/\\]\w+[/\\]", said))


def check(seen: Sequence[str]) -> None:
    """Hold each error that is seen against what was typed."""
    assert len(seen) == len(TYPED)
    for typed, said in zip(TYPED, seen, strict=True):
        expected = (ON_PURPOSE | FAULTS)[typed]
        last = next(line for line in said.splitlines()[::-1] if re.match(r"[\w.]+: ", line))
        assert re.sub(r"^[\w.]+\.(?=\w+: )", "", last).startswith(expected), said
        assert passes_through_us(said) == (typed in FAULTS), said
        assert ("The above exception" in said) == ("int(" in typed), said


def test_at_the_prompt() -> None:
    done = subprocess.run(
        [sys.executable, "-i", "-c", BEGIN + "import sys; sys.ps1 = '§'"],
        input="\n".join(TYPED),
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    seen = [said for said in done.stderr.split("§") if "Traceback" in said]
    check(seen)
    assert all('File "<stdin>", line 1' in said for said in seen)


def test_in_a_script(tmp_path) -> None:
    script = tmp_path / "reader.py"
    script.write_text(f"{BEGIN}\ndef answer():\n    return prove(A, 2 * A)\n\nanswer()\n")
    done = subprocess.run(
        [sys.executable, script], env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    said = re.sub(r"\n[ ^]+(?=\n)", "", done.stderr)  # the carets of some versions
    assert done.returncode == 1
    assert said.splitlines() == [
        "Traceback (most recent call last):",
        f'  File "{script}", line 12, in <module>',
        "    answer()",
        f'  File "{script}", line 10, in answer',
        "    return prove(A, 2 * A)",
        f"bptt.kernel.run.refutation.Refuted: {DIFFER}",
    ]


@pytest.mark.slow
def test_in_a_notebook() -> None:
    notebook = new_notebook(cells=[new_code_cell(source) for source in [BEGIN, *TYPED, "'after'"]])
    NotebookClient(notebook, kernel_manager_class=OwnPython, allow_errors=True).execute(env=ENVIRONMENT)
    errors = [out for cell in notebook.cells for out in cell.outputs if out.output_type == "error"]
    seen = [re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback)) for error in errors]
    check(seen)
    for typed, said in zip(TYPED, seen, strict=True):
        assert f"----> 1 {typed}" in said
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "'after'"


@pytest.mark.parametrize("raised", ["Contradiction('x')", "AssertionError('x')", "NotImplementedError('x')"])
def test_what_says_that_the_package_is_wrong_keeps_its_traceback(raised: str) -> None:
    names = {"__name__": "bptt.made", "Contradiction": Contradiction}
    exec(f"def right(): raise ValueError('x')\ndef wrong(): raise {raised}", names)
    with pytest.raises(ValueError, match="x") as told:
        names["right"]()
    with pytest.raises(Exception, match="x") as fault:
        names["wrong"]()
    assert len(lines(told.value)) == len(lines(fault.value)) == 2
    assert shorten(told.value)
    assert not shorten(fault.value)
    assert len(lines(told.value)) == 1
    assert len(lines(fault.value)) == 2
