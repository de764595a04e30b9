"""Reads a source: the text of each node, what it held when the program ran, and the text with a change."""

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from bptt.arrays import Array
from bptt.slips.scopes import Place, Scope

NO_ARRAYS = ("np", "numpy", "range", "len", "reversed", "enumerate", "zip")
ASSIGNED = (ast.Assign, ast.AugAssign, ast.Return)
SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr)


class Pair(ast.AST):
    """Two statements, the first and the last of some that stand side by side."""

    def __init__(self, first: ast.stmt, last: ast.stmt) -> None:
        self.first, self.last = first, last
        self.lineno, self.col_offset = first.lineno, first.col_offset
        self.end_lineno, self.end_col_offset = last.end_lineno, last.end_col_offset


class Code:
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

    @cached_property
    def divisors(self) -> list[str]:
        """What something is divided by."""
        nodes = [node for node in ast.walk(ast.parse(self.text)) if is_operator(node, ast.Div)]
        return [self.of(getattr(node, "right", getattr(node, "value", node))) for node in nodes]

    def within(self, node: ast.AST, *parts: tuple[ast.AST, str]) -> str:
        """Return the text of a node with others in place of some of its parts."""
        begin, end = self.span(node)
        text = b""
        for part, new in sorted(parts, key=lambda one: self.span(one[0])):
            first, last = self.span(part)
            text, begin = text + self.text[begin:first] + new.encode(), last
        return (text + self.text[begin:end]).decode()

    def changed(self, node: ast.AST, new: str) -> str:
        """Return the whole source with another text for one node."""
        begin, end = self.span(node)
        return (self.text[:begin] + new.encode() + self.text[end:]).decode()


@cache
def closed(text: str) -> str:
    """Put a text in brackets where it is not one thing."""
    try:
        loose = (ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Compare, ast.BoolOp, ast.Tuple, ast.Lambda)
        simple = not isinstance(ast.parse(text, mode="eval").body, loose)
    except SyntaxError:
        simple = False
    return text if simple else f"({text})"


def is_operator(node: ast.AST | None, *operators: type[ast.operator]) -> bool:
    """Tell an operation, or an augmented assignment, by one of some operators."""
    return isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, operators)


def called(node: ast.AST | None) -> str:
    """Return the name of the function that is called, without its module; an empty text if none is."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def fits(one: Array, array: Array) -> bool:
    """Tell whether an array can be multiplied by one without changing its shape."""
    try:
        return np.broadcast_shapes(one.shape, array.shape) == array.shape
    except ValueError:
        return False


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """List what stands in a function, but not in those that are defined in it."""
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            yield part
            yield from _own(part)


@dataclass(frozen=True, eq=False)
class Function:
    """A function of a source, or what stands outside of all, with what its expressions held."""

    code: Code
    tree: ast.FunctionDef | ast.Module
    scope: Scope
    place: Place

    @cached_property
    def all_nodes(self) -> list[ast.AST]:
        return [*_own(self.tree)]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """What may be changed: expressions and statements, but no index, and statements side by side."""
        nodes = sorted((*self.all_nodes, *self.pairs), key=_place)
        return [node for node in nodes if not self.is_index(node)]

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {part: node for node in self.all_nodes for part in ast.iter_child_nodes(node)}

    @property
    def pairs(self) -> list[Pair]:
        """The simple statements that stand side by side, two or three of them."""
        found = []
        for node in (self.tree, *self.all_nodes):
            body = getattr(node, "body", [])
            for k, first in enumerate(body if isinstance(body, list) else []):
                for last in body[k + 1 : k + 3]:
                    if isinstance(first, SIMPLE) and isinstance(last, SIMPLE):
                        found.append(Pair(first, last))
        return found

    def above(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(node)

    def text(self, node: ast.AST) -> str:
        return self.code.of(node)

    def value(self, node: ast.AST) -> Any:
        return self.scope.value(self.text(node))

    def taken_from_one(self, node: ast.AST) -> ast.expr | None:
        """Return x where this is 1 − x."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            return node.right if self.text(node.left) in ("1", "1.0") else None
        return None

    def value_of(self, node: ast.AST) -> ast.AST | None:
        """Return the value of which a node is a part: what is assigned or returned, or put into a tuple."""
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            return node.value
        below: ast.AST | None = node
        while below is not None and not isinstance(below, ast.stmt):
            above = self.above(below)
            listed = isinstance(above, (ast.Tuple, ast.List, ast.Dict)) and self.is_whole(above)
            if listed or (below is getattr(above, "value", None) and isinstance(above, ASSIGNED)):
                return None if isinstance(below, (ast.Tuple, ast.List, ast.Dict)) else below
            below = above
        return None

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """The arrays that are read in it, or could be, each by its shortest expression."""
        entries = [node for node in self.all_nodes if isinstance(node, ast.Subscript) and is_read(node)]
        indices = {self.text(node.slice) for node in entries}
        held = {self.text(node) for node in self.all_nodes if is_read(node)}
        if isinstance(self.tree, ast.FunctionDef):
            held |= {*self.scope.own}
        held |= {part for text in held for part in _parts(text, self.scope.value(text))}
        whole = {self.text(node.value) for node in entries}
        read = held | {f"{text}[{index}]" for text in whole for index in indices}
        found: dict[str, Array] = {}
        for text in sorted(read, key=lambda one: (len(one), one)):
            array = self.scope.array(text)
            if array is not None and not any(
                np.array_equal(array, one) and array.any() for one in found.values()
            ):
                found[text] = array
        return found

    @cached_property
    def counts(self) -> list[str]:
        """What is here a number to divide by, as a loss may do it, each by its shortest expression."""
        whole = [name for name, one in self.scope.names.items() if isinstance(one, int) and one > 1]
        sizes = [f"{name}.size" for name, one in self.scope.module.items() if isinstance(one, np.ndarray)]
        divisors = [text for text in self.code.divisors if not text.replace(".", "").isdigit()]
        sums = [f"{name}.sum()" for name in self.scope.masks]
        found: dict[float, str] = {}
        pairs = [f"{a} * {b}" for a, b in itertools.combinations(whole[:6], 2)]
        for text in sorted([*divisors, *whole, *sizes, *sums, *pairs], key=len):
            value = self.scope.value(text)
            if isinstance(value, (int, float, np.number)) and value > 1:
                found.setdefault(float(value), text)
        return [*found.values()]

    @cached_property
    def scales(self) -> list[str]:
        """The names of numbers that are no counts."""
        return [
            name
            for name, one in self.scope.names.items()
            if isinstance(one, (float, np.ndarray)) and np.ndim(one) == 0 and one not in (0, 1)
        ]

    def fitting(self, node: ast.AST) -> dict[str, Array] | None:
        """List the arrays by which an expression could be multiplied; None if it is no array."""
        if self.value(node) is None:
            return self.arrays
        if (array := self.scope.array(self.text(node))) is None:
            return None
        text = self.text(node)
        return {name: one for name, one in self.arrays.items() if name != text and fits(one, array)}

    def is_index(self, node: ast.AST) -> bool:
        return isinstance(node, ast.BinOp) and isinstance(self.above(node), (ast.Subscript, ast.Slice))

    def is_whole(self, node: ast.AST) -> bool:
        """Tell what is assigned, returned, or put into a dictionary or a tuple as it stands."""
        wholes = (ast.Assign, ast.AugAssign, ast.Return, ast.Dict, ast.Tuple, ast.List, ast.keyword)
        return isinstance(self.above(node), wholes)

    def is_spot(self, node: ast.AST) -> bool:
        """Tell a whole product, or what could be one, in which a factor may be missing."""
        above = self.above(node)
        if not (isinstance(node, (ast.BinOp, ast.Call)) or is_read(node)):
            return False
        if isinstance(above, (ast.Subscript, ast.Slice, ast.Compare, ast.For)):
            return False
        if isinstance(above, ast.Attribute) and above.attr != "T":
            return False
        if isinstance(above, ast.Call) and (node is above.func or called(above) in NO_ARRAYS):
            return False
        if is_operator(node, ast.Add, ast.Sub) and is_operator(above, ast.Add, ast.Sub):
            return isinstance(above, ast.AugAssign)
        multiplied = isinstance(above, ast.BinOp) and is_operator(above, ast.Mult)
        return not (multiplied or is_operator(above, ast.Div, ast.Pow))

    def is_sum(self, node: ast.AST) -> bool:
        """Tell a whole, a factor, or an argument: what could be a sum that has one term more."""
        above = self.above(node)
        if is_operator(above, ast.Mult):
            return True
        return self.is_spot(node) and not is_operator(above, ast.Add, ast.Sub)

    def carried(self, name: str, node: ast.AST) -> bool:
        """Tell whether a name is read in the loop around a node before it is assigned there."""
        read, stored = self._in_loop(name, node)
        return bool(read and stored) and min(read) <= min(stored)

    def is_read_in_loop(self, name: str, node: ast.AST) -> bool:
        return bool(self._in_loop(name, node)[0])

    def _in_loop(self, name: str, node: ast.AST) -> tuple[list[int], list[int]]:
        """Return the lines of the loop around a node where a name is read, and where it is assigned."""
        loop: ast.AST | None = node
        while loop is not None and not isinstance(loop, (ast.For, ast.While)):
            loop = self.above(loop)
        within = ast.walk(loop) if loop else ()
        names = [one for one in within if isinstance(one, ast.Name) and one.id == name]
        read = [one.lineno for one in names if isinstance(one.ctx, ast.Load)]
        stored = [one.lineno for one in names if isinstance(one.ctx, ast.Store)]
        return read, stored

    def is_clip(self, node: ast.AST) -> bool:
        """Tell what limits a gradient: by a call, by a name that was made by one, or under a comparison."""
        names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} - {*NO_ARRAYS}
        made = [
            self.text(one.value)
            for one in self.all_nodes
            if isinstance(one, ast.Assign) and {getattr(to, "id", "") for to in one.targets} & names
        ]
        above: ast.AST | None = node
        while above is not None and not isinstance(above, ast.If):
            above = self.above(above)
        tests = [self.text(above.test)] if isinstance(above, ast.If) else []
        return any(re.search(r"\bmin\(|minimum\(|clip", one) for one in (self.text(node), *made)) or any(
            re.search(r"[<>]", one) and re.search(r"(?i)norm|max|limit|clip|thresh", one) for one in tests
        )


def functions(code: Code, scopes: Mapping[Place, Scope]) -> Iterator[Function]:
    """List the functions of a source that ran, and the module itself."""
    for tree in ast.walk(ast.parse(code.text)):
        if isinstance(tree, (ast.FunctionDef, ast.Module)):
            parts = (tree, *getattr(tree, "decorator_list", []))
            place = getattr(tree, "name", "<module>"), min(getattr(one, "lineno", 1) for one in parts)
            if place in scopes:
                yield Function(code, tree, scopes[place], place)


def is_read(node: ast.AST) -> bool:
    """Tell a name or an entry that is read and may be an array."""
    named = isinstance(node, ast.Name) and node.id not in NO_ARRAYS
    entry = isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Call)
    attribute = isinstance(node, ast.Attribute) and getattr(node.value, "id", "np") not in ("np", "numpy")
    tanh = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "tanh"
    return (named or entry or attribute or tanh) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _parts(text: str, value: Any) -> list[str]:
    """List what stands in a dictionary or an object, as it is written."""
    if isinstance(value, dict):
        return [f"{text}[{key!r}]" for key in value if isinstance(key, str)]
    inside = getattr(value, "__dict__", {}) if isinstance(getattr(value, "__module__", ""), str) else {}
    return [] if isinstance(value, type) or callable(value) else [f"{text}.{name}" for name in [*inside][:30]]
