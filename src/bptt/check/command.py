"""Check a derivation of your own.

    python -m bptt check "h[t]" "W.T @ diag(1 - h[t+1]**2) @ g[t+1] + V.T @ (p[t] - y[t])"
    python -m bptt check free "W: n n, x: n; (W @ x).T = x.T @ W.T"
    python -m bptt check "h[t]" --file derivation.txt      each line against the one before it
    python -m bptt check --against key.txt "2 * A.T @ r"    against a formula that is not shown
    python -m bptt check --list                             what can be asked

--json says it for programs. The file of --against declares its symbols in its first lines, as free does, and
ends with the formula. The exit code is 0 where all is proved, 1 where something is refuted, does not conform,
is circular or lacks a sum, 3 where it is undecided, 4 where it is not understood, and 2 where the command is
none.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bptt.check.answers import UNREAD, Answer, check
from bptt.check.asked import formula_asked
from bptt.check.declarations import declared
from bptt.check.derivation import FIRST, Derivation, follow
from bptt.check.exercises import EXERCISES
from bptt.check.grammar import parse
from bptt.check.judge import PROVED, UNDECIDED
from bptt.check.questions import Question
from bptt.check.reading import Reader
from bptt.check.scope import DoesNotConform
from bptt.check.targets import LADDER, TARGETS
from bptt.check.tokens import NotUnderstood

CODES = {PROVED: 0, UNDECIDED: 3, UNREAD: 4}
REFUSED, USAGE = 1, 2


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command and return its exit code."""
    try:
        return Command(list(sys.argv[1:] if arguments is None else arguments)).run()
    except (Misused, OSError, UnicodeError) as error:
        print(f"{error}\n\n{__doc__}", file=sys.stderr, end="")
        return USAGE


class Misused(Exception):
    """A command that says too little, too much or something else."""


class Command:
    """What was asked for on the command line."""

    def __init__(self, arguments: "list[str]") -> None:
        self.words: list[str] = []
        self.flags: list[str] = []
        self.files: dict[str, str] = {}
        while arguments:
            word = arguments.pop(0)
            if word in ("--list", "--json", "--help", "-h"):
                self.flags.append(word)
            elif word in ("--file", "--against"):
                if not arguments:
                    raise Misused(f"{word} needs the name of a file.")
                self.files[word] = arguments.pop(0)
            elif word[:2] == "--" and word[2:].isalpha():
                raise Misused(f"{word} is no option.")
            else:
                self.words.append(word)  # a formula may begin with a minus

    def run(self) -> int:
        if "--help" in self.flags or "-h" in self.flags:
            print(__doc__, end="")
            return 0
        if "--list" in self.flags:
            asked = LADDER + [item for item in EXERCISES.values() if isinstance(item, Question)]
            print("\n".join([f"{question.name:23} {question.said}" for question in asked]))
            return 0
        if "--against" in self.files:
            (formula,) = self.exactly("a formula")
            answer = check(hidden(read_file(self.files["--against"])), formula)
            answer.judged.why = tuple  # what belongs there is not told
            return self.say(answer, answer_lines(answer, formula))
        if "--file" in self.files:
            (name,) = self.exactly("a target")
            derivation = follow(self.target(name), read_file(self.files["--file"]))
            return self.say(derivation, derivation_lines(derivation))
        name, formula = self.exactly("a target", "a formula")
        answer = check(name if name == "free" else self.target(name), formula)
        return self.say(answer, answer_lines(answer, formula))

    def exactly(self, *what: str) -> "list[str]":
        if len(self.words) != len(what):
            raise Misused(f"Expected {' and '.join(what)}, got {len(self.words)} words.")
        return self.words

    def target(self, name: str) -> str:
        try:
            return formula_asked(name).name
        except ValueError:
            raise Misused(
                f"{name!r} is no target. There are {', '.join(TARGETS)}, free and exercises: --list."
            )

    def say(self, found: "Answer | Derivation", lines: "list[str]") -> int:
        if "--json" in self.flags:
            print(json.dumps(found.as_dict(), ensure_ascii=False))
        else:
            print("\n".join(lines))
        return CODES.get(found.verdict, REFUSED)


def read_file(name: str) -> str:
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


def hidden(text: str) -> Question:
    """Make a question of a file that declares symbols and ends with the formula that is the answer."""
    try:
        names, formula = declared(text.strip())
        statement = parse(formula, names)
        reader = Reader(names)
        key = reader.collected(statement, reader.formula(statement.body))
    except (NotUnderstood, DoesNotConform) as error:
        raise Misused(f"The file of --against is not understood: {error}.")
    return Question("against", "What is the hidden formula?", "", names.symbols, key, None, key)


def answer_lines(answer: Answer, text: str) -> "list[str]":
    """Say an answer in words: the verdict, the place, how it was read, the run, and what is likely."""
    lines = [f"{answer.verdict}: {answer.says}"] + marked(answer, text)
    if answer.reading:
        sides = [str(answer.reading)] if answer.reading.left is None else []
        lines += [f"  read as: {side}" for side in sides]
        lines += [f"  note: {note}" for note in answer.reading.notes]
    said = answer.judged.as_dict()
    run = said["run"]
    if isinstance(run, dict):
        lines += [f"  {item['name']} = {shown(item['value'])}" for item in run["values"]]
    lines += [f"  likely: {reason.says}" for reason in answer.judged.likely]
    return lines


def shown(value: "list[list[str]]") -> str:
    """Write a matrix in a line; a number stands alone."""
    rows = [", ".join(row) for row in value]
    return rows[0] if len(value) == len(value[0]) == 1 else f"[{'; '.join(rows)}]"


def marked(answer: Answer, text: str) -> "list[str]":
    """Show the line of the text in which the place is, with a caret under each of its characters."""
    if answer.at is None:
        return []
    start, end = answer.at
    first = text.rfind("\n", 0, start) + 1
    line = text[first:].partition("\n")[0]
    carets = "^" * max(1, min(end, first + len(line)) - start)
    return [f"    {line}", f"    {' ' * (start - first)}{carets}"]


def derivation_lines(derivation: Derivation) -> "list[str]":
    """Say what became of each line; of those that follow, that they do."""
    lines = [f"{derivation.verdict}: {derivation.says}"]
    for n, (line, step) in enumerate(zip(derivation.lines, derivation.steps)):
        lines.append(f"  {n + 1}. {line}")
        if step.verdict == PROVED:
            lines.append("     follows")
        elif step.verdict != FIRST:
            lines += [f"     {said}" for said in answer_lines(step, line)]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
