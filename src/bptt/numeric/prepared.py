"""A run that looks at its arguments once and is repeated as often as one likes.

For a short sequence the checks of the arguments cost more than a tenth of the time. They say nothing new
where the same arrays come again with other numbers in them, as in a training that changes them in place.
"""

import numpy as np

from bptt.arrays import REAL, Array
from bptt.numeric.backward import Gradients, segment
from bptt.numeric.losses import Loss, at_steps
from bptt.numeric.rnn import Parameters, as_rows, checked_start, contiguous
from bptt.numeric.workspace import Workspace


class Prepared:
    """Call it for what `loss_and_gradients` computes of the numbers that stand in these arrays by then.

        run = Prepared(params, x, y)
        loss, gradients = run()

    The arrays are kept and not copied. What is written into them later is not looked at, but for y, indices
    and logits that are not finite. It serves one call at a time, as a `Workspace` does.

    Args:
        params, x, y, h0, loss, loss_at, weights, inputs: as for `loss_and_gradients`.

    Raises:
        TypeError, ValueError: as `loss_and_gradients`; for y when it is called.
    """

    def __init__(
        self,
        params: Parameters,
        x: Array,
        y: Array,
        h0: Array | None = None,
        *,
        loss: str | Loss = "nll",
        loss_at: str = "all",
        weights: Array | None = None,
        inputs: bool = True,
    ) -> None:
        rows, self.h0 = checked_start(params, x, h0, REAL)
        self.params, self.x, self.y, self.weights = params, x, y, weights
        self.loss, self.loss_at, self.inputs = loss, loss_at, inputs
        self.workspace = Workspace.for_checked(params, rows)

    def __call__(self) -> tuple[float, Gradients]:
        """Compute the loss and its gradients."""
        work, dtype = self.workspace, self.h0.dtype
        x = np.ascontiguousarray(as_rows(self.x, self.params.U.shape[1], dtype))
        y, weights = at_steps(
            self.y, work.o.shape, dtype, loss=self.loss, loss_at=self.loss_at, weights=self.weights
        )
        work.states[0] = self.h0
        work.carried[...] = 0  # nothing follows the last step
        arrays = contiguous(self.params, dtype)
        return segment(arrays, x, y, work, loss=self.loss, weights=weights, inputs=self.inputs)
