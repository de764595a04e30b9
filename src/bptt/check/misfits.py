"""Likely slips in what does not conform: a small change to what was typed, after which it is right."""

from collections.abc import Iterator

from bptt.check.diagnosis import COMMON, MOST_WORK, Prints, known
from bptt.check.grammar import parse
from bptt.check.judge import written_out
from bptt.check.names import Names
from bptt.check.questions import Question
from bptt.check.reading import Reader
from bptt.check.scope import DoesNotConform
from bptt.check.tokens import NotUnderstood
from bptt.check.tree import Node, Statement
from bptt.check.variants import Reason
from bptt.kernel import ShapeError
from bptt.kernel.language.formula import Symbol

# How many changes are tried. All of them are at the place that does not conform.
MOST_CHANGES = 60


def reasons_of_misfit(question: Question, text: str, start: int, end: int) -> "list[Reason]":
    """Name the likely slip in a text that does not conform between two places of it; none where none fits."""
    about = known(question)
    prints = Prints(about.run, MOST_WORK)
    names = Names(question)
    statement = parse(text, names)
    pairs = []
    for tried, (reason, body) in enumerate(changed(question, statement.body, text, start, end)):
        if tried == MOST_CHANGES:
            break
        changes = Statement(statement.left, statement.sign, body, statement.around)
        try:
            formula = Reader(Names(question)).answer(changes).formula
        except (NotUnderstood, DoesNotConform, ShapeError, ValueError, RuntimeError):
            continue
        mark = prints.of(written_out(formula, question.words))
        if mark == about.right:
            return [reason]
        if mark in about.slips:
            pairs.append([reason, about.slips[mark]])
    for one, other in pairs:
        if other.slip in COMMON:
            return [one] if one.slip == other.slip else [one, other]
    return []


def changed(
    question: Question, node: Node, text: str, start: int, end: int
) -> "Iterator[tuple[Reason, Node]]":
    """Make each small change within a range of the text."""
    if node.start >= end or node.end <= start:
        return
    yield from changes(question, node, text)
    for n, part in enumerate(node.parts):
        for reason, new in changed(question, part, text, start, end):
            parts = node.parts[:n] + (new,) + node.parts[n + 1 :]
            yield reason, Node(node.kind, parts, node.value, node.start, node.end)


def changes(question: Question, node: Node, text: str) -> "Iterator[tuple[Reason, Node]]":
    said = text[node.start : node.end]
    if node.kind == "transpose":
        yield Reason("transpose"), node.parts[0]
    if node.kind in ("name", "at", "gradient", "group"):
        yield Reason("transpose"), Node("transpose", [node], None, node.start, node.end)
    if node.kind == "name" and isinstance(question.symbols.get(said), Symbol):
        for name, other in sorted(question.symbols.items(), key=lambda pair: pair[0]):
            if name in "UVW" and name != said and isinstance(other, Symbol):
                yield Reason("wrong-matrix", said, name), Node("name", (), name, node.start, node.end)
    if node.kind == "call" and len(node.parts) == 2:
        yield Reason("order"), Node("call", (node.parts[1], node.parts[0]), node.value, node.start, node.end)
    if node.kind == "product":
        yield from of_product(question, node, text)
    if node.kind == "plus":
        for n, part in enumerate(node.parts):
            if "V" in question.symbols:
                parts = node.parts[:n] + (with_weights(part),) + node.parts[n + 1 :]
                yield Reason("no-output-weights"), Node("plus", parts, node.value, node.start, node.end)


def of_product(question: Question, node: Node, text: str) -> "Iterator[tuple[Reason, Node]]":
    """Exchange factors of a product, change how they are multiplied, put in the output weights."""

    def product(parts: "tuple[Node, ...]", signs: "list[str]") -> Node:
        return Node("product", parts, signs, node.start, node.end)

    parts, signs = node.parts, list(node.value)
    for n in range(len(signs)):
        slope = is_slope(parts[n], text) or is_slope(parts[n + 1], text)
        reason = Reason("slope-side" if slope else "order")
        yield reason, product(parts[:n] + (parts[n + 1], parts[n]) + parts[n + 2 :], signs)
    if len(parts) > 2:
        yield Reason("order"), product(parts[-1:] + parts[:-1], signs[-1:] + signs[:-1])
        yield Reason("order"), product(tuple(reversed(parts)), list(reversed(signs)))
    for n, sign in enumerate(signs):
        for other in ("@", "⊗", "*"):
            if other != sign and sign != "/":
                yield Reason("entrywise"), product(parts, signs[:n] + [other] + signs[n + 1 :])
    if "V" in question.symbols:
        for n, part in enumerate(parts):
            yield (
                Reason("no-output-weights"),
                product(parts[:n] + (with_weights(part),) + parts[n + 1 :], signs),
            )


def is_slope(node: Node, text: str) -> bool:
    """Tell whether a piece of the text looks like 1 - h²."""
    said = text[node.start : node.end]
    return "1" in said and "h" in said and ("2" in said or "²" in said)


def with_weights(node: Node) -> Node:
    """Put Vᵀ before something."""
    weights = Node("transpose", [Node("name", (), "V", node.start, node.start)], None, node.start, node.start)
    return Node("product", [weights, node], ["@"], node.start, node.end)
