"""What is no option of the package: each of these is a few lines over what it has. All are tested beside."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bptt.numeric import (
    Parameters,
    backward,
    embedding_vjp,
    forward,
    logit_gradients,
    loss_and_gradients,
    sum_over_copies,
    total_loss,
)

Array = npt.NDArray[Any]


def batch_first(params: Parameters, x: Array, y: Array) -> tuple[float, Parameters, Array]:
    """x is (B, T, D), y is (B, T)."""
    loss, gradients = loss_and_gradients(params, x.swapaxes(0, 1), y.swapaxes(0, 1))
    return loss, gradients.params, gradients.x.swapaxes(0, 1)


def padded_mean(params: Parameters, x: Array, y: Array) -> tuple[float, Parameters]:
    """The mean over the steps that have a label; the others have −1."""
    labelled = y >= 0
    weights = labelled / labelled.sum()
    loss, gradients = loss_and_gradients(params, x, np.maximum(y, 0), weights=weights)
    return loss, gradients.params


def at_each_end(params: Parameters, x: Array, y: Array, lengths: Array) -> tuple[float, Parameters]:
    """One label for each sequence, (B,), at its own last step."""
    weights = np.eye(len(x))[lengths - 1].T
    loss, gradients = loss_and_gradients(params, x, np.tile(y, (len(x), 1)), weights=weights)
    return loss, gradients.params


def stateful(params: Parameters, pieces: Iterable[tuple[Array, Array]], rate: float) -> Parameters:
    """Each piece of a long text starts from the state that the one before ended with."""
    state = None
    for x, y in pieces:
        loss, gradients = loss_and_gradients(params, x, y, state)
        params = params.map(lambda p, g: p - rate * g, gradients.params)
        state = gradients.last_state
        print(f"{loss:.3f}")
    return params


def embedded(E: Array, params: Parameters, words: Array, y: Array) -> tuple[float, Array, Parameters]:
    """Words are read from the rows of E, (N, D)."""
    loss, gradients = loss_and_gradients(params, E[words], y)
    return loss, embedding_vjp(words, gradients.x, len(E)), gradients.params


def two_directions(
    forth: Parameters, back: Parameters, x: Array, y: Array
) -> tuple[Any, Parameters, Parameters]:
    """Two networks, of which one reads from the end; their logits are added."""
    there, again = forward(forth, x), forward(back, x[::-1])
    o = there.o + again.o[::-1]
    g_o = logit_gradients(o, y)
    of_forth = sum_over_copies(there, backward(forth, there, g_o))
    of_back = sum_over_copies(again, backward(back, again, g_o[::-1]))
    return total_loss(o, y), of_forth.params, of_back.params


def two_layers(
    below: Parameters, above: Parameters, x: Array, y: Array
) -> tuple[float, Parameters, Parameters]:
    """The upper network reads the states of the lower one, whose V and c are not used."""
    below = replace(below, V=np.eye(len(below.b)), c=0 * below.b)  # so that its logits are its states
    run = forward(below, x)
    loss, of_above = loss_and_gradients(above, run.o, y)
    of_below = sum_over_copies(run, backward(below, run, of_above.x))
    return loss, of_below.params, of_above.params
