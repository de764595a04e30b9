"""What the benchmark of the gradients compares is the same everywhere, and what is not is refused."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import speed
from measured import accuracy, peers, rewrites
from measured.networks import Network

SMALL = (7, 3, 4, 5, 6)
both = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@both
def test_the_loop_over_samples_computes_the_same(dtype):
    network = Network(SMALL, dtype)
    speed.agree(network.run(), peers.per_sample(network)(), dtype)


@pytest.mark.parametrize("name", ["loss", *"UWVbc"])
def test_a_peer_that_computes_something_else_is_refused(name):
    network = Network(SMALL, np.float64)
    loss, gradients = network.run()
    wrong = (
        (loss + 1e-6, gradients) if name == "loss" else (loss, {**gradients, name: gradients[name] + 1e-6})
    )
    with pytest.raises(ValueError, match=f"{name}: expected"):
        speed.agree((loss, gradients), wrong, np.float64)


def test_each_stage_of_the_chapter_computes_the_same():
    functions = rewrites.functions_of(rewrites.CHAPTER.read_text("utf-8"))
    network = Network(SMALL, np.float64)
    loss, gradients = network.run()
    for names in rewrites.STAGES.values():
        stage = rewrites.run(network, *(functions[name] for name in names))
        speed.agree((loss, gradients), (loss, dict(zip(gradients, stage, strict=True))), np.float64)


@both
def test_the_gradients_are_right_to_a_few_roundings_of_50_digits(dtype):
    assert max(accuracy.roundings(Network(SMALL, dtype)).values()) < 4


def test_50_digits_notice_a_wrong_gradient(monkeypatch):
    network = Network(SMALL, np.float64)
    loss, gradients = network.run()
    monkeypatch.setattr(network, "run", lambda: (loss, {**gradients, "W": gradients["W"] * (1 + 1e-14)}))
    assert accuracy.roundings(network)["W"] > 30
