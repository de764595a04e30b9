"""Repairs a backward function by one change of its source: the change that makes it right names the slip.

A slip is one line that is written otherwise, in whatever layout, network and language of names. So each
expression is tried with what people forget or add (`kinds`). What a change does is measured, not guessed: it
is a repair where the loss stays and the gradients come out as they were measured. What its expressions held
when the program ran (`scopes.py`) tells which changes can be meant; and where they lead to, which can help:
a value on which a wrong entry does not depend is not what makes it wrong.
"""

import ast
import contextlib
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import numpy as np

from bptt.arrays import Array
from bptt.slips.kinds import KINDS
from bptt.slips.scopes import Place, watched
from bptt.slips.source import Code, Function, functions

PATIENCE = 4.0  # processor seconds
CLOSE = 1e-6
WHICH = "__which__"  # what says in a program which change is meant
ANOTHER = 1.37  # times a value, to see what depends on it


@dataclass(frozen=True)
class Change:
    """A change of one expression or statement.

    Attributes:
        slip: what is wrong if this repairs it.
        rank: how unlikely it is, 0 or more.
        of, node: where it stands.
        new: what stands there instead.
    """

    slip: str
    rank: int
    of: Function = field(repr=False)
    node: ast.AST
    new: str

    @property
    def line(self) -> int:
        return int(self.node.lineno)  # type: ignore[attr-defined]

    @property
    def old(self) -> str:
        return self.of.text(self.node)

    @property
    def source(self) -> str:
        """The whole source with it."""
        return self.of.code.changed(self.node, self.new)

    def __str__(self) -> str:
        old, new = (text.splitlines() for text in (self.of.code.text.decode(), self.source))
        shorter = min(len(old), len(new))
        first = next((k for k in range(shorter) if old[k] != new[k]), shorter)
        after = next((k for k in range(shorter - first) if old[-k - 1] != new[-k - 1]), shorter - first)
        first -= first + after == len(old)  # what is put in is shown after the line before it
        texts = ["; ".join(map(str.strip, one[first : len(one) - after])) for one in (old, new)]
        return f"line {first + 1}: {texts[0]}\n  is right as {texts[1]}\n  slip: {self.slip}"


Run = Callable[[CodeType, int], tuple[Mapping[str, Array], Callable[[], float]]]


class Trials:
    """Tries changes of a program, the likely ones first.

    Attributes:
        run: runs a program, in which `WHICH` is a number, and returns the gradients it claims, and its loss
            when that is asked for.
        source, path: the program.
        right: the gradients as they were measured.
        functions: those of the program, with what they held when the gradients were computed.
    """

    def __init__(self, run: Run, source: str, path: str, right: Mapping[str, Array]) -> None:
        self.run, self.path, self.right = run, path, right
        self.code = Code(source)
        self.program = compile(source, path, "exec")
        with watched(path) as scopes:
            self.claims, loss = run(self.program, 0)
        self.loss = loss()
        self.functions = list(functions(self.code, scopes))
        self.reached: dict[ast.AST, tuple[bool, bool]] = {}
        self.suspects: set[int] = set()  # the lines that lead to what is wrong, and to nothing else

    def repairs(self) -> list[Change]:
        """Return the likeliest change that repairs; and others of its kind, where there are several slips."""
        until = time.process_time() + PATIENCE
        found: dict[str, Change] = {}
        for alike in self.changes():
            if time.process_time() > until or (found and alike[0].rank != next(iter(found.values())).rank):
                break
            for change, program in self.programs(alike):
                if time.process_time() > until:
                    break
                if change.slip not in found and self.is_right(program, alike.index(change)):
                    found[change.slip] = change
        return list(found.values())

    def changes(self) -> Iterator[list[Change]]:
        """List the changes, those of one kind and node together.

        What does not lead to all that is wrong is left out; what leads to the loss too comes last.
        """
        seen = {hash(self.code.text.decode())}  # of the sources, which may be long
        for of_the_loss in (False, True):
            for rank, kind in enumerate(KINDS):
                for of in self.functions:
                    for node in of.nodes:
                        if isinstance(node, kind.on) and self.leads(of, node) == (True, of_the_loss):
                            repaired = kind.repair(of, node)
                            found = {self.code.changed(node, new): (about, new) for about, new in repaired}
                            alike = [
                                Change(kind.slip.format(about), rank, of, node, new)
                                for source, (about, new) in found.items()
                                if hash(source) not in seen
                            ]
                            seen.update(map(hash, found))
                            if alike:
                                yield alike

    def programs(self, alike: list[Change]) -> Iterator[tuple[Change, CodeType]]:
        """Compile the program with each of some changes of one node; all at once where that can be done."""
        of, node = alike[0].of, alike[0].node
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            each = "".join(f"lambda: ({change.new}), " for change in alike)
            program = self.changed(of, node, f"({each})[{WHICH}]()")
            if program:
                yield from ((change, program) for change in alike)
                return
        for change in alike:
            if program := self.changed(of, node, change.new):
                yield change, program

    def is_right(self, program: CodeType, which: int) -> bool:
        with quiet():
            claims, loss = self.run(program, which)
            return close(claims, self.right) and abs(loss() - self.loss) <= CLOSE * abs(self.loss)
        return False

    def changed(self, of: Function, node: ast.AST, new: str) -> CodeType | None:
        """Return the program with a change; only the function in which it stands is compiled anew."""
        with quiet():
            if not isinstance(of.tree, ast.FunctionDef) or of.scope.is_closure:
                return compile(self.code.changed(node, new), self.path, "exec")
            text = "\n" * (of.tree.lineno - 1) + self.code.within(of.tree, (node, new))
            alone = compile(text, self.path, "exec")
            (function,) = [one for one in alone.co_consts if getattr(one, "co_name", "") == of.tree.name]
            return _with(self.program, of.place, function)
        return None

    def leads(self, of: Function, node: ast.AST) -> tuple[bool, bool]:
        """Tell whether the value of which a node is a part leads to all that is wrong, and to the loss.

        It leads to what is otherwise when it is.
        """
        if (value := of.value_of(node)) is None:
            return True, False
        if value not in self.reached:
            self.reached[value] = True, False
            with quiet():
                another = self.changed(of, value, f"({of.text(value)}) * {ANOTHER} + {ANOTHER}")
                assert another
                claims, loss = self.run(another, 0)
                off = {name: _off(self.claims[name], one) for name, one in self.right.items()}
                to_wrong = all(np.all((claims[name] != self.claims[name])[one]) for name, one in off.items())
                self.reached[value] = to_wrong, loss() != self.loss
                wrong = {name for name, one in off.items() if np.any(one)}
                moved = {name for name, one in claims.items() if np.any(one != self.claims[name])}
                if self.reached[value] == (True, False) and moved == wrong:
                    self.suspects.add(value.lineno)  # type: ignore[attr-defined]
        return self.reached[value]


def _with(program: CodeType, place: Place, function: CodeType) -> CodeType:
    """Return a program with another function at a place."""
    parts = [
        one
        if not isinstance(one, CodeType)
        else function
        if (one.co_name, one.co_firstlineno) == place
        else _with(one, place, function)
        for one in program.co_consts
    ]
    return program.replace(co_consts=tuple(parts))


def _off(claim: Array, right: Array) -> Array:
    return np.asarray(np.abs(claim - right) > CLOSE * np.linalg.norm(right))


def close(claims: Mapping[str, Any], gradients: Mapping[str, Any]) -> bool:
    """Tell whether all gradients are claimed as they are, each to `CLOSE` of its norm."""
    if {*claims} != {*gradients}:
        return False
    pairs = [(np.asarray(claims[name]), np.asarray(right)) for name, right in gradients.items()]
    return all(
        one.shape == right.shape and np.linalg.norm(one - right) <= CLOSE * np.linalg.norm(right)
        for one, right in pairs
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let a program run that may fail in any way, and say nothing."""
    with contextlib.suppress(Exception), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
