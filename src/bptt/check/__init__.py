"""Wrong formulas, made on purpose and judged by the kernel; questions, and what is said of an answer."""

from bptt.check.asked import question
from bptt.check.judge import Verdict, judge_formula
from bptt.check.mutants import Judgement, Mutant, judge, mutants, unseen
from bptt.check.questions import Exact, Question, Slipped
from bptt.check.targets import LADDER, TARGETS

__all__ = [
    "LADDER",
    "TARGETS",
    "Exact",
    "Judgement",
    "Mutant",
    "Question",
    "Slipped",
    "Verdict",
    "judge",
    "judge_formula",
    "mutants",
    "question",
    "unseen",
]
