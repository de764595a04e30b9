"""The wrong variants of a formula: the slips that people make, each made on purpose and judged.

A claim is worth what its check can reject, so every claim is held against its own mutants.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bptt.kernel.conclusions import decide
from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import (
    Add,
    Apply,
    Diag,
    Entry,
    Formula,
    Inner,
    MatMul,
    Named,
    Number,
    Ones,
    Sum,
    Symbol,
    Times,
    Transpose,
    free_indices,
)
from bptt.kernel.language.series import At, OneHot, Softmax, Timed, moved
from bptt.kernel.language.shape import Index, Shape, ShapeError
from bptt.kernel.language.structure import in_order
from bptt.kernel.language.time import Moment, Step, steps_in
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.language.wellformed import check_shapes
from bptt.kernel.proof.equality import normal_key
from bptt.kernel.proof.index_form import fresh
from bptt.kernel.proof.normal_form import Key
from bptt.kernel.proof.theorem import Theorem
from bptt.kernel.run.evaluate import Matrix, Place, evaluate, every_index
from bptt.kernel.run.points import LAST, OTHERS, SMALL_ONES, Points
from bptt.kernel.run.refutation import Refuted, refute
from bptt.kernel.run.rounded import differ

Path = tuple[int, ...]


class Mutant:
    """A formula with one slip in it, or, where the slip does not conform, the error that says so."""

    def __init__(self, slip: str, formula: "Formula | None", error: "ShapeError | None" = None) -> None:
        self.slip = slip
        self.formula = formula
        self.error = error

    def __repr__(self) -> str:
        return f"{self.slip}: {self.formula if self.error is None else self.error}"


class Judgement:
    """What became of the mutants of a formula: each is in exactly one of four lists."""

    def __init__(self) -> None:
        self.refuted: list[tuple[Mutant, Refuted]] = []
        self.misfits: list[Mutant] = []
        self.disguised: list[tuple[Mutant, Theorem]] = []
        self.undecided: list[tuple[Mutant, Undecided]] = []

    def __repr__(self) -> str:
        counts = {
            "refuted by a run": len(self.refuted),
            "does not conform" if len(self.misfits) == 1 else "do not conform": len(self.misfits),
            "the same in disguise": len(self.disguised),
            "undecided": len(self.undecided),
        }
        return ", ".join(f"{count} {words}" for words, count in counts.items() if count) or "none"


def judge(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Judgement:
    """Hold the mutants of ``right`` against ``left``, which none should equal; equal mutants count once.

    What is given for the claim is given for its mutants too. Those that do not conform have no normal form:
    they are equal where they fail with the same words.
    """
    judgement = Judgement()
    forms = Forms(left.shape)
    words: set[str] = set()
    sides = [left, right] + [side for item in given for side in (item.left, item.right)]
    points = Points(sides, in_order(free_indices(left) | free_indices(right)))
    for mutant in mutants(right):
        try:
            if mutant.formula is None:
                raise mutant.error or ShapeError(mutant.slip)
            check_shapes(left, mutant.formula)
        except ShapeError as error:
            if str(error) not in words:
                words.add(str(error))
                judgement.misfits.append(Mutant(mutant.slip, mutant.formula, error))
            continue
        try:
            judgement.disguised.append((mutant, equal(left, right, mutant.formula, given, points)))
        except Refuted as found:
            alike = [before.right for _, before in judgement.refuted if is_alike(before, found)]
            if not forms.has(mutant.formula, alike):
                judgement.refuted.append((mutant, found))
        except (Undecided, ValueError) as reason:
            if not forms.has(mutant.formula, [before.formula for before, _ in judgement.undecided]):
                judgement.undecided.append((mutant, Undecided(str(reason))))
    return judgement


class Forms:
    """The normal forms of mutants of one shape, each found once and only where it is asked for."""

    def __init__(self, shape: Shape) -> None:
        self.row, self.col = (fresh(dimension) for dimension in shape)
        self.known: dict[Formula, Key | None] = {}

    def key(self, node: Formula) -> "Key | None":
        if node not in self.known:
            try:
                self.known[node] = normal_key(node, self.row, self.col)
            except Undecided:
                self.known[node] = None
        return self.known[node]

    def has(self, node: Formula, others: "Sequence[Formula | None]") -> bool:
        """Tell whether a formula has the normal form of one of the others."""
        return any(
            self.key(node) is not None and self.key(node) == self.key(other) for other in others if other
        )


def is_alike(one: Refuted, other: Refuted) -> bool:
    """Tell whether two wrong formulas may be one: they fail at one place, by one value."""
    return (
        one.sizes == other.sizes
        and one.point is other.point
        and one.place.indices == other.place.indices
        and one.entry == other.entry
        and not differ(one.right_value, other.right_value)
    )


def equal(
    left: Formula, right: Formula, mutant: Formula, given: "Sequence[Equation]", points: Points
) -> Theorem:
    """Prove that a mutant of ``right`` equals ``left`` after all, or raise Refuted or Undecided.

    Nearly all are wrong, and show it at a small point: it is run there before a proof is looked for. Of a
    mutant that is right, that it equals ``right`` is the shorter proof.
    """
    refute(left, mutant, given, stages=[SMALL_ONES], points=points)
    try:
        return decide(right, mutant)
    except Undecided:
        pass
    try:
        return decide(left, mutant, given)
    except (Undecided, ValueError):  # which includes a mutant that says what is given
        refute(left, mutant, given, stages=[OTHERS, LAST], points=points)
        raise


def unseen(right: Formula, sizes: "Mapping[str, int]", values: "Mapping[str, Matrix]") -> "list[Mutant]":
    """List the mutants that give the right value at this one point, although they are wrong in general.

    These are the mistakes that a check with these numbers cannot show.
    """
    expected = evaluate(right, Place(sizes, values))

    def agrees(wrong: Formula) -> bool:
        spots = every_index(Place(sizes, values), in_order(free_indices(wrong)))
        return not any(
            differ(u, v)
            for spot in spots
            for us, vs in zip(evaluate(wrong, spot), expected)
            for u, v in zip(us, vs)
        )

    wrong = [mutant for mutant, _ in judge(right, right).refuted]
    return [mutant for mutant in wrong if mutant.formula is not None and agrees(mutant.formula)]


def mutants(right: Formula) -> "Iterator[Mutant]":
    """Make every single slip at every place of a formula; a name is not opened."""
    for path, node, around in nodes_with_paths(right):
        for slip, make in slips(node, around):
            try:
                yield Mutant(slip, put(right, path, make()))
            except ShapeError as error:
                yield Mutant(slip, None, error)


def nodes_with_paths(
    root: Formula, path: Path = (), around: "Formula | None" = None
) -> "Iterator[tuple[Path, Formula, Formula | None]]":
    """List all nodes with the way that leads to each and the node right around it."""
    yield path, root, around
    if not isinstance(root, Named):
        for n, arg in enumerate(root.args):
            yield from nodes_with_paths(arg, path + (n,), root)


def put(root: Formula, path: Path, new: Formula) -> Formula:
    """Replace the node at a path; raises ShapeError where the new one does not fit."""
    if not path:
        return new
    args = [put(arg, path[1:], new) if n == path[0] else arg for n, arg in enumerate(root.args)]
    return root.with_args(*args)


def slips(node: Formula, around: "Formula | None") -> "Iterator[tuple[str, Callable[[], Formula]]]":
    """List the slips that can be made at one node, none of them made yet.

    What stands under a transpose is not transposed again: that is the slip of the transpose around it.
    """
    if isinstance(node, (Symbol, At, Named, Apply, Transpose, MatMul, Inner, Sum, Add, Entry)):
        yield f"the sign of {node}", lambda: -node
    transposes = (Symbol, At, Named, Diag, Ones, MatMul)
    if isinstance(node, transposes) and node.shape != (1, 1) and not isinstance(around, Transpose):
        yield f"{node} transposed", lambda: node.T
    if isinstance(node, Transpose):
        yield f"{node} not transposed", lambda: node.args[0]
    if isinstance(node, (Symbol, At, Named, Entry)):
        yield f"{node} twice", lambda: node * node
    if isinstance(node, Diag):
        yield f"{node} twice", lambda: node @ node
    if isinstance(node, MatMul):
        yield f"{node} entry by entry", lambda: Times(*node.args)
        yield f"{node} the other way round", lambda: MatMul(*node.args[::-1])
    if isinstance(node, Times) and all(arg.shape != (1, 1) for arg in node.args):
        yield f"{node} as a matrix product", lambda: MatMul(*node.args)
    if isinstance(node, (MatMul, Times, Add)):
        kind = "term" if isinstance(node, Add) else "factor"
        for n, arg in enumerate(node.args):
            if not (isinstance(arg, Number) and abs(arg.value) == 1 and kind == "factor"):
                yield f"without the {kind} {arg}", without(node, n)
        for n, pair in enumerate(zip(node.args, node.args[1:])):
            if isinstance(node, MatMul) and len(node.args) > 2:
                yield f"{pair[0]} and {pair[1]} swapped", swapped(node, n)
    if isinstance(node, Add):
        for n, arg in enumerate(node.args):
            yield f"the sign of the term {arg}", negated(node, n)
    if isinstance(node, (At, OneHot)):
        yield f"{node} one step earlier", lambda: at_another_time(node, -1)
        yield f"{node} one step later", lambda: at_another_time(node, 1)
    if isinstance(node, Softmax):
        yield f"{node} with its own derivative besides", lambda: node * (1 - node)
    if isinstance(node, Sum):
        yield f"no sum over {node.index}", lambda: unsummed(node)
        if isinstance(node.index, Step):
            step, body = node.index, node.args[0]
            yield f"the last {step} only", lambda: moved(body, {step: step.last})
            yield f"the first {step} only", lambda: moved(body, {step: step.first})
    if isinstance(node, Inner):
        yield f"no sum over the entries of {node}", lambda: Times(*node.args)
    if isinstance(node, Entry) and node.row is not None and node.col is not None:
        yield f"the indices of {node} swapped", lambda: Entry(node.args[0], node.col, node.row)


def without(node: Formula, n: int) -> "Callable[[], Formula]":
    def make() -> Formula:
        rest = node.args[:n] + node.args[n + 1 :]
        return rest[0] if len(rest) == 1 else type(node)(*rest)  # type: ignore[arg-type]

    return make


def swapped(node: Formula, n: int) -> "Callable[[], Formula]":
    return lambda: MatMul(*node.args[:n], node.args[n + 1], node.args[n], *node.args[n + 2 :])


def negated(node: Formula, n: int) -> "Callable[[], Formula]":
    return lambda: Add(*node.args[:n], -node.args[n], *node.args[n + 1 :])


def unsummed(node: Sum) -> Formula:
    """Leave one unknown value of the index in place of the sum over all of them."""
    if isinstance(node.index, Step):
        first, last = node.index.first, node.index.last
        # Where the range depends on a step, a sum around may bind that step, and the value may be any.
        limits = () if steps_in(first) + steps_in(last) else (first, last)
        step = Step(f"{node.index.name}_only", node.index.horizon, *limits)
        return moved(node.args[0], {node.index: Moment(step)})
    one = Index(f"{node.index.name}_only", node.index.size)
    return reindexed(node.args[0], node.index, one)


def at_another_time(node: Timed, by: int) -> Formula:
    return node.moved_to([moment + by for moment in node.moments])


def reindexed(root: Formula, old: Index, new: Index) -> Formula:
    args = [reindexed(arg, old, new) for arg in root.args]
    if isinstance(root, Entry):
        row, col = (new if index is old else index for index in (root.row, root.col))
        return Entry(args[0], row, col)
    return root.with_args(*args) if args else root
