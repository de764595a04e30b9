"""Runs of a question's model: small numbers, and what is asked for, found by the loss itself.

The loss is computed with one number moved by a tiny imaginary amount, and its imaginary part is how much it
follows. No formula of a derivative is used: the runs check the references, and not the other way round.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bptt.check.questions import Question
from bptt.kernel import At, Formula, Index, Labels, Place, Series, Size, Step, Undecided, evaluate
from bptt.kernel.language.formula import Entry, Named, Symbol, free_indices, walk
from bptt.kernel.language.latex import name as in_latex
from bptt.kernel.language.structure import in_order
from bptt.kernel.language.wellformed import series_of, sizes_of, symbols_of
from bptt.kernel.run.evaluate import Matrix, every_index
from bptt.kernel.run.points import Draw
from bptt.kernel.run.shown import apart, number

# The sizes that are tried, those first that can be redone by hand: one unit does not tell W from its
# transpose, two equal sizes hide exchanged factors, and of two steps each is the first or the last one.
Sizes = tuple[int, int, int, int]
SIZES: "tuple[Sizes, ...]" = ((1, 1, 2, 2), (1, 1, 2, 3), (2, 1, 2, 2), (2, 3, 4, 3), (3, 2, 4, 4))
# Neither 0 nor 1, where a wrong formula may agree by accident, and none the negative of another.
NUMBERS = (0.5, -0.4, 0.3, -0.6, 0.7, -0.2, 0.1, -0.8, 0.9)
# How many times before 1 and after T have values too; farther away they repeat.
MARGIN = 4
TINY = 2.0**-100
TOLERANCE = 1e-8

# A matrix for a symbol; for a series one for each time, and for labels a position for each time.
Values = dict[str, Any]
Spot = Mapping[Index, int]


class Run:
    """The model at some sizes: its inputs, and all that is computed from them."""

    def __init__(self, question: Question, sizes: "dict[str, int]") -> None:
        self.question, self.sizes, self.last = question, sizes, sizes["T"]
        self.items = items_of(question)
        self.known: dict[object, Matrix] = {}
        self.inputs = self.drawn(Draw())
        self.values = self.forward()

    def drawn(self, draw: Draw) -> Values:
        """Choose the inputs, and for each series a value at each time, until it is computed."""
        found: Values = {}
        for item in self.items:
            times = range(1 - MARGIN, self.last + MARGIN + 1)
            if isinstance(item, Labels):
                found[item.name] = {time: draw.below(self.extent(item.size)) for time in times}
            elif isinstance(item, Series):
                found[item.name] = {time: self.matrix(item, draw) for time in times}
            else:
                found[item.name] = self.matrix(item, draw)
        return found

    def matrix(self, item: "Symbol | Series", draw: Draw) -> Matrix:
        rows, cols = [self.extent(dimension) for dimension in item.shape]
        return [[NUMBERS[draw.below(len(NUMBERS))] for _ in range(cols)] for _ in range(rows)]

    def extent(self, dimension: "Size | int") -> int:
        return self.sizes[dimension.name] if isinstance(dimension, Size) else dimension

    def place(self, values: Values, spot: "Spot | None" = None) -> Place:
        return Place(self.sizes, values, spot, None, (1 - MARGIN, self.last + 2 * MARGIN))

    def forward(self, moved: str = "", time: int = 0, entry: "tuple[int, int]" = (0, 0)) -> Values:
        """Compute the model, with one entry moved a little: of a symbol, or of a series at a time."""
        values: Values = {name: dict(at) if isinstance(at, dict) else at for name, at in self.inputs.items()}
        steps = self.question.definitions if moved else self.question.definitions + self.question.words
        if moved and isinstance(values[moved], dict):
            values[moved][time] = nudged(values[moved][time], entry)
        elif moved:
            values[moved] = nudged(values[moved], entry)
        for now in range(1, self.last + 1):
            for item in steps:
                name = item.series.name
                value = evaluate(item.formula, self.place(values, {item.step: now}))
                values[name][now] = nudged(value, entry) if (name, now) == (moved, time) else value
        return values

    def derivative(self, name: str, time: int, spot: Spot) -> Matrix:
        """Measure how ``of`` follows something: a gradient of its shape, or the Jacobian of a column."""
        own = free_indices(self.question.of)
        spot = {index: at for index, at in spot.items() if index in own or not isinstance(index, Step)}
        key = (name, time) + tuple(spot.values())
        if key not in self.known:
            of, by = self.question.of, self.inputs[name]
            shape = by[time] if isinstance(by, dict) else by

            def follows(i: int, j: int) -> "list[float]":
                there = self.place(self.forward(name, time, (i, j)), spot)
                return [complex(row[0]).imag / TINY for row in evaluate(of, there)]

            found = [[follows(i, j) for j in range(len(shape[0]))] for i in range(len(shape))]
            if of.shape == (1, 1):
                self.known[key] = [[entry[0] for entry in row] for row in found]
            else:
                self.known[key] = [[row[0][i] for row in found] for i in range(len(found[0][0]))]
        return self.known[key]

    def truth(self, spot: Spot) -> Matrix:
        """Find what is asked for by the model alone."""
        by, place = self.question.by, self.place(self.values, spot)
        if isinstance(by, Entry):
            whole = str(by.args[0])
            return evaluate(by, self.place({whole: self.derivative(whole, 0, spot)}, spot))
        if isinstance(by, At):
            return self.derivative(by.name, place.time(by.moment), spot)
        if isinstance(by, Symbol):
            return self.derivative(by.name, 0, spot)
        return self.change(spot) if self.question.along else evaluate(self.question.of, place)

    def change(self, spot: Spot) -> Matrix:
        """Measure how ``of`` changes where several things change at once."""
        values, place = dict(self.values), self.place(self.values, spot)
        for item, by in self.question.along:
            moves = [[TINY * 1j * entry for entry in row] for row in evaluate(by, place)]
            if isinstance(item, At):
                time = place.time(item.moment)
                values[item.name] = dict(values[item.name])
                values[item.name][time] = added(values[item.name][time], moves)
            else:
                values[str(item)] = added(values[str(item)], moves)
        there = evaluate(self.question.of, self.place(values, spot))
        return [[complex(entry).imag / TINY for entry in row] for row in there]

    def value(self, formula: Formula, spot: Spot) -> Matrix:
        return evaluate(formula, self.place(self.with_gradients(formula), spot))

    def with_gradients(self, formula: Formula) -> Values:
        """Give the values, with those of the gradients that a formula speaks of; nothing follows T."""
        names = {node.name for node in walk(formula) if isinstance(node, At)}
        for gradient, series in self.question.gradients:
            if gradient.name in names and (gradient.name, "all") not in self.known:
                values = self.values[gradient.name]
                for time in values:
                    if time in self.times(series):
                        values[time] = self.derivative(series.name, time, {})
                    elif time > self.last:
                        values[time] = [[0.0] * len(row) for row in values[time]]
                self.known[gradient.name, "all"] = []
        return self.values

    def times(self, item: "Series | Labels") -> range:
        """List the times at which a series is: from 0 on where the model needs it before its first step."""
        for gradient, series in self.question.gradients:
            if item is gradient:
                return range(self.times(series).start, self.last + MARGIN + 1)
        before = any(
            isinstance(node, At) and node.series is item and node.moment.offset < 0
            for definition in self.question.definitions
            for node in walk(definition.formula)
        )
        return range(0 if before else 1, self.last + 1)

    def elsewhere(self, formula: Formula, spot: Spot) -> Matrix:
        """Compute a formula with other values at the times that are not."""
        values = dict(self.with_gradients(formula))
        for item in self.items:
            if isinstance(item, Labels):
                count, there = self.extent(item.size), self.times(item)
                values[item.name] = {
                    time: at if time in there else (at + 1) % count for time, at in values[item.name].items()
                }
            elif isinstance(item, Series):
                there = self.times(item)
                values[item.name] = {
                    time: at if time in there else [[entry / 2 + 0.3 for entry in row] for row in at]
                    for time, at in values[item.name].items()
                }
        return evaluate(formula, self.place(values, spot))

    def shown(self, formula: Formula, spot: Spot) -> "list[dict[str, object]]":
        """List all numbers of the run, so that a reader can redo it."""
        values = self.with_gradients(formula)
        found: list[dict[str, object]] = []

        def show(name: str, value: "Matrix | int", time: "int | None" = None) -> None:
            tex = in_latex(name)
            entries = (
                [[str(value + 1)]] if isinstance(value, int) else [[number(x) for x in row] for row in value]
            )
            if time is not None:
                name, tex = f"{name}[{time}]", f"{tex}^{{({time})}}"
            found.append({"name": name, "latex": tex, "value": entries})

        speaks_of = {node.name for node in walk(formula) if isinstance(node, At)}
        for index, at in sorted(spot.items(), key=lambda pair: pair[0].name):
            if not isinstance(index, Step):
                show(index.name, at)
        for item in self.items:
            if isinstance(item, Symbol):
                show(item.name, values[item.name])
            elif item.name in speaks_of or not any(
                item is gradient for gradient, _ in self.question.gradients
            ):
                for time in self.times(item):
                    if time <= self.last + 1:
                        show(item.name, values[item.name][time], time)
        for name, node in sorted(self.question.symbols.items(), key=lambda pair: pair[0]):
            if isinstance(node, Named) and node.name == name:
                show(name, evaluate(node, self.place(values, spot)))
        return found


class Difference:
    """Where an answer and the model differ: in which run, at which moment, in which entry."""

    def __init__(
        self, run: Run, formula: Formula, spot: Spot, entry: "tuple[int, int]", yours: object, true: object
    ) -> None:
        self.run, self.formula, self.spot, self.entry = run, formula, spot, entry
        self.yours, self.true = apart(yours, true)

    def sizes(self) -> "list[tuple[str, int]]":
        """List the sizes of which the question speaks."""
        names = [size.name for size in sizes_in(self.run.question)]
        return [(name, self.run.sizes[name]) for name in sorted(names, key="nmkKT".find)]

    def times(self) -> "list[tuple[str, int]]":
        return [(index.name, at) for index, at in self.spot.items() if isinstance(index, Step)]

    def which(self) -> "list[int] | None":
        """Name the entry, counted from 1 as in print, where there are several."""
        rows, cols = [self.run.extent(dimension) for dimension in self.run.question.reference.shape]
        return None if rows == cols == 1 else [self.entry[0] + 1, self.entry[1] + 1]

    def where(self) -> str:
        """Say in which run, at which step and in which entry."""
        said = ", ".join([f"{name} = {value}" for name, value in self.sizes() + self.times()])
        entry = self.which()
        return f"{said}, in entry ({entry[0]}, {entry[1]})," if entry else said

    def as_dict(self) -> "dict[str, object]":
        """Say it as JSON can."""
        return {
            "sizes": dict(self.sizes()),
            "entry": self.which(),
            "index": dict(self.times()),
            "yours": self.yours,
            "true": self.true,
            "values": self.run.shown(self.formula, self.spot),
        }


def runs(question: Question, sizes: "Sequence[Sizes]" = SIZES) -> "Iterator[Run]":
    """Give the runs of a question, the smallest first; each is made once."""
    for each in sizes:
        if each not in question.runs:
            n, m, k, T = each
            known = {"n": n, "m": m, "k": k, "K": k, "T": T}
            others = [size.name for size in sizes_in(question) if size.name not in known]
            known.update((name, T + place) for place, name in enumerate(others))
            question.runs[each] = Run(question, known)
        yield question.runs[each]


def difference(question: Question, formula: Formula, sizes: "Sequence[Sizes]" = SIZES) -> "Difference | None":
    """Look for a run in which an answer is not what is asked for; None is no proof that there is none.

    Where it is asked at each step, what hangs on values before the first step or after the last is no
    difference, if the answer agrees at any other step.
    """
    agrees, doubtful = False, None
    for run in runs(question, sizes):
        for spot in [place.indices for place in spots(run, formula)]:
            try:
                yours, true = run.value(formula, spot), question.truth(run, spot)
                found = first_difference(yours, true)
                if found is None:
                    agrees = True
                    continue
                i, j = found
                here = Difference(run, formula, spot, found, yours[i][j], true[i][j])
                if question.step is None or first_difference(yours, run.elsewhere(formula, spot)) is None:
                    return here
                doubtful = doubtful or here
            except (ArithmeticError, ValueError, Undecided):
                continue  # no value here, or too much work
    return None if agrees else doubtful


def spots(run: Run, formula: Formula, place: "Place | None" = None) -> "list[Place]":
    """List the places at which the free indices of a question and of an answer have values."""
    question = run.question
    free = free_indices(formula) | free_indices(question.reference) | free_indices(question.of)
    return every_index(place or run.place(run.values), in_order(free))


def first_difference(one: Matrix, other: Matrix) -> "tuple[int, int] | None":
    for i, (us, vs) in enumerate(zip(one, other)):
        for j, (u, v) in enumerate(zip(us, vs)):
            u, v = float(u), float(v)
            if not abs(u - v) <= TOLERANCE * (1 + abs(v)):
                return i, j
    return None


def added(one: Matrix, other: Matrix) -> Matrix:
    return [[u + v for u, v in zip(us, vs)] for us, vs in zip(one, other)]


def nudged(value: Matrix, entry: "tuple[int, int]") -> Matrix:
    rows = [list(row) for row in value]
    rows[entry[0]][entry[1]] += TINY * 1j
    return rows


def sizes_in(question: Question) -> "tuple[Size, ...]":
    """List the sizes that a question speaks of."""
    question.sizes = question.sizes or sizes_of(*formulas_of(question))
    return question.sizes


def formulas_of(question: Question) -> "list[Formula]":
    """List the formulas that a question is made of."""
    found = [question.of, question.reference] + [side for pair in question.along for side in pair]
    for item in question.definitions + question.words:
        found += [item.series[item.step], item.formula]
    return found + [
        item
        for _, item in sorted(question.symbols.items(), key=lambda pair: pair[0])
        if isinstance(item, Formula)
    ]


def items_of(question: Question) -> "list[Symbol | Series | Labels]":
    """List all that has values, each once: the symbols, the series and the labels."""
    formulas = formulas_of(question)
    found: list[Symbol | Series | Labels] = list(symbols_of(*formulas))
    of_times = {item.name: item for item in series_of(*formulas)}
    for item in question.symbols.values():
        if isinstance(item, (Series, Labels)):
            of_times[item.name] = item
    return found + [item for _, item in sorted(of_times.items(), key=lambda pair: pair[0])]
