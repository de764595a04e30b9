"""What a page asks of the program. A reader's text is read, and never run."""

import json

from bptt.check import TARGETS, DoesNotConform, NotUnderstood, check, read
from bptt.check.diagnosis import known


def prepared(question, text):
    """Compute beforehand what every answer to a question is compared with."""
    if question in TARGETS:  # two sides of one's own are compared with nothing else
        known(TARGETS[question])
    return {}


def reading(question, text):
    """Show how a formula is read, or where that fails."""
    try:
        found = read(question, text)
    except (NotUnderstood, DoesNotConform) as error:
        return {"says": error.says, "at": [error.start, error.end], "latex": getattr(error, "latex", None)}
    return {"latex": found.latex, "notes": found.notes}


def verdict(question, text):
    return check(question, text).as_dict()


CALLS = {"prepare": prepared, "read": reading, "check": verdict}


def answer(call, question, text):
    return json.dumps(CALLS[call](question, text))
