"""Wrong formulas: made on purpose, judged by the kernel."""

from bptt.check.mutants import Judgement, Mutant, judge, mutants, unseen

__all__ = ["Judgement", "Mutant", "judge", "mutants", "unseen"]
