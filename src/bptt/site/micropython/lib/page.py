"""What a page asks of the program. A reader's text is read, and never run."""

import json

from bptt.check import DoesNotConform, NotUnderstood, check, read


def ready(question, text):
    return {}


def reading(question, text):
    """Show how a formula is read, or where that fails."""
    try:
        found = read(question, text)
    except (NotUnderstood, DoesNotConform) as error:
        return {"says": error.says, "at": [error.start, error.end], "latex": getattr(error, "latex", None)}
    return {"latex": found.latex, "notes": found.notes}


def verdict(question, text):
    """Judge a formula; how it is read was shown before."""
    found = check(question, text)
    said = found.judged.as_dict(reasons=False)
    said["at"] = found.at
    return said


def why(question, text):
    """Name the likely slip, which takes longer than the verdict."""
    return {"reasons": check(question, text).as_dict()["reasons"]}


CALLS = {"ready": ready, "read": reading, "check": verdict, "why": why}


def answer(call, question, text):
    return json.dumps(CALLS[call](question, text))
