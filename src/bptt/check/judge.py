"""The judgement of an answer: proved by the kernel, refuted by a run of the model, or neither."""

from collections.abc import Callable, Sequence
from typing import Any

from bptt.check.diagnosis import reasons
from bptt.check.model import SIZES, Difference, difference, sizes_in
from bptt.check.questions import Question
from bptt.check.variants import Reason
from bptt.kernel import (
    At,
    Equation,
    Formula,
    Index,
    Moment,
    Recurrence,
    Step,
    Theorem,
    Undecided,
    moved,
)
from bptt.kernel.language.formula import free_indices, walk
from bptt.kernel.language.shape import show_shape
from bptt.kernel.proof.folding import names_in
from bptt.kernel.proof.theorem import chain, decide

PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"
TELLING = 2  # the run with two units, where a matrix is not its transpose: the last before longer proofs
MISFIT, CIRCULAR, NO_SUM = "does not conform", "circular", "no sum over t"


class Verdict:
    """What is said of an answer, and what it rests on: a theorem, or a run."""

    def __init__(
        self,
        verdict: str,
        says: str,
        question: "Question | None" = None,
        *,
        proofs: "Sequence[Theorem]" = (),
        found: Any = None,  # a run that says itself as a dictionary
        why: "Callable[[], Sequence[Reason]]" = tuple,
        holds: "str | None" = None,
    ) -> None:
        self.verdict, self.says, self.question = verdict, says, question
        self.proofs, self.found, self.why, self.holds = tuple(proofs), found, why, holds

    def __repr__(self) -> str:
        return f"{self.verdict}: {self.says}"

    @property
    def likely(self) -> "Sequence[Reason]":
        """Name the likely slip; that takes longer than the verdict, so it is found when it is asked for."""
        found = tuple(self.why())
        self.why = lambda: found
        return found

    def as_dict(self, reasons: bool = True) -> "dict[str, object]":
        """Say it as JSON can, with or without the likely slip."""
        assumed: list[str] = []
        for proof in self.proofs:
            assumed += [said for said in proof.assumes if said not in assumed]
        return {
            "verdict": self.verdict,
            "says": self.says,
            "target": self.question.name if self.question else None,
            "read": None,
            "at": None,
            "run": self.found.as_dict() if self.found else None,
            "reasons": [
                {"slip": reason.slip, "says": reason.says} for reason in (self.likely if reasons else ())
            ],
            "holds": self.holds,
            "assumes": assumed,
            "proof": self.question.proof if self.question else None,
        }


def judge_formula(question: Question, formula: Formula) -> Verdict:
    """Judge an answer of which the shapes conform.

    Proved is what the kernel proves, and refuted what differs from the model in a run of it. An answer that
    agrees in all runs and is not proved is undecided.
    """
    if formula.shape != question.shape:
        asked, got = show_shape(question.reference.shape), show_shape(formula.shape)
        says = f"What is asked for is {asked}, and this is {got}."
        return Verdict(
            MISFIT, says, question, why=lambda: reasons(question, written_out(formula, question.words))
        )
    for node in walk(formula):
        if question.is_asked(node):
            said = circular(question, node)
            return Verdict(
                CIRCULAR, said, question, why=lambda: reasons(question, written_out(formula, question.words))
            )
    unsummed = [index for index in free_indices(formula) if index not in allowed(question)]
    if unsummed:
        return without_sum(question, formula, unsummed[0].name)
    answer = written_out(formula, question.words)
    proofs: list[Theorem] = []
    # The quickest first: nearly every wrong answer fails in one run, and one in the words of the reference
    # needs no definition. The run that is shown is the smallest.
    differs = difference(question, answer, SIZES[TELLING : TELLING + 1])
    if not differs and names_in(answer) <= names_in(question.reference):
        proofs = proved(question.reference, answer, [])
    found = None if proofs else difference(question, answer, SIZES[:TELLING]) or differs
    if found:
        return refuted(question, answer, found)
    whole = holds(question)
    proofs = proofs or proved(question.reference, answer, given(question, question.step))
    proofs = proofs or by_way_of(question, answer, opened(question))
    if not proofs and question.step is not None:
        early, last = at_both_ends(question, answer, question.step)
        if early and not last:
            whole += " but the last, where it speaks of what is not there"
        proofs = early and early + last
    if proofs:
        return Verdict(PROVED, f"Right for {whole}.", question, proofs=proofs, holds=whole)
    found = difference(question, answer, SIZES[TELLING + 1 :])
    if found:
        return refuted(question, answer, found)
    says = "It agrees with the model in every run that was made, but was not proved: neither right nor wrong."
    return Verdict(UNDECIDED, says, question)


def refuted(question: Question, answer: Formula, found: Difference) -> Verdict:
    says = f"Wrong: with {found.where()} your formula gives {found.yours}, and {question.truly} {found.true}."
    return Verdict(REFUTED, says, question, found=found, why=lambda: reasons(question, answer))


def allowed(question: Question) -> "set[Index]":
    """Collect the indices of which an answer may speak without a sum."""
    return free_indices(question.reference) | free_indices(question.of)


def circular(question: Question, node: Formula) -> str:
    if isinstance(node, At) and any(node.series is series for series in question.barred):
        return f"{node} may not stand in it: the answer is to do without {node.series}."
    return f"{node} is just what is asked for, so this says nothing yet."


def without_sum(question: Question, formula: Formula, step: str) -> Verdict:
    says = f"There is no sum over {step}: {step} is free in it, and the gradient is one for all steps."
    if question.step is not None:
        says = f"There is no sum over {step}: what is asked for does not depend on {step}."
    return Verdict(
        NO_SUM, says, question, why=lambda: reasons(question, written_out(formula, question.words))
    )


def holds(question: Question) -> str:
    """Say for what a question is answered."""
    sizes = [size.name for size in sizes_in(question) if not size.is_time]
    said = f"all {', '.join(sorted(sizes, key='nmkK'.find))}"
    if question.definitions:
        said += " and every T" if question.step is None else f", every T and every step {question.step}"
    return said


def written_out(root: Formula, words: "Sequence[Recurrence]") -> Formula:
    """Put what they abbreviate in place of words such as the prediction; they print as before."""
    return put(root, words, lambda equation: equation.value)


def put(root: Formula, items: "Sequence[Recurrence]", value: "Callable[[Equation], Formula]") -> Formula:
    """Put what is said of series in their place, at all times at which it is said."""
    if isinstance(root, At):
        for item in items:
            if item.series is root.series and item.step.takes(root.moment):
                return value(item[root.moment])
        return root
    args: list[Formula] = [put(arg, items, value) for arg in root.args]
    return root.with_args(*args) if any(new is not old for new, old in zip(args, root.args)) else root


def opened(question: Question) -> Formula:
    """Write the reference with what is supposed of its gradients put in, once."""
    recursions = [item for item in question.supposed if isinstance(item, Recurrence)]
    return put(question.reference, recursions, lambda equation: equation.right)


def proved(reference: Formula, answer: Formula, given: "Sequence[Equation]") -> "list[Theorem]":
    """Prove that an answer is the reference; an empty list where the kernel does not know."""
    try:
        return [decide(answer, reference, given)]
    except (Undecided, ValueError, ArithmeticError):
        return []


def given(question: Question, at: "Step | None") -> "list[Equation]":
    """List what a question lets an answer use, where it is asked at a step, or at none."""
    found: list[Equation] = []
    for item in question.definitions + question.supposed:
        found.append(item if isinstance(item, Equation) else every(item))
    if question.ahead is not None and at is not None:
        found.append(every(question.ahead, at + 1))
    return found


def by_way_of(question: Question, answer: Formula, other: Formula) -> "list[Theorem]":
    """Prove that an answer is another form of the reference, which is left as it is, and that this is it."""
    if other is question.reference:
        return []
    own = [item if isinstance(item, Equation) else every(item) for item in question.definitions]
    ends = [item for item in question.supposed if isinstance(item, Equation)]
    first = proved(other, answer, own + ends)
    second = proved(question.reference, other, given(question, question.step)) if first else []
    return [chain(first[0], second[0])] if second else []


def every(item: Recurrence, first: "Moment | int" = 1) -> Equation:
    """Say a recurrence of all steps from a first one on."""
    s = Step("s", item.step.horizon, first)
    return Equation(item.series[s], moved(item.formula, {item.step: Moment(s)}), (s,), definition=True)


def at_both_ends(question: Question, answer: Formula, t: Step) -> "tuple[list[Theorem], list[Theorem]]":
    """Prove an answer at the steps before the last one, and at the last one."""
    early = Step(t.name, t.horizon, t.first, t.horizon - 1)
    found = []
    for step, when in ((early, Moment(early)), (None, Moment(t.horizon))):
        sides = [written_out(moved(side, {t: when}), question.words) for side in (question.reference, answer)]
        found.append(proved(sides[0], sides[1], given(question, step)))
    return found[0], found[1]
