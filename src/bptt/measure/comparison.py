"""Compares one tensor's claimed gradient with its measured one.

    error = ‖claimed − measured‖ / ‖measured‖,    in the Euclidean norm of the whole tensor

The error is relative, and never absolute: with "absolute or relative" any claim passes where a gradient
vanishes, as it does through time. It is relative to the tensor and not to the entry, since an entry that
nearly cancels carries the rounding of its larger neighbours.

A gradient that is exactly zero has nothing to be relative to. Often it is a sum whose terms cancel, and what
a right program returns is their rounding. That rounding is measured (`rounding`, in exactness.py): where the
measured gradient is no larger, a claim that is no larger has error 0, and any other is divided by it. Where
nothing cancels, as behind a mask, it is exactly 0, and only a claim of exactly 0 is right.
"""

import math
from dataclasses import dataclass

import numpy as np

from bptt.arrays import Doubles
from bptt.measure.directions import Directions
from bptt.measure.exactness import Measured
from bptt.measure.likeness import likeness

TOLERANCE = 1e-9  # of the verdict; no slip of `bptt.slips` is below 1e-5, no right program above 1e-13
SINGLE_TOLERANCE = 1e-4  # of the verdict on a claim in single precision
COARSE = 1e-3  # what is measured less exactly is not decided


@dataclass(frozen=True)
class TensorComparison:
    """One tensor's claimed gradient beside its measured one.

    Attributes:
        name: the tensor's name, as one would write it.
        shape: its shape.
        norm: ‖measured‖; estimated, if not all entries were measured.
        error: ‖claimed − measured‖ / ‖measured‖; where measured is zero to its rounding, 0 for a claim that
            is so too, otherwise the claim divided by that rounding.
        index: where |claimed − measured| is largest, counted from 0; () for a scalar.
        claimed, measured: the two values there.
        bound: how exact the measurement is, relative to the norm.
        along: what was measured: "all entries", a sample of them, or random directions.
        unseen: what may go unseen by that.
        note: what else there is to say, such as that f does not depend on the tensor.
        tol: the tolerance of the verdict.
    """

    name: str
    shape: tuple[int, ...]
    norm: float
    error: float
    index: tuple[int, ...]
    claimed: float
    measured: float
    bound: float = 0.0
    along: str = "all entries"
    unseen: str = "nothing"
    note: str = ""
    tol: float = TOLERANCE

    @property
    def place(self) -> str:
        """The worst entry as NumPy writes it, such as A[0, 2], or the worst direction."""
        if self.along.endswith("directions"):
            return f"{self.name} in direction {self.index[0]}"
        return f"{self.name}{list(self.index)}" if self.index else self.name

    @property
    def status(self) -> str:
        """Whether the claim is "right", "wrong", or "undecided" since the measurement is too coarse to say.

        Right is what is off by no more than `tol`, or than the measurement may be.
        """
        # Not `error > tol`: an error that overflowed to NaN is a failure too.
        if not self.error <= max(self.tol, self.bound):
            return "wrong"
        return "right" if self.bound <= COARSE else "undecided"

    def __str__(self) -> str:
        if self.status == "undecided" or (self.status == "right" and self.error > self.tol):
            return f"{self.name}: measured to {self.bound:.0e} only, the claim is {self.error:.0e} from it"
        return (
            f"{self.name}: relative error {self.error:.2g}; worst at {self.place}: "
            f"claimed {self.claimed!r}, measured {self.measured!r}"
        )


def comparison(
    name: str, claimed: Doubles, measured: Measured, directions: Directions, tol: float
) -> TensorComparison:
    """Compare a claimed gradient with the slopes that were measured along some directions."""
    claims, slopes = directions.along(claimed), measured.slopes
    with np.errstate(over="ignore"):
        difference = np.abs(claims - slopes)
    worst = int(np.argmax(difference))
    (size, norm), (distance, spread) = _scaled_norm(slopes), _scaled_norm(difference)
    note = measured.note
    # The larger of two zeros decides whether there is more than rounding.
    if size * norm > measured.rounding:
        with np.errstate(over="ignore"):
            error, bound = (distance / size) * (spread / norm), measured.bound / size / norm
    else:
        largest, rest = _scaled_norm(claims)
        within = largest * rest <= measured.rounding
        error = 0.0 if within else largest * rest / measured.rounding if measured.rounding else math.inf
        bound = 0.0 if measured.bound <= measured.rounding else math.inf
        if within and measured.rounding:
            note = f"zero to rounding, which is {measured.rounding:.0e}"
    if not error <= max(tol, bound):
        like = likeness(*(x.reshape(claimed.shape) if directions.everywhere else x for x in (claims, slopes)))
        note = "; ".join(filter(None, (note, like)))
    return TensorComparison(
        name=name,
        shape=claimed.shape,
        norm=size * norm * math.sqrt(directions.share),
        error=error,
        index=directions.index(worst),
        claimed=float(claims[worst]),
        measured=float(slopes[worst]),
        bound=bound,
        along=str(directions),
        unseen=directions.unseen(tol),
        note=note,
        tol=tol,
    )


def _scaled_norm(tensor: Doubles) -> tuple[float, float]:
    """Return the largest magnitude and the norm of the tensor divided by it; ‖tensor‖ is their product.

    Apart, they neither vanish nor overflow: the square of a gradient of 1e-170 is 0 in double precision.
    """
    largest = float(np.abs(tensor).max())
    if not 0 < largest < math.inf:
        return largest, 1.0
    return largest, math.sqrt(float(np.sum((tensor / largest) ** 2)))
