"""All questions, by their names."""

from bptt.check.exercises import EXERCISES
from bptt.check.questions import Exact, Question, Slipped
from bptt.check.targets import TARGETS


def question(name: str) -> "Question | Exact | Slipped":
    """Find a question by its name; raises ValueError where there is none."""
    found = TARGETS.get(name) or EXERCISES.get(name)
    if found is None:
        chapter = name.rpartition("-")[0]
        like = [other for other in EXERCISES if other.startswith(chapter + "-")]
        raise ValueError(f"name: expected one of {', '.join(like or TARGETS)}; got {name!r}")
    return found
