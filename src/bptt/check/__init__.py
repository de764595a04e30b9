"""Wrong formulas, made on purpose and judged by the kernel; questions, and what is said of an answer."""

from bptt.check.answers import Answer, check
from bptt.check.asked import question
from bptt.check.derivation import Derivation, follow
from bptt.check.judge import Verdict, judge_formula
from bptt.check.mutants import Judgement, Mutant, judge, mutants, unseen
from bptt.check.questions import Exact, Question, Slipped
from bptt.check.reading import Reading, read
from bptt.check.scope import DoesNotConform
from bptt.check.targets import LADDER, TARGETS
from bptt.check.tokens import NotUnderstood

__all__ = [
    "LADDER",
    "TARGETS",
    "Answer",
    "Derivation",
    "DoesNotConform",
    "Exact",
    "Judgement",
    "Mutant",
    "NotUnderstood",
    "Question",
    "Reading",
    "Slipped",
    "Verdict",
    "check",
    "follow",
    "judge",
    "judge_formula",
    "mutants",
    "question",
    "read",
    "unseen",
]
