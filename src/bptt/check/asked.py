"""All questions, by their names."""

from bptt.check.questions import Exact, Question, Slipped
from bptt.check.targets import TARGETS


def question(name: str) -> "Question | Exact | Slipped":
    """Find a question by its name; raises ValueError where there is none."""
    if name in TARGETS:
        return TARGETS[name]
    # The page checks targets above all, and starts sooner without the exercises.
    from bptt.check.exercises import EXERCISES

    found = EXERCISES.get(name)
    if found is None:
        chapter = name.rpartition("-")[0]
        like = [other for other in EXERCISES if other.startswith(chapter + "-")]
        raise ValueError(f"name: expected one of {', '.join(like or TARGETS)}; got {name!r}")
    return found


def formula_asked(name: str) -> Question:
    """Find a question that asks for a formula; raises ValueError where there is none of the name."""
    found = question(name)
    if not isinstance(found, Question):
        raise ValueError(f"name: expected a question that asks for a formula; {name} asks for a number")
    return found
