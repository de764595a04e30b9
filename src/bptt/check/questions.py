"""Questions: what is asked for, in which symbols, and the reference that an answer is held against."""

from collections.abc import Mapping, Sequence
from typing import Any

from bptt.check.mutants import reindexed
from bptt.kernel import (
    At,
    Equation,
    Formula,
    Function,
    Horizon,
    Index,
    Labels,
    Moment,
    Recurrence,
    Refuted,
    Series,
    Size,
    Step,
    by_entry,
    delta,
    moved,
    named,
    prove,
)
from bptt.kernel.language.formula import free_indices

Typed = Formula | Series | Labels | Index | Step | Horizon | Size | Function
Definition = Recurrence | Equation


class Question:
    """One quantity that a reader is asked to derive.

    ``symbols`` says what each typed name stands for. ``definitions`` are what the model computes, in the
    order in which it does; a part of an answer that says what they say is folded into their series.
    ``words`` are series that only abbreviate a formula, such as the prediction p: they are written out.
    ``supposed`` is what is known of the series that ``gradients`` lists, which stand for the gradients of
    the whole loss by other series; ``ahead`` only of those after the step at which it is asked.

    The asked is the derivative of ``of`` by ``by``: of a scalar its gradient, of a column its Jacobian. Where
    ``by`` is None it is ``of`` itself, or, with ``along``, the change of it to first order where each first
    of a pair changes by the second. ``reference`` is it as a formula, and ``proof`` the claim of the book
    that proves it. ``barred`` are series of which an answer may not speak but at the times of numbers, and
    ``local`` the derivatives that it may leave as they are. ``is_shown`` says that the reader sees ``of``.
    ``misses`` are wrong answers that are more than a small change away, each with its slip, and ``swaps``
    names that are taken for one another.
    """

    truly = "the true value is"

    def __init__(
        self,
        name: str,
        said: str,
        asked: str,
        symbols: "Mapping[str, Typed]",
        of: Formula,
        by: "Formula | None",
        reference: Formula,
        *,
        definitions: "Sequence[Recurrence]" = (),
        words: "Sequence[Recurrence]" = (),
        gradients: "Sequence[tuple[Series, Series]]" = (),
        supposed: "Sequence[Definition]" = (),
        ahead: "Recurrence | None" = None,
        along: "Sequence[tuple[Formula, Formula]]" = (),
        barred: "Sequence[Series]" = (),
        local: "Sequence[str]" = (),
        is_shown: bool = False,
        misses: "Sequence[tuple[str, Formula]]" = (),
        swaps: "Sequence[tuple[str, str]]" = (),
        proof: "str | None" = None,
        rung: int = 0,
    ) -> None:
        self.name, self.said, self.asked = name, said, asked
        self.symbols = dict(symbols)
        self.of, self.by, self.reference = of, by, reference
        self.definitions, self.words, self.supposed = tuple(definitions), tuple(words), tuple(supposed)
        self.gradients, self.ahead = tuple(gradients), ahead
        self.along, self.misses, self.swaps = tuple(along), tuple(misses), tuple(swaps)
        self.barred, self.local, self.is_shown = tuple(barred), tuple(local), is_shown
        self.proof, self.rung = proof, rung
        # Found out once, when asked for: its sizes, the runs of its model, what slips make of its reference.
        self.sizes: tuple[Size, ...] = ()
        self.runs: dict[Any, Any] = {}
        self.known: Any = None

    def __repr__(self) -> str:
        return self.name

    @property
    def shape(self) -> "tuple[object, object]":
        return self.reference.shape

    @property
    def step(self) -> "Step | None":
        """The step that an answer may speak of without a sum, where the question is asked at each."""
        base = self.moment.base if self.moment else None
        return base if isinstance(base, Step) else None

    @property
    def moment(self) -> "Moment | None":
        """The moment of the series by which is differentiated, or which is asked for itself."""
        asked = self.of if self.by is None else self.by
        return asked.moment if isinstance(asked, At) else None

    def adopted(self, answer: Formula) -> Formula:
        """Put the question's own indices and steps in place of an answer's that are called the same."""
        own = free_indices(self.reference) | free_indices(self.of)
        called = {index.name: index for index in own}
        for index in free_indices(answer) - own:
            here = called.get(index.name)
            if isinstance(index, Step) and isinstance(here, Step):
                answer = moved(answer, {index: Moment(here)})
            elif here is not None and type(here) is type(index) and here.size.name == index.size.name:
                answer = reindexed(answer, index, here)
        return answer

    def truth(self, run: Any, spot: Any) -> Any:
        """Find what is asked for in a run of the model."""
        return run.truth(spot)

    def is_asked(self, node: Formula) -> bool:
        """Tell whether a formula is just what is asked for: an answer may not speak of it."""
        if not isinstance(node, At):
            return False
        if any(node.series is series for series in self.barred) and node.moment.base is not None:
            return True
        by = self.of if self.by is None else self.by
        return (
            isinstance(by, At)
            and node.moment == by.moment
            and any(node.series is gradient and by.series is series for gradient, series in self.gradients)
        )


class Exact:
    """A question to which the answer is a number, or a matrix of numbers, and is held against it exactly."""

    def __init__(self, name: str, said: str, value: object) -> None:
        self.name, self.said, self.value = name, said, value

    def __repr__(self) -> str:
        return self.name


class Slipped:
    """A derivation in which one line does not follow from the one before: which, counted from 1?"""

    def __init__(
        self, name: str, said: str, lines: "Sequence[Formula]", given: "Sequence[Equation]" = ()
    ) -> None:
        self.name, self.said, self.lines, self.given = name, said, tuple(lines), tuple(given)

    def __repr__(self) -> str:
        return self.name

    @property
    def value(self) -> int:
        """The first line that a run tells from the one before it."""
        for at, (before, line) in enumerate(zip(self.lines, self.lines[1:])):
            try:
                prove(before, line, self.given)
            except Refuted:
                return at + 2
        raise ValueError(f"{self.name}: every line follows from the one before it")


def column_of(label: Index, size: Size) -> Formula:
    """Write a label that is an index as a column: 1 in its row, else 0."""
    i = Index("i", size)
    return named("hot", by_entry(i, None, delta(i, label)), f"\\mathbf{{1}}_{{{label.name}}}")
