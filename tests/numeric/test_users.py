"""What people brought, and were refused without a way on or answered badly: taken, or told what to write.

The cases are public ones of others, put in our own words; each is the smallest input that failed.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bptt.measure import gradcheck
from bptt.numeric import Parameters, loss_and_gradients, network_loss

Array = npt.NDArray[Any]
RNG = np.random.default_rng(0)
P = Parameters(
    RNG.normal(size=(4, 3)), RNG.normal(size=(4, 4)), RNG.normal(size=(2, 4)), np.zeros(4), np.zeros(2)
)
X, Y = RNG.normal(size=(5, 3, 3)), RNG.integers(0, 2, (5, 3))
ONE_OUTPUT = Parameters(P.U, P.W, P.V[:1].copy(), P.b, P.c[:1].copy())
REGRESSED = RNG.normal(size=(5, 3, 1))
PADDED = Y.copy()
PADDED[3:, 0] = -1


def measured(params: Parameters, x: Array, y: Array, **options: Any) -> None:
    """The gradients agree with the complex step."""
    _, gradients = loss_and_gradients(params, x, y, **options)

    def f(**arrays: Array) -> Any:
        return network_loss(Parameters(**arrays), x, y, **options)

    gradcheck(f, vars(gradients.params), vars(params)).require(1e-12)


TAKEN: dict[str, tuple[Parameters, Array, Array, dict[str, Any]]] = {
    "one label for each sequence": (P, X, Y[-1], {"loss_at": "last"}),
    "padded labels": (P, X, np.maximum(PADDED, 0), {"weights": (PADDED >= 0).astype(float)}),
    "a regression with one output": (ONE_OUTPUT, X, REGRESSED, {"loss": "squared_distance"}),
    "a yes or no": (ONE_OUTPUT, X, Y[..., None].astype(float), {"loss": "binary_cross_entropy"}),
    "word indices": (P, Y, Y, {}),
    "a loss of one's own": (
        P,
        X,
        Y,
        {"loss": lambda o, y: (o[..., 0] * y, np.stack([y, 0 * y], -1) + 0 * o)},
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_is_taken(case: str) -> None:
    params, x, y, options = TAKEN[case]
    measured(params, x, y, **options)


# What was said nothing about, or refused without a way on: the call, and the way that is named now.
TOLD: dict[str, tuple[Any, str]] = {
    "one label for each sequence, but not said so": (
        lambda: loss_and_gradients(P, X, Y[-1]),
        'say loss_at="last"',
    ),
    "padded labels": (
        lambda: loss_and_gradients(P, X, PADDED),
        "write np.maximum(y, 0), with weights=(y >= 0).astype(float)",
    ),
    "a squared error of one output": (
        lambda: loss_and_gradients(ONE_OUTPUT, X, np.ones((5, 3, 1)), loss="squared_error"),
        'say loss="squared_distance"',
    ),
    "a yes or no as a label of one output": (
        lambda: loss_and_gradients(ONE_OUTPUT, X, Y),
        'with loss="binary_cross_entropy"',
    ),
    "targets of a regression": (
        lambda: loss_and_gradients(P, X, RNG.normal(size=(5, 3, 2)), loss="squared_error"),
        'say loss="squared_distance"',
    ),
    "word indices as floats": (
        lambda: loss_and_gradients(P, Y[:, :2].astype(float), Y),
        "write x.astype(int)",
    ),
    "a mean of one's own": (
        lambda: loss_and_gradients(P, X, Y, loss=lambda o, y: (o.mean(), 0 * o + 1 / o.size)),
        "for a mean give weights",
    ),
    "a bias as (1, H)": (lambda: replace(P, b=P.b[None]), "write b.reshape(4,)"),
    "a bias as (K, 1)": (lambda: replace(P, c=P.c[:, None]), "write c.reshape(2,)"),
    "no bias": (lambda: replace(P, b=None), "write np.zeros(4)"),
    "integer one-hot targets": (
        lambda: loss_and_gradients(P, X, np.eye(2, dtype=int)[Y]),
        "write y.astype(float)",
    ),
    "x batch first": (
        lambda: loss_and_gradients(P, X.swapaxes(0, 1).copy(), Y, np.zeros((3, 4))),
        "write x.swapaxes(0, 1)",
    ),
    "y batch first": (lambda: loss_and_gradients(P, X, Y.T), "write y.swapaxes(0, 1)"),
}


@pytest.mark.parametrize("case", TOLD)
def test_is_told_the_way(case: str) -> None:
    call, way = TOLD[case]
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert way in str(caught.value)
