"""The exercises of the chapters: what each asks for, and the key that an answer is held against."""

from bptt.check.exercises import one_step, products
from bptt.check.questions import Exact, Question, Slipped

Exercise = Question | Exact | Slipped

ROOMS: "tuple[tuple[Exercise, ...], ...]" = (products.EXERCISES, one_step.EXERCISES)
EXERCISES = {item.name: item for room in ROOMS for item in room}

__all__ = ["EXERCISES"]
