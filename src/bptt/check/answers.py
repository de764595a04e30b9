"""A typed answer, read and judged: what the page, a notebook and the command line ask."""

from bptt.check.asked import formula_asked
from bptt.check.judge import MISFIT, PROVED, REFUTED, UNDECIDED, Verdict, judge_formula
from bptt.check.misfits import reasons_of_misfit
from bptt.check.questions import Question
from bptt.check.reading import Reading, read
from bptt.check.scope import DoesNotConform
from bptt.check.tokens import NotUnderstood
from bptt.check.variants import Reason
from bptt.kernel import Formula, Refuted, Undecided, prove

UNREAD = "not understood"


class Answer:
    """What is said of a text: the verdict, how it was read, and the place where it was not."""

    def __init__(
        self,
        verdict: Verdict,
        name: str,
        reading: "Reading | None" = None,
        at: "tuple[int, int] | None" = None,
        misfit: "str | None" = None,
    ) -> None:
        self.judged, self.name, self.reading, self.at = verdict, name, reading, at
        self.verdict, self.says = verdict.verdict, verdict.says
        self.misfit = misfit  # typeset

    @property
    def latex(self) -> "str | None":
        """How it was read, typeset."""
        return self.reading.latex if self.reading else self.misfit

    def __repr__(self) -> str:
        return f"{self.verdict}: {self.says}"

    def as_dict(self, reasons: bool = True) -> "dict[str, object]":
        """Say it as JSON can, with or without the likely slip."""
        said = self.judged.as_dict(reasons)
        said["target"] = self.name
        said["at"] = list(self.at) if self.at else None
        latex = self.latex
        if latex is not None:
            said["read"] = {"latex": latex, "notes": self.reading.notes if self.reading else []}
        return said


def check(question: "Question | str", text: str) -> Answer:
    """Judge an answer to a question, or to the target of that name; ``free`` takes two sides."""
    asked = question if isinstance(question, Question) else None
    if isinstance(question, str) and question != "free":
        asked = formula_asked(question)
    name = asked.name if asked else "free"
    try:
        reading = read(question, text)
    except NotUnderstood as error:
        likely = [Reason("wrapped")] if "wrap" in error.says else []
        verdict = Verdict(UNREAD, sentence(error.says), asked, why=lambda: likely)
        return Answer(verdict, name, at=(error.start, error.end))
    except DoesNotConform as error:
        place, verdict = (error.start, error.end), Verdict(MISFIT, sentence(error.says), asked)
        if asked and error.formula is not None:
            verdict = judge_formula(asked, error.formula)
        elif asked:
            verdict = Verdict(
                MISFIT, verdict.says, asked, why=lambda: reasons_of_misfit(asked, text, place[0], place[1])
            )
        return Answer(verdict, name, at=place, misfit=error.latex)
    if asked is None:
        return Answer(judge_sides(reading), name, reading)
    return judged(asked, text, reading)


def judged(question: Question, text: str, reading: Reading) -> Answer:
    """Judge what was read; what can be meant in two ways is right if it is so in one, which is noted."""
    answer = Answer(within_means(question, reading.formula), question.name, reading)
    for way in reading.ways if answer.verdict != PROVED else []:
        try:
            other = read(question, text, way)
        except DoesNotConform:
            continue
        verdict = within_means(question, other.formula)
        if verdict.verdict == PROVED:
            return Answer(verdict, question.name, other)
    return answer


def within_means(question: Question, formula: Formula) -> Verdict:
    """Judge a formula; one for which an interpreter has too little room is undecided."""
    try:
        return judge_formula(question, formula)
    except (RuntimeError, MemoryError):
        return Verdict(UNDECIDED, "This is more than can be judged here.", question)


class Shown:
    """A run of the kernel that refutes two sides, said like one of a model."""

    def __init__(self, refuted: Refuted) -> None:
        self.refuted = refuted

    def as_dict(self) -> "dict[str, object]":
        refuted = self.refuted
        yours, true = refuted.values()
        index = dict(refuted.times)
        index.update(refuted.indices)
        values = []
        for item in refuted.run():
            name, _, value = item.typed.partition(" = ")
            values.append({"name": name, "latex": item.tex.partition(" = ")[0], "value": [[value]]})
        return {
            "sizes": {name: refuted.sizes[name] for name in sorted(refuted.sizes)},
            "entry": [place + 1 for place in refuted.entry] if refuted.which() else None,
            "index": index,
            "yours": yours,
            "true": true,
            "values": values,
        }


def judge_sides(reading: Reading) -> Verdict:
    """Judge two sides of one's own; a run of the kernel refutes, for nothing is known of the symbols."""
    assert reading.left is not None
    try:
        theorem = prove(reading.left, reading.formula)
    except Refuted as refuted:
        return Verdict(REFUTED, f"Wrong: {refuted}.", found=Shown(refuted))
    except (Undecided, ValueError, ArithmeticError) as error:
        return Verdict(UNDECIDED, f"Neither proved nor refuted: {error}.")
    return Verdict(PROVED, f"Right for {theorem.holds_for()}.", proofs=[theorem], holds=theorem.holds_for())


def sentence(says: str) -> str:
    """End with a full stop; the first word may be a name, and keeps its first letter."""
    return f"{says}."
