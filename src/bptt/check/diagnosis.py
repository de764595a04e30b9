"""Likely slips: a wrong answer that equals, in a run, what a slip makes of the reference.

Two formulas are taken for one where they have the same values in a run of the model, so how they are
written does not matter. That is a guess at what went wrong, and never a verdict.
"""

from bptt.check.model import Run, runs, spots
from bptt.check.questions import Question
from bptt.check.variants import Reason, insertions, variants
from bptt.kernel import Formula, Step, Undecided, evaluate, sum_over
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
        prints = Prints(self.run)
        self.right = prints.of(question.reference)
        self.others = {prints.of(other.reference): other.name for other in LADDER if is_like(other, question)}
        self.slips: dict[Print, Reason] = {}
        for reason, formula in variants(question, question.reference):
            mark = prints.of(formula)
            if mark and mark != self.right:
                self.slips.setdefault(mark, reason)


class Prints:
    """Names formulas by their shapes and their values in a run; what they share is computed once."""

    def __init__(self, run: Run) -> None:
        self.run, self.place = run, run.place(run.values)

    def of(self, formula: Formula) -> Print:
        """Name a formula; by nothing where it has no value."""
        try:
            found = [self.run.extent(dimension) for dimension in formula.shape]
            self.run.with_gradients(formula)
            for spot in spots(self.run, formula, self.place):
                found += [round(float(x) * FINE) for row in evaluate(formula, spot) for x in row]
            return tuple(found)
        except (ArithmeticError, ValueError, Undecided):
            return ()


def known(question: Question) -> Known:
    if question.known is None:
        question.known = Known(question)
    return question.known


def is_like(one: Question, other: Question) -> bool:
    """Tell whether two questions are about one model."""
    return one is not other and all(other.symbols.get(name) is item for name, item in one.symbols.items())


def reasons(question: Question, answer: Formula) -> "list[Reason]":
    """Name the likely slip of a wrong answer, or two that explain it together; none where nothing fits."""
    about = known(question)
    prints = Prints(about.run)
    unsummed = [
        index for index in free_indices(answer) if isinstance(index, Step) and index is not question.step
    ]
    if unsummed:
        whole = sum_over(unsummed[0], answer)
        return [Reason("no-sum")] + reasons(question, whole)[:1]
    mark = prints.of(answer)
    if mark in ((), about.right):
        return []
    if mark in about.others:
        other = Reason("other-question")
        other.of = f", {about.others[mark]}"
        return [other]
    if mark in about.slips:
        return [about.slips[mark]]
    repairs = [(reason.undone(), formula) for reason, formula in variants(question, answer)]
    pairs = []
    for reason, formula in list(insertions(question, answer)) + repairs[:MOST_REPAIRS]:
        there = prints.of(formula)
        if there == about.right:
            return [reason]
        if there in about.slips:
            pairs.append([reason, about.slips[there]])
    for pair in pairs:
        if all(reason.slip in COMMON for reason in pair):
            return pair
    return []
