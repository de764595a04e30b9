"""Repairs a backward function by one change of its source: the change that makes it right names the slip.

A slip is one line that is written otherwise, in whatever layout, network and language of names. So each
expression is tried with what people forget or add: a transpose, a step of time, a slope of tanh, a term, a
copy. What a change does is measured, not guessed: it is a repair where the loss stays and the gradients come
out as they were measured. What its expressions held when the program ran (`scopes.py`) tells which changes
can be meant: a slope has the shape of what it multiplies, and 1 − h² is one where h is a tanh.
"""

import ast
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bptt.arrays import Array
from bptt.slips.scopes import Scope


@dataclass(frozen=True)
class Change:
    """A change of one expression or statement.

    Attributes:
        slip: what is wrong if this repairs it.
        rank: how unlikely it is, 0 or more.
        line: where it stands, counted from 1.
        old, new: the text, and what stands there instead.
        source: the whole source with it.
    """

    slip: str
    rank: int
    line: int
    old: str
    new: str
    source: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.old}\n  is right as {self.new}\n  slip: {self.slip}"


OF_THE_LOSS = 10  # ranks by which a change is less likely where the loss runs through it


def changes(source: str, scopes: Mapping[int, Scope], of_the_loss: Container[int] = ()) -> list[Change]:
    """List the changes of a source, the likely ones first.

    Args:
        source: of the module.
        scopes: what was in its functions when the gradients were computed, each by the line where it begins.
        of_the_loss: the lines of those through which the loss runs.
    """
    found: dict[str, Change] = {}
    code = _Code(source)
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        begins = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        if begins in scopes:
            later = OF_THE_LOSS if begins in of_the_loss else 0
            for rank, slip, node, new in _in_function(_Function(code, function, scopes[begins])):
                change = code.change(slip, rank + later, node, new)
                if change.source not in found or found[change.source].rank > change.rank:
                    found[change.source] = change
    return sorted(found.values(), key=lambda change: change.rank)


Found = Iterator[tuple[int, str, ast.AST, str]]


class _Code:
    """A source, of which the text of each node can be read and changed."""

    def __init__(self, source: str) -> None:
        self.text = source.encode()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        begin = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return begin, self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def of(self, node: ast.AST) -> str:
        begin, end = self.span(node)
        return self.text[begin:end].decode()

    def change(self, slip: str, rank: int, node: ast.AST, new: str) -> Change:
        begin, end = self.span(node)
        source = (self.text[:begin] + new.encode() + self.text[end:]).decode()
        return Change(slip, rank, node.lineno, self.of(node), new, source)  # type: ignore[attr-defined]


class _Function:
    """A function of a source, with what its expressions held."""

    def __init__(self, code: _Code, function: ast.FunctionDef, scope: Scope) -> None:
        self.code, self.scope = code, scope
        self.nodes = [node for node in ast.walk(function) if node is not function]
        self.parents = {part: node for node in self.nodes for part in ast.iter_child_nodes(node)}

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """The arrays that are read in it, or could be, each by its shortest expression."""
        entries = [node for node in self.nodes if isinstance(node, ast.Subscript) and _is_read(node)]
        indices = {self.code.of(node.slice) for node in entries}
        others = {f"{self.code.of(node.value)}[{index}]" for node in entries for index in indices}
        read = {self.code.of(node) for node in self.nodes if _is_read(node)} | {*self.scope.own} | others
        found: dict[str, Array] = {}
        for text in sorted(read, key=lambda one: (len(one), one)):
            array = self.scope.array(text)
            if array is not None and not any(
                np.array_equal(array, one) and array.any() for one in found.values()
            ):
                found[text] = array
        return found

    @cached_property
    def masks(self) -> list[str]:
        """The masks of the module, as they can be written here."""
        loops = [node.target for node in self.nodes if isinstance(node, ast.For)]
        steps = [target.id for target in loops if isinstance(target, ast.Name)]
        forms = [
            "",
            "[..., None]",
            *(f"[{at}]" for t in steps for at in (f":, {t}, None", f"{t}, :, None", t)),
        ]
        return [f"{mask}{form}" for mask in self.scope.masks for form in forms]

    def fitting(self, node: ast.AST) -> dict[str, Array] | None:
        """List the arrays by which an expression could be multiplied; None if it is no array."""
        text = self.code.of(node)
        if self.scope.value(text) is None:
            return self.arrays
        if (array := self.scope.array(text)) is None:
            return None
        return {name: one for name, one in self.arrays.items() if _fits(one, array)}

    def is_whole(self, node: ast.AST) -> bool:
        """Tell what is assigned, returned, or put into a dictionary or a tuple as it stands."""
        wholes = (ast.Assign, ast.AugAssign, ast.Return, ast.Dict, ast.Tuple, ast.List, ast.keyword)
        return isinstance(self.parents.get(node), wholes)

    def is_index(self, node: ast.AST) -> bool:
        return isinstance(self.parents.get(node), (ast.Subscript, ast.Slice))

    def is_factor(self, node: ast.AST) -> bool:
        return isinstance(getattr(self.parents.get(node), "op", None), ast.Mult)

    def is_within(self, node: ast.AST) -> bool:
        """Tell an operand of the same operation, and what something is divided by."""
        above = self.parents.get(node)
        if not isinstance(above, (ast.AugAssign, ast.BinOp)):
            return False
        if isinstance(above, ast.BinOp) and type(above.op) is type(getattr(node, "op", None)):
            return True
        while isinstance(above, (ast.AugAssign, ast.BinOp)):
            if isinstance(above.op, ast.Div) and node is not getattr(above, "left", None):
                return True
            node, above = above, self.parents.get(above)
        return False


def _fits(one: Array, array: Array) -> bool:
    try:
        return np.broadcast_shapes(one.shape, array.shape) == array.shape
    except ValueError:
        return False


def _in_function(of: _Function) -> Found:
    code = of.code
    for node in of.nodes:
        if isinstance(node, ast.BinOp) and not of.is_index(node):
            yield from _product(code, node)
            yield from _elsewhere(of, node)
        if isinstance(node, ast.Call):
            yield from _call(code, node)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield from _index(code, node)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from _assigned(code, node)
        if isinstance(node, ast.AugAssign):
            yield from _augmented(code, node)
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            yield from _masked(of, node)
        if _is_read(node):
            yield from _turned(of, node)
        one = (isinstance(node, ast.Call) or _is_read(node)) and (of.is_whole(node) or of.is_factor(node))
        if (isinstance(node, ast.BinOp) or one) and not of.is_within(node):
            yield from _slopes(of, node)


NO_ARRAYS = ("np", "numpy", "range", "len", "reversed", "enumerate", "zip")


def _is_read(node: ast.AST) -> bool:
    """Tell a name or an entry that is read and may be an array."""
    named = isinstance(node, ast.Name) and node.id not in NO_ARRAYS
    entry = isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Call)
    attribute = isinstance(node, ast.Attribute) and getattr(node.value, "id", "np") not in ("np", "numpy")
    tanh = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "tanh"
    return (named or entry or attribute or tanh) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _transposed(text: str) -> str:
    return text.removesuffix(".T") if text.endswith(".T") else f"{_closed(text)}.T"


def _closed(text: str) -> str:
    try:
        simple = not isinstance(ast.parse(text, mode="eval").body, (ast.BinOp, ast.UnaryOp, ast.IfExp))
    except SyntaxError:
        simple = False
    return text if simple else f"({text})"


def _untransposed(text: str) -> str:
    word = "transposed" if text.endswith(".T") else "not transposed"
    return f"{text.removesuffix('.T')} {word}"


def _product(code: _Code, node: ast.BinOp) -> Found:
    left, right = code.of(node.left), code.of(node.right)
    if isinstance(node.op, ast.MatMult):
        yield 0, _untransposed(left), node, f"({_transposed(left)} @ {_closed(right)})"
        yield 0, _untransposed(right), node, f"({_closed(left)} @ {_transposed(right)})"
        yield 1, "factors swapped", node, f"({_closed(right)} @ {_closed(left)})"
        both = f"({_transposed(right)} @ {_transposed(left)})"
        yield 1, "the product transposed", node, both
    if isinstance(node.op, (ast.Add, ast.Sub)):
        other = "-" if isinstance(node.op, ast.Add) else "+"
        yield 1, f"sign of {right}", node, f"({left} {other} {_closed(right)})"
        yield 3, f"{right} too many", node, f"({left})"
        if isinstance(node.op, ast.Sub):
            yield 1, f"sign of {code.of(node)}", node, f"({right} - {_closed(left)})"
    if isinstance(node.op, (ast.Mult, ast.Div)):
        yield 2, _too_many(code, node.right), node, f"({left})"
        if isinstance(node.op, ast.Mult):
            yield 2, _too_many(code, node.left), node, f"({right})"
            yield from _softmax(code, node)


def _too_many(code: _Code, factor: ast.expr) -> str:
    text = code.of(factor)
    if any(not rest for _, rest in _pairs(code, factor)):
        return f"sigmoid′ too many: {text}"
    return f"doubled tanh′: {text}" if text.lstrip("(").startswith("1 - ") else f"{text} too many"


def _pairs(code: _Code, node: ast.expr) -> Iterator[tuple[str, str]]:
    """List the factors p of a product that has 1 − p too, with the product of the others."""
    factors = [code.of(one) for one in _factors(node)]
    for p in factors:
        rest = [one for one in factors if one != p and one.replace(" ", "").strip("()") != f"1-{p}"]
        if len(rest) == len(factors) - 2:
            yield p, " * ".join(map(_closed, rest))


def _softmax(code: _Code, node: ast.BinOp) -> Found:
    """Complete g * p * (1 − p) to the whole of softmax′; or leave the slope out."""
    for p, g in _pairs(code, node):
        for axis in (-1, 0, 1) if g else ():
            new = f"({p} * ({g} - ({g} * {p}).sum({axis}, keepdims=True)))"
            yield 1, "only the diagonal of softmax′", node, new
        if g:
            yield 2, f"sigmoid′ too many: {p} * (1 - {p})", node, f"({g})"


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _call(code: _Code, node: ast.Call) -> Found:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    function, arguments = code.of(node.func), [code.of(one) for one in node.args]
    if name in ("dot", "matmul", "outer") and len(arguments) == 2:
        a, b = arguments
        yield 0, _untransposed(a), node, f"{function}({_transposed(a)}, {b})"
        yield 0, _untransposed(b), node, f"{function}({a}, {_transposed(b)})"
        yield 1, "factors swapped", node, f"{function}({b}, {a})"
    if name == "dot" and len(arguments) == 1 and isinstance(node.func, ast.Attribute):
        left, (b,) = code.of(node.func.value), arguments
        yield 0, _untransposed(left), node, f"{_transposed(left)}.dot({b})"
        yield 0, _untransposed(b), node, f"{_closed(left)}.dot({_transposed(b)})"
        yield 1, "factors swapped", node, f"{_closed(b)}.dot({left})"
    if name == "einsum" and arguments and isinstance(form := getattr(node.args[0], "value", None), str):
        inputs, arrow, output = form.partition("->")
        for k, indices in enumerate(operands := inputs.split(",")):
            if len(indices) == 2:
                other = ",".join([*operands[:k], indices[::-1], *operands[k + 1 :]]) + arrow + output
                yield 0, f"{arguments[k + 1]} not transposed", node.args[0], f'"{other}"'
    if name == "clip":
        clipped = arguments[0] if function in ("np.clip", "numpy.clip") else function.removesuffix(".clip")
        yield 0, "the gradients are clipped", node, clipped
    if name == "mean":
        yield 1, "a mean for a sum", node, code.of(node).replace("mean(", "sum(", 1)
    if name == "sum":
        yield 1, "a sum for a mean", node, code.of(node).replace("sum(", "mean(", 1)


def _index(code: _Code, node: ast.Subscript) -> Found:
    """Read another step: the one before or after, or none before the first; or the other half."""
    entry = code.of(node)
    late, early = f"one step late: {entry}", f"one step early: {entry}"
    for index in ast.walk(node.slice):
        if isinstance(index, ast.Slice) and not index.step:
            lower, upper = (code.of(one) if one else "" for one in (index.lower, index.upper))
            if (lower, upper) in (("1", ""), ("", "-1")):
                yield 0, late if lower else early, node, _within(code, node, index, ":-1" if lower else "1:")
            elif bool(lower) != bool(upper):
                yield (
                    1,
                    f"the halves are swapped: {entry}",
                    node,
                    _within(code, node, index, f"{upper}:{lower}"),
                )
        if isinstance(index, ast.Name) and index.id not in NO_ARRAYS:
            t = index.id
            before, after = (_within(code, node, index, f"{t} {sign} 1") for sign in "-+")
            yield 1, late, node, before
            yield 1, late, node, f"({before} * ({t} > 0))"
            yield 1, early, node, after
        if isinstance(index, ast.BinOp) and isinstance(index.op, (ast.Add, ast.Sub)):
            t = code.of(index.left)
            if code.of(index.right) == "1":
                now = _within(code, node, index, t)
                yield 0, late if isinstance(index.op, ast.Add) else early, node, now
                if isinstance(index.op, ast.Sub):
                    yield 0, "h⁽⁰⁾ wraps round to h⁽ᵀ⁾", node, f"({entry} * ({t} > 0))"
                    yield 1, f"two steps early: {entry}", node, _within(code, node, index, f"{t} + 1")


def _within(code: _Code, node: ast.AST, part: ast.AST, new: str) -> str:
    (begin, end), (first, last) = code.span(node), code.span(part)
    return (code.text[begin:first] + new.encode() + code.text[last:end]).decode()


def _assigned(code: _Code, node: ast.Assign) -> Found:
    target, value = code.of(node.targets[0]), code.of(node.value)
    if not isinstance(node.targets[0], ast.Tuple):
        yield 0, "overwritten, not added up", node, f"{target} = {target} + {_closed(value)}"
    else:
        parts = [code.of(part) for part in getattr(node.value, "elts", [])]
        if len(parts) == 2:
            yield 1, f"the halves are swapped: {', '.join(parts)}", node.value, ", ".join(parts[::-1])
        for k, (one, part) in enumerate(zip(node.targets[0].elts, parts, strict=False)):
            added = [*parts[:k], f"{code.of(one)} + {_closed(part)}", *parts[k + 1 :]]
            yield 0, "overwritten, not added up", node, f"{target} = {', '.join(added)}"
    if _is_read(node.value):
        yield 1, "an array changed in place", node, f"{target} = {value}.copy()"


OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _augmented(code: _Code, node: ast.AugAssign) -> Found:
    target, value, sign = code.of(node.target), code.of(node.value), OPERATORS.get(type(node.op))
    if not sign:
        return
    if isinstance(node.target, ast.Name):
        yield 0, "an array changed in place", node, f"{target} = {target} {sign} {_closed(value)}"
    if isinstance(node.target, ast.Subscript) and sign in "+-":
        of, index = code.of(node.target.value), code.of(node.target.slice)
        adding = f"np.add.at({of}, ({index}), {'-' if sign == '-' else ''}{_closed(value)})"
        yield 0, "repeated words added once", node, adding
    if sign in "+-":
        yield 1, f"sign of {value}", node, f"{target} {'-' if sign == '+' else '+'}= {value}"
    else:
        yield 2, _too_many(code, node.value), node.value, "1"


def _elsewhere(of: _Function, node: ast.BinOp) -> Found:
    """Take 1 − h² of another array."""
    squared = node.right
    if not (of.code.of(node.left) in ("1", "1.0") and isinstance(node.op, ast.Sub)):
        return
    if isinstance(squared, ast.BinOp) and isinstance(squared.op, (ast.Pow, ast.Mult)):
        h = of.code.of(squared.left)
        for other, array in (of.fitting(squared.left) or {}).items():
            if other != h and np.abs(array).max() <= 1:
                yield 2, f"tanh′ at the wrong place: {h}", node, f"(1 - {other} ** 2)"


def _masked(of: _Function, node: ast.Assign | ast.AugAssign) -> Found:
    """Multiply by a mask what a statement has changed."""
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    while isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Name) or (array := of.scope.array(target.id)) is None:
        return
    for mask in of.masks:
        if (one := of.scope.value(mask)) is not None and _fits(np.asarray(one), array):
            text = f"{of.code.of(node)}; {target.id} = {target.id} * {mask}"
            yield 2, "the mask is forgotten", node, text


def _turned(of: _Function, node: ast.AST) -> Found:
    """Turn an array round in time, or not, where some are: a network of two directions."""
    text = of.code.of(node)
    above = of.parents.get(node)
    if "::-1" not in of.code.text.decode() or isinstance(above, (ast.Subscript, ast.Attribute)):
        return
    if "::-1" in text:
        yield 1, f"a direction is turned round: {text}", node, text[: text.rindex("[")]
    elif (array := of.scope.array(text)) is not None:
        for axis in range(min(array.ndim, 2)):
            yield 1, f"a direction is not turned round: {text}", node, f"{text}[{':, ' * axis}::-1]"


def _slopes(of: _Function, node: ast.AST) -> Found:
    """Multiply by what may be missing, a slope or the rest of softmax′; or add a term."""
    text, fitting = _closed(of.code.of(node)), of.fitting(node)
    if fitting is None:
        return
    for h, array in fitting.items():
        if np.abs(array).max() <= 1:
            yield 3, "missing tanh′", node, f"({text} * (1 - {h} ** 2))"
        if _is_gate(array):
            yield 4, "missing sigmoid′", node, f"({text} * {h} * (1 - {h}))"
            for axis in (-1, 0):
                new = f"({h} * ({text} - ({text} * {h}).sum({axis}, keepdims=True)))"
                yield 6, "no softmax′", node, new
        yield 5, "missing tanh′", node, f"({text} * (1 - np.tanh({h}) ** 2))"
        yield 6, f"a factor is dropped: {h}", node, f"({text} * {h})"
    if of.is_whole(node) or of.is_factor(node):
        for h in fitting:
            yield 4, f"a term is dropped: {h}", node, f"({text} + {h})"
    if of.is_whole(node):
        for term in _products(fitting, of.scope.array(of.code.of(node))):
            yield 7, f"a term is dropped: {term}", node, f"({text} + {term})"
    yield 2, "factor 2 forgotten", node, f"(2 * {text})"
    yield 3, "factor 2 too many", node, f"({text} / 2)"


def _is_gate(array: Array) -> bool:
    return bool(array.min() >= 0 and array.max() <= 1)


def _products(arrays: Mapping[str, Array], like: Array | None) -> Iterator[str]:
    """List the products of arrays of one shape, with the gates among them from both ends."""
    same = [name for name, one in arrays.items() if like is not None and one.shape == like.shape]
    for k, a in enumerate(same):
        for b in same[k:]:
            yield f"{a} * {b}"
        for gate in same:
            if gate != a and _is_gate(arrays[gate]):
                yield f"{a} * (1 - {gate})"
