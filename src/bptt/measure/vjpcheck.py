"""Checks a backward function against the forward function that it belongs to, with no loss.

f(x) = ⟨g, forward(x)⟩  with a random cotangent g,    so that    ∂f/∂x = Jᵀ g = backward(g, x)
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bptt.arrays import Array
from bptt.measure.containers import named, rebuilt
from bptt.measure.gradcheck import gradcheck
from bptt.measure.report import GradientReport

OUT = "out"


def vjpcheck(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    arrays: Mapping[str, object],
    *,
    method: str = "complex step",
    entries: str | int | None = None,
    seed: int = 0,
) -> GradientReport:
    """Check a backward function: hold what it makes of a random cotangent against what is measured.

        vjpcheck(lambda A, B: A @ B, lambda g, A, B: (g @ B.T, A.T @ g), {"A": A, "B": B})

    Args:
        forward: called as forward(**arrays); returns an array, or a list, tuple, dictionary or dataclass of
            arrays.
        backward: called as backward(cotangent, **arrays), where the cotangent is like what forward returned;
            returns the gradients, in a dictionary by the names of the arrays, or as a tuple in their order,
            or as one array if there is one. A tuple may be shorter, or hold None, where there is no gradient.
        arrays, method, entries: as for `gradcheck`.
        seed: of the cotangent, and of what else is drawn.

    Returns:
        The report.

    Raises:
        TypeError, ValueError: as `gradcheck`; ValueError also where backward changes the cotangent or the
            arrays in place.

    Measured: on layers with one output and with several, right and wrong.
    """
    paired, claims = pairing(forward, backward, arrays, seed)
    return gradcheck(paired, claims, arrays, method=method, entries=entries, seed=seed)


def pairing(
    forward: Callable[..., Any], backward: Callable[..., Any], arrays: Mapping[str, object], seed: int = 0
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return ⟨g, forward(x)⟩ as a function of the arrays, and what backward makes of g."""
    outputs = forward(**_copied(arrays))
    random = np.random.default_rng([seed, 1])
    cotangents: dict[Any, Array] = {}
    for path, (name, output) in named("forward", {OUT: outputs}).items():
        if not isinstance(output, (np.ndarray, float)) or np.asarray(output).dtype.kind != "f":
            raise TypeError(
                f"forward: expected to return real floating arrays; received {_kind(output)} as {name}"
            )
        cotangents[path] = random.normal(size=np.shape(output))
    given = {path: cotangent.copy() for path, cotangent in cotangents.items()}
    held = _copied(arrays)
    claimed = backward(rebuilt(outputs, (OUT,), given), **held)
    for path, (name, _) in named("forward", {OUT: outputs}).items():
        if not np.array_equal(given[path], cotangents[path]):
            raise ValueError(
                f"backward: expected to leave the cotangent as it is; it modified {name} in place"
            )
    after = named("arrays", held)
    for path, (name, array) in named("arrays", arrays).items():
        if isinstance(array, np.ndarray) and not np.array_equal(array, np.asarray(after[path][1])):
            raise ValueError(
                f"backward: expected to leave the arrays as they are; it modified {name} in place"
            )

    def paired(**values: Any) -> Any:
        found = named("forward", {OUT: forward(**values)})
        return sum(np.sum(cotangents[path] * output) for path, (_, output) in found.items())

    return paired, _by_name(claimed, arrays)


def _copied(arrays: Mapping[str, object]) -> dict[str, Any]:
    copies = {
        path: x.copy() if isinstance(x, np.ndarray) else x for path, (_, x) in named("arrays", arrays).items()
    }
    return {name: rebuilt(value, (name,), copies) for name, value in arrays.items()}


def _by_name(claimed: Any, arrays: Mapping[str, object]) -> dict[str, Any]:
    """Return the gradients by the names of the arrays."""
    if isinstance(claimed, Mapping):
        return dict(claimed)
    ordered = claimed if isinstance(claimed, (tuple, list)) else (claimed,)
    if len(ordered) > len(arrays):
        raise ValueError(
            f"backward: expected at most {len(arrays)} gradients, of {', '.join(arrays)}; "
            f"received {len(ordered)}"
        )
    return {name: one for name, one in zip(arrays, ordered, strict=False) if one is not None}


def _kind(output: object) -> str:
    return str(output.dtype) if isinstance(output, np.ndarray) else type(output).__name__
