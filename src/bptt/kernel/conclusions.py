"""The rules as they are called: what they conclude is run before it is handed out.

A run can only refute, so nothing that is trusted rests on it. It is there to notice a fault of the rules, and
to refuse a conclusion that supposes what never holds.
"""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import Formula
from bptt.kernel.language.shape import Index
from bptt.kernel.language.time import Step
from bptt.kernel.language.verdicts import Contradiction, Undecided, Vacuous
from bptt.kernel.language.wellformed import check_shapes
from bptt.kernel.proof import theorem as rules
from bptt.kernel.proof.theorem import Theorem
from bptt.kernel.run.points import FEW, LAST
from bptt.kernel.run.refutation import Refuted, refute
from bptt.kernel.run.slopes import check_derivatives


def prove(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Theorem:
    """Prove that two formulas are equal for all sizes; else refute it by a run, else raise ``Undecided``."""
    given = tuple(given)
    check_shapes(left, right)
    second_opinion((left, right), given)
    try:
        theorem = rules.decide(left, right, given)
    except Undecided:
        refute(left, right, given)
        raise
    return tried(theorem)


def decide(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Theorem:
    """Prove that two formulas are equal for all sizes, or raise ``Undecided`` without looking for a run."""
    return tried(rules.decide(left, right, given))


def chain(first: Theorem, second: Theorem) -> Theorem:
    """From A = B and B = C conclude A = C."""
    return tried(rules.chain(first, second))


def summed(index: Index, step: Theorem) -> Theorem:
    """From f(t) = r(t) conclude Σ f = Σ r, over the range of a step or an index."""
    return tried(rules.summed(index, step))


def telescope(t: Step, f: Formula, s: Formula, r: Formula, step: Theorem) -> Theorem:
    """From f(t) = s(t) - s(t+1) + r(t) conclude Σ f = s(first) - s(last+1) + Σ r, over the range of t."""
    return tried(rules.telescope(t, f, s, r, step))


def induct(t: Step, left: Formula, right: Formula, base: Theorem, step: Theorem, s: Step) -> Theorem:
    """Conclude left(t) = right(t) for the range of t from a base, and a step that leads from s to s+1."""
    return tried(rules.induct(t, left, right, base, step, s))


def second_opinion(sides: "Sequence[Formula]", given: "Sequence[Equation]") -> None:
    """Look at every derivative in a statement; raises WrongDerivative."""
    equations = [item for item in given if isinstance(item, Equation)]
    check_derivatives(list(sides) + [item.left for item in equations] + [item.right for item in equations])


def tried(theorem: Theorem) -> Theorem:
    """Run what was proved. Raises Vacuous where what it supposes holds at no point that was tried.

    Raises Contradiction where a run refutes it: then the kernel is wrong, and nothing that it says counts.
    """
    second_opinion((theorem.left, theorem.right), theorem.hypotheses)
    try:
        compared = refute(
            theorem.left,
            theorem.right,
            theorem.hypotheses,
            theorem.conditions,
            theorem.context,
            (FEW, LAST),
        )
    except Refuted as error:
        raise Contradiction(f"proved and refuted: {theorem!r}; {error}")
    if not compared:
        raise Vacuous(
            f"{theorem.left} = {theorem.right}: what it supposes holds at no point that was tried: "
            + ("; ".join(theorem.assumes) or theorem.holds_for())
        )
    return theorem
