"""What the page for teachers shows: each example is run, on plain Python, with a right and a wrong answer."""

import doctest
import re
from pathlib import Path
from textwrap import dedent

import pytest

PAGE = (Path(__file__).parents[2] / "chapters/teachers.md").read_text("utf-8")
EXAMPLES = [dedent(code) for code in re.findall(r"(?ms)^```python\n(.*?)^```", PAGE)]
RIGHT = "W.T @ diag(1 - h[t+1]**2) @ g[t+1] + V.T @ (p[t] - onehot(y[t]))"
WRONG = RIGHT.replace("W.T", "W")


def example(word: str) -> str:
    (found,) = (code for code in EXAMPLES if word in code)
    return found


def test_the_first_example_refutes_a_transpose() -> None:
    names: dict[str, object] = {}
    exec(example("said.verdict, said.says"), names)
    assert names["said"].verdict == "refuted"  # type: ignore[attr-defined]


def test_the_cell_for_nbgrader_passes_what_is_proved_and_nothing_else() -> None:
    tests, stub = example("BEGIN HIDDEN TESTS"), example("BEGIN SOLUTION")
    names: dict[str, object] = {}
    exec(stub, names)
    exec(tests, names)
    with pytest.raises(AssertionError, match="Wrong: with"):
        exec(tests, {"answer": "V.T @ (y[t] - p[t])"})
    with pytest.raises(AssertionError):
        exec(tests, {"answer": "V.T @ ("})


def test_what_nbgrader_leaves_to_students_gives_nothing_away() -> None:
    shown = re.sub(r"(?s)### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS\n", "", example("BEGIN HIDDEN TESTS"))
    exec(shown, {"answer": "V.T @ (y[t] - p[t])"})  # wrong, and not told so
    with pytest.raises(AssertionError):
        exec(shown, {"answer": "V.T @ ("})


def failed(test: dict[str, object], **names: object) -> int:
    """Run the cases of a test file as Otter does, by doctest."""
    count = 0
    for suite in test["suites"]:  # type: ignore[attr-defined]
        for case in suite["cases"]:
            parsed = doctest.DocTestParser().get_doctest(dedent(case["code"]), dict(names), "case", None, None)
            count += doctest.DocTestRunner(verbose=False).run(parsed, out=lambda _: None).failed
    return count


def test_the_file_for_otter_passes_what_is_proved_and_nothing_else() -> None:
    names: dict[str, object] = {}
    exec(example("OK_FORMAT"), names)
    test = names["test"]
    assert isinstance(test, dict)
    assert failed(test, recursion=RIGHT) == 0
    assert failed(test, recursion=WRONG) == 1
