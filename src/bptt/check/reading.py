"""How an answer is read: a tree becomes a formula of the kernel, for the question that it answers.

Vectors are columns. Where people write less than a formula needs, or NumPy does more than mathematics does,
what was taken for granted is noted and shown back.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn, TypeVar

from bptt.check.asked import formula_asked
from bptt.check.declarations import declared
from bptt.check.functions import Functions
from bptt.check.grammar import parse, parse_equation
from bptt.check.names import Names
from bptt.check.products import NO_SIZE, Unsized, Value, column, transposed
from bptt.check.questions import Question
from bptt.check.scope import LATEST, Bound, DoesNotConform, Lagging
from bptt.check.tokens import NotUnderstood
from bptt.check.tree import Node, Range, Statement
from bptt.kernel import (
    Clash,
    Formula,
    Horizon,
    Step,
    Written,
    by_entry,
    latex,
    ones,
    product_over,
    sides_of,
    sum_over,
    total,
)
from bptt.kernel.language.formula import Number, Power, TooDeep, Transpose
from bptt.kernel.language.shape import SCALAR, Shape, show_shape
from bptt.kernel.language.structure import unique

Result = TypeVar("Result")
DEEPEST = 40  # how deep the formula may be that is made


class Reading:
    """A text as it was read for a question."""

    def __init__(
        self, formula: Formula, written: Node, notes: "list[str]", row: bool, left: "Formula | None" = None
    ) -> None:
        self.formula, self.written, self.notes, self.row, self.left = formula, written, notes, row, left
        self.ways: list[str] = []

    @property
    def latex(self) -> str:
        """The formula typeset, with the shape under every factor."""
        right = latex(self.formula, shapes=True)
        return f"{latex(self.left, shapes=True)} = {right}" if self.left else right

    def __repr__(self) -> str:
        return str(self.formula)


def read(question: "Question | str", text: str, way: str = "") -> Reading:
    """Read an answer to a question, or to the target of that name; raises NotUnderstood or DoesNotConform.

    For ``free`` the text declares symbols and then says two sides; ``left`` is the other one. ``way`` is one
    of the ``ways`` of a reading, in which it can be meant too.
    """
    if question == "free":
        return guarded(text, lambda: read_equation(text))
    names = Names(question if isinstance(question, Question) else formula_asked(question))
    return guarded(text, lambda: Reader(names, way).answer(parse(text, names)))


def read_equation(text: str) -> Reading:
    names, equation = declared(text)
    reader = Reader(names)
    sides = parse_equation(equation, names)
    left, right = [reader.formula(side) for side in sides]
    written = Node("equals", sides, None, sides[0].start, sides[1].end)
    whole = Written("=", left, right)
    try:
        sides_of(whole)
    except Clash as clash:
        raise DoesNotConform(str(clash), written.start, written.end, clash.latex(whole))
    if reader.free:
        letter = reader.free[0][0]
        raise NotUnderstood(f"{letter} is bound by no sum", written.start, written.end)
    return Reading(right, written, reader.notes, False, left)


def guarded(text: str, reading: "Callable[[], Result]") -> "Result":
    """Say of what the kernel or the interpreter has no room for that it is not understood."""
    try:
        return reading()
    except (TooDeep, RuntimeError):
        raise NotUnderstood("this is nested too deeply", 0, len(text))


class Reader(Functions):
    """Makes formulas of trees, in the scope of the sums around."""

    def __init__(self, names: Names, way: str = "") -> None:
        super().__init__(names)
        self.way = way

    def answer(self, statement: Statement) -> Reading:
        body = statement.body
        if statement.sign == "-=":
            raise NotUnderstood("expected the quantity itself, with = or +=", body.start, body.end)
        around = list(statement.around)
        self.collects = statement.sign == "+="
        value = self.within_loops(around, body)
        formula = self.in_full(self.collected(statement, value), body)
        row = False
        asked = self.question.reference.shape
        # Of a matrix the transpose is another one, and a common mistake.
        if asked[1] == 1 and formula.shape != asked and formula.shape == (asked[1], asked[0]):
            formula, row = Transpose(formula), True
            self.note("read as a row, which is the transpose of the column that is asked for")
        if formula.depth > DEEPEST:
            raise NotUnderstood("this is nested too deeply", body.start, body.end)
        if formula.shape != asked:
            says = f"this is {show_shape(formula.shape)}, but what is asked for is {show_shape(asked)}"
            raise DoesNotConform(says, body.start, body.end, latex(formula, shapes=True), formula)
        reading = Reading(formula, body, self.notes, row)
        reading.ways = unique(self.ways)
        return reading

    def within_loops(self, around: "list[Range]", body: Node) -> Formula:
        if not around:
            return self.formula(body)
        return self.running("sum", around[0], body, lambda: self.within_loops(around[1:], body))

    def collected(self, statement: Statement, value: Formula) -> Formula:
        """Put together what was said of one entry, or of one step with +=."""
        body = statement.body
        if statement.sign == "+=" and not statement.around:
            loose = self.loose(value)
            if loose:
                value = sum_over(loose, value)
                self.note("+= is read as a sum over t = 1..T")
        if not self.free:
            return value
        if value.shape != SCALAR:
            letter = self.free[0][0]
            raise NotUnderstood(
                f"{letter} is the letter of an entry, but this is {show_shape(value.shape)} and no entry",
                body.start,
                body.end,
            )
        letters = "".join([token.text for token in statement.left if token.kind == "name"])
        ordered = sorted(self.free, key=lambda item: (item[0] not in letters, letters.find(item[0]), item[0]))
        if len(ordered) > 2:
            said = ", ".join([letter for letter, _ in ordered])
            raise NotUnderstood(
                f"{said} are bound by no sum, but an entry has two letters", body.start, body.end
            )
        self.note(f"read as the entry ({', '.join([letter for letter, _ in ordered])})")
        indices = [bound.index for _, bound in ordered] + [None]
        return by_entry(indices[0], indices[1], value)

    def formula(self, node: Node) -> Formula:
        """Make a formula; what has no size of its own has none here."""
        return self.in_full(self.value(node), node)

    def value(self, node: Node) -> Value:
        return getattr(self, f"read_{node.kind}")(node)

    def read_group(self, node: Node) -> Value:
        return self.value(node.parts[0])

    def read_number(self, node: Node) -> Formula:
        whole, _, rest = node.value.partition(".")
        return Number(Fraction(int(f"{whole}{rest}"), 10 ** len(rest)))

    def read_string(self, node: Node) -> "NoReturn":
        self.refuse("a text in quotes stands only first in einsum(..)", node)

    def read_all(self, node: Node) -> "NoReturn":
        self.refuse("a colon alone is understood only behind a label, as in V[y[t], :]", node)

    def read_minus(self, node: Node) -> Value:
        value = self.value(node.parts[0])
        if isinstance(value, Unsized):
            return value.then(lambda arg: -arg)
        return -self.in_full(value, node)

    def read_transpose(self, node: Node) -> Value:
        value = self.value(node.parts[0])
        if isinstance(value, Unsized):
            turned = {"column": "row", "row": "column", "eye": "eye"}
            if value.kind not in turned:
                self.refuse(NO_SIZE, node)
            return value.then(Transpose, turned[value.kind])
        return transposed(self.in_full(value, node))

    def read_total(self, node: Node) -> Formula:
        """Read sum(..) without a variable: over t where t is bound by nothing else, or over all entries."""
        value = self.formula(node.parts[0])
        loose = self.loose(value)
        if loose:
            self.note("this sum is read as one over t = 1..T")
            return sum_over(loose, value)
        return total(value)

    def read_plus(self, node: Node) -> Value:
        values = [column(self.value(part)) for part in node.parts]
        shapes: list[Shape] = [value.shape for value in values if isinstance(value, Formula)]
        # I - 1 pᵀ is as large as p.
        across = [value.across for value in values if isinstance(value, Unsized) and value.across]
        if across and all(shape == SCALAR for shape in shapes):
            shapes.append((across[0], across[0]))
        if not shapes:
            self.refuse(NO_SIZE, node)
        shape = ([other for other in shapes if other != SCALAR] or shapes)[0]
        terms = []
        for value, part in zip(values, node.parts):
            terms.append(self.fitting(value, shape, part) if isinstance(value, Unsized) else value)
        found = terms[0]
        for term, part in zip(terms[1:], node.parts[1:]):
            spread = self.spread(found, term), self.spread(term, found)
            found = self.made("+", spread[0], spread[1], node.start, part.end)
        return found

    def read_product(self, node: Node) -> Value:
        first = node.parts[0]
        bare = first.kind == "product" and first.start == first.parts[0].start and not any(first.value)
        if bare and node.value[0] == "*":
            self.note("A B ⊙ C is read as (A B) ⊙ C; parentheses say otherwise")
        found = self.value(node.parts[0])
        for sign, part in zip(node.value, node.parts[1:]):
            found = self.joined(sign, found, self.value(part), node.start, part)
        return found

    def read_power(self, node: Node) -> Value:
        part, exponent = node.parts[0], node.value
        if part.kind == "call" and part.value[0] in ("cosh", "sech") and part.value[1:] == (0, 1):
            return self.hyperbolic(part.value[0], self.formula(part.parts[0]), exponent, node)
        value = self.value(part)
        if isinstance(value, Unsized):
            return value
        value = self.in_full(value, part)
        if exponent < 0 and value.shape != SCALAR and value.shape[0] == value.shape[1]:
            self.refuse("the inverse of a matrix is not understood here", node)
        if value.shape[0] == value.shape[1] != 1:
            self.note("the power of a matrix is read entry by entry")
        return value if exponent == 1 else Power(value, exponent) if exponent else ones(*value.shape)

    def read_sum(self, node: Node) -> Formula:
        return self.running("sum", node.value, node, lambda: self.formula(node.parts[0]))

    def read_prod(self, node: Node) -> Formula:
        return self.running("prod", node.value, node, lambda: self.formula(node.parts[0]))

    def running(self, kind: str, found: Range, node: Node, body: "Callable[[], Formula]") -> Formula:
        """Read a sum; whether it is one over time or over positions is seen where its variable is used."""
        letter = found.var.text
        if len(letter) > 5 or not letter.isalpha() or isinstance(self.symbols.get(letter), Horizon):
            raise NotUnderstood("a sum runs over a letter, such as t or i", found.var.start, found.var.end)
        known = Bound(self.unused(letter))
        self.limit(found, known)
        self.scope.append((letter, known))
        depth, free = len(self.scope), list(self.free)
        try:
            value = body()
        except Lagging as lag:
            if lag.bound is not known or self.lags > 3:
                raise
            self.lags += 1
            del self.scope[depth:]
            self.free = free
            self.count_back(known, lag.before, node)
            value = body()
        self.scope.pop()
        if known.index is None and isinstance(self.symbols.get("T"), Horizon):
            self.step_of(known)
        if known.index is None:
            raise NotUnderstood(f"what is summed does not speak of {letter}", found.var.start, found.var.end)
        if kind == "sum":
            return sum_over(known.index, value)
        if not isinstance(known.index, Step):
            self.refuse("a product runs over a time", node)
        if value.shape[0] != value.shape[1]:
            says = f"only a square matrix is multiplied by itself, not what is {show_shape(value.shape)}"
            raise DoesNotConform(says, node.start, node.end, latex(value, shapes=True))
        if value.shape == SCALAR or known.down or self.takes_other(LATEST):
            if value.shape != SCALAR:
                self.note("in a product the latest step stands on the left")
            return product_over(known.index, value)
        self.note("in a product the steps stand in their order, the earliest on the left")
        return transposed(product_over(known.index, transposed(value)))
