"""An exercise checks the reader's answer: a formula by the kernel, a number exactly."""

from collections.abc import Sequence
from types import EllipsisType
from typing import Any

import sympy as sp

from bptt.book.claims import difference
from bptt.book.exact import exact, held, of_sympy, same
from bptt.kernel import Equation, Formula, Refuted, ShapeError, Theorem, Undecided, prove
from bptt.kernel.language.formula import Derivative, Named, formula, walk


class Wrong(Exception):
    """An answer that is not right, and what is wrong with it."""


class Verdict:
    """What the reader sees: that it is their turn, or that they are right."""

    def __init__(self, text: str, proof: Theorem | None = None) -> None:
        self.text = text
        self.proof = proof

    def __repr__(self) -> str:
        return self.text


def exercise(answer: Any | EllipsisType, expected: Any, *, given: Sequence[Equation] = ()) -> Verdict:
    """Check an answer against what is expected; ``...`` stands for no answer yet.

    A formula is right in whatever form it is written, if the kernel proves it equal. Raises Wrong with the
    reason, and Undecided where the kernel does not know.
    """
    if answer is ...:
        return Verdict("Your turn: put your answer in place of the dots and run the cell again.")
    if not isinstance(expected, Formula):
        return number(answer, expected)
    answer = formula(answer)
    if is_asked(answer, expected):
        raise Wrong(f"{answer} is the question once more: say what it comes to.")
    try:
        proof = prove(expected, answer, given)
    except ShapeError as error:
        raise Wrong(f"The shapes do not fit. {error}") from None
    except Refuted as found:
        raise Wrong(f"{answer} is not it: with {found.where()} {difference(found, 'it')}.") from None
    except Undecided as error:
        raise Undecided(f"No counterexample, and no proof either: {error}") from None
    return Verdict(f"Right, {proof.holds_for()}: {answer}", proof)


def is_asked(answer: Formula, expected: Formula) -> bool:
    """Tell whether an answer repeats a question with a name, or differentiates by what the question does."""
    asked = [expected, *expected.args] if type(expected) is Named else []
    return str(answer) in map(str, asked) or bool(differentiated_by(answer) & differentiated_by(expected))


def differentiated_by(formula: Formula) -> set[str]:
    return {str(item) for node in walk(formula) if isinstance(node, Derivative) for item in node.by}


def number(answer: Any, expected: Any) -> Verdict:
    """Compare exact numbers or matrices; a float is taken for what it holds."""
    taken, wanted = of_sympy(answer), exact(expected)
    given = held(taken)
    if getattr(given, "shape", ()) != getattr(wanted, "shape", ()):
        raise Wrong(f"Expected shape {getattr(wanted, 'shape', ())}, got {getattr(given, 'shape', ())}.")
    if not same(given, wanted):
        rounded = "; a float is taken for what it holds, so write a fraction" if taken.atoms(sp.Float) else ""
        raise Wrong(f"{answer} is not it{rounded}.")
    return Verdict(f"Right: {answer}")
