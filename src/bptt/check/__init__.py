"""Wrong formulas, made on purpose and judged by the kernel; questions, and what is said of an answer."""

from bptt.check.answers import Answer, check
from bptt.check.judge import Verdict, judge_formula
from bptt.check.mutants import Judgement, Mutant, judge, mutants, unseen
from bptt.check.questions import Question
from bptt.check.reading import Reading, read
from bptt.check.scope import DoesNotConform
from bptt.check.targets import LADDER, TARGETS
from bptt.check.tokens import NotUnderstood

__all__ = [
    "LADDER",
    "TARGETS",
    "Answer",
    "DoesNotConform",
    "Judgement",
    "Mutant",
    "NotUnderstood",
    "Question",
    "Reading",
    "Verdict",
    "check",
    "judge",
    "judge_formula",
    "mutants",
    "read",
    "unseen",
]
