"""Every guard is needed: without it, a test of what its file refuses fails."""

import ast
from collections.abc import Iterator

import pytest
from breaks import SOURCES, outcomes_with

pytestmark = pytest.mark.slow

# Where what a file refuses is tried.
REFUSALS = {
    "arrays.py": ["test_arrays.py"],
    "numeric/activations.py": ["numeric/test_activations.py::test_refuses"],
    "numeric/backward.py": [
        "numeric/test_backward.py::test_refuses",
        "numeric/test_workspace.py::test_refuses",
    ],
    "numeric/checkpointing.py": ["numeric/test_checkpointing.py::test_refuses"],
    "numeric/losses.py": [
        "numeric/test_losses.py::test_refuses",
        "numeric/test_all_ways.py::test_refuses",
        "numeric/test_checkpointing.py::test_refuses",
    ],
    "numeric/output_losses.py": ["numeric/test_output_losses.py::test_refuses"],
    "numeric/products.py": ["numeric/test_products.py::test_refuses"],
    "numeric/rnn.py": ["numeric/test_rnn.py::test_refuses", "numeric/test_all_ways.py::test_refuses"],
    "numeric/targets.py": [
        "numeric/test_losses.py::test_refuses",
        "numeric/test_output_losses.py::test_refuses",
    ],
    "numeric/truncation.py": ["numeric/test_truncation.py::test_refuses"],
    "numeric/two_steps.py": ["numeric/test_two_steps.py::test_refuses"],
    "numeric/workspace.py": ["numeric/test_workspace.py::test_refuses"],
    "measure/derivatives.py": ["measure/test_derivatives.py::test_refuses"],
    "measure/containers.py": ["measure/test_containers.py", "measure/test_gradcheck.py"],
    "measure/directions.py": ["measure/test_directions.py"],
    "measure/faults.py": ["measure/test_faults.py"],
    "measure/gradcheck.py": ["measure/test_gradcheck.py", "measure/test_faults.py"],
    "measure/probe.py": ["measure/test_derivatives.py::test_refuses"],
    "measure/report.py": ["measure/test_report.py", "measure/test_gradcheck.py"],
    "measure/vjpcheck.py": ["measure/test_vjpcheck.py::test_refuses"],
}
CHECKS = ("check_", "work.check(", "checked_start(", "_confirm(")


def without_each_guard(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line of every `raise` and every call of a check, and the source with `pass` in its place."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        checks = isinstance(node, ast.Expr) and ast.unparse(node).startswith(CHECKS)
        if isinstance(node, ast.Raise) or checks:
            text = [*lines[: node.lineno - 1], " " * node.col_offset + "pass", *lines[node.end_lineno :]]
            yield node.lineno, "\n".join(text) + "\n"


GUARDS = [
    pytest.param(file, text, id=f"{file}:{line}")
    for file in REFUSALS
    for line, text in without_each_guard((SOURCES / "bptt" / file).read_text(encoding="utf-8"))
]


def failing_without(file: str, text: str) -> list[str]:
    """Run what a file refuses on a copy in which it reads as given; name the first test that fails."""
    ran = outcomes_with(file, text, *REFUSALS[file], options=["--exitfirst"])
    assert ran.of, ran.said
    return [test for test, (word, _) in ran.of.items() if word != "passed"]


@pytest.mark.parametrize(("file", "text"), GUARDS)
def test_a_guard_is_needed(file: str, text: str) -> None:
    assert failing_without(file, text)


@pytest.mark.parametrize("file", REFUSALS)
def test_with_all_its_guards_a_file_refuses_what_it_should(file: str) -> None:
    assert failing_without(file, (SOURCES / "bptt" / file).read_text(encoding="utf-8")) == []


def test_every_file_with_guards_is_looked_at() -> None:
    files = [
        SOURCES / "bptt/arrays.py",
        *(SOURCES / "bptt/numeric").glob("*.py"),
        *(SOURCES / "bptt/measure").glob("*.py"),
    ]
    guarded = {
        file.relative_to(SOURCES / "bptt").as_posix()
        for file in files
        if any(without_each_guard(file.read_text(encoding="utf-8")))
    }
    assert guarded == set(REFUSALS)
