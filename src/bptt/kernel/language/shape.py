"""Symbolic sizes, the indices that run over them, and what it means for shapes to conform."""

from itertools import count

from bptt.kernel.language.frozen import Frozen, fix


class ShapeError(ValueError):
    """Two formulas whose shapes do not conform; the message names both and both shapes."""


# The words of the language itself; a name is none of them.
RESERVED = """
    tanh exp log softmax onehot diag inner outer total eye ones delta extent same_time sum_over product_over
    by_entry entry named grad diff jacobian immediate differential matrix vector scalar series labels sizes
"""


def check_name(name: object) -> None:
    """Raise ValueError unless ``name`` is an identifier of its own: what is printed must mean one thing."""
    if name in RESERVED.split():
        raise ValueError(f"name: {name!r} is a word of the language itself; take another name")
    if not isinstance(name, str) or not is_identifier(name):
        raise ValueError(f"name: expected Latin letters and digits such as 'n1', got {name!r}")
    if name.partition("_")[0] in ("I", "delta"):
        raise ValueError(f"name: {name!r} is set as what the language itself writes so; take another name")


def is_identifier(word: str) -> bool:
    """Tell whether a word can be a name: a Latin letter, then such letters, digits and what starts an index.

    With "_" first it would be set as an index of what stands before it. Other letters and digits look like
    these, or like what is raised: x² would be a name beside the square of x.
    """
    letters = word.replace("_", "")
    latin = all(letter <= "z" and (letter.isalpha() or letter.isdigit()) for letter in letters)
    return latin and word[:1].isalpha() and "__" not in word


class Size(Frozen):
    """A number of rows or columns, at least 1, known only by its name; equal names are equal sizes."""

    name: str
    is_time = False  # whether it counts time steps, which are numbered from 1, rather than positions

    def __init__(self, name: str) -> None:
        check_name(name)
        fix(self, name=name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and other.name == self.name and other.is_time == self.is_time

    def __hash__(self) -> int:
        return hash(("size", self.name))

    def __repr__(self) -> str:
        return self.name


# A dimension is a symbolic size or the literal 1 of columns, rows and scalars.
Dimension = Size | int
Shape = tuple[Dimension, Dimension]
SCALAR: Shape = (1, 1)


def sizes(names: str) -> tuple[Size, ...]:
    """Make one size for each name in a string such as ``"n k m"``."""
    return tuple(Size(name) for name in names.split())


serials = count()


class Index(Frozen):
    """A variable that runs over all positions 0 .. size-1 of one dimension.

    Two indices are the same only if they are the same object: a bound index can then never be taken for a
    free one that happens to have its name.
    """

    name: str
    size: Size
    serial: int  # tells it from every other index, also from those long gone

    def __init__(self, name: str, size: Size) -> None:
        check_name(name)
        if not isinstance(size, Size):
            raise TypeError(f"size: the range of index {name} must be a Size, got {size!r}")
        if size.is_time and type(self) is Index:
            raise TypeError(f"{name}: what runs over the time {size} is a Step and no Index")
        fix(self, name=name, size=size, serial=next(serials))

    def fresh(self) -> "Index":
        """Make another index of the same name and range."""
        return Index(self.name, self.size)

    def __repr__(self) -> str:
        return self.name


def indices(names: str, size: Size) -> tuple[Index, ...]:
    """Make one index over ``size`` for each name in a string such as ``"i p"``."""
    return tuple(Index(name, size) for name in names.split())


def check_dimension(name: str, dimension: object) -> None:
    """Raise TypeError unless ``dimension`` is a Size or the literal 1."""
    if not isinstance(dimension, Size) and (type(dimension) is not int or dimension != 1):
        raise TypeError(f"{name}: expected a Size or the literal 1, got {dimension!r}")
    if isinstance(dimension, Size) and dimension.is_time:
        raise TypeError(f"{name}: {dimension} counts time steps and is no dimension; declare a series")


def show_shape(shape: Shape) -> str:
    """Write a shape as text: ``n×k``."""
    return f"{shape[0]}×{shape[1]}"
