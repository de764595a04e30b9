"""What occurs in a conclusion, so that one sees of what theorems the falsifier has judged many."""

from collections.abc import Iterator
from typing import Any

from falsifier.author import Made, walked
from falsifier.declared import limits_of

NODES = {
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
    nodes: list[Any] = [node for root in (theorem.left, theorem.right, *assumed) for node in walked(root)]
    bound = [node.index for node in nodes if type(node).__name__ in ("Sum", "Product")]
    own = [index for item in (*theorem.hypotheses, *theorem.conditions) for index in item.for_all]
    variables = {*theorem.context, *bound, *own}
    return {
        *of_nodes(nodes),
        *of_variables("free", theorem.context),
        *of_variables("bound", [*bound, *own]),
        *of_what_is_assumed("hypothesis", theorem.hypotheses),
        *of_what_is_assumed("condition", theorem.conditions),
        *["two horizons"] * (len({index.size.name for index in variables if limits_of(index)}) > 1),
        *["two variables of one name"] * (len({index.name for index in variables}) < len(variables)),
    }


def of_nodes(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        kind = type(node).__name__
        if kind in NODES:
            yield NODES[kind]
        if kind == "Power" and node.exponent < 0:
            yield "a denominator"
        if kind == "Apply":
            yield (
                "tanh, exp or log" if node.function.name in ("tanh", "exp", "log") else "an unknown function"
            )


def of_variables(where: str, indices: Any) -> Iterator[str]:
    for index in indices:
        limits = limits_of(index)
        if not limits:
            yield f"a {where} index"
            continue
        yield f"a {where} step"
        if any(limit.base is not None and limits_of(limit.base) for limit in limits):
            yield f"a {where} step in a range that depends on another"
        if may_be_empty(index):
            yield f"a {where} step in a range that may be empty"


def may_be_empty(step: Any) -> bool:
    """Tell whether some T leaves a range without a moment; of one that depends on other things say yes."""
    first, last = step.first, step.last
    if first.base is None and last.base is not None and not limits_of(last.base):
        return bool(1 + last.offset < first.offset)
    return bool(first.base != last.base or last.offset < first.offset)


def of_what_is_assumed(what: str, items: Any) -> Iterator[str]:
    for item in items:
        yield f"a {what}"
        if item.for_all:
            yield f"a {what} of all values of something"


OCCURS = [
    *NODES.values(),
    *(f"a {where} {what}" for where in ("free", "bound") for what in ("index", "step")),
    *(
        f"a {where} step in a range that {what}"
        for where in ("free", "bound")
        for what in ("depends on another", "may be empty")
    ),
    *(
        f"a {what}{own}"
        for what in ("hypothesis", "condition")
        for own in ("", " of all values of something")
    ),
    *(
        "a denominator",
        "tanh, exp or log",
        "an unknown function",
        "two horizons",
        "two variables of one name",
    ),
]
