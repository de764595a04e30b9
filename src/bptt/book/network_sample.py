"""A run of the recurrent network: the arrays that the formulas' series are compared with."""

from functools import cache, cached_property
from typing import Any

import numpy as np

from bptt.kernel.run.evaluate import Given
from bptt.measure import complex_step
from bptt.numeric import (
    Parameters,
    backward,
    copies,
    forward,
    logit_gradients,
    network_loss,
    nll,
    sum_over_copies,
    unrolled_loss,
)

# All different and none 1.
SIZES = {"n": 3, "m": 5, "k": 4, "T": 6}


class NetworkSample:
    """One sequence through the network and back; no two neighbouring labels are equal, and h⁽⁰⁾ is not 0.

    ``arrays`` holds what a function may ask for by name, ``values`` what the symbols and series of formulas
    are; a series has a value for each time from -1 to T + 2, which is 0 beyond the end. Labels have one too.
    """

    def __init__(self) -> None:
        self.sizes = SIZES
        H, D, K, T = SIZES.values()
        draw = np.random.default_rng(0)
        U, W, V, b, c = (draw.standard_normal(size) for size in ((H, D), (H, H), (K, H), (H,), (K,)))
        params = Parameters(U, W, V, b, c)
        x, h0 = draw.standard_normal((T, D)), draw.uniform(-0.9, 0.9, H)
        y = np.cumsum(draw.integers(1, K, T)) % K
        run = forward(params, x, h0)
        back = backward(params, run, logit_gradients(run.o, y))
        self.arrays: dict[str, Any] = {
            **vars(params),
            **vars(run),
            "h": run.h,
            "g": back.h,
            "g_o": back.o,
            "g_a": back.a,
            "y": y,
            "params": params,
            "run": run,
            "back": back,
            "gradients": sum_over_copies(run, back),
            "copies": copies(run, back),
        }
        self.values: dict[str, Given] = {name: columns(array) for name, array in vars(params).items()}
        for name in ("x", "a", "h", "o", "g", "g_o", "g_a"):
            self.values[name] = over_time(self.arrays[name])
        self.values["h"] = {**self.values["h"], 0: columns(h0)}  # type: ignore[dict-item]
        labels = {time: int(label) for time, label in enumerate(y, start=1)}
        labels |= {0: (labels[1] + 1) % K, -1: labels[1], T + 1: (labels[T] + 1) % K, T + 2: labels[T]}
        self.values["y"] = labels
        self.values["L"] = over_time(nll(run.o, y)[:, None])
        for name, array in vars(params).items():
            self.values[f"{name}_"] = dict.fromkeys(range(-1, T + 3), columns(array))

    def measured(self, name: str) -> Any:
        """Measure the gradient of the loss by a parameter that all steps share."""
        if name not in self.by_parameter:
            raise ValueError(f"by: the network's loss cannot be measured by {name!r}")
        return self.by_parameter[name]

    def measured_at(self, name: str, time: int) -> Any:
        """Measure the gradient by a node of one time: h, o, x, or the copy W_ of a parameter."""
        if name == "h" and time == 0:
            return self.by_node["h0"]
        copies = {f"{parameter}_": parameter for parameter in vars(self.arrays["params"])}
        node = ({"h": "e", "o": "e_o", "x": "x"} | copies).get(name)
        if node is None or not 1 <= time <= self.sizes["T"]:
            raise ValueError(f"by: the network's loss cannot be measured by {name} at time {time}")
        return self.by_node[node][time - 1]

    @cached_property
    def by_parameter(self) -> dict[str, Any]:
        """The measured gradients by the parameters."""

        def loss(**arrays: Any) -> Any:
            return network_loss(Parameters(**arrays), self.arrays["x"], self.arrays["y"], self.arrays["h0"])

        return dict(complex_step(loss, vars(self.arrays["params"])))

    @cached_property
    def by_node(self) -> dict[str, Any]:
        """The measured gradients by the nodes of the unrolled network."""
        run, T = self.arrays["run"], self.sizes["T"]
        arrays = {name: np.stack([array] * T) for name, array in vars(self.arrays["params"]).items()}
        arrays |= {"x": run.x, "h0": run.h0, "e": np.zeros_like(run.h), "e_o": np.zeros_like(run.o)}
        return dict(complex_step(lambda **at: unrolled_loss(y=self.arrays["y"], **at), arrays))


@cache
def network_sample() -> NetworkSample:
    """Sample the network once for all claims."""
    return NetworkSample()


def columns(array: Any) -> Any:
    """Write a vector as a column, as the formulas do."""
    return array.reshape(len(array), -1).tolist()


def over_time(array: Any) -> dict[int, Any]:
    """Give each time its column, from 1 to T; for two steps before and after, it is 0."""
    times = {time: columns(row) for time, row in enumerate(array, start=1)}
    beyond = columns(np.zeros_like(array[0]))
    return {-1: beyond, 0: beyond, **times, len(array) + 1: beyond, len(array) + 2: beyond}
