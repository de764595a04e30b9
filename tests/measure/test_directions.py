"""Real sizes: a few random directions instead of all entries find every slip, and say what they may miss."""

import math
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bptt.measure import GradientReport, gradcheck
from bptt.measure.directions import directions
from bptt.measure.progress import progress
from bptt.numeric import Parameters, loss_and_gradients, network_loss
from bptt.slips import SLIPS, Slip, example
from bptt.slips.inputs import Example

random = np.random.default_rng(4)


def moderate(given: Example) -> Example:
    """Make the parameters so small that no state is 1 to rounding."""
    return replace(given, params=given.params.map(lambda p: p / 8))


LARGE = moderate(example(D=20, H=24, K=22, B=2, T=6))
SQUARE = moderate(example(D=20, H=20, K=20, B=3, T=4))


def checked(given: Example, gradients: Parameters, loss: str = "nll", **options: Any) -> GradientReport:
    def f(**arrays: Any) -> Any:
        return network_loss(Parameters(**arrays), given.x, given.y, given.h0, loss=loss)

    return gradcheck(f, vars(gradients), vars(given.params), **options)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_random_directions_find_each_slip_in_its_tensors(slip: Slip) -> None:
    for given in (LARGE, SQUARE):
        try:
            _, wrong = slip.loss_and_gradients()(given.params, given.x, given.y, given.h0, loss=slip.loss)
        except ValueError:
            assert given is LARGE  # where sizes are not equal, it does not conform
            continue
        _, right = loss_and_gradients(given.params, given.x, given.y, given.h0, loss=slip.loss)
        if [p.shape for p in wrong.params] != [p.shape for p in right.params]:
            assert given is LARGE
            continue
        differ = [n for n in "UWVbc" if not np.allclose(vars(wrong.params)[n], vars(right.params)[n])]
        assert differ
        report = checked(given, wrong.params, slip.loss)
        assert [tensor.name for tensor in report.with_status("wrong")] == differ
        assert {tensor.along for tensor in report.tensors} == {"3 random directions", "all entries"}


@pytest.mark.parametrize("options", [{}, {"seed": 1}, {"entries": 40}, {"entries": "all"}])
def test_a_right_gradient_passes(options: dict[str, Any]) -> None:
    _, right = loss_and_gradients(LARGE.params, LARGE.x, LARGE.y, LARGE.h0)
    report = checked(LARGE, right.params, **options).require(1e-12)
    assert report.seed == options.get("seed", 0)
    assert report.verdict.startswith("Verdict: U, W, V, b and c are right")


def test_an_error_in_one_entry_of_ten_thousand_is_found_and_its_size_estimated() -> None:
    x, claim = random.normal(size=(100, 100)), random.normal(size=(100, 100))
    off = claim.copy()
    off[17, 40] += 1e-4
    errors = []
    for seed in range(20):
        report = gradcheck(lambda x: np.sum(claim * x), {"x": off}, {"x": x}, seed=seed)
        assert report["x"].status == "wrong"
        errors.append(report.error)
        assert report["x"].norm == pytest.approx(np.linalg.norm(claim), rel=1.5)
    assert np.median(errors) == pytest.approx(1e-4 / np.linalg.norm(claim), rel=0.5)
    assert gradcheck(lambda x: np.sum(claim * x), {"x": claim}, {"x": x}).error < 1e-14


def test_the_directions_are_not_the_arrays_of_a_caller_with_the_same_seed() -> None:
    drawn = np.random.default_rng(0).normal(size=(40, 40))
    assert not any(np.array_equal(move, drawn) for move in directions((40, 40), None, 0, 1600).moves)


def test_the_chance_to_miss_is_as_said() -> None:
    """An error of a tenth of the gradient is within a tolerance of a twentieth once in so many draws."""
    v, w = np.array([1.0, 0.0]), np.array([0.0, 0.1])
    missed = 0
    for seed in range(4000):
        moves = np.random.default_rng(seed).normal(size=(3, 2))
        missed += np.linalg.norm(moves @ w) <= 0.05 * np.linalg.norm(moves @ v)
    said = directions((100, 100), None, 0, 10**4).unseen(0.01 * 0.05 / 0.1)
    chance = float(said.split()[-1])
    assert said.startswith("an error of 1 % of the gradient with a chance of ")
    assert chance / 2 < missed / 4000 < chance


def test_a_sample_measures_so_many_entries_and_says_what_it_misses() -> None:
    x = random.normal(size=(50, 10))
    off = 2 * x
    off[3] = 0
    report = gradcheck(lambda x: np.sum(x**2), {"x": off}, {"x": x}, entries=100, seed=3)
    assert report["x"].along == "100 of 500 entries"
    assert report["x"].index[0] == 3
    assert report["x"].norm == pytest.approx(np.linalg.norm(2 * x), rel=0.2)
    assert "x: measured along 100 of 500 entries, seed 3; this misses an error in a single" in str(report)
    assert "entry with a chance of 0.8\n" in str(report)
    places = directions((50, 10), 100, 3, 500).places
    assert len({*places}) == 100
    assert places != directions((50, 10), 100, 4, 500).places


def test_few_entries_are_all_measured() -> None:
    assert str(directions((300,), None, 0, 300)) == "all entries"
    assert str(directions((300,), None, 0, 301)) == "3 random directions"
    assert str(directions((32,), None, 0, 301)) == "all entries"
    assert str(directions((300,), 300, 0, 300)) == "all entries"
    assert directions((), None, 0, 10**6).places == ((),)


@pytest.mark.parametrize("entries", [0, -1, True, "some", "All"])
def test_an_unknown_choice_of_entries_is_refused(entries: Any) -> None:
    with pytest.raises(ValueError, match=r"^entries: expected 'all', a number of entries, or None; received"):
        gradcheck(lambda x: np.sum(x), {"x": np.ones(3)}, {"x": np.ones(3)}, entries=entries)


def test_a_hundred_units_for_25_steps_are_few_calls() -> None:
    """What takes two seconds on a machine that is busy is told by the calls, of which each costs the same."""
    given = moderate(example(D=65, H=100, K=65, B=1, T=25))
    calls: Counter[str] = Counter()

    def f(W: Any) -> Any:
        calls[W.dtype.kind] += 1
        params = Parameters(*(array if name != "W" else W for name, array in vars(given.params).items()))
        return network_loss(params, given.x, given.y, given.h0)

    _, right = loss_and_gradients(given.params, given.x, given.y, given.h0)
    began = time.process_time()
    gradcheck(f, {"W": right.params.W}, {"W": given.params.W}).require(1e-11)
    assert time.process_time() - began < 10
    assert calls["c"] <= 10
    assert calls["f"] <= 10


def test_long_work_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    now = [0.0]
    monkeypatch.setattr("bptt.measure.progress.time.monotonic", lambda: now[0])
    for _ in progress("gradient by W", range(10), 10):
        now[0] += 1.0
    said = capsys.readouterr().err
    assert "\rgradient by W: 4 of 10, 6 s left " in said
    assert said.endswith("\r\033[K")
    for _ in progress("gradient by W", range(10), 10):
        now[0] += 0.1
    assert capsys.readouterr().err == ""


def test_a_gradient_of_zero_is_measured_along_directions_too() -> None:
    x = random.normal(size=(30, 30))
    report = gradcheck(lambda x: 1.0, {"x": 0 * x}, {"x": x})
    assert report["x"].error == 0
    assert gradcheck(lambda x: np.sum(x * 0), {"x": 1e-300 * x}, {"x": x})["x"].error == math.inf
