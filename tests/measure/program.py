"""Programs as people write them: what the head of each says, and what it defines.

A program defines ``f``, ``params`` and ``grads``, what its author claims; or, of arrays instead of a loss,
``forward``, ``backward`` of an upstream gradient, and ``arrays``. Its head says

    layout    how it is written
    tensors   all of its parameters
    wrong     those with a wrong gradient, or none
    slip      the mistake in the gradient, if it is one
    fault     what else is wrong, of f or of the call: then the gradient is right
    says      what must be said of it, if it cannot be checked: any of several, parted by bars; all of some,
              parted by semicolons
    method    how it is measured, where that is not the complex step
    call      how f is called, unless by names
    after     what must hold after a check
"""

import inspect
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("programs")
PATHS = sorted(FOLDER.glob("*.py")) + sorted(FOLDER.glob("*aside/*.py"))

Name = tuple[str, ...]


def words(name: str) -> Name:
    """Take a tensor's name apart, such as layers[0].W or layers[0]["W"], of which each is good."""
    return tuple(re.findall(r"\w+", name))


def leaves(thing: Any, name: Name = ()) -> Iterator[tuple[Name, Any]]:
    """List the arrays in lists, tuples, dictionaries and dataclasses, however nested, with their names."""
    if isinstance(thing, dict):
        parts = thing.items()
    elif is_dataclass(thing):
        parts = [(part.name, getattr(thing, part.name)) for part in fields(thing)]
    elif isinstance(thing, (list, tuple)):
        parts = enumerate(thing)
    else:
        yield name, thing
        return
    for key, part in parts:
        yield from leaves(part, (*name, str(key)))


@dataclass(frozen=True)
class Program:
    """A program and its head."""

    path: Path
    head: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        lines = re.findall(r"^# (\w+): (.+)$", self.path.read_text(encoding="utf-8"), re.MULTILINE)
        object.__setattr__(self, "head", dict(lines))

    @property
    def name(self) -> str:
        return self.path.relative_to(FOLDER).with_suffix("").as_posix()

    @cached_property
    def defines(self) -> dict[str, Any]:
        return runpy.run_path(str(self.path))

    @property
    def tensors(self) -> list[Name]:
        return [words(name) for name in self.head["tensors"].split()]

    @property
    def wrong(self) -> list[Name]:
        return [words(name) for name in self.head["wrong"].split() if name != "none"]

    def called(self, name: Name) -> Name:
        """Name a tensor of `f(*params)` as the argument of f."""
        if self.head.get("call") != "f(*params)":
            return name
        return (list(inspect.signature(self.defines["f"]).parameters)[int(name[0])], *name[1:])

    def says(self, text: str) -> bool:
        """Tell whether a text has the words that must be said of this program."""
        wanted = self.head.get("says", "").lower()
        parts = [part.split("|") for part in wanted.split(";")]
        return bool(wanted) and all(any(one.strip() in text.lower() for one in some) for some in parts)

    def value(self, params: Any) -> Any:
        """Call f as its author does."""
        return eval(self.head.get("call", "f(**params)"), {**self.defines, "params": params})
