"""Reads arrays out of lists, tuples, dictionaries and dataclasses, and puts others in their places.

Each array has a name, as one would write it: `W`, `params["W"]`, `layers[1].b`. It is found again by its
path, the keys from the outside in, so that a dictionary of gradients fits a dataclass of parameters.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

import numpy as np

from bptt.arrays import check_mapping

Path = tuple[Any, ...]


def named(role: str, arrays: Mapping[str, object]) -> dict[Path, tuple[str, object]]:
    """List what a mapping holds, each array by its path: its name as one would write it, and the array.

    Args:
        role: what the mapping is, for the message.
        arrays: name -> array, or a list, tuple, dictionary or dataclass of them, nested in any way.

    Raises:
        TypeError: not a mapping from names.
    """
    check_mapping(role, arrays)
    return dict(item for name, value in arrays.items() for item in _walk((name,), str(name), value))


def rebuilt(value: Any, path: Path, arrays: Mapping[Path, object]) -> Any:
    """Return a container like `value`, which stands at `path`, with `arrays` in their places."""
    if path in arrays:
        return arrays[path]
    parts = {key: rebuilt(part, (*path, key), arrays) for key, _, part in _parts(value)}
    if not parts:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **parts)
    if hasattr(value, "_fields"):
        return type(value)(**parts)
    return parts if isinstance(value, Mapping) else type(value)(parts.values())


def by_name(f: Callable[..., Any], arrays: Mapping[str, object]) -> Callable[..., Any]:
    """Return f as a function of the arrays alone, each by its name; their containers are made anew."""
    paths = {name: path for path, (name, _) in named("arrays", arrays).items()}

    @wraps(f)
    def of_arrays(**values: Any) -> Any:
        at = {paths[name]: value for name, value in values.items()}
        return f(**{name: rebuilt(value, (name,), at) for name, value in arrays.items()})

    return of_arrays


def _walk(path: Path, name: str, value: object) -> Iterator[tuple[Path, tuple[str, object]]]:
    parts = _parts(value)
    if not parts:
        yield path, (name, value)
    for key, written, part in parts:
        yield from _walk((*path, key), name + written, part)


def _parts(value: Any) -> list[tuple[Any, str, Any]]:
    """List what a container holds, its key first, then how one writes it; nothing if it is none.

    A list of numbers is no container: it stands for an array that it should have been.
    """
    if isinstance(value, np.ndarray):
        return []  # most are, and each change of a program asks
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(one.name, f".{one.name}", getattr(value, one.name)) for one in dataclasses.fields(value)]
    if hasattr(value, "_fields"):
        return [(key, f".{key}", getattr(value, key)) for key in value._fields]
    if isinstance(value, Mapping):
        return [(key, f"[{_written(key)}]", part) for key, part in value.items()]
    if isinstance(value, (list, tuple)) and not all(isinstance(part, (int, float)) for part in _flat(value)):
        return [(index, f"[{index}]", part) for index, part in enumerate(value)]
    return []


def _written(key: object) -> str:
    return json.dumps(key, ensure_ascii=False) if isinstance(key, str) else repr(key)


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _flat(part)
    else:
        yield value
