"""The exercises of the chapters: what each asks for, and the key that an answer is held against."""

from bptt.check.exercises import beyond, by_hand, one_step, products, through_time
from bptt.check.questions import Exact, Question, Slipped

Exercise = Question | Exact | Slipped

ROOMS: "tuple[tuple[Exercise, ...], ...]" = tuple(
    room.EXERCISES for room in (products, one_step, through_time, by_hand, beyond)
)
EXERCISES = {item.name: item for room in ROOMS for item in room}

__all__ = ["EXERCISES"]
