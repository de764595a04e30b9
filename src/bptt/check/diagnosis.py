"""Likely slips: a wrong answer that equals, in a run, what a slip makes of the reference.

Two formulas are taken for one where they have the same values in a run of the model, so how they are
written does not matter. That is a guess at what went wrong, and never a verdict.
"""

from bptt.check.model import Run, runs, spots
from bptt.check.questions import Question
from bptt.check.variants import Reason, insertions, variants
from bptt.kernel import Formula, Step, Undecided, sum_over
from bptt.kernel.language.formula import free_indices

# The run in which formulas are compared, and how finely.
WHERE, FINE = 3, 10**7
# At how many places of an answer a repair is tried.
MOST_REPAIRS = 200
# Two slips at once are told only where both are common: two odd ones explain anything.
COMMON = (
    "sign", "transpose", "no-slope", "slope-time", "slope-side", "state-time", "time-shift", "no-sum",
    "label-minus-prediction", "last-only", "no-output-weights",
)  # fmt: skip

Print = tuple[int, ...]


class Known:
    """What is known of a question: the print of its reference, and those of what slips make of it."""

    def __init__(self, question: Question) -> None:
        from bptt.check.targets import LADDER

        self.run = [run for run, _ in zip(runs(question), range(WHERE + 1))][WHERE]
        self.right = fingerprint(self.run, question.reference)
        self.slips: dict[Print, Reason] = {}
        self.others = {
            fingerprint(self.run, other.reference): other.name for other in LADDER if is_like(other, question)
        }
        for reason, formula in variants(question, question.reference):
            mark = fingerprint(self.run, formula)
            if mark is not None and mark != self.right:
                self.slips.setdefault(mark, reason)


def known(question: Question) -> Known:
    if question.known is None:
        question.known = Known(question)
    return question.known


def is_like(one: Question, other: Question) -> bool:
    """Tell whether two questions are about one model."""
    return one is not other and all(other.symbols.get(name) is item for name, item in one.symbols.items())


def fingerprint(run: Run, formula: Formula) -> "Print | None":
    """Name a formula by its shape and its values in a run; None where it has none."""
    try:
        rows, cols = [run.extent(dimension) for dimension in formula.shape]
        found = [rows, cols]
        for spot in spots(run, formula):
            found += [round(float(x) * FINE) for row in run.value(formula, spot) for x in row]
        return tuple(found)
    except (ArithmeticError, ValueError, Undecided):
        return None


def reasons(question: Question, answer: Formula) -> "list[Reason]":
    """Name the likely slip of a wrong answer, or two that explain it together; none where nothing fits."""
    about = known(question)
    unsummed = [
        index for index in free_indices(answer) if isinstance(index, Step) and index is not question.step
    ]
    if unsummed:
        whole = sum_over(unsummed[0], answer)
        more = [] if fingerprint(about.run, whole) == about.right else reasons(question, whole)
        return [Reason("no-sum")] + more[:1]
    mark = fingerprint(about.run, answer)
    if mark is None or mark == about.right:
        return []
    if mark in about.others:
        other = Reason("other-question")
        other.of = f", {about.others[mark]}"
        return [other]
    if mark in about.slips:
        return [about.slips[mark]]
    pairs = []
    repairs = [(reason.undone(), formula) for reason, formula in variants(question, answer)]
    for reason, formula in list(insertions(question, answer)) + repairs[:MOST_REPAIRS]:
        there = fingerprint(about.run, formula)
        if there == about.right:
            return [reason]
        if there in about.slips:
            pairs.append([reason, about.slips[there]])
    for pair in pairs:
        if all(reason.slip in COMMON for reason in pair):
            return pair
    return []
