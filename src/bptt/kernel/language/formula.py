"""Formulas over matrices, vectors and scalars of symbolic sizes, written as in NumPy.

Every formula is a matrix of shape (rows, cols): a vector is a column (n, 1), a scalar is (1, 1). ``@`` is
the matrix product, ``*`` and ``**`` act entry by entry, a scalar is broadcast by ``+`` and ``*``, ``.T``
transposes and ``A[i, j]`` is one entry.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

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
from bptt.kernel.language.sign import check_sign
from bptt.kernel.language.time import Step, steps_in

# No formula is nested deeper: whoever walks one may call itself, and need not fear to run out of stack.
DEEPEST = 100
# No number is longer: it must be read, and be written as a float.
LONGEST = 10**300

# A nested tuple of strings and numbers: it can be compared and kept.
Structure = tuple["str | int | Structure", ...]


class TooDeep(ValueError):
    """A formula nested deeper than any that a person would write."""


class Formula(Frozen):
    """A node with sub-formulas ``args``; subclasses say what the node means by their name."""

    shape: Shape
    args: "tuple[Formula, ...]"
    depth: int
    # Found out when they are asked for, and kept.
    free: "tuple[Index, ...]"
    structure: Structure
    sign: str  # as it is set, and looks

    # NumPy must not try to spread a formula over an array.
    __array_ufunc__ = None
    # Python's own sum(A) would otherwise try A[0], A[1], ... and return 0.
    __iter__ = None

    def __init__(self, shape: Shape, *args: "Formula") -> None:
        depth = 1 + max([arg.depth for arg in args], default=0)
        if depth > DEEPEST:
            raise TooDeep(f"a formula nested {depth} deep: expected at most {DEEPEST}; name a part of it")
        fix(self, shape=shape, args=args, depth=depth)

    def with_args(self, *args: "Formula") -> "Formula":
        """Make the same node over other sub-formulas, its shape worked out anew."""
        return type(self)(*args) if args else self  # type: ignore[arg-type]

    def uses(self) -> "tuple[Index, ...]":
        """List the indices that the node itself speaks of, those of its arguments apart."""
        return ()

    def binds(self) -> "tuple[Index, ...]":
        """List the indices that the node binds in its arguments."""
        return ()

    def __add__(self, other: object) -> "Formula":
        return Add(self, formula(other))

    def __radd__(self, other: object) -> "Formula":
        return Add(formula(other), self)

    def __sub__(self, other: object) -> "Formula":
        return Add(self, -formula(other))

    def __rsub__(self, other: object) -> "Formula":
        return Add(formula(other), -self)

    def __neg__(self) -> "Formula":
        return Times(Number(-1), self)

    def __mul__(self, other: object) -> "Formula":
        return Times(self, formula(other))

    def __rmul__(self, other: object) -> "Formula":
        return Times(formula(other), self)

    def __truediv__(self, other: object) -> "Formula":
        return Times(self, Power(formula(other), -1))

    def __rtruediv__(self, other: object) -> "Formula":
        return Times(formula(other), Power(self, -1))

    def __pow__(self, exponent: int) -> "Formula":
        return Power(self, exponent)

    def __matmul__(self, other: object) -> "Formula":
        return MatMul(self, formula(other))

    def __rmatmul__(self, other: object) -> "Formula":
        return MatMul(formula(other), self)

    def __getitem__(self, key: "Index | tuple[Index, ...]") -> "Formula":
        given = list(key) if isinstance(key, tuple) else [key]
        wanted = sum(dimension != 1 for dimension in self.shape)
        if len(given) != wanted:
            raise IndexError(
                f"{self} is {show_shape(self.shape)} and takes {wanted} indices, got {len(given)}"
            )
        row, col = (None if dimension == 1 else given.pop(0) for dimension in self.shape)
        return Entry(self, row, col)

    @property
    def T(self) -> "Formula":
        return Transpose(self)

    def __str__(self) -> str:
        from bptt.kernel.language.text import text  # the printers know the nodes, not the other way round

        return text(self)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        from bptt.kernel.language.latex import latex

        return f"$\\displaystyle {latex(self)}$"


def formula(value: object) -> Formula:
    """Take a formula as it is and an exact number as a scalar; refuse anything else."""
    if isinstance(value, Formula):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Number(value)
    raise TypeError(f"expected a formula, an int or a Fraction, got {type(value).__name__} {value!r}")


class Symbol(Formula):
    """A named matrix, vector or scalar."""

    name: str

    def __init__(self, name: str, rows: Dimension = 1, cols: Dimension = 1) -> None:
        check_dimension("rows", rows)
        check_dimension("cols", cols)
        check_name(name)
        fix(self, name=name)
        super().__init__((rows, cols))


class Number(Formula):
    """An exact rational scalar."""

    value: Fraction

    def __init__(self, value: int | Fraction) -> None:
        value = Fraction(value)
        if max(abs(value.numerator), value.denominator) >= LONGEST:
            raise ValueError("value: expected a number of at most 300 digits")
        fix(self, value=value)
        super().__init__(SCALAR)


class Extent(Formula):
    """The number n itself, as a scalar: what a sum of n ones gives."""

    size: Size

    def __init__(self, size: Size) -> None:
        if not isinstance(size, Size):
            raise TypeError(f"size: expected a Size, got {size!r}")
        fix(self, size=size)
        super().__init__(SCALAR)


class Ones(Formula):
    """The matrix whose entries are all 1."""

    def __init__(self, rows: Dimension, cols: Dimension = 1) -> None:
        check_dimension("rows", rows)
        check_dimension("cols", cols)
        super().__init__((rows, cols))


class Identity(Formula):
    """The identity matrix; its entry (i, j) is the Kronecker delta."""

    def __init__(self, size: Dimension) -> None:
        check_dimension("size", size)
        super().__init__((size, size))


def operand(node: Formula) -> str:
    """Write a formula as it stands beside an operator."""
    from bptt.kernel.language.text import POWER, within

    return within(node, POWER)


def broadcast(operator: str, args: tuple[Formula, ...]) -> Shape:
    """Find the common shape of entrywise operands, scalars aside, or raise ShapeError."""
    shape, first = SCALAR, args[0]
    for arg in args:
        if arg.shape == SCALAR or arg.shape == shape:
            continue
        if shape != SCALAR:
            raise ShapeError(
                f"{operand(first)} {operator} {operand(arg)}: "
                f"{first} is {show_shape(shape)}, {arg} is {show_shape(arg.shape)}"
            )
        shape, first = arg.shape, arg
    return shape


def flatten(kind: type[Formula], args: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Open nested nodes of an associative kind, so that a + (b + c) has three terms."""
    flat: list[Formula] = []
    for arg in args:
        flat.extend(arg.args if type(arg) is kind else (arg,))
    return tuple(flat)


class Add(Formula):
    """A sum; scalars are added to every entry."""

    def __init__(self, *args: Formula) -> None:
        args = flatten(Add, args)
        super().__init__(broadcast("+", args), *args)


class Times(Formula):
    """The entrywise product; scalars multiply every entry."""

    def __init__(self, *args: Formula) -> None:
        args = flatten(Times, args)
        super().__init__(broadcast("*", args), *args)


class MatMul(Formula):
    """The matrix product of two or more factors."""

    def __init__(self, *args: Formula) -> None:
        args = flatten(MatMul, args)
        for left, right in zip(args, args[1:]):  # noqa: RUF007 (no itertools.pairwise in MicroPython)
            if left.shape[1] != right.shape[0]:
                raise ShapeError(
                    f"{operand(left)} @ {operand(right)}: {left} is {show_shape(left.shape)}, "
                    f"{right} is {show_shape(right.shape)}, and {left.shape[1]} is not {right.shape[0]}"
                )
        super().__init__((args[0].shape[0], args[-1].shape[1]), *args)


class Transpose(Formula):
    """Rows and columns exchanged."""

    def __init__(self, arg: Formula) -> None:
        super().__init__((arg.shape[1], arg.shape[0]), arg)


class Power(Formula):
    """An integer power of every entry; a negative one assumes that no entry is zero."""

    exponent: int

    def __init__(self, arg: Formula, exponent: int) -> None:
        if not isinstance(exponent, int) or isinstance(exponent, bool):
            raise TypeError(f"exponent: expected an int, got {exponent!r}")
        fix(self, exponent=exponent)
        super().__init__(arg.shape, arg)

    def with_args(self, *args: Formula) -> Formula:
        return Power(args[0], self.exponent)


class Diag(Formula):
    """The square matrix with a vector on its diagonal."""

    def __init__(self, arg: Formula) -> None:
        if arg.shape[1] != 1:
            raise ShapeError(f"diag({arg}): expected a column vector, got {show_shape(arg.shape)}")
        super().__init__((arg.shape[0], arg.shape[0]), arg)


class Inner(Formula):
    """The sum over all entries of the products of equally placed entries."""

    def __init__(self, left: Formula, right: Formula) -> None:
        if left.shape != right.shape:
            raise ShapeError(
                f"inner({left}, {right}): "
                f"{left} is {show_shape(left.shape)}, {right} is {show_shape(right.shape)}"
            )
        super().__init__(SCALAR, left, right)


# The functions of which more is known than that they are differentiable.
KNOWN = ("tanh", "exp", "log")


class Function(Frozen):
    """A differentiable function of one number; ``prime`` is its derivative, kept as another function."""

    name: str
    order: int

    def __init__(self, name: str, order: int = 0) -> None:
        if name not in KNOWN:
            check_name(name)
        if not isinstance(order, int) or isinstance(order, bool) or order < 0:
            raise ValueError(f"order: expected how many times {name} is differentiated, got {order!r}")
        if name in KNOWN and order:
            # As a function of its own it would have no value in a run, and log' none where log has none.
            raise ValueError(f"{name} differentiated: a derivative of {name} is written as a formula")
        fix(self, name=name, order=order)

    @property
    def prime(self) -> "Function":
        return Function(self.name, self.order + 1)

    def __call__(self, arg: object) -> Formula:
        return Apply(self, formula(arg))

    def __repr__(self) -> str:
        return self.name + "'" * self.order


tanh, exp, log = (Function(name) for name in KNOWN)


class Apply(Formula):
    """A function of one number applied to every entry."""

    function: Function

    def __init__(self, function: Function, arg: Formula) -> None:
        fix(self, function=function)
        super().__init__(arg.shape, arg)

    def with_args(self, *args: Formula) -> Formula:
        return Apply(self.function, args[0])


class Entry(Formula):
    """The entry (row, col) of a formula; None stands for the only position of a dimension 1."""

    row: Index | None
    col: Index | None

    def __init__(self, arg: Formula, row: Index | None, col: Index | None) -> None:
        for index, dimension in zip((row, col), arg.shape):
            if index is not None and (not isinstance(index, Index) or index.size.is_time):
                raise TypeError(f"an entry of {arg} takes an Index with a declared range, got {index!r}")
            if (1 if index is None else index.size) != dimension:
                ran = "no index" if index is None else f"{index}, which runs over {index.size}"
                raise ShapeError(
                    f"an entry of {arg}, {show_shape(arg.shape)}: {dimension} does not go with {ran}"
                )
        fix(self, row=row, col=col)
        super().__init__(SCALAR, arg)

    def uses(self) -> "tuple[Index, ...]":
        return tuple(index for index in (self.row, self.col) if index is not None)

    def with_args(self, *args: Formula) -> Formula:
        return Entry(args[0], self.row, self.col)


class Sum(Formula):
    """The sum of a formula over all values of an index or of a time step, which it binds."""

    index: Index

    def __init__(self, index: Index, arg: Formula) -> None:
        if not isinstance(index, Index):
            raise TypeError(f"index: expected an Index with a declared range, got {index!r}")
        fix(self, index=index)
        super().__init__(arg.shape, arg)

    def uses(self) -> "tuple[Index, ...]":
        # A sum over k from 1 to t speaks of t.
        return steps_in(self.index.first) + steps_in(self.index.last) if isinstance(self.index, Step) else ()

    def binds(self) -> "tuple[Index, ...]":
        return (self.index,)

    def with_args(self, *args: Formula) -> Formula:
        return Sum(self.index, args[0])


class ByEntry(Formula):
    """The matrix whose entry (row, col) is the given scalar; it binds both indices."""

    row: Index | None
    col: Index | None

    def __init__(self, row: Index | None, col: Index | None, arg: Formula) -> None:
        if arg.shape != SCALAR:
            raise ShapeError(f"the entry {arg} must be a scalar, got {show_shape(arg.shape)}")
        for index in (row, col):
            if index is not None and (not isinstance(index, Index) or index.size.is_time):
                raise TypeError(f"by_entry: expected an Index with a declared range or None, got {index!r}")
        if row is col and row is not None:
            raise ValueError(f"by_entry: rows and columns cannot both run with {row}")
        fix(self, row=row, col=col)
        super().__init__((row.size if row else 1, col.size if col else 1), arg)

    def binds(self) -> "tuple[Index, ...]":
        return tuple(index for index in (self.row, self.col) if index is not None)

    def with_args(self, *args: Formula) -> Formula:
        return ByEntry(self.row, self.col, args[0])


class Named(Formula):
    """A formula that prints as a name and means its definition ``args[0]``; ``tex`` is how it is set."""

    name: str
    tex: "str | None"

    def __init__(self, name: str, arg: Formula, tex: "str | None" = None) -> None:
        check_name(name)
        if type(arg) is Named and arg.name == name:
            raise ValueError(
                f"{name!r} names what is named so already: its definition would read {name} = {name}"
            )
        if tex is not None:
            check_sign(tex)
        self.define(name, arg, tex)

    def define(self, name: str, arg: Formula, tex: "str | None") -> None:
        fix(self, name=name, tex=tex)
        Formula.__init__(self, arg.shape, arg)

    def with_args(self, *args: Formula) -> Formula:
        # The name is that of its definition; another formula has none.
        return self if args[0] is self.args[0] else args[0]

    def renamed(self, change: "Callable[[Formula], Formula]") -> Formula:
        """Make the same over formulas in which indices were put in place of others that print alike."""
        return Named(self.name, change(self.args[0]), self.tex)


class Derivative(Named):
    """What a formula ``of`` becomes when it is differentiated by formulas ``by``, as ``args[0]`` says it.

    It prints as such, from these parts; that ``args[0]`` is the derivative is for its maker to answer.
    ``kind`` is diff, grad, jacobian, immediate or differential. ``along`` says, of a differential, by what
    each of ``by`` is varied.
    """

    kind: str
    of: Formula
    by: "tuple[Formula, ...]"
    along: "tuple[Formula, ...]"

    def __init__(
        self,
        kind: str,
        of: Formula,
        by: "Sequence[Formula]",
        arg: Formula,
        along: "Sequence[Formula]" = (),
    ) -> None:
        from bptt.kernel.language.latex import derivative
        from bptt.kernel.language.text import text

        if kind not in KINDS:
            raise ValueError(f"kind: expected {', '.join(KINDS)}; got {kind!r}")
        fix(self, kind=kind, of=of, by=tuple(by), along=tuple(along))
        if along:
            varied = [f"{text(item)}: {text(amount)}" for item, amount in zip(by, along)]
            written = f"{text(of)}, {{{', '.join(varied)}}}"
        else:
            written = ", ".join([text(of)] + [text(item) for item in by])
        self.define(f"{kind}({written})", arg, derivative(kind, of, self.by, self.along))

    def renamed(self, change: "Callable[[Formula], Formula]") -> Formula:
        return Derivative(
            self.kind,
            change(self.of),
            [change(item) for item in self.by],
            change(self.args[0]),
            [change(item) for item in self.along],
        )

    def uses(self) -> "tuple[Index, ...]":
        found = [index for item in (self.of,) + self.by for index in sorted_indices(item)]
        return tuple(found)


def kind_of(node: Formula) -> type[Formula]:
    """Give the class by which a table of nodes knows a node: all that prints as a name is one."""
    return Named if isinstance(node, Named) else type(node)


KINDS = ("diff", "grad", "jacobian", "immediate", "differential")


def is_zero(node: Formula) -> bool:
    """Tell whether a formula is written as a matrix of zeros, 0 times ones."""
    first, *rest = node.args
    return isinstance(first, Number) and not first.value and all(isinstance(arg, Ones) for arg in rest)


def matrix(name: str, rows: Dimension, cols: Dimension) -> Formula:
    """Declare a matrix, shape (rows, cols)."""
    return Symbol(name, rows, cols)


def vector(name: str, size: Dimension) -> Formula:
    """Declare a column vector, shape (size, 1)."""
    return Symbol(name, size)


def scalar(name: str) -> Formula:
    """Declare a scalar."""
    return Symbol(name)


# The names under which formulas are written; they read like NumPy's.
ones, eye, diag, inner = Ones, Identity, Diag, Inner
sum_over, by_entry, named, extent = Sum, ByEntry, Named, Extent


def outer(u: Formula, v: Formula) -> Formula:
    """Multiply every entry of one column by every entry of another: u vᵀ, shape (n, m)."""
    return MatMul(u, Transpose(v))


def total(arg: Formula) -> Formula:
    """Add up all entries."""
    return Inner(Ones(*arg.shape), arg)


def delta(i: Index, j: Index) -> Formula:
    """Write the Kronecker delta of two indices over one range: 1 where i = j, else 0."""
    return Entry(Identity(i.size), i, j)


def sorted_indices(root: Formula) -> "list[Index]":
    """List the free indices of a formula, the oldest first."""
    return sorted(free_indices(root), key=lambda index: index.serial)


def walk(root: Formula) -> "list[Formula]":
    """List a formula and everything below it, the formula first."""
    nodes = [root]
    for arg in root.args:
        nodes.extend(walk(arg))
    return nodes


def bound_by(node: Formula) -> tuple[Index, ...]:
    """List the indices that a node binds in its argument."""
    return node.binds()


def free_indices(root: Formula) -> "set[Index]":
    """Collect the indices that a formula uses and does not bind."""
    if not hasattr(root, "free"):
        found: set[Index] = set()
        for arg in root.args:
            found |= free_indices(arg)
        fix(root, free=tuple((found - set(bound_by(root))) | set(root.uses())))
    return set(root.free)
