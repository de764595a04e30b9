"""Every composition of the page *Check your own code* is measured by the complex step, and is short."""

import ast
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import page
import pytest
from networks import B, D, H, K, T, distance, furthest, network

from bptt.measure import complex_step
from bptt.numeric import Parameters, forward, nll, total_loss

Array = npt.NDArray[Any]
COMPOSITIONS = sorted({*page.FUNCTIONS} - {"f", "layer", "layer_back", "loss_and_grads", "one_by_one"})
compositions = page.defined()


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_it_is_tried_and_has_ten_lines_at_most(name: str) -> None:
    assert f" compositions.{name}(" in Path(__file__).read_text("utf-8")
    function = page.FUNCTIONS[name]
    assert len(ast.get_source_segment(page.SOURCE, function).splitlines()) <= 10


def by_parameters(f: Any, **nets: Parameters) -> dict[str, Array]:
    """The gradients of f by the parameters of some networks, by the complex step; f takes the networks."""
    named = {f"{net}_{name}": array for net, params in nets.items() for name, array in vars(params).items()}

    def unpacked(**arrays: Array) -> Any:
        return f(**{net: Parameters(*(arrays[f"{net}_{name}"] for name in "UWVbc")) for net in nets})

    return dict(complex_step(unpacked, named))


def gathered(**nets: Parameters) -> dict[str, Array]:
    return {f"{net}_{name}": array for net, params in nets.items() for name, array in vars(params).items()}


def test_batch_first() -> None:
    params, x, y, _ = network()
    loss, by_params, by_x = compositions.batch_first(params, x.swapaxes(0, 1), y.T)
    expected = by_parameters(lambda net: total_loss(forward(net, x).o, y), net=params)
    assert loss == pytest.approx(total_loss(forward(params, x).o, y), rel=1e-14)
    assert furthest(gathered(net=by_params), expected) < 1e-12
    measured = complex_step(
        lambda x: total_loss(forward(params, x.swapaxes(0, 1)).o, y), {"x": x.swapaxes(0, 1)}
    )
    assert distance(by_x, measured["x"]) < 1e-12


def test_a_padded_batch_with_a_mean() -> None:
    params, x, y, _ = network()
    ends = np.array([5, 3, 1, 4, 2, 5])
    y[np.arange(T)[:, None] >= ends] = -1

    def f(net: Parameters) -> Any:
        o = forward(net, x).o
        each = [nll(o[:end, i], y[:end, i]).sum() for i, end in enumerate(ends)]
        return np.sum(each) / ends.sum()

    loss, by_params = compositions.padded_mean(params, x, y)
    assert loss == pytest.approx(f(params), rel=1e-14)
    assert furthest(gathered(net=by_params), by_parameters(f, net=params)) < 1e-12


def test_a_label_at_each_end() -> None:
    params, x, y, _ = network()
    ends = np.array([5, 3, 1, 4, 2, 5])

    def f(net: Parameters) -> Any:
        o = forward(net, x).o
        return np.sum([nll(o[end - 1, i], y[0, i]) for i, end in enumerate(ends)])

    loss, by_params = compositions.at_each_end(params, x, y[0], ends)
    assert loss == pytest.approx(f(params), rel=1e-14)
    assert furthest(gathered(net=by_params), by_parameters(f, net=params)) < 1e-12


def test_a_stateful_trainer(capsys: pytest.CaptureFixture[str]) -> None:
    """At rate 0 its losses are those of the whole text; otherwise they fall."""
    params, _, _, _ = network()
    random = np.random.default_rng(5)
    x, y = random.normal(size=(12, B, D)), random.integers(0, K, size=(12, B))
    pieces = [(x[t : t + 4], y[t : t + 4]) for t in range(0, 12, 4)]
    _, state = compositions.stateful(params, pieces, 0.0)
    assert distance(state, forward(params, x).h[-1]) < 1e-15
    losses = [float(line) for line in capsys.readouterr().out.splitlines()]
    each = nll(forward(params, x).o, y).sum(axis=1)
    assert losses == pytest.approx([each[t : t + 4].sum() for t in range(0, 12, 4)], abs=1e-3)
    trained, _ = compositions.stateful(params, pieces * 5, 0.01)
    assert total_loss(forward(trained, x).o, y) < total_loss(forward(params, x).o, y)


def test_an_embedding() -> None:
    params, _, y, _ = network()
    E, words = (
        np.random.default_rng(6).normal(size=(7, D)),
        np.random.default_rng(7).integers(0, 7, size=(T, B)),
    )
    loss, by_E, by_params = compositions.embedded(E, params, words, y)
    measured = complex_step(lambda E: total_loss(forward(params, E[words]).o, y), {"E": E})
    assert distance(by_E, measured["E"]) < 1e-12
    expected = by_parameters(lambda net: total_loss(forward(net, E[words]).o, y), net=params)
    assert furthest(gathered(net=by_params), expected) < 1e-12
    assert loss == pytest.approx(total_loss(forward(params, E[words]).o, y), rel=1e-14)


def test_two_directions() -> None:
    forth, x, y, _ = network()
    back = forth.map(lambda array: array[::-1] * 0.9)

    def f(forth: Parameters, back: Parameters) -> Any:
        turned = forward(back, np.flip(x, axis=0)).o
        return np.sum([nll(forward(forth, x[: t + 1]).o[-1] + turned[T - 1 - t], y[t]) for t in range(T)])

    loss, of_forth, of_back = compositions.two_directions(forth, back, x, y)
    assert loss == pytest.approx(f(forth, back), rel=1e-14)
    expected = by_parameters(f, forth=forth, back=back)
    assert furthest(gathered(forth=of_forth, back=of_back), expected) < 1e-12


def test_two_layers() -> None:
    below, x, y, _ = network()
    above, _, _, _ = network(sizes=(H, 5, K, B, T))

    def f(below: Parameters, above: Parameters) -> Any:
        return total_loss(forward(above, forward(below, x).h).o, y)

    loss, of_below, of_above = compositions.two_layers(below, above, x, y)
    assert loss == pytest.approx(f(below, above), rel=1e-14)
    expected = by_parameters(f, below=below, above=above)
    for unused in ("below_V", "below_c"):
        assert not expected.pop(unused).any()
    claimed = gathered(below=of_below, above=of_above)
    assert furthest({name: claimed[name] for name in expected}, expected) < 1e-12
