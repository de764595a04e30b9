"""Watches a program run, to know what its expressions hold: an array of which shape, a tanh, a mask."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from bptt.arrays import Array

Place = tuple[str, int]  # of a function: its name and the line where it begins


@dataclass(frozen=True)
class Scope:
    """What stands in a function when it returns, the last time that it does.

    Attributes:
        module, own: what the names of its module and its own ones stand for.
        is_closure: whether it reads names of a function in which it is defined.
        values: expression -> what it holds, of those that were asked for.
    """

    module: Mapping[str, Any]
    own: Mapping[str, Any]
    is_closure: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, expression: str) -> Any:
        """Return what an expression holds; None where its names hold something else by now."""
        if expression not in self.values:
            self.values[expression] = None
            with warnings.catch_warnings(), np.errstate(all="ignore"), suppress(Exception):
                warnings.simplefilter("ignore")
                self.values[expression] = eval(expression, dict(self.names))
        return self.values[expression]

    def array(self, expression: str) -> Array | None:
        """Return the real array, or number, that an expression holds, if it does."""
        value = self.value(expression)
        array = np.asarray(value) if isinstance(value, (float, np.ndarray)) else np.empty(0)
        return array if array.dtype.kind == "f" and array.size else None

    @cached_property
    def names(self) -> Mapping[str, Any]:
        return {**self.module, **self.own}

    @cached_property
    def masks(self) -> list[str]:
        """The arrays of zeros and one other number."""
        arrays = {name: one for name, one in self.names.items() if isinstance(one, np.ndarray)}
        return [name for name, one in arrays.items() if len(held := np.unique(one)) == 2 and 0 in held]


@contextmanager
def watched(path: str) -> Iterator[Mapping[Place, Scope]]:
    """Yield what the functions of a file, and the file, hold when they have run, each by name and line."""
    found: dict[Place, Scope] = {}

    def seen(frame: Any, event: str, _: object) -> None:
        code = frame.f_code
        if event == "return" and code.co_filename == path:
            scope = Scope(frame.f_globals, dict(frame.f_locals), bool(code.co_freevars))
            found[code.co_name, code.co_firstlineno] = scope

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        yield found
    finally:
        sys.setprofile(before)
