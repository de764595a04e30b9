"""Containers: every array has the name that one would write, and stands again where it stood."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from bptt.measure import central_differences, complex_step, gradcheck
from bptt.measure.containers import named


@dataclass(frozen=True)
class Layer:
    W: Any
    b: Any
    activation: str = "tanh"


class Pair(NamedTuple):
    u: Any
    v: Any


random = np.random.default_rng(3)
W, b, x, m = (random.normal(size=size) for size in ((3, 2), (3,), (2,), (4,)))


def test_an_array_is_named_as_one_would_write_it() -> None:
    arrays = {
        "params": {"W": [W, b], 2: (x,)},
        "layers": [Layer(W, b), Layer(W, b)],
        "pair": Pair(x, m),
        "x": x,
    }
    assert [name for name, _ in named("arrays", arrays).values()] == [
        'params["W"][0]',
        'params["W"][1]',
        "params[2][0]",
        "layers[0].W",
        "layers[0].b",
        "layers[0].activation",
        "layers[1].W",
        "layers[1].b",
        "layers[1].activation",
        "pair.u",
        "pair.v",
        "x",
    ]


def total(layers: Any, pair: Any) -> Any:
    assert [type(layer) for layer in layers] == [Layer, Layer]
    assert type(pair) is Pair
    assert layers[0].activation == "tanh"
    h = np.tanh(layers[0].W @ pair.u + layers[0].b)
    return np.sum(h * layers[1].b) * np.sum(pair.v**2)


LAYERS, PAIR = [Layer(W, b), Layer(2 * W, b + 1)], Pair(x, m)


def slopes() -> dict[str, Any]:
    h, sum_v = np.tanh(W @ x + b), np.sum(m**2)
    g = (1 - h**2) * (b + 1) * sum_v
    return {
        "layers": [{"W": np.outer(g, x), "b": g}, {"W": 0 * W, "b": h * sum_v}],
        "pair": (W.T @ g, np.sum(h * (b + 1)) * 2 * m),
    }


def test_gradients_in_other_containers_fit_by_their_keys() -> None:
    """A dictionary of gradients fits a dataclass; a tuple does not fit names."""
    claims = slopes()
    claims["pair"] = Pair(*claims["pair"])
    report = gradcheck(total, claims, {"layers": LAYERS, "pair": PAIR})
    assert report.require(1e-14)["layers[1].b"].status == "right"
    claims["layers"][0]["b"] = -claims["layers"][0]["b"]
    report = gradcheck(total, claims, {"layers": LAYERS, "pair": PAIR})
    assert [tensor.name for tensor in report.with_status("wrong")] == ["layers[0].b"]
    with pytest.raises(ValueError, match=r"expected names among layers\[0\]\.W, .*; received 'pair\[0\]'"):
        gradcheck(total, slopes(), {"layers": LAYERS, "pair": PAIR})


@pytest.mark.parametrize("method", [complex_step, central_differences])
def test_a_container_stands_for_its_floating_arrays(method: Any) -> None:
    measured = method(total, {"layers": LAYERS, "pair": PAIR}, ["layers", "pair.v"])
    assert list(measured) == ["layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b", "pair.v"]
    assert measured["layers[1].b"] == pytest.approx(slopes()["layers"][1]["b"], rel=1e-8)


def test_a_function_of_one_argument_is_given_all_of_them() -> None:
    def f(params: Any) -> Any:
        return np.sum(params["W"] ** 2) + np.sum(params["b"][0])

    params = {"W": W, "b": [b]}
    report = gradcheck(f, {"W": 2 * W, "b": [b**0]}, params)
    assert [tensor.name for tensor in report.require(1e-14).tensors] == ['params["W"]', 'params["b"][0]']
    report = gradcheck(lambda ps: np.sum(ps[0] * ps[1]), (x + 1, x), [x, x + 1])
    assert [tensor.name for tensor in report.require(1e-14).tensors] == ["ps[0]", "ps[1]"]


def test_arrays_in_a_tuple_have_the_names_of_the_arguments() -> None:
    def f(A: Any, v: Any) -> Any:
        return np.sum(A @ v)

    report = gradcheck(f, (np.outer(b**0, x), W.sum(0)), (W, x))
    assert [tensor.name for tensor in report.require(1e-14).tensors] == ["A", "v"]
    with pytest.raises(TypeError, match="arrays: expected a mapping from names to arrays; received tuple"):
        gradcheck(f, {"A": W}, (W,))


def test_a_function_that_changes_an_array_in_a_container_is_refused() -> None:
    def f(params: Any) -> Any:
        params["W"] -= 1
        return np.sum(params["W"])

    with pytest.raises(
        ValueError, match=r'leave its arguments as they are; it modified params\["W"\]\. Let f'
    ):
        gradcheck(f, {"W": W}, {"W": W})


def test_a_list_of_numbers_is_no_container() -> None:
    with pytest.raises(TypeError, match=r"arrays\['x'\]: expected a NumPy array; received list \(write np"):
        gradcheck(lambda x: 0.0, {"x": x}, {"x": [[1.0, 2.0], [3.0, 4.0]]})
