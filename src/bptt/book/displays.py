"""What a display says, for the build to compare with every other display of the book."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import sympy as sp

from bptt.book.exact import exact
from bptt.kernel import Condition, Equation, Formula, Index, Step, Theorem, latex
from bptt.kernel.language.conditions import conditions_in
from bptt.kernel.language.equations import Value
from bptt.kernel.language.formula import Derivative, Named
from bptt.kernel.language.latex import interval, name
from bptt.kernel.language.structure import in_order, range_of, structure
from bptt.kernel.run.refutation import statement_indices, with_values


class Context:
    """What stands around an equation: the ranges of its free indices, what is given, and conditions."""

    def __init__(
        self, indices: Iterable[Index], given: Sequence[Equation], conditions: Sequence[Condition]
    ) -> None:
        self.indices, self.given, self.conditions = in_order(indices), given, conditions

    @classmethod
    def of(cls, *proofs: Theorem) -> "Context":
        """Take together what several proofs suppose."""
        return cls(
            [index for proof in proofs for index in proof.context],
            [item for proof in proofs for item in proof.hypotheses],
            [item for proof in proofs for item in proof.conditions],
        )

    @classmethod
    def around(cls, left: Formula, right: Formula, given: Sequence[Equation]) -> "Context":
        """Say what a statement supposes that was not proved."""
        given = with_values((left, right), given)
        conditions = [*conditions_in(left), *conditions_in(right)]
        return cls(statement_indices((left, right), given, conditions, ()), given, conditions)

    def printed(self) -> list[str]:
        """List it in Markdown, in an order of its own: in which order it is supposed makes no difference."""
        ranges = [f"${interval(index)}$" for index in self.indices if isinstance(index, Step)]
        given = [supposed(item, self.indices) for item in self.given]
        found = [*ranges, *given, *map(needed, self.conditions)]
        return sorted(set(found))

    def meaning(self, left: Formula) -> str:
        """Name what a left side is: the formula itself with all that is supposed, and no name unopened.

        Two left sides have one meaning only if they are one formula under the same suppositions.
        """
        names = {index: f"{index.name}, one of its kind" for index in self.indices}
        ranges = {(names[index], range_of(index, names)) for index in self.indices}
        supposed: set[object] = set()
        for item in self.given:
            own = names | bound(item.for_all)
            supposed.add((structure(item.left, own), structure(item.right, own)))
        for condition in self.conditions:
            own = names | bound(condition.for_all)
            supposed.add((condition.positive, structure(condition.formula, own)))
        said = structure(left, names), sorted(map(repr, ranges)), sorted(map(repr, supposed))
        return sha256(repr(said).encode()).hexdigest()[:16]


def bound(for_all: Iterable[Index]) -> dict[Index, str]:
    return {index: f"any {n}" for n, index in enumerate(for_all)}


def display(left: Formula, right: Formula, context: Context) -> dict[str, Any]:
    """Describe an equation as it is printed, the names that it is made of, and what its left side means."""
    return {
        "left": latex(left),
        "right": latex(right),
        "context": context.printed(),
        "typed": f"{left} = {right}",
        "names": names_in(left, right, *(item.right for item in context.given)),
        "meaning": context.meaning(left),
    }


def names_in(*formulas: Formula) -> list[str]:
    """List the names that stand in formulas, and in what these names mean."""
    return sorted({latex(node) for formula in formulas for node in named_in(formula)})


def named_in(node: Formula) -> Iterator[Named]:
    if isinstance(node, Derivative):
        for part in (node.of, *node.by):
            yield from named_in(part)
        return
    if isinstance(node, Named) and not isinstance(node, Value):
        yield node
    for part in node.args:
        yield from named_in(part)


def valued(left: Any, value: Any, at: Mapping[Any, Any]) -> dict[str, Any]:
    """Describe the value of a formula, or of a SymPy expression, where its symbols have the values ``at``."""
    is_ours = isinstance(left, Formula)
    return {
        "left": written(left),
        "right": sp.latex(exact(value)),
        "context": values(at),
        "typed": f"{left} = {value}",
        "names": names_in(left) if is_ours else [],
        "meaning": Context((), (), ()).meaning(left) if is_ours else sp.srepr(exact(left)),
    }


def values(at: Mapping[Any, Any]) -> list[str]:
    """Say in Markdown which values were put in."""
    found = [f"${written(symbol)} = {sp.latex(exact(value))}$" for symbol, value in at.items()]
    return [f"with {', '.join(found)}"] if found else []


def written(value: Any) -> str:
    return latex(value) if isinstance(value, Formula) else str(sp.latex(exact(value)))


def needed(condition: Condition) -> str:
    """Say a condition in Markdown, with the range of what is its own."""
    sign = "> 0" if condition.positive else "\\ne 0"
    every = "" if condition.formula.shape == (1, 1) else " in every entry"
    return f"${latex(condition.formula)} {sign}${every}{over(condition.for_all)}"


def supposed(item: Equation, context: Sequence[Index] = ()) -> str:
    """Say in Markdown what is given, and over what that ranges which the context does not have."""
    return f"${said(item)}${over(item.ranges_over(context))}"


def over(indices: Sequence[Index]) -> str:
    """Say in Markdown over what indices range."""
    ranges = [
        f"${interval(index)}$" if isinstance(index, Step) else f"all ${name(index.name)}$"
        for index in indices
    ]
    return f" for {', '.join(ranges)}" if ranges else ""


def said(equation: Equation) -> str:
    return f"{latex(equation.left)} = {latex(equation.right)}"
