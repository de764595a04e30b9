"""Writes into a backward pass what may be missing there, made of the arrays that are at hand.

As in `rewritings`, each function yields what it changes, with the text that would stand there instead.
"""

import ast
import re
from collections.abc import Iterator, Mapping

import numpy as np

from bptt.arrays import Array
from bptt.slips.rewritings import New
from bptt.slips.source import Function, closed, fits, is_operator, is_read


def _spot(of: Function, node: ast.AST) -> Mapping[str, Array]:
    return (of.fitting(node) or {}) if of.is_spot(node) else {}


def _is_gate(array: Array) -> bool:
    return bool(array.min() >= 0 and array.max() <= 1)


# ---- factors


def tanh_slope(of: Function, node: ast.AST) -> New:
    for h, array in _spot(of, node).items():
        if np.abs(array).max() <= 1:
            yield "", f"({closed(of.text(node))} * (1 - {h} ** 2))"


def relu_slope(of: Function, node: ast.AST) -> New:
    if not re.search(r"maximum|relu|where|clip", of.code.text.decode()):
        return
    for h, array in _spot(of, node).items():
        if array.size > 1 and array.min() <= 0 < array.max():
            yield "", f"({closed(of.text(node))} * ({h} > 0))"


def sigmoid_slope(of: Function, node: ast.AST) -> New:
    for s, array in _spot(of, node).items():
        if _is_gate(array):
            yield "", f"({closed(of.text(node))} * {s} * (1 - {s}))"


def slope_of_sum(of: Function, node: ast.AST) -> New:
    """Multiply by tanh′ of what stands in the tanh."""
    for a in _spot(of, node):
        yield "", f"({closed(of.text(node))} * (1 - np.tanh({a}) ** 2))"


def softmax(of: Function, node: ast.AST) -> New:
    text = closed(of.text(node))
    for p, array in _spot(of, node).items():
        if _is_gate(array):
            for axis in (-1, 0):
                yield "", f"({p} * ({text} - ({text} * {p}).sum({axis}, keepdims=True)))"


def slope_elsewhere(of: Function, node: ast.AST) -> New:
    """Take 1 − h² of another array."""
    for h, squared in _one_less(of, node):
        for other, array in (of.fitting(squared) or {}).items():
            if other != h and np.abs(array).max() <= 1:
                yield h, f"(1 - {other} ** 2)"


def other_slope(of: Function, node: ast.AST) -> New:
    """Take the slope of another function."""
    for h, _ in _one_less(of, node):
        yield h, f"({h} * (1 - {h}))"
        yield h, f"({h} > 0)"
        yield h, f"(1 - np.tanh({h}) ** 2)"
    if one := of.taken_from_one(node):
        h = of.text(one)
        yield h, f"(1 - {closed(h)} ** 2)"
        above = of.above(node)
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult) and h != of.text(above.left):
            yield h, f"({closed(h)} * (1 - {closed(h)}))"
    if is_operator(node, ast.Mult) and isinstance(node, ast.BinOp):
        left, right = node.left, of.text(node.right).replace(" ", "").strip("()")
        factors = [left, *([left.right, left.left] if isinstance(left, ast.BinOp) else [])]
        for one in factors:
            if right == f"1-{of.text(one)}":
                new = f"(1 - {of.text(one)} ** 2)"
                rest = [f"{closed(of.text(x))} * " for x in factors[1:] if one is not left and x is not one]
                yield of.text(one), "".join(rest) + new


def _one_less(of: Function, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield h, as text and as node, where this is 1 − h²."""
    square = of.taken_from_one(node)
    if isinstance(square, ast.BinOp) and isinstance(square.op, (ast.Pow, ast.Mult)):
        yield of.text(square.left), square.left


def gate(of: Function, node: ast.AST) -> New:
    """Multiply by a gate z, or by 1 − z."""
    for z, array in _spot(of, node).items():
        if _is_gate(array):
            yield z, f"({closed(of.text(node))} * {z})"
            yield f"1 - {z}", f"({closed(of.text(node))} * (1 - {z}))"


def factor(of: Function, node: ast.AST) -> New:
    for h in _spot(of, node):
        yield h, f"({closed(of.text(node))} * {h})"


def two(of: Function, node: ast.AST) -> New:
    if of.is_spot(node) and of.fitting(node) is not None:
        yield "", f"(2 * {closed(of.text(node))})"


def half(of: Function, node: ast.AST) -> New:
    if of.is_spot(node) and of.fitting(node) is not None:
        yield "", f"({closed(of.text(node))} / 2)"


def mask(of: Function, node: ast.AST) -> New:
    """Multiply by a mask what a statement has changed, or what is computed."""
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name) and (array := of.scope.array(target.id)) is not None:
            for one in _masks(of, array):
                yield "", f"{of.text(node)}; {target.id} = {target.id} * {one}"
    elif of.is_spot(node) and (array := of.scope.array(of.text(node))) is not None:
        for one in _masks(of, array):
            yield "", f"({closed(of.text(node))} * {one})"


def _masks(of: Function, array: Array) -> Iterator[str]:
    """List the masks at hand, as they can be written here: arrays of 0 and one other number."""
    loops = [one.target for one in of.all_nodes if isinstance(one, ast.For)]
    times = [one.id for target in loops for one in ast.walk(target) if isinstance(one, ast.Name)]
    forms = ["", "[..., None]", *(f"[{at}]" for t in times for at in (f":, {t}, None", f"{t}, :, None", t))]
    for name in of.scope.masks:
        for form in forms:
            one = of.scope.value(f"{name}{form}")
            if one is not None and np.ndim(one) and fits(np.asarray(one), array):
                yield f"{name}{form}"


# ---- counts


def other_count(of: Function, node: ast.AST) -> New:
    if is_operator(node, ast.Div):
        below = node.right if isinstance(node, ast.BinOp) else node.value  # type: ignore[attr-defined]
        for count in of.counts:
            if count != of.text(below):
                yield "", of.code.within(node, (below, closed(count)))


def count(of: Function, node: ast.AST) -> New:
    if of.is_spot(node) and of.is_whole(node) and of.fitting(node) is not None:
        for one in of.counts:
            yield "", f"({closed(of.text(node))} / {closed(one)})"


# ---- terms


def term(of: Function, node: ast.AST) -> New:
    if of.is_sum(node):
        for h in of.fitting(node) or {}:
            yield h, f"({closed(of.text(node))} + {h})"


def difference(of: Function, node: ast.AST) -> New:
    if of.is_sum(node):
        for h in of.fitting(node) or {}:
            yield h, f"({closed(of.text(node))} - {h})"


def centred(of: Function, node: ast.AST) -> New:
    """Subtract the mean, or the part along another array: what comes back through a normalisation."""
    text, array = closed(of.text(node)), of.scope.array(of.text(node))
    if of.is_sum(node) and array is not None and array.ndim > 1:
        for axis in (-1, 0):
            yield "the mean", f"({text} - {text}.mean({axis}, keepdims=True))"


def gated(of: Function, node: ast.AST) -> New:
    """Add an array of the same shape times a gate, or what is beside it."""
    text, same = closed(of.text(node)), _same(of, node)
    gates = [name for name, one in same.items() if _is_gate(one)]
    for a in same:
        for one in (part for z in gates if z != a for part in (f"{a} * {z}", f"{a} * (1 - {z})")):
            yield one, f"({text} + {one})"
        for one in (part for c in of.scales for part in (f"{c} * {a}", f"(1 - {c}) * {a}", f"2 * {c} * {a}")):
            yield one, f"({text} + {one})"


def product(of: Function, node: ast.AST) -> New:
    """Add a product of arrays of the same shape."""
    same = [*_same(of, node)]
    for k, a in enumerate(same):
        for one in (f"{a} * {b}" for b in same[k:]):
            yield one, f"({closed(of.text(node))} + {one})"


def _same(of: Function, node: ast.AST) -> Mapping[str, Array]:
    """Return the arrays of the shape of what stands as a whole."""
    array = of.scope.array(of.text(node))
    if array is None or not (of.is_spot(node) and of.is_whole(node)):
        return {}
    return {name: one for name, one in (of.fitting(node) or {}).items() if one.shape == array.shape}


def matrix_product(of: Function, node: ast.AST) -> New:
    """Add a product of two arrays that has the shape."""
    array = of.scope.array(of.text(node))
    if not of.is_sum(node) or array is None or array.ndim not in (1, 2):
        return
    few = {name: one for name, one in of.arrays.items() if one.ndim in (1, 2) and name not in of.text(node)}
    for a, one in few.items():
        for b, other in few.items():
            for left, right in ((a, b), (f"{a}.T", b), (a, f"{b}.T")):
                x, y = (one.T if left != a else one), (other.T if right != b else other)
                if x.shape[-1] == y.shape[0] and x.shape[:-1] + y.shape[1:] == array.shape:
                    yield f"{left} @ {right}", f"({closed(of.text(node))} + {left} @ {right})"


# ---- names and lines


def variable(of: Function, node: ast.AST) -> New:
    """Read another array of the same shape."""
    array = of.scope.array(of.text(node))
    if is_read(node) and array is not None and not isinstance(of.above(node), (ast.Subscript, ast.Attribute)):
        for other, one in of.arrays.items():
            if one.shape == array.shape and other != of.text(node):
                yield f"{of.text(node)} in place of {other}", other


def _carried(of: Function, node: ast.AST) -> Iterator[tuple[str, str, Mapping[str, Array]]]:
    """Yield the names that a loop carries on, at its last line, with the text to that line."""
    loop = of.above(node)
    if isinstance(loop, ast.For) and node is loop.body[-1]:
        indent = "\n" + " " * loop.body[0].col_offset
        assigned = {
            one.id: None
            for one in ast.walk(loop)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and of.carried(one.id, node)
        }
        for name in assigned:
            if (array := of.scope.array(name)) is not None:
                fitting = {other: one for other, one in of.arrays.items() if fits(one, array)}
                yield name, f"{of.text(node)}{indent}{name} = {name}", fitting


def factor_of_carried(of: Function, node: ast.AST) -> New:
    """Multiply what a loop carries on, at its end."""
    for name, text, fitting in _carried(of, node):
        for one, array in fitting.items():
            if one != name:
                yield one, f"{text} * {one}"
                if _is_gate(array):
                    yield f"1 - {one}", f"{text} * (1 - {one})"
