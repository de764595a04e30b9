"""What people write in place of a formula: each likely slip at each place of it, with its kind.

``mutants`` makes every small change, to see whether a check notices it; these are the few that have a name.
"""

from collections.abc import Callable, Iterator

from bptt.check.mutants import Path, at_another_time, negated, put, without
from bptt.check.questions import Question
from bptt.kernel import (
    At,
    Formula,
    Moment,
    Recurrence,
    ShapeError,
    Step,
    diag,
    eye,
    inner,
    moved,
    outer,
    tanh,
)
from bptt.kernel.language.formula import (
    Add,
    Diag,
    MatMul,
    Named,
    Number,
    Power,
    Sum,
    Symbol,
    Times,
    Transpose,
    walk,
)
from bptt.kernel.language.series import Product, Softmax, Timed

Slip = tuple[str, Formula | None, Formula | None, Callable[[], Formula]]


class Reason:
    """One likely slip: its kind, what stands there because of it, and what belongs there."""

    def __init__(self, slip: str, wrong: object = None, right: object = None, of: str = "") -> None:
        self.slip, self.wrong, self.right = slip, wrong, right
        self.of = of  # the question that it answers, where that is another one

    @property
    def says(self) -> str:
        """Say it as a teacher would."""
        said = f"{SAYS[self.slip][:-1]}{self.of}."
        if self.wrong is not None and self.right is not None:
            return f"{said} Where you have {self.wrong}, {self.right} belongs."
        if self.right is not None:
            return f"{said} Look for {self.right}."
        return said if self.wrong is None else f"{said} Look at {self.wrong}."

    def undone(self) -> "Reason":
        """Name the slip of which this is the repair."""
        return Reason(UNDONE.get(self.slip, self.slip), self.right, self.wrong)

    def __repr__(self) -> str:
        return f"{self.slip}: {self.says}"


SAYS = {
    "sign": "A sign is turned round.",
    "transpose": "A matrix and its transpose are mixed up.",
    "no-slope": "The slope of tanh, 1 - h², is missing or not in full.",
    "slope-time": "The slope of tanh is taken at another step.",
    "slope-side": "The slope of tanh stands on the wrong side of a matrix.",
    "state-time": "A state is taken at another step than the one that is used.",
    "time-shift": "Something is taken one step too early or too late.",
    "label-minus-prediction": "The difference is prediction minus label, not label minus prediction.",
    "entrywise": "Entries are multiplied one by one where a matrix product or an outer product belongs.",
    "no-sum": "The sum over the steps is missing: each step has its share.",
    "last-only": "Only the last step is counted, and every step has its share.",
    "first-only": "Only the first step is counted, and every step has its share.",
    "no-output-weights": "What comes back from the logits to a state passes Vᵀ, which is missing.",
    "softmax-slope": "The derivative of softmax is in p - y already; here it is taken twice.",
    "wrapped": "The state before the first step is h[0]; it does not wrap round to the last one.",
    "other-question": "This is the right answer to another question.",
    "missing-term": "A term is missing: one of several paths is forgotten.",
    "missing-factor": "A factor is missing.",
    "extra-factor": "Something is too much.",
    "wrong-matrix": "One matrix stands where another one belongs.",
    "order": "Factors are exchanged, and their order matters.",
}
UNDONE = dict.fromkeys(("no-slope", "no-output-weights", "missing-factor", "missing-term"), "extra-factor")
UNDONE["extra-factor"] = "missing-factor"


def variants(question: Question, root: Formula) -> "Iterator[tuple[Reason, Formula]]":
    """Make each likely slip at each place of a formula, those first that say most."""
    flat = put_in(
        root, lambda node: eye(node.shape[0]) if isinstance(node, Diag) and is_slope(node) else None
    )
    yield Reason("no-slope"), flat
    for path, node, around, in_slope in places(root):
        for kind, wrong, right, make in slips(question, node, around, in_slope):
            try:
                yield Reason(kind, wrong, right), put(root, path, make())
            except (ShapeError, ValueError, TypeError):
                continue
    yield Reason("sign"), -root


def places(
    root: Formula, path: Path = (), around: "Formula | None" = None, in_slope: bool = False
) -> "Iterator[tuple[Path, Formula, Formula | None, bool]]":
    """List all nodes with the way to each, the node around it, and whether it is part of a slope of tanh."""
    yield path, root, around, in_slope
    if not isinstance(root, Named):
        for n, arg in enumerate(root.args):
            yield from places(arg, path + (n,), root, in_slope or is_slope(root))


def is_slope(node: Formula) -> bool:
    """Tell whether a formula is 1 - h², on a diagonal or not."""
    if isinstance(node, Diag):
        return is_slope(node.args[0])
    if not isinstance(node, Add) or len(node.args) != 2:
        return False
    one, other = node.args
    return (
        isinstance(one, Number)
        and one.value == 1
        and isinstance(other, Times)
        and is_minus(other)
        and (isinstance(other.args[1], Power) or len(other.args) == 3)
    )


def is_minus(node: Formula) -> bool:
    return isinstance(node, Times) and isinstance(node.args[0], Number) and node.args[0].value == -1


def is_missed(node: Formula) -> bool:
    """Tell whether a formula is prediction minus label: a column or a number, with softmax in it."""
    return (
        isinstance(node, Add)
        and node.shape[1] == 1
        and len(node.args) == 2
        and any(is_minus(arg) for arg in node.args)
        and has_softmax(node)
        and not any(isinstance(part, MatMul) for part in node.args)
    )


def is_turned(node: Formula) -> bool:
    """Tell whether a formula is label minus prediction, or the opposite of their difference."""
    negated = is_minus(node) and any(is_missed(arg) for arg in node.args)
    return negated or (is_missed(node) and any(is_minus(arg) and has_softmax(arg) for arg in node.args))


def has_softmax(node: Formula) -> bool:
    return any(isinstance(part, Softmax) for part in walk(node))


def slips(question: Question, node: Formula, around: "Formula | None", in_slope: bool) -> "Iterator[Slip]":
    """List the slips at one node, none of them made yet: the kind, what is wrong then, and what was right."""
    if is_missed(node):
        yield from of_difference(node)
    if isinstance(node, MatMul):
        yield from of_product(node)
    if isinstance(node, Times):
        for n, arg in enumerate(node.args):
            kind = "sign" if isinstance(arg, Number) and arg.value == -1 else missing(arg)
            yield kind, None, arg, without(node, n)
    if isinstance(node, Transpose):
        yield "transpose", node.args[0], node, lambda: node.args[0]
    elif isinstance(node, (MatMul, Symbol)) and node.shape != (1, 1) and not isinstance(around, Transpose):
        yield "transpose", node.T, node, lambda: node.T
    if isinstance(node, Symbol) and 1 not in node.shape:
        for name, other in sorted(question.symbols.items(), key=lambda pair: pair[0]):
            if isinstance(other, Symbol) and 1 not in other.shape and other.name == name != node.name:
                yield "wrong-matrix", other, node, given(other)
                yield "wrong-matrix", other.T, node, given(other.T)
    if isinstance(node, Timed) and not isinstance(node, At):
        for by in (-1, 1):
            yield "time-shift", at_another_time(node, by), node, given(at_another_time(node, by))
    if isinstance(node, At):
        yield from of_series(question, node, in_slope)
    if isinstance(node, Power) and in_slope:
        yield "missing-factor", node.args[0], node, lambda: node.args[0]
    if isinstance(node, (Symbol, Named)):
        yield from of_names(question, node, in_slope)
    if isinstance(node, Add):
        for n, arg in enumerate(node.args):
            yield "no-slope" if in_slope or is_slope(node) else "missing-term", None, arg, without(node, n)
            yield "sign", None, arg, negated(node, n)
    if isinstance(node, (Sum, Product)) and isinstance(node.index, Step):
        yield from over_time(node, node.index)


def missing(factor: Formula) -> str:
    """Name the slip of leaving a factor out."""
    if is_slope(factor):
        return "no-slope"
    return "no-output-weights" if str(factor) == "V.T" else "missing-factor"


def of_difference(node: Formula) -> "Iterator[Slip]":
    """Slips at prediction minus label."""
    yield "label-minus-prediction", -node, node, lambda: -node
    for by in (-1, 1):
        yield "time-shift", shifted(node, by), node, given(shifted(node, by))
    p = next(part for part in walk(node) if isinstance(part, Softmax))
    if node.shape == p.shape:
        yield "softmax-slope", None, None, lambda: p * (1 - p) * node
        yield "softmax-slope", None, None, lambda: (diag(p) - outer(p, p)) @ node


def of_product(node: Formula) -> "Iterator[Slip]":
    """Slips at a product of matrices."""
    args = node.args
    for n, arg in enumerate(args):
        yield missing(arg), None, arg, without(node, n)
        if is_slope(arg):
            yield "extra-factor", arg, None, made(MatMul, *args[:n], arg, *args[n:])
    for n in range(len(args) - 1):
        new = args[:n] + (args[n + 1], args[n]) + args[n + 2 :]
        side = is_slope(args[n]) or is_slope(args[n + 1])
        yield "slope-side" if side else "order", None, None, made(MatMul, *new)
    for n in range(1, len(args)):
        front = args[0] if n == 1 else MatMul(*args[:n])
        back = args[n] if n == len(args) - 1 else MatMul(*args[n:])
        for other in (back, back.T):
            yield "entrywise", None, None, made(Times, front, other)
            yield "order", None, None, made(inner, front, other)


def of_series(question: Question, node: At, in_slope: bool) -> "Iterator[Slip]":
    """Slips at a series: another step, or of what comes back to a state the share of one path only."""
    computed = any(node.series is item.series for item in question.definitions)
    kind = "slope-time" if in_slope else "state-time" if computed else "time-shift"
    gradient = any(node.series is series for series, _ in question.gradients)
    for by in (-1, 1) + ((-2, 2) if gradient else ()):
        there = at_another_time(node, by)
        yield kind, there, node, given(there)
    if in_slope:
        yield "extra-factor", tanh(node), node, lambda: tanh(node)
    for item in question.supposed:
        if isinstance(item, Recurrence) and item.series is node.series:
            for arg in item.formula.args:
                yield "missing-term", None, None, given(moved(arg, {item.step: node.moment}))


def of_names(question: Question, node: "Symbol | Named", in_slope: bool) -> "Iterator[Slip]":
    """Slips at a name that is easily taken for another one."""
    for kind, names in question.swaps:
        if node.name in names.split():
            for name in names.split():
                other = question.symbols[name]
                if name != node.name and isinstance(other, Formula):
                    yield "slope-time" if in_slope else kind, other, node, given(other)


def put_in(root: Formula, change: "Callable[[Formula], Formula | None]") -> Formula:
    """Put another formula at all places of a kind."""
    new = change(root)
    if new is not None:
        return new
    return root.with_args(*(put_in(arg, change) for arg in root.args)) if root.args else root


def over_time(node: "Sum | Product", index: Step) -> "Iterator[Slip]":
    """Slips at what is taken over steps."""
    body = node.args[0]

    def over(first: Moment, last: Moment) -> Formula:
        new = index.between(first, last)
        return type(node)(new, moved(body, {index: Moment(new)}))

    ranges = [(index.first + 1, index.last), (index.first, index.last - 1)]
    if isinstance(node, Product):
        yield "extra-factor", None, None, made(over, index.first - 1, index.last)
        for first, last in ranges:
            yield "missing-factor", None, None, made(over, first, last)
        return
    yield "last-only", None, None, lambda: moved(body, {index: index.last})
    yield "first-only", None, None, lambda: moved(body, {index: index.first})
    for first, last in ranges:
        yield "missing-term", None, None, made(over, first, last)
    states = [part for part in walk(body) if isinstance(part, At) and part.moment == index - 1]
    if states and index.first == Moment(None, 1):
        once = moved(body, {index: index.first})
        last_state = states[0].series[index.horizon]
        wrapped = replaced(once, states[0].series[0], last_state)
        yield "wrapped", None, None, lambda: wrapped + over(index.first + 1, index.last)


def replaced(root: Formula, old: At, new: Formula) -> Formula:
    if isinstance(root, At):
        return new if root.series is old.series and root.moment == old.moment else root
    return root.with_args(*(replaced(arg, old, new) for arg in root.args)) if root.args else root


def shifted(root: Formula, by: int) -> Formula:
    """Take all of a formula some steps later."""
    if isinstance(root, Timed):
        return at_another_time(root, by)
    return root.with_args(*(shifted(arg, by) for arg in root.args)) if root.args else root


def given(value: Formula) -> "Callable[[], Formula]":
    return lambda: value


def made(make: "Callable[..., Formula]", *args: object) -> "Callable[[], Formula]":
    return lambda: make(*args)


def insertions(question: Question, root: Formula) -> "Iterator[tuple[Reason, Formula]]":
    """Put in what may have been left out: the slope of tanh before a gradient, the sum over the steps."""
    states = [series for _, series in question.gradients]
    for path, node, _, _ in places(root):
        for gradient, series in question.gradients:
            if isinstance(node, At) and node.series is gradient and series is states[0]:
                slope = diag(1 - series[node.moment] ** 2)
                yield Reason("no-slope", None, slope), put(root, path, slope @ node)
