"""Repairs a backward function by one change of its source: the change that makes it right names the slip.

A slip is one line that is written otherwise, in whatever layout, network and language of names. So each
expression is tried with what people forget or add: a transpose, a step of time, a slope of tanh, a sum, a
copy. What a change does is measured, not guessed: it is a repair where the loss stays and the gradients come
out as they were measured.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A change of one expression or statement.

    Attributes:
        slip: what is wrong if this repairs it.
        line: where it stands, counted from 1.
        old, new: the text, and what stands there instead.
        source: the whole source with it.
    """

    slip: str
    line: int
    old: str
    new: str
    source: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.old}\n  is right as {self.new}\n  slip: {self.slip}"


def changes(source: str, masks: tuple[str, ...] = ()) -> list[Change]:
    """List the changes of a source, the likely ones first.

    Args:
        source: of the module.
        masks: names of arrays of zeros and ones in it.
    """
    found: dict[str, tuple[int, Change]] = {}
    code = _Code(source)
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for rank, slip, node, new in _in_function(code, function, masks):
                change = code.change(slip, node, new)
                if change.source not in found or found[change.source][0] > rank:
                    found[change.source] = rank, change
    return [change for _, change in sorted(found.values(), key=lambda one: one[0])]


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

    def change(self, slip: str, node: ast.AST, new: str) -> Change:
        begin, end = self.span(node)
        source = (self.text[:begin] + new.encode() + self.text[end:]).decode()
        return Change(slip, node.lineno, self.of(node), new, source)  # type: ignore[attr-defined]


def _in_function(code: _Code, function: ast.FunctionDef, masks: tuple[str, ...]) -> Found:
    nodes = [node for node in ast.walk(function) if node is not function]
    loops = [node.target for node in nodes if isinstance(node, ast.For)]
    steps = [target.id for target in loops if isinstance(target, ast.Name)]
    forms = ["", "[..., None]", *(f"[{at}]" for t in steps for at in (f":, {t}, None", f"{t}, :, None", t))]
    arrays = list(dict.fromkeys(code.of(node) for node in nodes if _is_read(node)))
    for node in nodes:
        if isinstance(node, ast.BinOp):
            yield from _product(code, node)
        if isinstance(node, ast.Call):
            yield from _call(code, node)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield from _index(code, node)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from _assigned(code, node)
        if isinstance(node, ast.AugAssign):
            yield from _augmented(code, node)
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            yield from _masked(code, node, [f"{mask}{form}" for mask in masks for form in forms])
            if _is_read(node.value):
                yield from _slopes(code, node.value, arrays)
        if isinstance(node, ast.BinOp):
            yield from _slopes(code, node, arrays)


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
        yield 2, _too_many(right), node, f"({left})"
        if isinstance(node.op, ast.Mult):
            yield 2, _too_many(left), node, f"({right})"
            yield from _softmax(code, node)


def _too_many(factor: str) -> str:
    return f"doubled tanh′: {factor}" if factor.lstrip("(").startswith("1 - ") else f"{factor} too many"


def _softmax(code: _Code, node: ast.BinOp) -> Found:
    """Complete g * p * (1 − p) to the whole of softmax′."""
    factors = [code.of(one) for one in _factors(node)]
    for p in factors:
        rest = [one for one in factors if one != p and one.replace(" ", "").strip("()") != f"1-{p}"]
        if rest and len(rest) == len(factors) - 2:
            g = " * ".join(map(_closed, rest))
            for axis in (-1, 0, 1):
                new = f"({p} * ({g} - ({g} * {p}).sum({axis}, keepdims=True)))"
                yield 1, "only the diagonal of softmax′", node, new


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
    if name == "mean":
        yield 1, "a mean for a sum", node, code.of(node).replace("mean(", "sum(", 1)
    if name == "sum":
        yield 1, "a sum for a mean", node, code.of(node).replace("sum(", "mean(", 1)


LATE, EARLY = "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾", "h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾"


def _index(code: _Code, node: ast.Subscript) -> Found:
    """Read another step: the one before or after, or none before the first."""
    entry = code.of(node)
    for index in ast.walk(node.slice):
        if isinstance(index, ast.Slice) and not index.step:
            lower, upper = (code.of(one) if one else "" for one in (index.lower, index.upper))
            if (lower, upper) in (("1", ""), ("", "-1")):
                late, other = (True, ":-1") if lower else (False, "1:")
                yield 0, LATE if late else EARLY, node, _within(code, node, index, other)
        if isinstance(index, ast.Name) and index.id not in NO_ARRAYS:
            t = index.id
            before, after = (_within(code, node, index, f"{t} {sign} 1") for sign in "-+")
            yield 1, LATE, node, before
            yield 1, LATE, node, f"({before} * ({t} > 0))"
            yield 1, EARLY, node, after
        if isinstance(index, ast.BinOp) and isinstance(index.op, (ast.Add, ast.Sub)):
            t = code.of(index.left)
            if code.of(index.right) == "1":
                now = _within(code, node, index, t)
                yield 0, LATE if isinstance(index.op, ast.Add) else EARLY, node, now
                if isinstance(index.op, ast.Sub):
                    yield 0, "h⁽⁰⁾ wraps round to h⁽ᵀ⁾", node, f"({entry} * ({t} > 0))"


def _within(code: _Code, node: ast.AST, part: ast.AST, new: str) -> str:
    (begin, end), (first, last) = code.span(node), code.span(part)
    return (code.text[begin:first] + new.encode() + code.text[last:end]).decode()


def _assigned(code: _Code, node: ast.Assign) -> Found:
    target, value = code.of(node.targets[0]), code.of(node.value)
    if not isinstance(node.targets[0], ast.Tuple):
        yield 0, "overwritten, not added up", node, f"{target} = {target} + {_closed(value)}"
    else:
        parts = [code.of(part) for part in getattr(node.value, "elts", [])]
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


def _masked(code: _Code, node: ast.Assign | ast.AugAssign, masks: list[str]) -> Found:
    """Multiply by a mask what a statement has changed."""
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    while isinstance(target, ast.Subscript):
        target = target.value
    name = code.of(target)
    for mask in masks if isinstance(target, ast.Name) else ():
        yield 2, "the mask is forgotten", node, f"{code.of(node)}; {name} = {name} * {mask}"


def _slopes(code: _Code, node: ast.AST, arrays: list[str]) -> Found:
    """Multiply by what may be missing, a slope or the rest of softmax′; or add a term."""
    text = _closed(code.of(node))
    for h in arrays:
        yield 3, "missing tanh′", node, f"({text} * (1 - {h} ** 2))"
        yield 4, "missing sigmoid′", node, f"({text} * {h} * (1 - {h}))"
        yield 4, f"no carry through time: {h} dropped", node, f"({text} + {h})"
        yield 5, "missing tanh′", node, f"({text} * (1 - np.tanh({h}) ** 2))"
        for axis in (-1, 0):
            new = f"({h} * ({text} - ({text} * {h}).sum({axis}, keepdims=True)))"
            yield 6, "no softmax′", node, new
    yield 2, "factor 2 forgotten", node, f"(2 * {text})"
    yield 3, "factor 2 too many", node, f"({text} / 2)"
