"""Sums and products of two formulas, as NumPy and as mathematics have them."""

from collections.abc import Callable

from bptt.check.questions import column_of
from bptt.check.scope import DoesNotConform, Scope
from bptt.check.tokens import NotUnderstood
from bptt.check.tree import Node
from bptt.kernel import Clash, Formula, Index, ShapeError, Written, diag, inner, onehot, ones, outer
from bptt.kernel.language.formula import Add, MatMul, Number, Power, Times, Transpose
from bptt.kernel.language.series import LabelAt
from bptt.kernel.language.shape import SCALAR, Dimension, Shape, show_shape

NO_SIZE = "nothing here says of what size this is; write eye(n) or ones(n)"


class Unsized:
    """An I or a column of ones whose size its surroundings say.

    ``kind`` is eye, column or row, or rows: ones times a row with ``across`` entries.
    """

    def __init__(
        self, kind: str, make: "Callable[[Dimension], Formula]", across: "Dimension | None" = None
    ) -> None:
        self.kind, self.make, self.across = kind, make, across

    def then(self, change: "Callable[[Formula], Formula]", kind: str = "") -> "Unsized":
        return Unsized(kind or self.kind, lambda size: change(self.make(size)), self.across)

    def of(self, shape: Shape) -> "Formula | None":
        """Make it as large as what it is added to."""
        fits = {
            "eye": shape[0] == shape[1],
            "column": shape[1] == 1,
            "row": shape[0] == 1,
            "rows": shape[1] == self.across,
        }[self.kind]
        return self.make(shape[1] if self.kind == "row" else shape[0]) if fits else None


Value = Formula | LabelAt | Index | Unsized


def column(label: Value) -> "Formula | Unsized":
    """Write a label as a column; what is no label stays as it is."""
    if isinstance(label, LabelAt):
        return onehot(label)
    return column_of(label, label.size) if isinstance(label, Index) else label


def transposed(value: Formula) -> Formula:
    """Transpose; what is a transpose becomes what it was."""
    return value.args[0] if isinstance(value, Transpose) else Transpose(value)


class Products(Scope):
    """Joins formulas by signs; what does not go together is named with both shapes."""

    def in_full(self, value: Value, node: Node) -> Formula:
        if isinstance(value, Unsized):
            raise NotUnderstood(NO_SIZE, node.start, node.end)
        found = column(value)
        assert isinstance(found, Formula)
        return found

    def made(self, sign: str, left: Formula, right: Formula, start: int, end: int) -> Formula:
        """Join two formulas by a sign; raises DoesNotConform, with that sum or product set."""
        try:
            return {"+": Add, "*": Times, "@": MatMul}[sign](left, right)
        except ShapeError as error:
            whole = Written(sign, left, right)
            raise DoesNotConform(str(error), start, end, Clash(whole, error).latex(whole))

    def joined(self, sign: str, left: Value, right: Value, start: int, part: Node) -> Value:
        """Multiply or divide; side by side is the matrix product, or a number times something."""
        left, right = column(left), column(right)
        if isinstance(left, Unsized) and isinstance(right, Unsized):
            if left.kind == "eye" and sign != "/":
                return right
            self.refuse(NO_SIZE, part)
        if isinstance(left, Unsized):
            assert isinstance(right, Formula)
            return self.beside_unsized(sign, left, right, start, part)
        if isinstance(right, Unsized):
            return self.behind_unsized(sign, left, right, start, part)
        if sign == "@*":  # MATLAB's, in which two columns have no product: there NumPy's is meant
            alike = left.shape == right.shape and left.shape[0] != left.shape[1]
            return (
                self.entrywise(left, right, start, part.end)
                if alike
                else self.joined("", left, right, start, part)
            )
        if sign == "/":
            return self.quotient(left, right, start, part)
        scaled = left.shape == SCALAR or right.shape == SCALAR
        if sign == "*":
            return self.entrywise(left, right, start, part.end)
        if sign == "⊗":
            return self.outer(left, right, start, part.end)
        if scaled and (sign != "@" or left.shape == right.shape):
            return left * right
        if sign == "·" and left.shape == right.shape and left.shape[1] == 1:
            self.note("a dot between two columns is read as their inner product")
            return inner(left, right)
        return self.made("@", left, right, start, part.end)

    def beside_unsized(self, sign: str, left: Unsized, right: Formula, start: int, part: Node) -> Value:
        """Multiply what has no size by what follows, which says the size."""
        if right.shape == SCALAR and sign != "@":
            return left.then(lambda arg: arg / right if sign == "/" else arg * right)
        if sign in ("*", "/"):
            return self.joined(sign, self.fitting(left, right.shape, part), right, start, part)
        if left.kind == "column" and right.shape[0] == 1:
            return Unsized("rows", lambda size: left.make(size) @ right, right.shape[1])
        if left.kind not in ("eye", "row"):
            self.refuse(NO_SIZE, part)
        return self.joined(sign, left.make(right.shape[0]), right, start, part)

    def behind_unsized(self, sign: str, left: Formula, right: Unsized, start: int, part: Node) -> Value:
        """Multiply by what has no size; what stands before says the size."""
        if left.shape == SCALAR and sign not in ("@", "/"):
            return right.then(lambda arg: left * arg)
        if sign in ("*", "/"):
            return self.joined(sign, left, self.fitting(right, left.shape, part), start, part)
        if right.kind == "row":
            self.refuse(NO_SIZE, part)
        return self.joined(sign, left, right.make(left.shape[1]), start, part)

    def fitting(self, value: Unsized, shape: Shape, part: Node) -> Formula:
        made = value.of(shape)
        if made is None:
            self.refuse(f"beside what is {show_shape(shape)} this has no size; write eye(n) or ones(n)", part)
        return made

    def quotient(self, left: Formula, right: Formula, start: int, part: Node) -> Formula:
        if isinstance(right, Number) and not right.value:
            self.refuse("nothing can be divided by 0", part)
        below, exponent = (right.args[0], -right.exponent) if isinstance(right, Power) else (right, -1)
        return self.entrywise(left, below if exponent == 1 else Power(below, exponent), start, part.end)

    def entrywise(self, left: Formula, right: Formula, start: int, end: int) -> Formula:
        """Multiply entry by entry, and spread a column or a row as NumPy does."""
        one, other = left.shape, right.shape
        if one == other or SCALAR in (one, other):
            return left * right
        if one[1] == 1 and other[0] == 1:
            self.note("a column times a row, entry by entry, is read as their outer product")
            return left @ right
        if one[0] == 1 and other[1] == 1:
            self.note("a row times a column, entry by entry, is read as their outer product")
            return right @ left
        for vector, matrix in ((left, right), (right, left)):
            if vector.shape[1] == 1 and vector.shape[0] == matrix.shape[0]:
                self.note(
                    "a column times a matrix, entry by entry, multiplies each row: read as diag(..) @ .."
                )
                return diag(vector) @ matrix
            if vector.shape[0] == 1 and vector.shape[1] == matrix.shape[1]:
                self.note(
                    "a row times a matrix, entry by entry, multiplies each column: read as .. @ diag(..)"
                )
                return matrix @ diag(transposed(vector))
        return self.made("*", left, right, start, end)

    def outer(self, left: Formula, right: Formula, start: int, end: int) -> Formula:
        u, v = [arg.T if arg.shape[0] == 1 != arg.shape[1] else arg for arg in (left, right)]
        if u.shape[1] != 1 or v.shape[1] != 1:
            shapes = f"{show_shape(u.shape)} and {show_shape(v.shape)}"
            says = f"an outer product is one of two vectors, not of what is {shapes}"
            raise DoesNotConform(says, start, end, None)
        return outer(u, v)

    def spread(self, vector: Formula, matrix: Formula) -> Formula:
        """Repeat a row or a column as often as what it is added to has rows or columns, as NumPy does."""
        rows, cols = matrix.shape
        if 1 in (rows, cols):
            return vector
        if vector.shape == (1, cols):
            self.note("a row plus a matrix is read as NumPy does: the row is added to each row")
            return ones(rows) @ vector
        if vector.shape == (rows, 1):
            self.note("a column plus a matrix is read as NumPy does: the column is added to each column")
            return vector @ ones(1, cols)
        return vector
