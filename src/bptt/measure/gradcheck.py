"""Checks claimed gradients against measured ones, tensor by tensor.

    error = ‖claimed − measured‖ / ‖measured‖,    in the Euclidean norm of the whole tensor

The error is relative, and never absolute: with "absolute or relative" any claim passes where a gradient
vanishes, as it does through time. It is relative to the tensor and not to the entry, since an entry that
nearly cancels carries the rounding of its larger neighbours. Where the measured gradient is exactly zero, a
claim of exactly zero has error 0 and any other has error infinity.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from bptt.arrays import Doubles, as_double, check_mapping
from bptt.measure.derivatives import central_differences, complex_step

METHODS: dict[str, Callable[..., dict[str, Doubles]]] = {
    "complex step": complex_step,
    "central differences": central_differences,
}


class GradientError(AssertionError):
    """A claimed gradient differs from the measured one by more than the tolerance."""


@dataclass(frozen=True)
class TensorComparison:
    """One tensor's claimed gradient beside its measured one.

    Attributes:
        name: the tensor's name.
        shape: its shape.
        norm: ‖measured‖.
        error: ‖claimed − measured‖ / ‖measured‖; where measured is zero, 0 for a zero claim, else infinity.
        index: where |claimed − measured| is largest, counted from 0; () for a scalar.
        claimed, measured: the two values there.
    """

    name: str
    shape: tuple[int, ...]
    norm: float
    error: float
    index: tuple[int, ...]
    claimed: float
    measured: float

    @property
    def place(self) -> str:
        """The worst entry as NumPy writes it, such as A[0, 2]."""
        return f"{self.name}{list(self.index)}" if self.index else self.name


@dataclass(frozen=True, repr=False)
class GradientReport:
    """What `gradcheck` found: a table when printed, a verdict at the caller's tolerance.

    Attributes:
        method: how the gradients were measured.
        tensors: one comparison per tensor, in the order of the claims; `report["A"]` is the one of A.
    """

    method: str
    tensors: tuple[TensorComparison, ...]

    @property
    def error(self) -> float:
        """The largest error of any tensor."""
        return float(np.max([tensor.error for tensor in self.tensors]))

    def __getitem__(self, name: str) -> TensorComparison:
        for tensor in self.tensors:
            if tensor.name == name:
                return tensor
        raise KeyError(name)

    def failures(self, tol: float) -> tuple[TensorComparison, ...]:
        """Return the tensors whose error exceeds `tol`.

        Raises:
            ValueError: unless 0 <= tol < 1: a gradient of zeros has error 1 and must never pass.
        """
        if not 0 <= tol < 1:
            raise ValueError(f"tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received {tol}")
        # Not `error > tol`: an error that overflowed to NaN is a failure too.
        return tuple(tensor for tensor in self.tensors if not tensor.error <= tol)

    def passed(self, tol: float) -> bool:
        """Tell whether the error of every tensor is at most `tol`; raises as `failures` does."""
        return not self.failures(tol)

    def require(self, tol: float) -> "GradientReport":
        """Return the report if every tensor's error is at most `tol`.

        Raises:
            GradientError: otherwise; names each wrong tensor with its error, its worst entry and both values.
            ValueError: as in `failures`.
        """
        wrong = self.failures(tol)
        if wrong:
            count = f"{len(wrong)} of {len(self.tensors)}"
            lines = [f"{count} gradients wrong by {self.method}, tolerance {tol:g}:"]
            for tensor in wrong:
                lines.append(
                    f"  {tensor.name}: relative error {tensor.error:.2g}; worst at {tensor.place}: "
                    f"claimed {tensor.claimed!r}, measured {tensor.measured!r}"
                )
            raise GradientError("\n".join(lines))
        return self

    def __bool__(self) -> NoReturn:
        # Otherwise `assert gradcheck(...)` would pass whatever was found.
        raise TypeError("a GradientReport is neither true nor false: use .passed(tol) or .require(tol)")

    def __str__(self) -> str:
        rows = [("gradient of", "shape", "norm", "relative error", "worst entry", "claimed", "measured")]
        for t in self.tensors:
            values = f"{t.norm:.4g}", f"{t.error:.1e}", t.place, f"{t.claimed:.10g}", f"{t.measured:.10g}"
            rows.append((t.name, str(t.shape), *values))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [f"claimed against measured by {self.method}"]
        for row in rows:
            lines.append("  ".join(map(str.ljust, row, widths)).rstrip())
        return "\n".join(lines)

    __repr__ = __str__


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
    rows = [_compare(name, gradients[name], measured[name]) for name in gradients]
    return GradientReport(method, tuple(rows))


def gradcheck(
    f: Callable[..., Any],
    gradients: Mapping[str, object],
    arrays: Mapping[str, object],
    *,
    method: str = "complex step",
) -> GradientReport:
    """Check claimed gradients of f against measured ones.

        report = gradcheck(lambda A, B: np.sum(G * (A @ B)), {"A": G @ B.T, "B": A.T @ G}, {"A": A, "B": B})
        report.require(1e-12)

    Args:
        f: any real scalar function of the arrays, called as f(**arrays).
        gradients: name -> claimed ∂f/∂(that array), of its shape; only these are measured.
        arrays: name -> real array of any shape, or a float, for every argument of f. Those without a claimed
            gradient may also be integer or boolean. float32 arrays are measured in double precision: what
            tolerance to ask of a float32 gradient is up to the caller.
        method: "complex step" (exact to rounding; f must be analytic) or "central differences" (about ten
            digits; any smooth f).

    Returns:
        A report: print it, ask `report.passed(tol)`, or `report.require(tol)`.

    Raises:
        TypeError: an array or gradient that is not real floating; f returns no real scalar.
        ValueError: an unknown method or name, a gradient of another shape than its array, no gradient at all,
            NaN or infinity; f modifies an argument, drops the imaginary part that the complex step needs, or
            has a kink at this point.

    Measured: on right gradients and on wrong ones, each of which it names.
    """
    if method not in METHODS:
        raise ValueError(f"method: expected {' or '.join(map(repr, METHODS))}; received {method!r}")
    check_mapping("gradients", gradients)
    check_mapping("arrays", arrays)
    for name in gradients:
        if name not in arrays:
            raise ValueError(f"gradients: expected names among {', '.join(arrays)}; received {name!r}")
    return compare(gradients, METHODS[method](f, arrays, tuple(gradients)), method=method)


def _compare(name: str, gradient: object, measurement: object) -> TensorComparison:
    claimed = as_double(f"gradients[{name!r}]", gradient)
    measured = as_double(f"measured[{name!r}]", measurement)
    if claimed.shape != measured.shape:
        raise ValueError(f"gradients[{name!r}]: expected shape {measured.shape}; received {claimed.shape}")
    with np.errstate(over="ignore"):
        difference = np.abs(claimed - measured)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
    (size, norm), (distance, spread) = _scaled_norm(measured), _scaled_norm(difference)
    # Where there is nothing to be relative to, only the exact answer is right.
    error = (distance / size) * (spread / norm) if size > 0 else 0.0 if distance == 0 else math.inf
    return TensorComparison(
        name, claimed.shape, size * norm, error, index, float(claimed[index]), float(measured[index])
    )


def _scaled_norm(tensor: Doubles) -> tuple[float, float]:
    """Return the largest magnitude and the norm of the tensor divided by it; ‖tensor‖ is their product.

    Apart, they neither vanish nor overflow: the square of a gradient of 1e-170 is 0 in double precision.
    """
    largest = float(np.abs(tensor).max())
    if not 0 < largest < math.inf:
        return largest, 1.0
    return largest, math.sqrt(float(np.sum((tensor / largest) ** 2)))
