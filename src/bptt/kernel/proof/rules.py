"""The rules that conclude something for every moment from a proof at one: summing, telescoping, induction.

Each checks with the kernel that the proofs it takes are those it needs, and carries on what they assume.
"""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import Formula, Sum, free_indices
from bptt.kernel.language.series import moved
from bptt.kernel.language.time import Step, at_most
from bptt.kernel.language.wellformed import check_names
from bptt.kernel.proof.equality import is_same
from bptt.kernel.proof.polynomial import Undecided
from bptt.kernel.proof.theorem import DECIDED, Proof, decide


def chain(first: Proof, second: Proof) -> Proof:
    """From A = B and B = C conclude A = C."""
    agree(first.right, second.left, "the right side of the first proof", "the left side of the second")
    return concluded(first.left, second.right, (first, second), first.given + second.given)


def telescope(t: Step, f: Formula, s: Formula, r: Formula, step: Proof) -> Proof:
    """From f(t) = s(t) - s(t+1) + r(t) conclude Σ f = s(first) - s(last+1) + Σ r, over the range of t."""
    if not at_most(t.first, t.last + 1):
        raise Undecided(f"a sum over {t.range()} does not telescope: it may end before it begins")
    agree(step.left, f, "the left side of the step", "f")
    agree(step.right, s - moved(s, {t: t + 1}) + r, "the right side of the step", "s(t) - s(t+1) + r(t)")
    ends = moved(s, {t: t.first}) - moved(s, {t: t.last + 1})
    return concluded(Sum(t, f), ends + Sum(t, r), (step,), generalised(step.given, t))


def summed(t: Step, step: Proof) -> Proof:
    """From f(t) = r(t) conclude Σ f = Σ r, over the range of t."""
    return concluded(Sum(t, step.left), Sum(t, step.right), (step,), generalised(step.given, t))


def induct(t: Step, left: Formula, right: Formula, base: Proof, step: Proof, s: Step) -> Proof:
    """Conclude left(t) = right(t) for the whole range of t.

    ``base`` proves it at the first moment. ``step`` proves it at s+1, given at s that ``left``, a series at a
    moment, is ``right``; s runs from the first moment to the one before the last.
    """
    if not (at_most(s.first, t.first) and at_most(t.last - 1, s.last)):
        raise ValueError(f"the step is proved for {s.range()}, which does not lead through {t.range()}")
    if s in free_indices(left) | free_indices(right):
        raise ValueError(f"{s} stands for the moment of the step and cannot be in the claim itself")
    for proof, when, name in ((base, t.first, "base"), (step, s + 1, "step")):
        agree(proof.left, moved(left, {t: when}), f"the left side of the {name}", "that of the claim there")
        agree(
            proof.right, moved(right, {t: when}), f"the right side of the {name}", "that of the claim there"
        )
    kept = [
        item
        for item in step.given
        if not is_hypothesis(item, moved(left, {t: s + 0}), moved(right, {t: s + 0}))
    ]
    return concluded(left, right, (base, step), base.given + generalised(kept, s))


def is_hypothesis(item: Equation, left: Formula, right: Formula) -> bool:
    """Tell whether what is given is the claim at the moment of the step, and nothing more."""
    return not item.everywhere and is_same(item.left, left) and is_same(item.right, right)


def generalised(given: "Sequence[Equation]", t: Step) -> "tuple[Equation, ...]":
    """What was given at the moment t is from now on given at every moment of its range."""
    return tuple(
        item.made_general() if t in free_indices(item.left) | free_indices(item.right) else item
        for item in given
    )


def agree(one: Formula, other: Formula, this: str, that: str) -> None:
    """Raise ValueError unless the kernel finds two formulas equal, with nothing given."""
    try:
        decide(one, other)
    except Undecided as reason:
        raise ValueError(f"{this}, {one}, is not {that}, {other}: {reason}")


def concluded(left: Formula, right: Formula, proofs: "Sequence[Proof]", given: "Sequence[Equation]") -> Proof:
    check_names(left, right)
    conditions = [condition for proof in proofs for condition in proof.conditions]
    return Proof(left, right, conditions, DECIDED, united(given))


def united(given: "Sequence[Equation]") -> "tuple[Equation, ...]":
    """List each equation once, as given everywhere if it is so anywhere."""
    kept: list[Equation] = []
    for item in given:
        same = [
            n
            for n, other in enumerate(kept)
            if str(other.left) == str(item.left) and is_same(other.right, item.right)
        ]
        if not same:
            kept.append(item)
        elif item.everywhere:
            kept[same[0]] = item
    return tuple(kept)
