"""Inputs on which a backward pass can be checked: one on which every slip shows, and many that hide some.

Each is random but for the one property it is named after, and small enough to be measured entry by entry.
"""

from dataclasses import dataclass, replace

import numpy as np

from bptt.arrays import Array, outline
from bptt.numeric.rnn import Parameters


@dataclass(frozen=True, eq=False, repr=False)
class Example:
    """Parameters and data for one check.

    Attributes:
        params: the parameters.
        x: (T, B, D).
        y: (T, B), labels.
        h0: (B, H).
        loss_at: "all" or "last", the steps that have a loss.
    """

    params: Parameters
    x: Array
    y: Array
    h0: Array
    loss_at: str = "all"

    def __repr__(self) -> str:
        arrays = {**vars(self.params), "x": self.x, "y": self.y, "h0": self.h0}
        return f"{outline(self, arrays)}, loss_at={self.loss_at!r}"


def example(*, D: int = 4, H: int = 3, K: int = 5, B: int = 2, T: int = 6, seed: int = 0) -> Example:
    """Draw an example; by default no two sizes are equal and none is 1, so that nothing hides.

    Args:
        D, H, K, B, T: sizes: inputs, hidden units, classes, sequences, steps.
        seed: of the random numbers.

    Returns:
        Standard normal parameters and inputs, labels that change at every step, h0 uniform in (−0.9, 0.9).
    """
    random = np.random.default_rng(seed)
    U, W, V, b, c = (random.normal(size=size) for size in ((H, D), (H, H), (K, H), (H,), (K,)))
    x = random.normal(size=(T, B, D))
    # Each label is the one before plus 1 … K − 1, modulo K: never the same twice in a row.
    y = np.cumsum(random.integers(1, max(K, 2), size=(T, B)), axis=0) % K
    return Example(Parameters(U, W, V, b, c), x, y, random.uniform(-0.9, 0.9, size=(B, H)))


def with_states(drawn: Example, h: Array) -> Example:
    """Choose the inputs such that the states become h⁽⁰⁾, …, h⁽ᵀ⁾: U x⁽ᵗ⁾ = artanh h⁽ᵗ⁾ − W h⁽ᵗ⁻¹⁾ − b.

    Args:
        drawn: an example with D ≥ H, so that U x can be anything.
        h: (T + 1, B, H), between −1 and 1.

    Returns:
        The example with these x and h0.
    """
    U, W, b = drawn.params.U, drawn.params.W, drawn.params.b
    x = (np.arctanh(h[1:]) - h[:-1] @ W.T - b) @ np.linalg.pinv(U).T
    return replace(drawn, x=x, h0=h[0])


def with_parameters(drawn: Example, **arrays: Array) -> Example:
    """Exchange some of the parameters."""
    return replace(drawn, params=replace(drawn.params, **arrays))


def symmetric(X: Array) -> Array:
    """Return a symmetric matrix made of a square one."""
    return X + X.T


def examples() -> dict[str, Example]:
    """Make the examples of the table, by name; the first hides nothing."""
    drawn, square = example(), example(D=3, H=3, K=3, B=3, T=3)
    W, V, b = drawn.params.W, drawn.params.V, drawn.params.b
    random = np.random.default_rng(1)
    # Standing states of moderate size, so that 1 − h² is far from 0 and from 1.
    size, signs = random.uniform(0.3, 0.8, size=(1, 2, 3)), random.choice([-1.0, 1.0], size=(7, 2, 3))
    one_step, words = example(T=1), example(D=12)
    return {
        "all sizes unequal": drawn,
        "h⁽⁰⁾ = 0": replace(drawn, h0=0 * drawn.h0),
        "T = 1": one_step,
        "T = 1, h⁽⁰⁾ = 0": replace(one_step, h0=0 * one_step.h0),
        "B = 1": example(B=1),
        "H = 1": example(H=1),
        "K = 1": example(K=1),
        "square sizes": square,
        "symmetric V": with_parameters(square, V=symmetric(square.params.V)),
        "symmetric W": with_parameters(drawn, W=symmetric(W)),
        "diagonal W": with_parameters(drawn, W=np.diag(np.diag(W))),
        "W = 0": with_parameters(drawn, W=0 * W),
        "loss at the last step only": replace(drawn, loss_at="last"),
        "equal labels at all steps": replace(drawn, y=np.repeat(drawn.y[:1], 6, axis=0)),
        "equal inputs at all steps": replace(drawn, x=np.repeat(drawn.x[:1], 6, axis=0)),
        "words, none of them twice": replace(words, x=random.permutation(np.eye(12)).reshape(6, 2, 12)),
        "equal |h| at all steps": with_states(drawn, signs * size),
        "equal |h| in all units": with_states(drawn, signs * random.uniform(0.3, 0.8, size=(7, 2, 1))),
        "equal states at all steps": with_states(drawn, np.repeat(signs[:1] * size, 7, axis=0)),
        "zero states": with_states(with_parameters(drawn, b=0 * b), np.zeros((7, 2, 3))),
        "V = 0": with_parameters(drawn, V=0 * V),
    }
