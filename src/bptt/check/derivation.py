"""A derivation, line by line: which line does not follow from the one before, and where the last one ends."""

from bptt.check.answers import UNREAD, Answer, check, judged
from bptt.check.asked import formula_asked
from bptt.check.judge import MISFIT, NO_SUM, PROVED, REFUTED, UNDECIDED, Verdict, judge_formula
from bptt.check.model import Run, Spot
from bptt.check.questions import Definition, Question
from bptt.check.reading import Reading, read
from bptt.check.scope import DoesNotConform
from bptt.check.targets import TARGETS
from bptt.check.tokens import NotUnderstood
from bptt.kernel import Formula, defined
from bptt.kernel.run.evaluate import Matrix

MOST_LINES = 40
WRONG = (REFUTED, NO_SUM, MISFIT)
FIRST = "first line"


class Restated(Question):
    """A question of which the line before is the answer: all of its model may be used, the asked too."""

    truly = "the line before gives"

    def __init__(self, question: Question, before: Formula) -> None:
        super().__init__(
            question.name,
            question.said,
            question.asked,
            question.symbols,
            question.of,
            question.by,
            before,
            definitions=question.definitions,
            words=question.words,
            gradients=question.gradients,
            supposed=question.supposed + ((question.ahead,) if question.ahead else ()) + last_state(question),
        )
        self.runs = question.runs

    def is_asked(self, node: Formula) -> bool:
        return False

    def truth(self, run: Run, spot: Spot) -> Matrix:
        return run.value(self.reference, spot)


def last_state(question: Question) -> "tuple[Definition, ...]":
    """Say the gradient by the last state, which the recursion says too, but not in so many words."""
    last = TARGETS["h[T]"]
    known = [gradient for gradient, _ in question.gradients if gradient is last.symbols["g"]]
    return tuple(defined(gradient, last.symbols["T"], last.reference) for gradient in known)


class Derivation:
    """The lines, each with what is said of its step; ``wrong`` counts from 1."""

    def __init__(
        self, question: Question, lines: "list[str]", steps: "list[Answer]", end: "Answer | None"
    ) -> None:
        self.question, self.lines, self.steps, self.end = question, lines, steps, end
        wrong = [n + 1 for n, step in enumerate(steps) if step.verdict in WRONG]
        open_steps = [n + 1 for n, step in enumerate(steps) if step.verdict in (UNREAD, UNDECIDED)]
        self.wrong = wrong[0] if wrong else None
        self.undecided = open_steps
        self.ends = "undecided"
        if end is not None and end.verdict == PROVED:
            self.ends = "asked"
        elif end is not None and end.verdict not in (UNDECIDED, UNREAD):
            self.ends = "elsewhere"

    @property
    def verdict(self) -> str:
        """Proved is a derivation of which every step is proved and the end is what is asked for."""
        if self.wrong or self.ends == "elsewhere":
            return REFUTED
        if any(step.verdict == UNREAD for step in self.steps):
            return UNREAD
        return UNDECIDED if self.undecided or self.ends == "undecided" else PROVED

    @property
    def says(self) -> str:
        if self.wrong == 1:
            said = "Line 1 does not conform."
        elif self.wrong:
            said = f"Line {self.wrong} does not follow from the line before it."
        elif self.undecided:
            numbers = ", ".join([str(n) for n in self.undecided])
            said = f"Every line follows but {numbers}, of which it is not known."
        else:
            said = "Every line follows from the one before it."
        where = {
            "asked": "The last line is what is asked for.",
            "elsewhere": "The last line is not what is asked for.",
            "undecided": "Whether the last line is what is asked for is not known.",
        }
        return f"{said} {where[self.ends]}"

    def as_dict(self) -> "dict[str, object]":
        """Say it as JSON can."""
        lines = []
        for n, (line, step) in enumerate(zip(self.lines, self.steps)):
            said = step.as_dict()
            said.update({"line": n + 1, "text": line})
            lines.append(said)
        return {
            "verdict": self.verdict,
            "says": self.says,
            "target": self.question.name,
            "wrong": self.wrong,
            "ends": self.ends,
            "lines": lines,
        }


def follow(question: "Question | str", text: str) -> Derivation:
    """Judge each line of a derivation against the one before it, and the last one against the question.

    A line is compared with the last one that could be read, so that what comes after a wrong line, or one
    that is not understood, is judged all the same.
    """
    asked = formula_asked(question) if isinstance(question, str) else question
    lines = [line for _, line in lines_of(text)]
    if len(lines) > MOST_LINES:
        raise NotUnderstood(f"a derivation has at most {MOST_LINES} lines here", 0, len(text))
    steps: list[Answer] = []
    before: Reading | None = None
    end = None
    for line in lines:
        try:
            reading = read(asked, line)
        except (NotUnderstood, DoesNotConform):
            end = check(asked, line)  # which says why
            steps.append(end)
            continue
        end = None
        if before is None:
            steps.append(Answer(Verdict(FIRST, "Where the derivation starts.", asked), asked.name, reading))
        else:
            steps.append(step(asked, before.formula, line, reading))
        before = steps[-1].reading
    if lines and end is None:
        end = check(asked, lines[-1])
    return Derivation(asked, lines, steps, end)


def lines_of(text: str) -> "list[tuple[int, str]]":
    """Cut a derivation into its lines, each with its place. Empty ones, and what follows a #, are left out.

    What is left open goes on in the next line, if that does not begin with an equals sign.
    """
    found: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        said = line.partition("#")[0].strip().rstrip("\\").strip()
        start = at + len(line) - len(line.lstrip())
        at += len(line) + 1
        if said and found and is_open(found[-1][1]) and said[0] != "=":
            first = found[-1][0]
            found[-1] = (first, text[first : start + len(said)])
        elif said:
            found.append((start, said))
    return found


def is_open(line: str) -> bool:
    """Tell whether a parenthesis is not closed yet, or the body of a loop is still to come."""
    opened = sum([line.count(mark) for mark in "([{"]) - sum([line.count(mark) for mark in ")]}"])
    return opened > 0 or line[-1] in ":,"


def step(asked: Question, before: Formula, line: str, reading: Reading) -> Answer:
    """Judge a line as an answer of which the line before is the right one."""
    found = judged(Restated(asked, before), line, reading)
    if found.verdict == UNDECIDED:
        both = [judge_formula(asked, formula) for formula in (before, reading.formula)]
        if all(verdict.verdict == PROVED for verdict in both):
            proofs = both[0].proofs + both[1].proofs
            says = "It follows: this line and the line before are both what is asked for."
            return Answer(
                Verdict(PROVED, says, asked, proofs=proofs, holds=both[1].holds), asked.name, reading
            )
    return found
