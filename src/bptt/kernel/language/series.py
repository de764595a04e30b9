"""Formulas that speak of time: the values of a series, labels, softmax, and moments put in place of steps."""

from collections.abc import Mapping

from bptt.kernel.language.formula import Formula, Named, Sum, free_indices
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.shape import (
    SCALAR,
    Dimension,
    Index,
    Shape,
    ShapeError,
    Size,
    check_dimension,
    check_name,
    show_shape,
)
from bptt.kernel.language.time import Moment, Step, moment, steps_in


class Series(Frozen):
    """A matrix, vector or scalar for each moment, before 1 and after T too; ``h[t-1]`` is one of them."""

    name: str
    shape: Shape
    __iter__ = None

    def __init__(self, name: str, rows: Dimension = 1, cols: Dimension = 1) -> None:
        check_dimension("rows", rows)
        check_dimension("cols", cols)
        check_name(name)
        fix(self, name=name, shape=(rows, cols))

    def __getitem__(self, when: object) -> "At":
        return At(self, moment(when))

    def __repr__(self) -> str:
        return self.name


class Labels(Frozen):
    """A label for each moment, which is one of the positions of a dimension: the right class."""

    name: str
    size: Size
    __iter__ = None

    def __init__(self, name: str, size: Size) -> None:
        check_name(name)
        if not isinstance(size, Size) or size.is_time:
            raise TypeError(f"size: the labels {name} must be positions of a Size, got {size!r}")
        fix(self, name=name, size=size)

    def __getitem__(self, when: object) -> "LabelAt":
        return LabelAt(self, moment(when))

    def __repr__(self) -> str:
        return self.name


class LabelAt(Frozen):
    """The label at a moment; ``onehot`` makes a vector of it."""

    labels: Labels
    moment: Moment

    def __init__(self, labels: Labels, when: Moment) -> None:
        fix(self, labels=labels, moment=when)

    def __repr__(self) -> str:
        return f"{self.labels}[{self.moment}]"


class Timed(Formula):
    """A node that speaks of one or more moments itself."""

    moments: "tuple[Moment, ...]"

    def __init__(self, shape: Shape, *moments: Moment) -> None:
        fix(self, moments=moments)
        super().__init__(shape)

    def uses(self) -> "tuple[Index, ...]":
        return tuple(step for when in self.moments for step in steps_in(when))

    def moved_to(self, moments: "list[Moment]") -> "Formula":
        """Make the same node at other moments."""
        raise NotImplementedError


class At(Timed):
    """The value of a series at a moment."""

    series: Series
    name: str
    moment: Moment

    def __init__(self, series: Series, when: Moment) -> None:
        fix(self, series=series, name=series.name, moment=when)
        super().__init__(series.shape, when)

    def moved_to(self, moments: "list[Moment]") -> "Formula":
        return At(self.series, moments[0])


class OneHot(Timed):
    """The column that is 1 at the label of a moment and 0 elsewhere."""

    label: LabelAt
    name: str
    moment: Moment

    def __init__(self, label: LabelAt) -> None:
        if not isinstance(label, LabelAt):
            raise TypeError(f"label: expected the label of a moment such as y[t], got {label!r}")
        fix(self, label=label, name=label.labels.name, moment=label.moment)
        super().__init__((label.labels.size, 1), label.moment)

    def moved_to(self, moments: "list[Moment]") -> "Formula":
        return OneHot(LabelAt(self.label.labels, moments[0]))


class SameTime(Timed):
    """1 where two moments are one, else 0."""

    def __init__(self, x: Moment, y: Moment) -> None:
        super().__init__(SCALAR, x, y)

    def moved_to(self, moments: "list[Moment]") -> "Formula":
        return SameTime(moments[0], moments[1])


class Product(Formula):
    """The product of a square matrix over a range of steps, the latest on the left; the empty one is I."""

    index: Step

    def __init__(self, index: Step, arg: Formula) -> None:
        if not isinstance(index, Step):
            raise TypeError(f"index: expected a Step, got {index!r}")
        if arg.shape[0] != arg.shape[1]:
            raise ShapeError(f"product of {arg}: expected a square matrix, got {show_shape(arg.shape)}")
        fix(self, index=index)
        super().__init__(arg.shape, arg)

    def with_args(self, *args: Formula) -> Formula:
        return Product(self.index, args[0])

    def uses(self) -> "tuple[Index, ...]":
        return steps_in(self.index.first) + steps_in(self.index.last)

    def binds(self) -> "tuple[Index, ...]":
        return (self.index,)


class Softmax(Formula):
    """The exponentials of a column, divided by their sum."""

    def __init__(self, arg: Formula) -> None:
        if arg.shape[1] != 1:
            raise ShapeError(f"softmax({arg}): expected a column vector, got {show_shape(arg.shape)}")
        super().__init__(arg.shape, arg)


def series(name: str, rows: Dimension = 1, cols: Dimension = 1) -> Series:
    """Declare a matrix, a column or a scalar for each moment."""
    return Series(name, rows, cols)


def labels(name: str, size: Size) -> Labels:
    """Declare a label out of ``size`` classes for each moment."""
    return Labels(name, size)


onehot, softmax, product_over = OneHot, Softmax, Product


def same_time(x: object, y: object) -> Formula:
    """Write the Kronecker delta of two moments."""
    return SameTime(moment(x), moment(y))


def moved_moment(when: Moment, moves: "Mapping[Step, Moment]") -> Moment:
    """Put the moment that is given for a step in its place; the offsets add up."""
    if isinstance(when.base, Step) and when.base in moves:
        return moves[when.base] + when.offset
    return when


def prints_alike(step: Step, when: Moment) -> bool:
    """Tell whether what is put in place of a step is another step of its name."""
    return isinstance(when.base, Step) and when.base.name == step.name and not when.offset


def moved(root: Formula, moves: "Mapping[Step, Moment]") -> Formula:
    """Put moments in place of free steps, as in f(t) to f(t+1)."""
    if isinstance(root, Timed):
        return root.moved_to([moved_moment(when, moves) for when in root.moments])
    if isinstance(root, Named):
        steps = [step for step in free_indices(root) if isinstance(step, Step) and step in moves]
        if any(not prints_alike(step, moves[step]) for step in steps):
            return moved(root.args[0], moves)  # the name speaks of the moments of its definition
        return root.renamed(lambda part: moved(part, moves)) if steps else root
    if isinstance(root, (Sum, Product)) and isinstance(root.index, Step):
        inside, old = dict(moves), root.index
        new = old.between(moved_moment(old.first, moves), moved_moment(old.last, moves))
        inside[old] = Moment(new)
        return type(root)(new, moved(root.args[0], inside))
    return root.with_args(*(moved(arg, moves) for arg in root.args)) if root.args else root
