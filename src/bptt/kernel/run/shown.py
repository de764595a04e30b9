"""What is read while two formulas are evaluated: the inputs of a run, so that a reader can redo it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import KNOWN, Apply, Formula, Function, walk
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.latex import name as in_latex
from bptt.kernel.language.shape import Index
from bptt.kernel.language.time import Moment, Step
from bptt.kernel.run.evaluate import Given, Matrix, Place, evaluate, every_index, polynomial
from bptt.kernel.run.rounded import Value

# An exact number with more digits than this is shown as a decimal.
READABLE = 10**5


class Reading(Frozen):
    """One input of a run, as it is typed and in LaTeX."""

    typed: str
    tex: str

    def __init__(self, typed: str, tex: str) -> None:
        fix(self, typed=typed, tex=tex)

    def __repr__(self) -> str:
        return self.typed


class Watched(Place):
    """A place that notes what is looked up in it, and when: None for a symbol."""

    read: "dict[tuple[str, int | None], Given | int]"

    def __init__(self, place: Place) -> None:
        super().__init__(place.sizes, place.values, place.indices, None, place.repeats)
        fix(self, read={})

    def with_indices(self, indices: "Mapping[Index, int]") -> "Watched":
        place = super().with_indices(indices)
        fix(place, read=self.read)
        return place  # type: ignore[return-value]

    def value(self, name: str) -> Given:
        found = super().value(name)
        if not isinstance(found, dict):
            self.read[name, None] = found
        return found

    def at_time(self, name: str, when: Moment) -> "Matrix | int":
        found = super().at_time(name, when)
        self.read[name, self.time(when)] = found
        return found


def inputs(sides: "Sequence[Formula]", given: "Sequence[Equation]", place: Place) -> "list[Reading]":
    """List all that the sides are computed from: sizes and indices, values, and what unknown functions are.

    Of what is given, those equations are followed that say what a value is that was looked up.
    """
    watched = Watched(place)
    formulas = list(sides)
    for side in sides:
        evaluate(side, watched)
    left = [(item, spot) for item in given for spot in every_index(watched, item.for_all)]
    while True:
        told = [(item, spot) for item, spot in left if said_by(item, spot) in watched.read]
        if not told:
            break
        left = [(item, spot) for item, spot in left if said_by(item, spot) not in watched.read]
        for item, spot in told:
            evaluate(item.right, spot)
            formulas.append(item.right)
    return counted(place) + looked_up(watched) + polynomials(formulas)


def said_by(item: Equation, place: Place) -> "tuple[str, int]":
    return item.left.name, place.time(item.left.moment)


def counted(place: Place) -> "list[Reading]":
    """Say the sizes and the free indices, which are counted from 1 as in the printed formulas."""
    found = [(name, place.sizes[name]) for name in sorted(place.sizes)]
    for index in sorted(place.indices, key=lambda index: index.serial):
        found.append((index.name, place.indices[index] + (0 if isinstance(index, Step) else 1)))
    return [Reading(f"{name} = {value}", f"{in_latex(name)} = {value}") for name, value in found]


def looked_up(watched: Watched) -> "list[Reading]":
    readings = []
    for name, time in sorted(watched.read, key=lambda item: (item[0], item[1] or 0)):
        typed, tex = name, in_latex(name)
        value: Any = watched.read[name, time]
        if time is not None:
            typed, tex = f"{name}[{time}]", f"{tex}^{{({time})}}"
        if isinstance(value, int):
            readings.append(Reading(f"{typed} = {value + 1}", f"{tex} = {value + 1}"))
        else:
            readings.append(Reading(f"{typed} = {typed_matrix(value)}", f"{tex} = {latex_matrix(value)}"))
    return readings


def typed_matrix(rows: Matrix) -> str:
    if len(rows) == len(rows[0]) == 1:
        return number(rows[0][0])
    return "[" + ", ".join(["[" + ", ".join([number(entry) for entry in row]) + "]" for row in rows]) + "]"


def latex_matrix(rows: Matrix) -> str:
    if len(rows) == len(rows[0]) == 1:
        return latex_number(rows[0][0])
    lines = [" & ".join([latex_number(entry) for entry in row]) for row in rows]
    return "\\begin{pmatrix} " + " \\\\ ".join(lines) + " \\end{pmatrix}"


def number(value: Value, digits: int = 4) -> str:
    """Write a number: a short exact one as it is, any other as a decimal."""
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator) < READABLE:
        return str(value)
    decimal = float(value) + 0.0  # a zero has no sign then
    return ("{:." + str(digits) + "g}").format(decimal)  # MicroPython has no braces within a format


def latex_number(value: Value) -> str:
    """Write a number in LaTeX; a decimal with a power of ten as such."""
    if isinstance(value, Fraction) and value.denominator > 1 and "/" in number(value):
        sign = "-" if value < 0 else ""
        return f"{sign}\\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    digits, _, exponent = number(value).partition("e")
    return f"{digits} \\cdot 10^{{{int(exponent)}}}" if exponent else digits


def apart(one: Value, other: Value) -> "tuple[str, str]":
    """Write two different numbers with as many digits as it takes to see the difference."""
    for digits in range(4, 17):
        written = number(one, digits), number(other, digits)
        if written[0] != written[1]:
            break
    return written


def polynomials(formulas: "Sequence[Formula]") -> "list[Reading]":
    """Say which polynomial was taken for each unknown function."""
    nodes = [node for formula in formulas for node in walk(formula)]
    names = {node.function.name for node in nodes if isinstance(node, Apply)}
    found = []
    for name in sorted(names - set(KNOWN)):
        typed = " + ".join(
            [term(coefficient, n) for n, coefficient in enumerate(polynomial(Function(name)))]
        ).replace("+ -", "- ")
        tex = typed.replace("**", "^").replace("*", " ")
        found.append(Reading(f"{name}(z) = {typed}", f"{in_latex(name)}(z) = {tex}"))
    return found


def term(coefficient: Fraction, n: int) -> str:
    if n == 0:
        return str(coefficient)
    power = "z" if n == 1 else f"z**{n}"
    if abs(coefficient) == 1:
        return power if coefficient > 0 else f"-{power}"
    return f"{coefficient}*{power}"
