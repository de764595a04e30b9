"""An exercise checks the reader's answer: a formula by the kernel, a number exactly."""

from collections.abc import Sequence
from types import EllipsisType
from typing import Any

from bptt.book.claims import difference
from bptt.book.exact import exact, same
from bptt.kernel import Equation, Formula, Refuted, ShapeError, Theorem, Undecided, prove
from bptt.kernel.language.formula import formula


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
    try:
        proof = prove(expected, formula(answer), given)
    except ShapeError as error:
        raise Wrong(f"The shapes do not fit. {error}") from None
    except Refuted as found:
        raise Wrong(f"{answer} is not it: with {found.where()} {difference(found, 'it')}.") from None
    except Undecided as error:
        raise Undecided(f"No counterexample, and no proof either: {error}") from None
    return Verdict(f"Right, {proof.holds_for()}: {answer}", proof)


def number(answer: Any, expected: Any) -> Verdict:
    """Compare exact numbers or matrices."""
    given, wanted = exact(answer), exact(expected)
    if getattr(given, "shape", ()) != getattr(wanted, "shape", ()):
        raise Wrong(f"Expected shape {getattr(wanted, 'shape', ())}, got {getattr(given, 'shape', ())}.")
    if not same(given, wanted):
        raise Wrong(f"{answer} is not it.")
    return Verdict(f"Right: {answer}")
