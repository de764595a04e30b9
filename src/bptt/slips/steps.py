"""Writes otherwise what a backward pass reads and when: the step, the half, the loop, the order of its lines.

As in `rewritings`, each function yields what it changes, with the text that would stand there instead.
"""

import ast
import itertools
from collections.abc import Iterator

import numpy as np

from bptt.slips.rewritings import New
from bptt.slips.source import Function, Pair, called, closed, is_operator, is_read

# ---- steps and parts


def wraps(of: Function, node: ast.AST) -> New:
    """Read nothing before the first step."""
    assert isinstance(node, ast.Subscript)
    for index in ast.walk(node.slice):
        if is_operator(index, ast.Sub) and isinstance(index, ast.BinOp) and of.text(index.right) == "1":
            entry, later = of.text(node), f"{of.text(index.left)} > 0"
            yield "", f"({entry} * ({later}))"
            array = of.scope.array(entry)
            for other, one in of.arrays.items():
                if array is not None and one.shape == array.shape:
                    yield "", f"({entry} if {later} else {other})"


def steps(of: Function, node: ast.AST) -> New:
    """Read the step before or after."""
    assert isinstance(node, ast.Subscript)
    entry = of.text(node)
    late, early = f"one step late: {entry}", f"one step early: {entry}"
    for index in ast.walk(node.slice):

        def other(new: str, part: ast.AST = index) -> str:
            return of.code.within(node, (part, new))

        if isinstance(index, ast.Slice) and not index.step:
            lower, upper = (of.text(one) if one else "" for one in (index.lower, index.upper))
            if (lower, upper) == ("1", ""):
                yield late, other(":-1")
            elif (lower, upper) == ("", "-1"):
                yield early, other("1:")
            elif not lower and isinstance(index.upper, ast.Name):
                yield early, other(f"1 : {upper} + 1")
        if isinstance(index, ast.BinOp) and isinstance(index.op, (ast.Add, ast.Sub)):
            t, sub = of.text(index.left), isinstance(index.op, ast.Sub)
            if of.text(index.right) == "1":
                sign, opposite = ("-", "+") if sub else ("+", "-")
                yield (early if sub else late), other(t)
                yield f"two steps {'early' if sub else 'late'}: {entry}", other(f"{t} {opposite} 1")
                yield (late if sub else early), other(f"{t} {sign} 2")
            else:
                yield late, other(f"{of.text(index)} - 1")
                yield early, other(f"{of.text(index)} + 1")
        elif isinstance(index, ast.Name) and isinstance(of.above(index), (ast.Subscript, ast.Tuple)):
            t = index.id
            yield late, other(f"{t} - 1")
            if isinstance(node.ctx, ast.Load):
                yield late, f"({other(f'{t} - 1')} * ({t} > 0))"
            yield early, other(f"{t} + 1")
        elif isinstance(index, ast.Constant) and type(index.value) is int:
            above = of.above(index)
            less, more = (late, early) if not isinstance(above, ast.UnaryOp) else (early, late)
            if not isinstance(above, (ast.BinOp, ast.Slice)):
                yield (more if isinstance(above, ast.UnaryOp) else less), other(str(index.value - 1))
                yield (less if isinstance(above, ast.UnaryOp) else more), other(str(index.value + 1))


def halves_swapped(of: Function, node: ast.AST) -> New:
    """Read the other half."""
    assert isinstance(node, ast.Subscript)
    for index in ast.walk(node.slice):
        if isinstance(index, ast.Slice) and not index.step and bool(index.lower) != bool(index.upper):
            lower, upper = (of.text(one) if one else "" for one in (index.lower, index.upper))
            other = f":{lower[1:]}" if lower.startswith("-") else f"{upper}:{lower}"
            yield of.text(node), of.code.within(node, (index, other))


def other_part(of: Function, node: ast.AST) -> New:
    """Read another part of the same array, which is read elsewhere."""
    assert isinstance(node, ast.Subscript)
    whole, index = of.text(node.value), of.text(node.slice)
    alike = [one for one in of.all_nodes if isinstance(one, ast.Subscript) and of.text(one.value) == whole]
    for other in dict.fromkeys(of.text(one.slice) for one in alike):
        if other != index:
            yield of.text(node), f"{whole}[{other}]"


def swapped(of: Function, node: ast.AST) -> New:
    """Swap two of some that are listed."""
    if isinstance(node, ast.Dict):
        items: list[ast.expr] = node.values
    elif isinstance(node, (ast.Tuple, ast.List)):
        items = node.elts
    else:
        return
    for a, b in itertools.combinations(items[:6], 2):
        if of.text(a) != of.text(b):
            one, two = of.text(a), of.text(b)
            yield f"{one}, {two}", of.code.within(node, (a, two), (b, one))


def targets_swapped(of: Function, node: ast.AST) -> New:
    assert isinstance(node, Pair)
    if isinstance(node.first, (ast.Assign, ast.AugAssign)) and isinstance(node.last, type(node.first)):
        a, b = (getattr(one, "target", getattr(one, "targets", [None])[0]) for one in (node.first, node.last))
        if a is not None and b is not None and of.text(a) != of.text(b):
            yield f"{of.text(a)}, {of.text(b)}", of.code.within(node, (a, of.text(b)), (b, of.text(a)))


def direction(of: Function, node: ast.AST) -> New:
    """Turn an array round in time, or not, where some are: a network of two directions."""
    text = of.text(node)
    if b"::-1" not in of.code.text or isinstance(of.above(node), (ast.Subscript, ast.Attribute)):
        return
    if "::-1" in text:
        yield f"turned round: {text}", text[: text.rindex("[")]
    elif (array := of.scope.array(text)) is not None:
        for axis in range(min(array.ndim, 2)):
            yield f"not turned round: {text}", f"{text}[{':, ' * axis}::-1]"


# ---- loops, lines and conditions


def bounds(of: Function, node: ast.AST) -> New:
    """Begin or end a loop one step earlier or later."""
    if isinstance(node, ast.Call) and called(node) == "range":
        now = of.value(node)
        for bound in node.args[:2]:
            for by in ("+ 1", "- 1"):
                text = of.code.within(node, (bound, f"{closed(of.text(bound))} {by}"))
                then = of.scope.value(text)
                known = isinstance(now, range) and isinstance(then, range)
                more = len(then) > len(now) if known else by == "+ 1"
                yield f"a step {'is left out' if more else 'too many'}: {of.text(node)}", text


def backwards(of: Function, node: ast.AST) -> New:
    """Run the steps the other way."""
    above, text = of.above(node), of.text(node)
    if called(node) == "reversed" and isinstance(node, ast.Call):
        yield text, of.text(node.args[0])
    elif isinstance(above, ast.For) and node is above.iter:
        yield text, f"reversed({text})" if called(node) == "range" else f"reversed(list({text}))"


def cases(of: Function, node: ast.AST) -> New:
    assert isinstance(node, (ast.If, ast.IfExp))
    for truth in ("True", "False"):
        yield of.text(node.test), of.code.within(node, (node.test, truth))


def order(of: Function, node: ast.AST) -> New:
    """Run the second of two lines first."""
    assert isinstance(node, Pair)
    first, last = of.text(node.first), of.text(node.last)
    yield last, of.code.within(node, (node.first, last), (node.last, first))


def set_anew(of: Function, node: ast.AST) -> New:
    """Assign before the loop, and not in each step."""
    assert isinstance(node, ast.For)
    for line in node.body:
        if isinstance(line, ast.Assign) and len(node.body) > 1:
            indent = "\n" + " " * node.col_offset
            yield of.text(line), f"{of.text(line)}{indent}{of.code.within(node, (line, 'pass'))}"


def dropped_line(of: Function, node: ast.AST) -> New:
    """Add up, where a name that is carried from step to step is overwritten: a path back is left out."""
    assert isinstance(node, ast.Assign)
    for target, value, text in _added(of, node):
        if isinstance(target, ast.Name) and of.is_read_in_loop(target.id, node) and target.id not in value:
            yield target.id, text


def overwritten(of: Function, node: ast.AST) -> New:
    assert isinstance(node, ast.Assign)
    for target, _, text in _added(of, node):
        if not (isinstance(target, ast.Name) and of.is_read_in_loop(target.id, node)):
            yield "", text


def _added(of: Function, node: ast.Assign) -> Iterator[tuple[ast.expr, str, str]]:
    (target,), value = node.targets[:1], node.value
    if not isinstance(target, ast.Tuple):
        yield target, of.text(value), f"{of.text(target)} = {of.text(target)} + {closed(of.text(value))}"
    elif isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=False):
            text = of.text(part)
            yield one, text, of.code.within(node, (part, f"{of.text(one)} + {closed(text)}"))


def copied(of: Function, node: ast.AST) -> New:
    if isinstance(node, ast.Assign) and is_read(node.value):
        yield "", f"{of.text(node)}.copy()"
    operators = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and type(node.op) in operators:
        target, value = node.target.id, closed(of.text(node.value))
        yield "", f"{target} = {target} {operators[type(node.op)]} {value}"


def repeated(of: Function, node: ast.AST) -> New:
    """Add at repeated indices as often as they stand there."""
    assert isinstance(node, ast.AugAssign)
    if isinstance(node.target, ast.Subscript) and is_operator(node, ast.Add, ast.Sub):
        sign = "-" if isinstance(node.op, ast.Sub) else ""
        whole, index = of.text(node.target.value), of.text(node.target.slice)
        yield "", f"np.add.at({whole}, ({index}), {sign}{closed(of.text(node.value))})"


def added_up(of: Function, node: ast.AST) -> New:
    assert isinstance(node, ast.AugAssign)
    if isinstance(node.op, ast.Add):
        yield "", f"{of.text(node.target)} = {of.text(node.value)}"


def one_for_sum(of: Function, node: ast.AST) -> New:
    """Sum over an axis of which one entry is taken."""
    assert isinstance(node, ast.Subscript)
    index = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for axis, one in enumerate(index):
        last = one.operand if isinstance(one, ast.UnaryOp) else one
        if isinstance(last, ast.Constant) and type(last.value) is int:
            yield of.text(node), f"{of.text(node.value)}.sum({axis})"


def other_index(of: Function, node: ast.AST) -> New:
    """Read at the indices that stand in another list or array."""
    assert isinstance(node, ast.Name)
    if isinstance(node.ctx, ast.Load) and (shape := _indices(of.value(node))):
        for other, one in of.scope.names.items():
            if other != node.id and _indices(one) == shape:
                yield f"{node.id} in place of {other}", other


def _indices(value: object) -> tuple[int, ...]:
    """Return the shape of some indices; () of what is none."""
    if isinstance(value, np.ndarray):
        return value.shape if value.dtype.kind in "iu" else ()
    listed = isinstance(value, (list, tuple)) and all(isinstance(one, int) for one in value)
    return (len(value),) if listed else ()  # type: ignore[arg-type]
