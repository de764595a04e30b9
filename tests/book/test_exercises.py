"""The exercises: what is said to an answer, and that each key is the derivative that is asked for."""

import itertools

import numpy as np
import pytest
import sympy as sp
from keys import KEYS

from bptt.book import Lines, Wrong, exercise
from bptt.book.exercises import judged, number
from bptt.book.notebook import BOOK
from bptt.check import Exact, Question, Slipped, question
from bptt.check.exercises import EXERCISES
from bptt.check.judge import put
from bptt.check.model import difference
from bptt.kernel import (
    At,
    Index,
    Undecided,
    delta,
    inner,
    log,
    matrix,
    named,
    ones,
    prove,
    scalar,
    sizes,
    total,
)
from bptt.kernel.language.formula import Entry, walk
from bptt.kernel.language.structure import unique
from bptt.symbolic import diff, differential, grad, jacobian

n, k, m = sizes("n k m")
A, B, G = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m)
C = named("C", A @ B)
S = total(A @ B)
ASKED = [item for item in EXERCISES.values() if isinstance(item, Question)]
SLIPPED = [item.name for item in EXERCISES.values() if isinstance(item, Slipped)]


@pytest.mark.parametrize(
    "answer", [A.T @ ones(n, m), (ones(m, n) @ A).T, 3 * A.T @ ones(n, m) - 2 * A.T @ ones(n, m)]
)
def test_a_right_answer_in_any_form_is_right(answer):
    assert str(exercise("gradient-3", answer)).startswith("Right for all n, m, k: ")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            -A.T @ ones(n, m),
            r"is not it: with n = 1, m = 1, k = 2, in entry \(1, 1\), your formula gives -0.5, and the true",
        ),
        (-A.T @ ones(n, m), "A sign is turned round"),
        (A, "is not it: What is asked for is k×m, and this is n×k"),
    ],
)
def test_a_wrong_answer_is_told_why(answer, told):
    with pytest.raises(Wrong, match=told):
        exercise("gradient-3", answer)


def test_an_answer_may_be_typed():
    assert str(exercise("gradient-3", "A.T @ ones(n, m)")).startswith("Right for all ")
    with pytest.raises(Wrong, match=r"is not it: with n = 1.* A sign is turned round"):
        exercise("gradient-3", "-A.T @ ones(n, m)")
    with pytest.raises(Wrong, match=r"is not it: this . closes nothing"):
        exercise("gradient-3", "A.T)")


def test_an_index_of_the_answer_is_the_one_of_its_name():
    i, j, q, s = Index("i", n), Index("j", m), Index("q", k), Index("s", m)
    assert str(exercise("gradient-2", delta(j, s) * A[i, q])).startswith("Right for all ")


def test_an_answer_the_kernel_cannot_decide_is_not_called_right_or_wrong():
    v = scalar("v")
    unsaid = Question("unsaid", "", "", {"v": v}, log(v * v), None, log(v * v))
    with pytest.raises(Undecided, match="neither right nor wrong"):
        judged(unsaid, 2 * log(v))


@pytest.mark.parametrize("name", ["gradient-1", "gradient-3", "gradient-4"])
def test_no_answer_yet_is_no_error(name):
    assert "Your turn" in str(exercise(name, ...))


def test_on_a_page_a_formula_is_typed_into_a_field(monkeypatch):
    formula, number = exercise("gradient-3", ...), exercise("gradient-1", ...)
    assert formula._repr_mimebundle_() == number._repr_mimebundle_() == {"text/plain": str(number)}
    monkeypatch.setenv(BOOK, "1")
    assert formula._repr_mimebundle_()["text/markdown"] == "```{check-yours} gradient-3\n```"
    assert number._repr_mimebundle_() == {"text/plain": str(number)}


@pytest.mark.parametrize("answer", [grad(S, B), grad(2 * S, B) / 2, A.T @ grad(total(C), C)])
def test_the_question_is_no_answer(answer):
    with pytest.raises(Wrong, match="the question once more: the program took the derivative"):
        exercise("gradient-3", answer)


def test_nor_is_what_is_asked_for_under_a_name():
    echoed = Question("echoed", "", "", {"G": G}, inner(G, A @ B), None, inner(G @ B.T, A), is_shown=True)
    for answer in (inner(G, A @ B), named("L", inner(G, A @ B))):
        with pytest.raises(Wrong, match="the question once more: say what"):
            judged(echoed, answer)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(80.0, 80), ([0.5, -3.0], sp.Matrix([sp.Rational(1, 2), -3])), (np.float64(80), 80)],
)
def test_a_float_that_holds_the_number_is_right(answer, expected):
    assert str(number(answer, expected)).startswith("Right")


@pytest.mark.parametrize("answer", [None, "no number", [[1], [2, 3]], print, {1: 2}, G, True])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(TypeError, match=r"^value: expected a number or a matrix of numbers, got "):
        exercise("chain-rule-1", answer)


@pytest.mark.parametrize(
    ("answer", "told"),
    [(0.1, "; a float is taken"), (13, "is not it"), ([[12]], "shape"), (sp.pi, "is not it")],
)
def test_a_wrong_number_is_refused(answer, told):
    with pytest.raises(Wrong, match=told):
        exercise("chain-rule-1", answer)


def test_a_name_that_is_not_known_is_told_its_like():
    with pytest.raises(
        ValueError, match=r"^name: expected one of gradient-1, gradient-2, .* got 'gradient-9'"
    ):
        exercise("gradient-9", ...)
    with pytest.raises(ValueError, match=r"^name: expected one of A, B, "):
        exercise("nothing", ...)
    with pytest.raises(TypeError, match=r"^name: expected the name of a derivation with a slip; got 'W'"):
        Lines("W")


def derivative(asked):
    """Take the derivative that is asked for, by SymPy; what the model computes is put into it once."""
    of = asked.of
    for item in reversed(asked.definitions):
        of = put(of, [item], lambda equation: equation.value)
    if asked.along:
        return differential(of, dict(asked.along))
    if asked.by is None:
        return asked.of
    if isinstance(asked.by, Entry):
        return diff(of, asked.by)
    is_row = asked.of.shape == (1, 1) and asked.reference.shape == asked.by.shape
    return (grad if is_row else jacobian)(of, asked.by)


def said_at_its_times(asked):
    """Say the definitions of a question at all moments of which it speaks, the last one first."""
    nodes = [
        node for part in (asked.of, asked.by, asked.reference) if part is not None for node in walk(part)
    ]
    moments = unique(node.moment for node in nodes if isinstance(node, At))
    return [item[when] for item in reversed(asked.definitions) for when in moments if item.step.takes(when)]


@pytest.mark.parametrize("asked", ASKED, ids=repr)
def test_a_key_is_the_derivative_and_agrees_with_the_model(asked):
    """For all sizes by SymPy and the kernel, and by the loss itself in the runs that answers are held to."""
    prove(derivative(asked), asked.reference, said_at_its_times(asked))
    assert difference(asked, asked.reference) is None
    assert difference(asked, asked.reference + ones(*asked.reference.shape)) is not None


@pytest.mark.parametrize("name", SLIPPED)
def test_a_derivation_has_one_wrong_line_and_is_shown(name):
    asked, shown = question(name), Lines(name)
    wrong = asked.value
    rest = asked.lines[: wrong - 1], asked.lines[wrong - 1 :]
    for part in rest:
        for before, line in itertools.pairwise(part):
            prove(before, line, asked.given)
    assert str(shown).count("\n") == shown._repr_markdown_().count("\n") == len(asked.lines) - 1
    assert str(exercise(name, wrong)) == f"Right: {wrong}"


def test_a_derivation_without_a_slip_is_no_exercise():
    with pytest.raises(ValueError, match="every line follows"):
        _ = Slipped("right", "", [inner(G, A @ B), inner(G @ B.T, A)]).value


@pytest.mark.parametrize("name", [item.name for item in EXERCISES.values() if isinstance(item, Exact)])
def test_a_number_is_what_it_is_worked_out_to_be(name):
    assert str(exercise(name, KEYS[name]())).startswith("Right: ")


def test_each_exercise_has_a_name_of_its_own_and_says_what_it_asks():
    assert all(name == item.name and item.said for name, item in EXERCISES.items())
    assert set(KEYS) == {item.name for item in EXERCISES.values() if isinstance(item, Exact)}
