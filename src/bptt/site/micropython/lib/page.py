"""What a page asks of the program. A reader's text is read, and never run."""

import json

from bptt.check import DoesNotConform, NotUnderstood, check, follow, read
from bptt.check.derivation import FIRST, lines_of
from bptt.check.judge import PROVED


def ready(question, text):
    return {}


def is_derivation(question, text):
    """Tell whether a text has several lines, of which each follows from the one before it, or should."""
    return question != "free" and len(lines_of(text)) > 1


def reading(question, text):
    """Show how a formula is read, or each line of several, or where that fails."""
    lines = lines_of(text) if is_derivation(question, text) else [(0, text)]
    found = []
    for start, line in lines:
        try:
            found.append(read(question, line))
        except (NotUnderstood, DoesNotConform) as error:
            at = [start + error.start, start + error.end]
            return {"says": error.says, "at": at, "latex": getattr(error, "latex", None)}
    whole = r" \\ &= ".join([each.latex for each in found])
    latex = r"\begin{aligned} &" + whole + r"\end{aligned}" if found[1:] else whole
    return {"latex": latex, "notes": [note for each in found for note in each.notes]}


def verdict(question, text):
    """Judge a formula, or a derivation line by line; how it is read was shown before."""
    if not is_derivation(question, text):
        return said_of(check(question, text))
    try:
        found = follow(question, text)
    except NotUnderstood as error:
        return {"verdict": "not understood", "says": error.says + ".", "at": [error.start, error.end]}
    return {"verdict": found.verdict, "says": found.says, "lines": list(lines_said(found))}


def said_of(answer):
    said = answer.judged.as_dict(reasons=False)
    said["at"] = answer.at
    return said


def lines_said(found):
    """Say of each line that it follows, or what is said of it instead; the first wrong one has its run."""
    for n, step in enumerate(found.steps):
        said = {"says": "follows"} if step.verdict == PROVED else {"says": ""}
        if step.verdict not in (PROVED, FIRST):
            said = said_of(step)
            if n + 1 != found.wrong:
                said["run"] = None
        said["text"] = found.lines[n]
        yield said


def why(question, text):
    """Name the likely slip, in a derivation of its first wrong line; that takes longer than the verdict."""
    answer = None
    if is_derivation(question, text):
        found = follow(question, text)
        answer = found.steps[found.wrong - 1] if found.wrong else found.end
    answer = answer or check(question, text)
    return {"reasons": answer.as_dict()["reasons"]}


CALLS = {"ready": ready, "read": reading, "check": verdict, "why": why}


def answer(call, question, text):
    return json.dumps(CALLS[call](question, text))
