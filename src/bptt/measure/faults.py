"""Finds what is wrong with a function under measurement, before a gradient is blamed for it.

A function that draws random numbers, or goes on from where its last call stopped, has no gradient to measure;
one that reads an array from elsewhere does not depend on the one that is moved.
"""

import contextlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bptt.measure.probe import Function, Point, real_value, shifted

IGNORED = "f does not depend on it, whatever it holds: does f read self.W or a global array instead?"

SINGLE = "f seems to compute in float32: it does not move where its arguments do, by 1e-12"


def by_keyword(
    f: Function, gradients: Any, arrays: Any
) -> tuple[Function, Mapping[str, Any], Mapping[str, Any]]:
    """Return f, the gradients and the arrays such that f takes the arrays by name.

    A function of one argument that is not named among the arrays is given all of them, as they are; arrays
    in a list or a tuple have the names of the arguments in their order, and so have their gradients.
    """
    needed = [name for name, one in _parameters(f).items() if one.default is one.empty and one.kind < 2]
    if len(needed) == 1 and not (isinstance(arrays, Mapping) and needed[0] in arrays):
        (name,) = needed
        return (lambda **given: f(given[name])), {name: gradients}, {name: arrays}
    return f, _in_order(gradients, needed), _in_order(arrays, needed)


def _in_order(arrays: Any, names: Sequence[str]) -> Any:
    one_each = isinstance(arrays, (list, tuple)) and len(arrays) == len(names)
    return dict(zip(names, arrays, strict=True)) if one_each else arrays


def check_call(f: Function, arrays: Mapping[str, object]) -> None:
    """Check that f can be called by the names of the arrays; raises TypeError otherwise."""
    if not _parameters(f):
        return
    signature = inspect.signature(f)
    try:
        signature.bind(**arrays)
    except TypeError as error:
        called = ", ".join(f"{name}=..." for name in arrays)
        message = f"f: expected to take the arrays by name, as f({called}); received f{signature}: {error}"
        raise TypeError(message) from None


def _parameters(f: Function) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(f).parameters
    except (TypeError, ValueError):
        return {}  # of a function in C nothing is known


@contextlib.contextmanager
def steady(f: Function, point: Point, *, single: bool = False) -> Iterator[float]:
    """Yield f at the point, where it is called twice; call it there once more at the end.

    The last call leaves a model that f sets as it was before, and shows whether f is still the same. With
    `single` f may return single precision.

    Raises:
        ValueError: f has not the same value in all three calls.
    """
    watched = _generators(f)
    before = {name: _state(generator) for name, generator in watched.items()}
    value, again = real_value(f, point, single), real_value(f, point, single)
    drawn = [name for name, generator in watched.items() if _state(generator) != before[name]]
    if value != again and drawn:
        raise ValueError(
            f"f: gives two values at one point, {value!r} and then {again!r}: it draws random numbers from "
            f"{' and '.join(drawn)}. Draw them once, outside f (a dropout mask, a noise)"
        )
    if value != again:
        raise ValueError(
            f"f: gives two values at one point, {value!r} and then {again!r}: it keeps a state from call to "
            "call, or draws random numbers. Start each call from the same state, or from the same seed"
        )
    try:
        yield value
    except BaseException:
        with contextlib.suppress(Exception):
            real_value(f, point, single)
        raise
    if (last := real_value(f, point, single)) != value:
        raise ValueError(
            f"f: gives two values at one point, {value!r} and, after the check, {last!r}: it keeps a state "
            "from call to call. Start each call from the same state"
        )


def is_ignored(f: Function, point: Point, name: str, value: float) -> bool:
    """Tell whether f has its value whatever stands in this array: even NaN, which spreads to all it meets."""
    try:
        with np.errstate(all="ignore"):
            return real_value(f, {**point, name: np.full_like(point[name], np.nan)}, True) == value
    except Exception:  # of whatever kind: f has read the array
        return False


def moves_in_steps(f: Function, point: Point, name: str, value: float) -> bool:
    """Tell whether f moves with an array, but not with one that moves by less than float32 resolves."""
    random = np.random.default_rng(0)
    array = point[name]
    move = random.choice([-1.0, 1.0], array.shape) * (1 + np.abs(array))
    try:
        moved = [real_value(f, shifted(point, name, ..., size * move), True) for size in (1e-12, 1e-2)]
    except (ArithmeticError, TypeError, ValueError):
        return False
    return moved[0] == value != moved[1]


def _generators(f: Function) -> dict[str, Any]:
    """List NumPy's common generator and those that f could draw from: of its module, closure and object."""
    f = inspect.unwrap(f)
    around = dict(getattr(f, "__globals__", {}))
    around.update({f"self.{name}": one for name, one in vars(getattr(f, "__self__", object)).items()})
    with contextlib.suppress(TypeError, ValueError):
        around.update(inspect.getclosurevars(f).nonlocals)
    kinds = (np.random.Generator, np.random.RandomState)
    found = {name: one for name, one in around.items() if isinstance(one, kinds)}
    return {"np.random": np.random, **found}


def _state(generator: Any) -> str:
    if isinstance(generator, np.random.Generator):
        return str(generator.bit_generator.state)
    _, key, *rest = generator.get_state()
    return f"{key.tobytes().hex()} {rest}"
