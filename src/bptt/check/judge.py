"""The judgement of an answer."""

from bptt.check.questions import Question
from bptt.kernel import Formula


def judge_formula(question: Question, formula: Formula) -> "Verdict":
    """Judge a formula that conforms: proved, refuted, circular, no sum over t, or undecided."""
    raise NotImplementedError


class Verdict:
    """What is said of an answer."""
