"""vjpcheck: a layer's backward function is held against its forward function, with no loss."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bptt.measure import vjpcheck

random = np.random.default_rng(6)
A, B = random.normal(size=(3, 4)), random.normal(size=(4, 5))
x, Wx, Wh = random.normal(size=(5, 2, 3)), random.normal(size=(3, 4)), random.normal(size=(4, 4)) / 2
LAYER = {"x": x, "Wx": Wx, "Wh": Wh}


def product(A: Any, B: Any) -> Any:
    return A @ B


def states(x: Any, Wx: Any, Wh: Any) -> Any:
    h, hs = np.zeros((2, 4), np.result_type(x, Wx, Wh)), []
    for x_t in x:
        h = np.tanh(x_t @ Wx + h @ Wh)
        hs.append(h)
    return np.stack(hs)


def layer_backward(
    g: Any, x: Any, Wx: Any, Wh: Any, *, late: int = 0, in_place: bool = False
) -> tuple[Any, Any, Any]:
    """Carry a cotangent of all states back; `late` reads the state itself for the one before."""
    h = np.concatenate([np.zeros((1, 2, 4)), states(x, Wx, Wh)])
    dx, dWx, dWh, dh = np.empty_like(x), 0 * Wx, 0 * Wh, np.zeros((2, 4))
    for t in reversed(range(5)):
        carried = g[t]
        if in_place:
            carried += dh
        else:
            carried = carried + dh
        da = carried * (1 - h[t + 1] ** 2)
        dx[t], dWx, dWh, dh = da @ Wx.T, dWx + x[t].T @ da, dWh + h[t + late].T @ da, da @ Wh.T
    return dx, dWx, dWh


def both_ways(x: Any, Wx: Any, Wh: Any) -> dict[str, Any]:
    return {"there": states(x, Wx, Wh), "back": states(x[::-1], Wx, Wh)[::-1]}


def both_ways_backward(g: Any, x: Any, Wx: Any, Wh: Any, *, turned: bool = True) -> dict[str, Any]:
    there = layer_backward(g["there"], x, Wx, Wh)
    turn = slice(None, None, -1) if turned else slice(None)
    back = layer_backward(g["back"][turn], x[::-1], Wx, Wh)
    return {"x": there[0] + back[0][turn], "Wx": there[1] + back[1], "Wh": there[2] + back[2]}


def wrong_tensors(forward: Callable[..., Any], backward: Callable[..., Any], arrays: Any) -> list[str]:
    return [tensor.name for tensor in vjpcheck(forward, backward, arrays).with_status("wrong")]


def test_the_right_ones_pass() -> None:
    vjpcheck(product, lambda g, A, B: (g @ B.T, A.T @ g), {"A": A, "B": B}).require(1e-14)
    vjpcheck(states, layer_backward, LAYER).require(1e-13)
    vjpcheck(both_ways, both_ways_backward, LAYER).require(1e-13)
    vjpcheck(lambda A: (A**2, [A.sum(axis=0)]), lambda g, A: 2 * g[0] * A + g[1][0], {"A": A}).require(1e-14)
    report = vjpcheck(
        lambda A: np.tanh(A), lambda g, A: g * (1 - np.tanh(A) ** 2), {"A": A}, method="central differences"
    )
    report.require(1e-8)


def test_a_slip_is_found_in_its_tensor() -> None:
    late = lambda g, **arrays: layer_backward(g, **arrays, late=1)  # noqa: E731
    assert wrong_tensors(states, late, LAYER) == ["Wh"]
    straight = lambda g, **arrays: both_ways_backward(g, **arrays, turned=False)  # noqa: E731
    assert wrong_tensors(both_ways, straight, LAYER) == ["x", "Wx", "Wh"]
    assert wrong_tensors(product, lambda g, A, B: (g @ B.T, A.T @ np.ones_like(g)), {"A": A, "B": B}) == ["B"]
    assert wrong_tensors(lambda A: (A**2, A), lambda g, A: 2 * g[0] * A, {"A": A}) == ["A"]


def test_some_gradients_are_enough() -> None:
    report = vjpcheck(product, lambda g, A, B: (None, A.T @ g), {"A": A, "B": B})
    assert [tensor.name for tensor in report.require(1e-14).tensors] == ["B"]
    report = vjpcheck(product, lambda g, A, B: {"A": g @ B.T}, {"A": A, "B": B})
    assert [tensor.name for tensor in report.require(1e-14).tensors] == ["A"]


def test_another_seed_is_another_cotangent() -> None:
    seen = []
    for seed in (0, 1, 1):
        vjpcheck(product, lambda g, A, B: seen.append(g) or (g @ B.T, A.T @ g), {"A": A, "B": B}, seed=seed)
    assert not np.array_equal(seen[0], seen[1])
    assert np.array_equal(seen[1], seen[2])


def spoiled(g: Any, A: Any, B: Any) -> Any:
    A *= 2
    return g @ B.T, A.T @ g


REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "changes the cotangent": (
        lambda: vjpcheck(states, lambda g, **arrays: layer_backward(g, **arrays, in_place=True), LAYER),
        ValueError,
        "backward: expected to leave the cotangent as it is; it modified out in place",
    ),
    "changes an array": (
        lambda: vjpcheck(product, spoiled, {"A": A, "B": B}),
        ValueError,
        "backward: expected to leave the arrays as they are; it modified A in place",
    ),
    "too many": (
        lambda: vjpcheck(product, lambda g, A, B: (A, B, g), {"A": A, "B": B}),
        ValueError,
        "backward: expected at most 2 gradients, of A, B; received 3",
    ),
    "integers": (
        lambda: vjpcheck(lambda A: np.argmax(A, axis=0), lambda g, A: A, {"A": A}),
        TypeError,
        "forward: expected to return real floating arrays; received int64 as out",
    ),
    "text": (
        lambda: vjpcheck(lambda A: [A, "tanh"], lambda g, A: A, {"A": A}),
        TypeError,
        "forward: expected to return real floating arrays; received str as out[1]",
    ),
    "no mapping": (
        lambda: vjpcheck(product, lambda g, A, B: A, [A, B]),
        TypeError,
        "arrays: expected a mapping from names to arrays; received list",
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    assert type(caught.value) is error
    assert str(caught.value).startswith(message)
