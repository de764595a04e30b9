"""Wrong backward passes: each is the right one with a single line changed.

The lines are those of `losses` and `backward`, as they stand there and as they go wrong in practice. A slip
is run by changing that line in the source of the functions and evaluating them anew, so that what runs is
what is shown, and a slip that no longer fits the code is refused.

Source: document 001, records S001-18 to 21 (its recursion as printed, and the reader's doubts), document 004,
records S004-29 and 36; and slips published elsewhere: tanh′ one step off, no sum over time, a dropped term.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bptt.numeric.backward import carry_back, loss_and_gradients, over_copies, segment
from bptt.numeric.losses import (
    LOSSES,
    loss_and_logit_gradients,
    nll_and_gradient,
    squared_error_and_gradient,
    squared_error_gradient,
)


@dataclass(frozen=True)
class Slip:
    """A mistake in the backward pass.

    Attributes:
        name: what went wrong, in a few words.
        right: the line as it should be, or the part of it that changes.
        wrong: what stands there instead.
        loss: the loss under which the line is run.
    """

    name: str
    right: str
    wrong: str
    loss: str = "nll"

    def loss_and_gradients(self) -> Callable[..., Any]:
        """Return `loss_and_gradients` with this slip in it.

        Raises:
            ValueError: the right line does not stand in the sources exactly once.
        """
        functions = (
            nll_and_gradient,
            squared_error_gradient,
            squared_error_and_gradient,
            loss_and_logit_gradients,
            carry_back,
            over_copies,
            segment,
            loss_and_gradients,
        )
        source = "\n\n".join(inspect.getsource(function) for function in functions)
        if source.count(self.right) != 1:
            raise ValueError(
                f"right: expected a text that stands in the backward pass once; received {self.right!r}, "
                f"which stands there {source.count(self.right)} times"
            )
        names: dict[str, Any] = {**nll_and_gradient.__globals__, **segment.__globals__}
        exec(compile(source.replace(self.right, self.wrong), f"<slip: {self.name}>", "exec"), names)
        names["LOSSES"] = {name: names[loss.__name__] for name, loss in LOSSES.items()}
        wrong: Callable[..., Any] = names["loss_and_gradients"]
        return wrong


SLIPS = (
    # The gradient by the logits.
    Slip("label minus prediction", "- z_y, minus_targets(p, y)", "- z_y, -minus_targets(p, y)"),
    Slip(
        "softmax′ after the log",
        "- z_y, minus_targets(p, y)",
        "- z_y, softmax_vjp(minus_targets(p.copy(), y), p)",
    ),
    Slip(
        "label of the step before",
        "- z_y, minus_targets(p, y)",
        "- z_y, minus_targets(p, np.roll(y, 1, axis=0))",
    ),
    Slip("mean over the batch", ".item(), g_o\n", ".item(), g_o / g_o[0, ..., 0].size\n"),
    Slip("mean over time", ".item(), g_o\n", ".item(), g_o / len(g_o)\n"),
    Slip(
        "no softmax′",
        "return softmax_vjp(2 * minus_targets(p.copy(), targets(y, o)), p)",
        "return 2 * minus_targets(p.copy(), targets(y, o))",
        "squared_error",
    ),
    Slip(
        "only the diagonal of softmax′",
        "return softmax_vjp(2 * minus_targets(p.copy(), targets(y, o)), p)",
        "return 2 * minus_targets(p.copy(), targets(y, o)) * p * (1 - p)",
        "squared_error",
    ),
    Slip("factor 2 forgotten", "softmax_vjp(2 * ", "softmax_vjp(", "squared_error"),
    # The recursion through the states.
    Slip("V not transposed", "np.dot(rows(g_o), V, out=rows(g_h))", "np.dot(rows(g_o), V.T, out=rows(g_h))"),
    Slip("W not transposed", "np.dot(g_a_t, W, carried)", "np.dot(g_a_t, W.T, carried)"),
    Slip("output term dropped", "V, out=rows(g_h))", "V, out=rows(g_h)); g_h[:-1] = 0"),
    Slip("no carry through time", "np.dot(g_a_t, W, carried)", "carried[...] = 0"),
    Slip("sign of the carried term", "g_h_t += carried", "g_h_t -= carried"),
    Slip("missing tanh′", "g_a_t *= g_h_t", "g_a_t[...] = g_h_t"),
    Slip("doubled tanh′", "g_a_t *= g_h_t", "g_a_t *= g_a_t * g_h_t"),
    Slip("tanh′ one step early", "h = states[1:]", "h = states[:-1]"),
    Slip("tanh′ one step late", "h = states[1:]", "h = states[[*range(2, len(states)), -1]]"),
    Slip(
        "diagonal on the other side",
        "g_a_t *= g_h_t",
        "np.dot(g_h_t, W, carried); carried *= g_a_t; g_a_t *= g_h_t; continue",
    ),
    # The sums over the copies.
    Slip("h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾", "outer(g_a, states[:-1])", "outer(g_a, states[1:])"),
    Slip(
        "h⁽⁰⁾ wraps round to h⁽ᵀ⁾",
        "outer(g_a, states[:-1])",
        "outer(g_a, np.roll(states[1:], 1, axis=0))",
    ),
    Slip("h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾", "outer(g_o, states[1:])", "outer(g_o, states[:-1])"),
    Slip("input of the step before", "outer(g_a, x)", "outer(g_a, np.roll(x, 1, axis=0))"),
    Slip("factors of W swapped", "outer(g_a, states[:-1])", "outer(states[:-1], g_a)"),
    Slip("factors of U swapped", "outer(g_a, x)", "outer(x, g_a)"),
    Slip("W of the last step only", "outer(g_a, states[:-1])", "outer(g_a[-1], states[-2])"),
    Slip("U overwritten, not added up", "outer(g_a, x)", "outer(g_a[0], x[0])"),
    Slip(
        "repeated words added once",
        "return Parameters.computed(\n        U=outer(g_a, x)",
        "E = np.zeros_like(outer(x, g_a)); E[rows(x).argmax(1)] += rows(g_a)\n"
        "    return Parameters.computed(\n        U=E.T",
    ),
    Slip("b without tanh′", "b=sum_rows(g_a)", "b=sum_rows(g_a / (1 - states[1:] ** 2))"),
    Slip("c of the last step only", "c=sum_rows(g_o)", "c=sum_rows(g_o[-1])"),
)
