"""Proofs: the only place where "equal for all sizes" is concluded."""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation, check_given, sides_of, with_given
from bptt.kernel.language.formula import (
    Add,
    Apply,
    ByEntry,
    Entry,
    Extent,
    Formula,
    Inner,
    MatMul,
    Named,
    Number,
    Ones,
    Power,
    Sum,
    Times,
    Transpose,
    free_indices,
    walk,
)
from bptt.kernel.language.series import Softmax
from bptt.kernel.language.time import Step
from bptt.kernel.language.wellformed import check_names, check_shapes, sizes_of
from bptt.kernel.proof.equality import normal_difference
from bptt.kernel.proof.polynomial import Undecided
from bptt.kernel.run.refutation import refute


class Proof:
    """That two formulas are equal for all sizes, given what it lists; only the kernel makes one."""

    def __init__(
        self,
        left: Formula,
        right: Formula,
        assumes: Sequence[str],
        made_by: object = None,
        given: "tuple[Equation, ...]" = (),
    ) -> None:
        if made_by is not DECIDED:
            raise TypeError("a Proof is made by a rule of the kernel, not by hand")
        self.left, self.right = left, right
        self.given = given
        self.conditions = tuple(dict.fromkeys(assumes))
        self.sizes = sizes_of(left, right)
        self.indices = tuple(sorted(free_indices(left) | free_indices(right), key=lambda index: index.name))

    @property
    def assumes(self) -> "tuple[str, ...]":
        """List all that must hold for the equality to hold, as text."""
        return self.conditions + tuple(dict.fromkeys(str(equation) for equation in self.given))

    def holds_for(self) -> str:
        """Say in words for what the equality is proved."""
        names = [size.name for size in self.sizes]
        names += [index.range() if isinstance(index, Step) else index.name for index in self.indices]
        return f"all {', '.join(names)}" if names else "all values"

    def __repr__(self) -> str:
        given = f", given {' and '.join(self.assumes)}" if self.given else ""
        return f"proved for {self.holds_for()}{given}: {self.left} = {self.right}"


DECIDED = object()


def decide(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Proof:
    """Prove that two formulas are equal for all sizes, or raise ``Undecided``.

    What is given is used by putting right sides in place of left sides, each once and in the order given; the
    proof lists it.
    """
    check_names(left, right, *sides_of(given))
    check_shapes(left, right)
    check_given(left, right, given)
    us, vs = (with_given(side, given) for side in (left, right))
    rest = normal_difference(us, vs)
    if rest:
        raise Undecided(
            f"{left} and {right} could not be brought to one normal form: {len(rest)} terms are left"
        )
    assumes = assumptions(left, right, *sides_of(given))
    return Proof(left, right, assumes, DECIDED, tuple(given))


def prove(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Proof:
    """Refute by a run if possible, else prove for all sizes, else raise ``Undecided``."""
    check_given(left, right, given)
    if not refute(left, right, given):
        raise Undecided(f"{left} and {right} have no value at any point that was tried")
    return decide(left, right, given)


def assumptions(*sides: Formula) -> list[str]:
    """List what must hold for the sides to have a value at all."""
    nodes = [node for side in sides for node in walk(side)]
    assumes = []
    below = [node.args[0] for node in nodes if isinstance(node, Power) and node.exponent < 0]
    if not all(is_positive(node) for node in below):
        assumes.append("every denominator is non-zero")
    logs = [node.args[0] for node in nodes if isinstance(node, Apply) and repr(node.function) == "log"]
    if not all(is_positive(node) for node in logs):
        assumes.append("every logarithm is of a positive number")
    return assumes


def is_positive(node: Formula) -> bool:
    """Tell whether every entry is positive by the way in which a formula is written; False: not known."""
    if isinstance(node, Number):
        return node.value > 0
    if isinstance(node, Apply):
        return repr(node.function) == "exp"
    if isinstance(node, (Softmax, Ones, Extent)):
        return True
    if isinstance(node, Sum) and isinstance(node.index, Step):
        return False  # there may be nothing to add
    kept = (Named, Entry, ByEntry, Sum, Add, Times, MatMul, Inner, Transpose, Power)
    return isinstance(node, kept) and all(is_positive(arg) for arg in node.args)
