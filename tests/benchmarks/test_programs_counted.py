"""What is said of people's programs is counted as the report says."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/measure/programs"
PROGRAMS = runpy.run_path(str(ROOT / "benchmarks/programs.py"))
Program, Transcript, words = (PROGRAMS[name] for name in ("Program", "Transcript", "words"))


def said(name, text="", wrong=(), slip=""):
    names = None if wrong is None else [words(one) for one in wrong]
    return PROGRAMS["Said"](Transcript(Program(FOLDER / f"{name}.py"), text, names, slip), 0.1)


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (said("char_carry", wrong=("U", "W", "b"), slip="W not transposed"), "found, named"),
        (said("wrapped_state", wrong=("Wh",), slip="h⁽⁰⁾ wraps round to h⁽ᵀ⁾"), "found, named"),
        (said("char_carry", wrong=("U", "W", "b"), slip="the sign"), "found, named the sign"),
        (said("char_carry", wrong=("U", "W", "b")), "found, named nothing"),
        (said("char_carry", wrong=("U", "W")), "other tensors"),
        (said("char_carry", wrong=None), "refused"),
        (said("char_rnn"), "right"),
        (said("char_rnn", wrong=("Wxh",)), "called wrong"),
        (said("char_rnn", wrong=None), "refused"),
        (said("float_loss", "ValueError: likely float(", None), "said"),
        (said("float_loss", "error inf", None), "not said"),
    ],
)
def test_the_outcome(one, outcome):
    assert one.outcome == outcome


def test_the_counts_are_of_those_that_they_are_about():
    every = [
        said("char_carry", wrong=("U", "W", "b"), slip="W not transposed"),
        said("wrapped_state", wrong=("Wh",)),
        said("char_rnn", wrong=("Wxh",)),
        said("embedding", "TypeError", None),
        said("float_loss", "likely float(); measure by central differences", None),
    ]
    assert [PROGRAMS["counted"](every, key) for key in PROGRAMS["COUNTS"]] == [
        "2 of 2", "1 of 2", "1 of 3", "1 of 2", "1 of 1", "1 of 2",
    ]  # fmt: skip
    assert "| char_carry | W not transposed | found, named | 0.1 |" in PROGRAMS["report"](every, every)
