"""What is at fault where it is not the gradient: f says two things, ignores an array, or cannot be called."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bptt.measure import gradcheck, vjpcheck

random = np.random.default_rng(0)
o, W = random.normal(size=5), random.normal(size=(2, 2))


class Net:
    """A model that keeps its weights, its last state and a generator."""

    def __init__(self) -> None:
        self.W, self.h, self.draw = np.ones((2, 2)), None, np.random.default_rng(1)

    def loss(self) -> Any:
        return np.sum(self.W**2)

    def carried(self, W: Any) -> Any:
        self.h = np.tanh(W @ (np.ones(2) if self.h is None else self.h))
        return np.sum(self.h)

    def dropped(self, W: Any) -> Any:
        return np.sum(W * (self.draw.random((2, 2)) > 0.5))

    def set(self, W: Any) -> Any:
        self.W = W
        return self.loss()


class Late:
    """A function that is another one once it was given complex arrays."""

    late = 0

    def __call__(self, W: Any) -> Any:
        self.late = self.late or int(np.iscomplexobj(W))
        return np.sum(W) + self.late


generator = np.random.default_rng(2)


def into_single(x: Any) -> Any:
    h = np.zeros(x.shape, np.float32)
    h[...] = np.tanh(x)
    return np.sum(h, dtype=float)


def out(x: Any) -> Any:
    return np.sum(np.dot(W, x, out=np.empty((2, 2))))


def held(f: Callable[..., Any], name: str = "x", at: Any = W) -> Callable[[], object]:
    return lambda: gradcheck(f, {name: np.zeros_like(at)}, {name: at})


REAL_DTYPE = "it writes into an array of real dtype. Make it as np.zeros(shape, W.dtype), or "
TWO, DIFFER = "f: gives two values at one point, ", "measure by central differences"
NO_COMPLEX, DROPS = "f: takes real arrays, but not those of the complex step (", "f: drops the imaginary part"
FAULTS: dict[str, tuple[Callable[[], object], type[Exception], list[str]]] = {
    "random": (
        held(lambda x: np.sum(x * (generator.random(5) > 0.5)), at=o),
        ValueError,
        [TWO, "it draws random numbers from generator. Draw them once, outside f"],
    ),
    "random, of NumPy": (
        held(lambda x: np.sum(x * np.random.random(5)), at=o),
        ValueError,
        [TWO, "from np.random"],
    ),
    "random, in a model": (held(Net().dropped, "W"), ValueError, [TWO, "from self.draw"]),
    "state": (held(Net().carried, "W"), ValueError, [TWO, "it keeps a state from call to call, or draws"]),
    "state, late": (held(Late(), "W"), ValueError, [TWO, "after the check", "it keeps a state"]),
    "float": (held(lambda x: float(np.sum(x))), ValueError, [DROPS, "float(), math.log", DIFFER]),
    "float of a Python number": (held(lambda x: float(x[0, 0].item())), TypeError, [NO_COMPLEX, DIFFER]),
    "math.log": (held(lambda x: math.log(np.sum(x**2))), ValueError, [DROPS, "math.log", DIFFER]),
    "hypot": (held(lambda x: np.sum(np.hypot(x, x))), TypeError, [NO_COMPLEX, "hypot", DIFFER]),
    "rfft": (held(lambda x: np.sum(np.fft.rfft(x).real)), TypeError, [NO_COMPLEX, DIFFER]),
    "fft and abs": (held(lambda x: np.sum(np.abs(np.fft.fft(x)))), ValueError, [DROPS, "abs", DIFFER]),
    "out": (held(out), TypeError, [NO_COMPLEX, "output array is not acceptable", REAL_DTYPE, DIFFER]),
    "ufunc's out": (
        held(lambda x: np.sum(np.multiply(x, x, out=np.empty((2, 2))))),
        TypeError,
        [NO_COMPLEX, "Cannot cast ufunc 'multiply' output", REAL_DTYPE, DIFFER],
    ),
    "float32 buffer": (held(into_single), ValueError, [DROPS, "float32", DIFFER]),
    "float32 value": (
        held(lambda x: np.sum(x).astype(np.float32)),
        TypeError,
        ["received float32. Let f keep the dtype of its arguments", DIFFER],
    ),
    "a pair": (held(lambda x: (np.sum(x), x)), TypeError, ["tuple. Give the loss alone: ", "[0]"]),
    "arrays": (held(lambda x: 2 * x), ValueError, ["expected to return a scalar", "vjpcheck"]),
    "other names": (
        lambda: gradcheck(lambda W, b: 0.0, {"dW": W, "db": o}, {"W": W, "b": o}),
        ValueError,
        ["received 'dW' (name each gradient as its array: {'W': ...['dW'], 'b': ...['db']})"],
    ),
    "other arguments": (
        lambda: gradcheck(lambda W, c: 0.0, {"W": W}, {"W": W, "b": o}),
        TypeError,
        ["f: expected to take the arrays by name, as f(W=..., b=...); received f(W, c): missing"],
    ),
}


@pytest.mark.parametrize(("call", "error", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_said(call: Callable[[], object], error: type[Exception], words: list[str]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    assert type(caught.value) is error
    assert str(caught.value).startswith(words[0]) or not words[0].startswith("f:")
    for word in words:
        assert word in str(caught.value)


def test_a_function_that_ignores_an_array_is_at_fault_and_not_called_wrong() -> None:
    net = Net()
    arrays, claims = {"W": net.W, "b": o}, {"W": 2 * net.W, "b": o**0}
    report = gradcheck(lambda W, b: net.loss() + np.sum(b), claims, arrays)
    assert report["W"].status == "undecided"
    assert report["b"].status == "right"
    assert (
        "W is not decided (f does not depend on it, whatever it holds: does f read self.W" in report.verdict
    )
    assert not report.passed(0.5)
    by_differences = gradcheck(
        lambda W: net.loss(), {"W": 2 * net.W}, {"W": net.W}, method="central differences"
    )
    assert "f does not depend on it" in by_differences.verdict


@pytest.mark.parametrize("method", ["complex step", "central differences"])
def test_an_unused_array_has_the_gradient_zero(method: str) -> None:
    report = gradcheck(lambda x, W: np.sum(x), {"x": o**0, "W": 0 * W}, {"x": o, "W": W}, method=method)
    assert [tensor.status for tensor in report.tensors] == ["right", "right"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_model_is_left_as_it_was(fails: bool) -> None:
    net = Net()

    def f(W: Any) -> Any:
        if fails and np.iscomplexobj(W):
            net.W = W
            raise TypeError
        return net.set(W)

    if fails:
        with pytest.raises(TypeError, match="not those of the complex step"):
            gradcheck(f, {"W": 2 * np.ones((2, 2))}, {"W": np.ones((2, 2))})
    else:
        gradcheck(f, {"W": 2 * np.ones((2, 2))}, {"W": np.ones((2, 2))}).require(1e-15)
    assert net.W.dtype == float
    assert np.array_equal(net.W, np.ones((2, 2)))


def test_what_is_said_of_the_two_values_are_the_two_values() -> None:
    values = iter((1.5, 2.5))
    with pytest.raises(ValueError, match=re.escape("two values at one point, 1.5 and then 2.5")):
        gradcheck(lambda x: next(values), {"x": o}, {"x": o})


def test_a_layer_that_is_random_is_said_to_be() -> None:
    with pytest.raises(ValueError, match="gives two values at one point"):
        vjpcheck(lambda x: x * generator.random(5), lambda g, x: g, {"x": o})
