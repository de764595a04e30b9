"""What occurs in a conclusion, so that one sees of what theorems the falsifier has judged many."""

from collections.abc import Iterator
from typing import Any

from falsifier.author import Made, walked
from falsifier.declared import limits_of

KINDS = {
    "Sum": "a sum",
    "Product": "a product over time",
    "ByEntry": "a matrix by its entries",
    "MatMul": "a product of matrices",
    "Softmax": "softmax",
    "OneHot": "labels",
    "SameTime": "a delta of moments",
    "Identity": "a delta or identity",
    "Named": "a named formula",
    "Value": "the value of a series",
    "Derivative": "a derivative",
}


def features(made: Made) -> set[str]:
    """Name what occurs in a conclusion."""
    theorem = made.theorem
    assumed = [side for item in theorem.hypotheses for side in (item.left, item.right)]
    assumed += [item.formula for item in theorem.conditions]
    nodes = [node for root in (theorem.left, theorem.right, *assumed) for node in walked(root)]
    return set(of_nodes(nodes)) | set(of_variables(theorem, nodes)) | set(of_what_is_assumed(theorem))


def of_nodes(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        kind = type(node).__name__
        if kind in KINDS:
            yield KINDS[kind]
        if kind == "Power" and node.exponent < 0:
            yield "a denominator"
        if kind == "Apply":
            yield (
                "a known function" if node.function.name in ("tanh", "exp", "log") else "an unknown function"
            )


def of_variables(theorem: Any, nodes: list[Any]) -> Iterator[str]:
    bound = [node.index for node in nodes if type(node).__name__ in ("Sum", "Product")]
    own = [index for item in (*theorem.hypotheses, *theorem.conditions) for index in item.for_all]
    for where, indices in (("free", theorem.context), ("bound", [*bound, *own])):
        for index in indices:
            limits = limits_of(index)
            yield f"a {where} step" if limits else f"a {where} index"
            bases = [limit.base for limit in limits if limit.base is not None]
            if any(limits_of(base) for base in bases):
                yield f"a {where} step within a range that depends on another"
            if limits and may_be_empty(index):
                yield f"a {where} step within a range that may be empty"
    horizons = {index.horizon.name for index in (*theorem.context, *bound, *own) if limits_of(index)}
    if len(horizons) > 1:
        yield "two horizons"
    names = [index.name for index in {*theorem.context, *bound, *own}]
    if len(set(names)) < len(names):
        yield "two variables of one name"


def may_be_empty(step: Any) -> bool:
    """Tell whether some T ≥ 1 leaves a range without a moment; of one that depends on another say yes."""
    first, last = step.first, step.last
    if first.base is None and last.base is not None and not limits_of(last.base):
        return bool(1 + last.offset < first.offset)
    return bool(first.base != last.base or last.offset < first.offset)


def of_what_is_assumed(theorem: Any) -> Iterator[str]:
    for what, items in (("hypothesis", theorem.hypotheses), ("condition", theorem.conditions)):
        for item in items:
            yield f"a {what}"
            if item.for_all:
                yield f"a {what} of all values of something"
