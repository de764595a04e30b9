"""Checks claimed gradients against measured ones, tensor by tensor.

First it is seen that there is a gradient to measure: f takes what it is given and has one value at a point.
Then each tensor is measured, entry by entry or along a few random directions, and in more than one way, so
that the report knows how exact it is.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from bptt.arrays import Doubles, as_double, check_choice, check_mapping
from bptt.measure.comparison import SINGLE_TOLERANCE, TOLERANCE, comparison
from bptt.measure.containers import by_name, named
from bptt.measure.directions import directions
from bptt.measure.exactness import Measured, by_complex_step, by_differences
from bptt.measure.faults import IGNORED, SINGLE, by_keyword, check_call, is_ignored, moves_in_steps, steady
from bptt.measure.probe import Function, point_and_names
from bptt.measure.report import GradientReport
from bptt.measure.steps import errors_by_step

METHODS: dict[str, Callable[..., Measured]] = {
    "complex step": by_complex_step,
    "central differences": by_differences,
}


def compare(
    gradients: Mapping[str, object], measured: Mapping[str, object], *, method: str
) -> GradientReport:
    """Compare two sets of gradients, tensor by tensor, with error ‖claimed − measured‖ / ‖measured‖.

    Args:
        gradients: name -> claimed gradient, an array of any shape, or a float.
        measured: the same names -> arrays of the same shapes.
        method: how `measured` came about; the report says it.

    Returns:
        The report, in the order of `gradients`.

    Raises:
        TypeError: not a mapping, or an array that is not real floating.
        ValueError: nothing to compare, names or shapes that differ, NaN or infinity.

    Measured: on right gradients and on wrong ones, with norms down to 1e-200.
    """
    check_mapping("gradients", gradients)
    check_mapping("measured", measured)
    if not gradients:
        raise ValueError("gradients: expected at least one gradient; received none")
    if set(gradients) != set(measured):
        expected, received = ", ".join(measured), ", ".join(gradients)
        raise ValueError(f"gradients: expected the names {expected}; received {received}")
    tensors = []
    for name, claim in gradients.items():
        slopes = as_double(f"measured[{name!r}]", measured[name])
        claimed = checked_claim(name, claim, slopes.shape)
        everywhere = directions(slopes.shape, "all", 0, slopes.size)
        known = Measured(slopes.ravel(), 0.0, 0.0)
        tensors.append(comparison(name, claimed, known, everywhere, tolerance(claim)))
    return GradientReport(method, tuple(tensors))


def gradcheck(
    f: Function,
    gradients: Mapping[str, object],
    arrays: Mapping[str, object],
    *,
    method: str = "complex step",
    entries: str | int | None = None,
    seed: int = 0,
) -> GradientReport:
    """Check claimed gradients of f against measured ones.

        report = gradcheck(lambda A, B: np.sum(G * (A @ B)), {"A": G @ B.T, "B": A.T @ G}, {"A": A, "B": B})
        report.require(1e-12)

    Args:
        f: any real scalar function of the arrays, called as f(**arrays); or as f(arrays), if it takes one
            argument that is not named among them.
        gradients: name -> claimed ∂f/∂(that array), of its shape; only these are measured.
        arrays: name -> real array of any shape, or a float, for every argument of f; or a list, tuple,
            dictionary or dataclass of them, nested in any way, with the gradients under the same keys. Those
            without a claimed gradient may also be integer or boolean. float32 arrays are measured in double
            precision: what tolerance to ask of a float32 gradient is up to the caller.
        method: "complex step" (exact to rounding; f must be analytic) or "central differences" (about ten
            digits; any smooth f).
        entries: what is measured of each tensor: "all" entries, or a number of them that are drawn; or None,
            for all entries if these are at most 300 altogether, and else, of all but small tensors, for the
            slopes along three random directions, which are quick and notice an error of any entry.
        seed: of what is drawn.

    Returns:
        A report: print it, read its `verdict`, ask `report.passed(tol)`, or `report.require(tol)`.

    Raises:
        TypeError: an array or gradient that is not real floating; f does not take the arrays by name, takes
            none that are complex, or returns no real scalar.
        ValueError: an unknown method or name, a gradient of another shape than its array, no gradient at all,
            NaN or infinity; f gives two values at one point, modifies an argument, drops the imaginary part
            that the complex step needs, or has a kink at this point.

    Measured: on right gradients and on wrong ones, each of which it names.
    """
    check_choice("method", method, tuple(METHODS))
    f, gradients, arrays = by_keyword(f, gradients, arrays)
    claims = _claims(gradients, arrays)
    point, names = point_and_names(arrays, tuple(claims))
    claimed = {name: checked_claim(name, claims[name], point[name].shape) for name in names}
    check_call(f, arrays)
    f = by_name(f, arrays)
    tensors, total = [], sum(claim.size for claim in claimed.values())
    with steady(f, point, single=method != "complex step") as value:
        for name in names:
            along = directions(point[name].shape, entries, seed, total)
            try:
                measured = METHODS[method](f, point, name, value, along, along.along(claimed[name]))
            except (TypeError, ValueError) as error:
                if moves_in_steps(f, point, name, value):
                    error.args = (f"{error}. {SINGLE}",)
                raise
            tensor = comparison(name, claimed[name], measured, along, tolerance(claims[name]))
            if not measured.slopes.any() and is_ignored(f, point, name, value):
                # Either f is at fault or the claim is: which, the reader knows.
                ignored = {"note": IGNORED, "bound": math.inf} if claimed[name].any() else {"bound": 0.0}
                tensor = replace(tensor, **ignored)
            tensors.append(tensor)
    steps = partial(errors_by_step, f, point, claimed)
    return GradientReport(method, tuple(tensors), seed, steps)


def _claims(gradients: Mapping[str, object], arrays: Mapping[str, object]) -> dict[str, object]:
    """Return the claims by the names of the arrays that stand at the same places."""
    found = {path: name for path, (name, _) in named("arrays", arrays).items()}
    claims: dict[str, object] = {}
    for path, (name, claim) in named("gradients", gradients).items():
        if path not in found:
            expected = f"gradients: expected names among {', '.join(found.values())}"
            raise ValueError(f"{expected}; received {name!r}{_same_names(gradients, arrays)}")
        claims[found[path]] = claim
    if not claims:
        raise ValueError("gradients: expected at least one gradient; received none")
    return claims


def _same_names(gradients: Mapping[str, object], arrays: Mapping[str, object]) -> str:
    """Show how to name the gradients, if they have names of their own in the order of the arrays."""
    if len(gradients) != len(arrays) or {*gradients} & {*arrays}:
        return ""
    pairs = ", ".join(f"{name!r}: ...[{own!r}]" for name, own in zip(arrays, gradients, strict=True))
    return f" (name each gradient as its array: {{{pairs}}})"


def checked_claim(name: str, claim: object, shape: tuple[int, ...]) -> Doubles:
    """Return a claimed gradient in double precision; raises unless it is real and has this shape."""
    claimed = as_double(f"gradients[{name!r}]", claim)
    if claimed.shape != shape:
        raise ValueError(f"gradients[{name!r}]: expected shape {shape}; received {claimed.shape}")
    return claimed


def tolerance(claim: object) -> float:
    """Return the tolerance of the verdict on a claim: a coarser one if it is in single precision."""
    return SINGLE_TOLERANCE if getattr(claim, "dtype", None) == np.float32 else TOLERANCE
