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

from bptt.numeric.backward import backward, loss_and_gradients, sum_over_copies
from bptt.numeric.losses import logit_gradients, nll_gradient, squared_error_gradient


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
            nll_gradient,
            squared_error_gradient,
            logit_gradients,
            backward,
            sum_over_copies,
            loss_and_gradients,
        )
        source = "\n\n".join(inspect.getsource(function) for function in functions)
        if source.count(self.right) != 1:
            raise ValueError(
                f"right: expected a text that stands in the backward pass once; received {self.right!r}, "
                f"which stands there {source.count(self.right)} times"
            )
        names: dict[str, Any] = {**nll_gradient.__globals__, **backward.__globals__}
        exec(compile(source.replace(self.right, self.wrong), f"<slip: {self.name}>", "exec"), names)
        wrong: Callable[..., Any] = names["loss_and_gradients"]
        return wrong


SLIPS = (
    # The gradient by the logits.
    Slip("label minus prediction", "return softmax(o) - targets(y, o)", "return targets(y, o) - softmax(o)"),
    Slip(
        "softmax′ after the log",
        "return softmax(o) - targets(y, o)",
        "return softmax_vjp(softmax(o) - targets(y, o), softmax(o))",
    ),
    Slip(
        "label of the step before",
        "return softmax(o) - targets(y, o)",
        "return softmax(o) - np.roll(targets(y, o), 1, axis=0)",
    ),
    Slip("mean over the batch", "return g_o\n", "return g_o / g_o[0, ..., 0].size\n"),
    Slip("mean over time", "return g_o\n", "return g_o / len(g_o)\n"),
    Slip(
        "no softmax′",
        "return softmax_vjp(2 * (p - targets(y, o)), p)",
        "return 2 * (p - targets(y, o))",
        "squared_error",
    ),
    Slip(
        "only the diagonal of softmax′",
        "return softmax_vjp(2 * (p - targets(y, o)), p)",
        "return 2 * (p - targets(y, o)) * p * (1 - p)",
        "squared_error",
    ),
    Slip("factor 2 forgotten", "2 * (p - targets(y, o))", "(p - targets(y, o))", "squared_error"),
    # The recursion through the states.
    Slip("V not transposed", "g_o[t] @ V + carried", "g_o[t] @ V.T + carried"),
    Slip("W not transposed", "carried = g_a[t] @ W", "carried = g_a[t] @ W.T"),
    Slip("output term dropped", "g_o[t] @ V + carried", "g_o[t] @ V * (t == len(g_h) - 1) + carried"),
    Slip("no carry through time", "carried = g_a[t] @ W", "carried = 0 * (g_a[t] @ W)"),
    Slip("sign of the carried term", "g_o[t] @ V + carried", "g_o[t] @ V - carried"),
    Slip("missing tanh′", "g_h[t] * (1 - run.h[t] ** 2)", "g_h[t]"),
    Slip("doubled tanh′", "(1 - run.h[t] ** 2)", "(1 - run.h[t] ** 2) ** 2"),
    Slip("tanh′ one step early", "(1 - run.h[t] ** 2)", "(1 - run.h_before[t] ** 2)"),
    Slip("tanh′ one step late", "(1 - run.h[t] ** 2)", "(1 - run.h[min(t + 1, len(g_h) - 1)] ** 2)"),
    Slip("diagonal on the other side", "carried = g_a[t] @ W", "carried = g_h[t] @ W * (1 - run.h[t] ** 2)"),
    # The sums over the copies.
    Slip("h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾", "outer(back.a, run.h_before)", "outer(back.a, run.h)"),
    Slip("h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾", "outer(back.o, run.h)", "outer(back.o, run.h_before)"),
    Slip("input of the step before", "outer(back.a, run.x)", "outer(back.a, np.roll(run.x, 1, axis=0))"),
    Slip("factors of W swapped", "outer(back.a, run.h_before)", "outer(run.h_before, back.a)"),
    Slip("factors of U swapped", "outer(back.a, run.x)", "outer(run.x, back.a)"),
    Slip("W of the last step only", "outer(back.a, run.h_before)", "outer(back.a[-1], run.h_before[-1])"),
    Slip("U overwritten, not added up", "outer(back.a, run.x)", "outer(back.a[0], run.x[0])"),
    Slip("b without tanh′", "total(back.a)", "total(back.h)"),
    Slip("c of the last step only", "total(back.o)", "total(back.o[-1])"),
)
