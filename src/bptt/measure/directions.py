"""Says along what a tensor's gradient is measured: each of its entries, a sample of them, or at random.

    d ~ N(0, 1) in every entry:    E ⟨v, d⟩² = ‖v‖²

So the slopes along a few random directions tell the norm of an error as all entries do, in a few calls. An
error goes unseen only if every direction happens to lie across it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bptt.arrays import Array, Doubles

MOST_ENTRIES = 300  # of all tensors together: where there are more, those that are not small are
SMALL = 32  # measured along random directions
RANDOM = 3


@dataclass(frozen=True)
class Directions:
    """What a tensor is moved along.

    Attributes:
        shape: of the tensor.
        places: the entries that are moved by 1, one after the other; none for random directions.
        moves: random directions, each of the shape of the tensor.
    """

    shape: tuple[int, ...]
    places: tuple[tuple[int, ...], ...] = ()
    moves: tuple[Doubles, ...] = ()

    def __len__(self) -> int:
        return len(self.places) + len(self.moves)

    @property
    def everywhere(self) -> bool:
        return len(self.places) == int(np.prod(self.shape))

    @property
    def items(self) -> list[tuple[Any, Any]]:
        """The entries that are moved, and by what."""
        return [(place, 1.0) for place in self.places] + [(..., move) for move in self.moves]

    def along(self, gradient: Array) -> Doubles:
        """Compute the slopes that a gradient claims."""
        return np.array([np.sum(gradient[where] * move) for where, move in self.items])

    @property
    def share(self) -> float:
        """By what ‖slopes‖² is multiplied to estimate that of the whole gradient."""
        return int(np.prod(self.shape)) / len(self.places) if self.places else 1 / len(self.moves)

    def index(self, k: int) -> tuple[int, ...]:
        """Return the entry that is moved k-th, or the number of the direction."""
        return self.places[k] if self.places else (k,)

    def __str__(self) -> str:
        size = int(np.prod(self.shape))
        if self.everywhere:
            return "all entries"
        if self.places:
            return f"{len(self.places)} of {size} entries"
        return f"{len(self.moves)} random directions"

    def unseen(self, tol: float) -> str:
        """Say what goes unseen, and how probably."""
        if self.everywhere:
            return "nothing"
        if self.places:
            chance = 1 - len(self.places) / int(np.prod(self.shape))
            return f"an error in a single entry with a chance of {chance:.2g}"
        # The norm of three normal numbers is below s with a chance of √(2/π) s³/3. Here s is relative to the
        # norm of three others, the cube of which is 6.38 in the mean.
        return f"an error of 1 % of the gradient with a chance of {1.7 * (tol / 0.01) ** 3:.0e}"


def directions(shape: tuple[int, ...], entries: str | int | None, seed: int, total: int) -> Directions:
    """Choose what to measure along.

    Args:
        shape: of the tensor.
        entries: "all"; how many of them; or None, for all if there are few, and else for random directions.
        seed: of what is drawn.
        total: how many entries all tensors have.

    Raises:
        ValueError: `entries` is none of these.
    """
    if entries not in (None, "all") and (isinstance(entries, (bool, str)) or entries < 1):  # type: ignore[operator]
        raise ValueError(f"entries: expected 'all', a number of entries, or None; received {entries!r}")
    size = int(np.prod(shape))
    # Not the numbers that the caller may have drawn from the same seed.
    random = np.random.default_rng([seed, 2])
    if entries is None and total > MOST_ENTRIES and size > SMALL:
        return Directions(shape, moves=tuple(random.normal(size=shape) for _ in range(RANDOM)))
    if isinstance(entries, int) and entries < size:
        chosen = np.sort(random.choice(size, entries, replace=False))
        return Directions(shape, places=tuple(_place(index, shape) for index in chosen))
    return Directions(shape, places=tuple(np.ndindex(shape)))


def _place(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(index, shape))
