"""What a text is parsed into: nodes that each know where they stand."""

from collections.abc import Sequence
from typing import Any

from bptt.check.tokens import Token


class Node:
    """A piece of the text: its kind, its parts, what it says beside them, and where it stands."""

    def __init__(self, kind: str, parts: "Sequence[Node]", value: Any, start: int, end: int) -> None:
        self.kind, self.parts, self.value = kind, tuple(parts), value
        self.start, self.end = start, end

    def __repr__(self) -> str:
        inside = [repr(part) for part in self.parts]
        return f"{self.kind}({', '.join(([] if self.value is None else [str(self.value)]) + inside)})"


class Range:
    """A variable that a sum or a product runs over, with its limits as they were typed."""

    def __init__(self, var: Token, first: "Node | None" = None, last: "Node | None" = None) -> None:
        self.var, self.first, self.last = var, first, last
        self.after_first, self.after_last = 0, 0  # to be added: Python's ranges stop one earlier
        self.down = False  # whether it is counted down, as by reversed(..)
        self.whole = False  # whether it is range(T), which some mean as all T steps

    def __repr__(self) -> str:
        return f"{self.var.text}={self.first}{self.after_first:+d}..{self.last}{self.after_last:+d}"


class Statement:
    """A formula with what stands before its equals sign, and how: ``=``, ``+=`` or ``-=``."""

    def __init__(self, left: "list[Token]", sign: str, body: Node, around: "list[Range]") -> None:
        self.left, self.sign, self.body, self.around = left, sign, body, around


def negative(node: Node, start: int) -> Node:
    return Node("minus", [node], None, start, node.end)


def chain(parts: "list[Node]", signs: "list[str]") -> Node:
    """Make a product that is worked out from the left; a loop, for no interpreter likes deep trees."""
    return Node("product", parts, signs, parts[0].start, parts[-1].end) if signs else parts[0]


def running(kind: str, ranges: "list[Range]", body: Node, start: int, end: int) -> Node:
    """Make a sum over several variables; the first stands outermost, and limits each other may use."""
    for found in reversed(ranges):
        body = Node(kind, [body], found, start, end)
    return body
