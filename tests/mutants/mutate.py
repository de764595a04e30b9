"""The small changes that should each be noticed by a test: one token or one statement of a file at a time.

What could only end in a TypeError or a NameError, such as `<<` for `+`, is left out: it costs a run and tells
nothing.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

OPERATORS = {
    # Of the comparisons these are the nearest: a test that notices them notices the others.
    "<": ("<=", "!="),
    "<=": ("<", "=="),
    ">": (">=", "!="),
    ">=": (">", "=="),
    "==": ("!=", "<=", ">="),
    "!=": ("==", "<", ">"),
    "in": ("not in",),
    "not in": ("in",),
    "is": ("is not",),
    "is not": ("is",),
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
    "/": ("*",),
    "//": ("/",),
    "%": ("//",),
    "**": ("*",),
    "@": ("*",),
    "|": ("&",),
    "&": ("|",),
    "+=": ("-=", "="),
    "-=": ("+=", "="),
    "*=": ("+=", "="),
    "/=": ("*=", "="),
    "not": ("",),
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
# No test can notice a changed annotation, and one that notices the words of a message is a nuisance.
SKIPPED = ("annotation", "returns", "type_params")

Edit = tuple[int, int, str]  # from which byte to which, and what stands there then


class Mutant(NamedTuple):
    """A file with one change: where it is, the changed lines before and after, and the whole new text."""

    line: int
    within: str
    old: str
    new: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Make every change of a source, from the first line to the last."""
    text = source.encode()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def lines_around(start: int, end: int) -> tuple[int, int]:
        return text.rfind(b"\n", 0, start) + 1, (text.find(b"\n", end) + 1 or len(text) + 1) - 1

    tree = ast.parse(source)
    seen = {source}
    for node, within in nodes(tree):
        for start, end, new in Edits(text, starts).of(node):
            changed = (text[:start] + new.encode() + text[end:]).decode()
            if changed in seen or not parses(changed):
                continue
            seen.add(changed)
            first, last = lines_around(start, end)
            yield Mutant(
                line=text.count(b"\n", 0, start) + 1,
                within=within,
                old=text[first:last].decode().strip(),
                new=(text[first:start] + new.encode() + text[end:last]).decode().strip(),
                source=changed,
            )


def parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def nodes(node: ast.AST, within: str = "") -> Iterator[tuple[ast.AST, str]]:
    """List what can be changed, each with the name of the function or class around it."""
    yield node, within
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        within = f"{within}.{node.name}".lstrip(".")
    if isinstance(node, ast.JoinedStr):
        return
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and field not in SKIPPED:
                yield from nodes(child, within)


class Edits:
    """The changes that can be made at one node of a text."""

    def __init__(self, text: bytes, starts: list[int]) -> None:
        self.text = text
        self.starts = starts

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.excepthandler) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def of(self, node: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.Compare(left=left, comparators=others):
                yield from ((*self.span(node), fixed) for fixed in ("True", "False"))
                for before, after in zip([left, *others], others, strict=False):
                    yield from self.operator(self.span(before)[1], self.span(after)[0])
            case ast.BinOp(left=left, right=right):
                yield from self.operator(self.span(left)[1], self.span(right)[0])
            case ast.AugAssign(target=target, value=value):
                yield from self.operator(self.span(target)[1], self.span(value)[0])
            case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
                start, end = self.span(node)[0], self.span(operand)[0]
                yield start, start + (3 if isinstance(node.op, ast.Not) else 1), ""
            case ast.BoolOp(op=op, values=values):  # without one of them
                for value in values:
                    yield *self.span(value), str(isinstance(op, ast.And))
            case ast.If(test=test) | ast.IfExp(test=test):
                yield from ((*self.span(test), fixed) for fixed in ("True", "False"))
            case ast.While(test=test):
                yield *self.span(test), "False"
            case ast.comprehension(ifs=ifs):
                yield *self.span(node.iter), "()"
                for test in ifs:
                    yield from ((*self.span(test), fixed) for fixed in ("True", "False"))
            case ast.For(iter=sequence):
                yield *self.span(sequence), "()"
            case ast.Constant(value=bool() as value):
                yield *self.span(node), str(not value)
            case ast.Constant(value=int() as value):
                yield from ((*self.span(node), str(value + by)) for by in (1, -1))
            case ast.Constant(value=float() as value):
                yield *self.span(node), str(value + 1)
            case ast.Name(id=name) if name in NAMES:
                yield *self.span(node), NAMES[name]
            case ast.Attribute(value=value, attr="T"):
                yield self.span(value)[1], self.span(node)[1], ""
            case ast.keyword(arg=str()):  # the default in its place
                start, end = self.span(node)
                yield start, end + self.text[end:].startswith(b","), ""
            case ast.ExceptHandler(type=ast.expr() as caught):
                yield *self.span(caught), "()"
            case ast.Break() | ast.Continue():
                yield *self.span(node), "continue" if isinstance(node, ast.Break) else "break"
            case ast.Expr(value=value) if not isinstance(value, ast.Constant):
                yield *self.span(node), "pass"
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Raise() | ast.Delete():
                yield *self.span(node), "pass"
        for decorator in getattr(node, "decorator_list", []):
            start, end = self.span(decorator)
            yield self.text.rfind(b"@", 0, start), end, ""

    def operator(self, start: int, end: int) -> Iterator[Edit]:
        """Change the operator between two operands, where brackets and line breaks may stand too."""
        gap = self.text[start:end].decode()
        written = " ".join(gap.replace("(", " ").replace(")", " ").split())
        for new in OPERATORS.get(written, ()):
            yield start, end, gap.replace(written, new)
