"""The points at which two formulas are compared: sizes, and values that are the same in every run.

What refutes should be redone by hand, so small sizes and whole numbers come first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import KNOWN, Apply, Formula, Symbol, walk
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.series import Labels, Series, Softmax
from bptt.kernel.language.shape import Index, Shape, Size
from bptt.kernel.language.time import Horizon, Step
from bptt.kernel.language.wellformed import series_of, sizes_of, symbols_of
from bptt.kernel.run.evaluate import Given, Matrix, Place, Work
from bptt.kernel.run.supposed import Solved

# Times before 1 and after T at which a series is given values, for boundary terms; farther away it repeats
# those of the first times.
EARLIEST, MARGIN = -3, 4
REPEATS = (EARLIEST, 4)


class Draw:
    """Numbers as if by chance, but the same ones in every interpreter."""

    def __init__(self) -> None:
        self.state = self.last = 1

    def below(self, count: int) -> int:
        """Draw one of 0 .. count-1, where there are two another one than the last."""
        self.state = (1103515245 * self.state + 12345) % 2**31
        self.last = (self.last + 1 + self.state // 2**12 % max(count - 1, 1)) % count
        return self.last


def fractions(below: int, numerators: "Iterable[int]") -> "tuple[Fraction, ...]":
    return tuple(Fraction(n, below) for n in numerators)


# From what values are drawn. At 0 a wrong formula agrees by accident, and at 1 too: there 1 - h**2 vanishes.
# A tanh or a softmax of large numbers hardly changes any more: tenths stay small where they are put in a
# polynomial first. A logarithm is of positive ones only. Zero everywhere fits what is supposed where little
# else does.
WHOLE = fractions(1, (2, 3, -2, 1, -3))
SMALL = fractions(2, (2, -2, 1, -1, 4))
POSITIVE = fractions(1, (2, 3, 1))
TENTHS = fractions(10, (2, -1, 3, -2, 1))
HALVES = fractions(2, (1, -1, 3, -3, 5, 4))
FINE = fractions(97, [n for n in range(-96, 97) if n])
FINE_POSITIVE = fractions(97, range(1, 97))
ZERO = (Fraction(0),)

Drawn = tuple[Fraction, ...]


class Choices(Frozen):
    """The sizes and horizons of a statement, and whether it has functions of which values are rounded."""

    names: "Sequence[str]"
    horizons: "Sequence[str]"
    rounded: bool

    def __init__(self, names: "Sequence[str]", horizons: "Sequence[str]", rounded: bool) -> None:
        fix(self, names=names, horizons=horizons, rounded=rounded)

    def of(self, stage: str) -> "list[tuple[dict[str, int], Drawn]]":
        """List sizes and the values to draw from there: the small ones, which refute most of what is false
        and can be redone by hand; the others; a few, for what is proved; and the last resort, for where what
        is supposed holds at none of these.
        """
        small = small_sizes(self.names, self.horizons)
        unequal = unequal_sizes(self.names, self.horizons)
        calm = SMALL if self.rounded else WHOLE
        if stage == SMALL_ONES:
            return [(concrete, calm) for concrete in small] + [
                (unequal[0], TENTHS if self.rounded else HALVES)
            ]
        if stage == OTHERS:
            found = [(concrete, POSITIVE) for concrete in small]
            return found + [(concrete, values) for concrete in unequal for values in (FINE, FINE_POSITIVE)]
        if stage == FEW:
            found = [(alternating(self.names, 2), HALVES), (alternating(self.names, 3), calm)]
            if self.horizons:
                # Where there is no step before and none after.
                found.append((dict(found[0][0]), HALVES))
                found[-1][0].update((name, 1) for name in self.horizons)
            return found
        return [(concrete, values) for concrete in unequal + small for values in (POSITIVE, ZERO, WHOLE)]


SMALL_ONES, OTHERS, FEW, LAST = "small ones", "others", "few", "last resort"


class Points:
    """The points at which the formulas of a statement are run, made when they are asked for and kept.

    So what was computed at a point of one side need not be computed again for another other side.
    """

    def __init__(self, sides: "Sequence[Formula]", free: "Sequence[Index]" = ()) -> None:
        sizes: list[Size] = []
        for size in list(sizes_of(*sides)) + horizons_of(free):
            if size not in sizes:
                sizes.append(size)
        rounded = any(
            isinstance(node, Softmax) or (isinstance(node, Apply) and node.function.name in KNOWN)
            for side in sides
            for node in walk(side)
        )
        horizons = [size.name for size in sizes if isinstance(size, Horizon)]
        self.choices = Choices([size.name for size in sizes], horizons, rounded)
        self.items = symbols_of(*sides) + series_of(*sides)
        self.work = Work()
        self.made: dict[str, list[list[Solved]]] = {}

    def at(self, stage: str, given: "Sequence[Equation]") -> "Iterator[Solved]":
        """Give one point after another, at which what is given is to hold, with no free index chosen yet."""
        made = self.made.setdefault(stage, [])
        for n, (concrete, values) in enumerate(self.choices.of(stage)):
            if n == len(made):
                made.append(
                    [
                        Solved(
                            Place(concrete, point(self.items, concrete, values), {}, self.work, REPEATS),
                            given,
                        )
                    ]
                )
            for solved in made[n]:
                if is_list(solved.given, given):
                    break
            else:
                solved = Solved(made[n][0].place, given)
                made[n].append(solved)
            yield solved


def horizons_of(free: "Sequence[Index]") -> "list[Size]":
    """List the sizes of which free indices speak, a step in its range too."""
    found = [index.size for index in free]
    for index in free:
        if isinstance(index, Step):
            found += [when.base for when in (index.first, index.last) if isinstance(when.base, Horizon)]
    return found


def is_list(one: "Sequence[Equation]", other: "Sequence[Equation]") -> bool:
    """Tell whether two lists hold the same equations, which are objects made once."""
    return len(one) == len(other) and all(x is y for x, y in zip(one, other))


def small_sizes(names: "Sequence[str]", horizons: "Sequence[str]" = ()) -> "list[dict[str, int]]":
    """Choose sizes from 1 on: all 1, all 2, which can still be redone by hand, then unequal ones."""
    upwards = list(range(1, 1 + max(len(names), 2)))
    chosen = [dict.fromkeys(names, 1)]
    if horizons:
        chosen.append(dict.fromkeys(names, 1))
        chosen[-1].update((name, 2) for name in horizons)
    chosen.append(dict.fromkeys(names, 2))
    return chosen + [dict(zip(names, order)) for order in (upwards, upwards[::-1]) if names]


def alternating(names: "Sequence[str]", first: int) -> "dict[str, int]":
    """Take 2 and 3 in turns: neighbours are unequal, and little is to be computed."""
    return {name: 2 + (first + n) % 2 for n, name in enumerate(names)}


def unequal_sizes(names: "Sequence[str]", horizons: "Sequence[str]" = ()) -> "list[dict[str, int]]":
    """Choose three assignments of different sizes; a single size takes 2, 3 and 4.

    Size 1 hides transposes and two equal sizes hide swapped factors, so neither is used. A horizon is also
    tried at 1, where there is no step before and none after.
    """
    count = max(len(names), 3)
    upwards = list(range(2, 2 + count))
    orders = (upwards, upwards[::-1], upwards[1:] + upwards[:1])
    chosen = [dict(zip(names, order)) for order in orders]
    if horizons:
        chosen.append(dict(chosen[0]))
        chosen[-1].update((name, 1) for name in horizons)
    return chosen


def point(
    names: "Sequence[Symbol | Series | Labels]", concrete: "Mapping[str, int]", values: Drawn = FINE
) -> "dict[str, Given]":
    """Draw exact values, always the same ones; neighbours differ, for otherwise a wrong formula may agree."""
    draw = Draw()

    def drawn(shape: Shape) -> Matrix:
        rows, cols = [d if isinstance(d, int) else concrete[d.name] for d in shape]
        return [[values[draw.below(len(values))] for _ in range(cols)] for _ in range(rows)]

    times = range(EARLIEST, max(concrete.values(), default=1) + MARGIN + 1)
    found: dict[str, Given] = {}
    for item in names:
        if isinstance(item, Symbol):
            found[item.name] = drawn(item.shape)
        elif isinstance(item, Series):
            found[item.name] = {time: drawn(item.shape) for time in times}
        else:
            labels = Draw()
            for other in names:
                if isinstance(other, Labels) and other.name < item.name:
                    labels.below(concrete[item.size.name])  # no two labels are the same ones
            found[item.name] = {time: labels.below(concrete[item.size.name]) for time in times}
    return found


def spread(spots: "list[Place]", count: int) -> "list[Place]":
    """Choose some of them, the first and the last with others between."""
    if len(spots) <= count:
        return spots
    return [spots[n * (len(spots) - 1) // (count - 1)] for n in range(count)]
