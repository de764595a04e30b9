"""What an author wrote, whether it conforms or not: a tree of operators in which no shape was worked out.

A formula refuses to be made where shapes clash. What is written begins with ``written``, as in
``written(W.T) @ g @ D``; ``conforming`` makes the formula of it, or names the first clash.
"""

from collections.abc import Callable

from bptt.kernel.language.formula import Add, Diag, Formula, MatMul, Times, Transpose, formula
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.latex import Printer
from bptt.kernel.language.shape import SCALAR, Shape, ShapeError
from bptt.kernel.language.text import ATOM, POWER, PRODUCT, SIGN, SUM
from bptt.kernel.language.text import within as formula_within
from bptt.kernel.language.wellformed import check_shapes


class Written(Frozen):
    """An operator with what it was written between, or a formula that conforms and stands for itself."""

    kind: str
    parts: "tuple[Written, ...]"
    leaf: "Formula | None"

    def __init__(self, kind: str, *parts: object, leaf: "Formula | None" = None) -> None:
        fix(self, kind=kind, parts=tuple(written(part) for part in parts), leaf=leaf)

    def __add__(self, other: object) -> "Written":
        return Written("+", self, other)

    def __sub__(self, other: object) -> "Written":
        return Written("+", self, -written(other))

    def __neg__(self) -> "Written":
        return Written("-", self)

    def __mul__(self, other: object) -> "Written":
        return Written("*", self, other)

    def __matmul__(self, other: object) -> "Written":
        return Written("@", self, other)

    @property
    def T(self) -> "Written":
        return Written("T", self)

    def __repr__(self) -> str:
        return AsText().full(self)


def written(value: object) -> Written:
    """Begin to write: what follows on the right is noted, and not worked out."""
    return value if isinstance(value, Written) else Written("", leaf=formula(value))


class Clash(ShapeError):
    """The first place at which what was written does not conform, and how it reads with that place marked."""

    def __init__(self, at: Written, reason: ShapeError) -> None:
        self.at, self.reason = at, reason
        super().__init__(str(reason))

    def latex(self, whole: Written) -> str:
        """Set what was written; at the clash stands a box, in it each part with its shape below."""
        return AsLatex(self.at).full(whole)


def conforming(node: "Written | Formula") -> Formula:
    """Make the formula that was written; raises Clash."""
    if not isinstance(node, Written):
        return formula(node)
    if node.leaf is not None:
        return node.leaf
    parts = [conforming(part) for part in node.parts]
    try:
        return MAKES[node.kind](*parts)
    except ShapeError as error:
        raise Clash(node, error) from error


def sides_of(equation: Written) -> "tuple[Formula, Formula]":
    """Make both sides of an equation; raises Clash, which is the equals sign's where they have two shapes."""
    left, right = [conforming(part) for part in equation.parts]
    try:
        check_shapes(left, right)
    except ShapeError as error:
        raise Clash(equation, error) from error
    return left, right


MAKES: "dict[str, Callable[..., Formula]]" = {
    "+": Add,
    "-": lambda arg: -arg,
    "*": Times,
    "@": MatMul,
    "T": Transpose,
    "diag": Diag,
}
STRENGTH = {"=": SUM - 1, "+": SUM, "-": SIGN, "*": PRODUCT, "@": PRODUCT, "T": POWER, "diag": ATOM}


class AsText:
    """Writes what was written as it would be typed."""

    parentheses = "(", ")"

    def full(self, node: Written) -> str:
        return self.within(node, SUM - 1)

    def within(self, node: Written, strength: int) -> str:
        """Write an operand, in parentheses where it binds less tightly than its surroundings."""
        if node.leaf is not None:
            return self.formula(node.leaf, strength)
        said = self.operator(node)
        before, after = self.parentheses
        return said if STRENGTH[node.kind] >= strength else f"{before}{said}{after}"

    def formula(self, node: Formula, strength: int) -> str:
        return formula_within(node, strength)

    def operator(self, node: Written) -> str:
        if node.kind == "T":
            return self.transposed(self.operand(node, 0))
        if node.kind == "diag":
            return self.diagonal(self.operand(node, 0))
        if node.kind == "-":
            return f"-{self.operand(node, 0)}"
        left, right = self.operand(node, 0), self.operand(node, 1)
        if node.kind == "+" and right.startswith("-"):
            return f"{left} - {right[1:]}"
        return f"{left}{self.between(node)}{right}"

    def operand(self, node: Written, place: int) -> str:
        """Write a part; the first of a sum or of like products needs no parentheses."""
        part = node.parts[place]
        factor = PRODUCT if part.kind == node.kind and not place else POWER
        needed = {"=": SUM, "+": SIGN if place else SUM, "-": PRODUCT, "T": ATOM, "diag": SUM}
        return self.within(part, needed.get(node.kind, factor))

    def between(self, node: Written) -> str:
        return f" {node.kind} "

    def transposed(self, part: str) -> str:
        return f"{part}.T"

    def diagonal(self, part: str) -> str:
        return f"diag({part})"


class AsLatex(AsText):
    """Sets what was written, with shapes below, and marks one node of it."""

    parentheses = "\\left(", "\\right)"

    def __init__(self, marked: "Written | None" = None, shapes: bool = True) -> None:
        self.marked = marked
        self.printer = Printer(shapes)

    def within(self, node: Written, strength: int) -> str:
        return f"\\boxed{{{self.operator(node)}}}" if node is self.marked else super().within(node, strength)

    def formula(self, node: Formula, strength: int) -> str:
        return self.printer.within(node, strength)

    def operand(self, node: Written, place: int) -> str:
        if node is not self.marked:
            return super().operand(node, place)
        # One row of shapes is enough here.
        said = AsLatex(shapes=False).operand(node, place)
        return f"\\underbrace{{{said}}}_{{{in_full(conforming(node.parts[place]).shape)}}}"

    def between(self, node: Written) -> str:
        if node.kind == "@":
            return "\\;"
        if node.kind == "*":
            scaled = any(part.leaf and part.leaf.shape == SCALAR for part in node.parts)
            return "\\," if scaled else " \\odot "
        return super().between(node)

    def transposed(self, part: str) -> str:
        return f"{part}^{{\\top}}"

    def diagonal(self, part: str) -> str:
        return f"\\operatorname{{diag}}\\left({part}\\right)"


def in_full(shape: Shape) -> str:
    """Set both dimensions: that there is one column only may be what clashes."""
    return f"{shape[0]} \\times {shape[1]}"
