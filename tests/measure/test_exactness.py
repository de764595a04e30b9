"""How exact a measurement is: a bound beside each number, kinks, single precision, and a scale for zero."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bptt.measure import gradcheck
from bptt.measure.differences import slope
from bptt.numeric import Parameters, network_loss
from bptt.slips import SLIPS, examples
from bptt.slips.blindness import TOLERANCE, measured_gradients, slip_errors

random = np.random.default_rng(5)
X, G = random.normal(size=(3, 4)), random.normal(size=(3, 4))
DIFFERENCES = "central differences"

# A function of one number, its slope at 0.
SLOPES: dict[str, tuple[Callable[[float], float], float]] = {
    "sin": (lambda t: math.sin(1 + t), math.cos(1)),
    "beside a million": (lambda t: 1e6 + math.sin(1 + t), math.cos(1)),
    "oscillating": (lambda t: math.sin(1 + 300 * t), 300 * math.cos(1)),
    "steep": (lambda t: math.exp(30 * t), 30.0),
    "single precision": (lambda t: float(np.float32(math.sin(1 + t))), math.cos(1)),
    "a kink at 1e-7": (lambda t: abs(t + 1e-7) + 2 * t, 3.0),
    "a kink at 1e-5": (lambda t: max(t - 1e-5, 0.0) + t, 1.0),
    "nothing": (lambda t: 5.0, 0.0),
    "flat": (lambda t: t**3, 0.0),
}


@pytest.mark.parametrize("case", SLOPES)
def test_the_bound_of_a_slope_holds(case: str) -> None:
    f, expected = SLOPES[case]
    measured = slope(f, f(0.0), coarse=case == "single precision")
    assert abs(measured.value - expected) <= measured.bound
    assert measured.bound <= (1e-3 if case == "single precision" else 1e-5 * max(1.0, abs(expected)))
    assert measured.near == ("kink" in case)
    assert not measured.kink


def test_at_a_kink_there_are_two_slopes() -> None:
    measured = slope(lambda t: 1 + max(t, 0.0) + 3 * min(t, 0.0), 1.0)
    assert measured.kink
    assert measured.sides == pytest.approx((3.0, 1.0), rel=1e-6)
    assert not slope(lambda t: 1 + t * abs(t), 1.0).kink


@pytest.mark.parametrize(
    ("claimed", "status"), [(0.0, "right"), (0.3, "right"), (1.0, "right"), (1.1, "wrong")]
)
def test_at_a_kink_any_slope_between_its_sides_is_right(claimed: float, status: str) -> None:
    at = np.array([0.0, 1.0, -1.0])
    claims = {"x": np.array([claimed, 1.0, 0.0])}
    report = gradcheck(lambda x: np.sum(np.maximum(x, 0)), claims, {"x": at}, method=DIFFERENCES)
    assert report["x"].status == status
    assert "at a kink in 1 of 3" in report.verdict


def test_near_a_kink_the_smaller_steps_decide() -> None:
    """The right gradient of a rectifier, 1e-7 from its kink, was called wrong by 0.44."""
    at = np.array([1e-7, 1.0, -1.0])

    def f(x: Any) -> Any:
        return np.sum(np.maximum(x, 0))

    report = gradcheck(f, {"x": (at > 0) * 1.0}, {"x": at}, method=DIFFERENCES)
    assert report["x"].status == "right"
    assert "near a kink" in report.verdict
    report = gradcheck(f, {"x": np.array([0.5, 1.0, 0.0])}, {"x": at}, method=DIFFERENCES)
    assert report["x"].status == "wrong"


@pytest.mark.parametrize(
    ("size", "away", "near"), [(1.0, 1e-6, True), (1e-3, 1e-6, True), (1.0, 1e-2, False)]
)
def test_a_kink_that_the_confirming_steps_cross_is_said(size: float, away: float, near: bool) -> None:
    """The complex step is right beside a kink: a large one was refused, and of a small one nothing said."""

    def f(x: Any) -> Any:
        return np.sum(size * np.maximum(x - 1, 0) + np.sin(x))

    at = np.array([1 + away, 2.0, -1.0])
    report = gradcheck(f, {"x": size * (at > 1) + np.cos(at)}, {"x": at})
    assert report["x"].status == "right"
    assert ("near a kink" in report.verdict) == near


def test_at_a_kink_the_complex_step_is_refused() -> None:
    with pytest.raises(ValueError, match="or has a kink at this point"):
        gradcheck(lambda x: np.sum(np.maximum(x - 1, 0)), {"x": X}, {"x": X**0})


def into_single(x: Any) -> Any:
    return np.sum(np.tanh(x).astype(np.float32) * G)


@pytest.mark.parametrize(("factor", "status"), [(1.0, "right"), (1.01, "wrong"), (-1.0, "wrong")])
def test_single_precision_inside_f_is_said_and_still_measured(factor: float, status: str) -> None:
    claims = {"x": factor * G * (1 - np.tanh(X) ** 2)}
    report = gradcheck(into_single, claims, {"x": X}, method=DIFFERENCES)
    assert report["x"].status == status
    assert 1e-6 < report["x"].bound < 1e-3
    assert "f seems to compute in float32" in report.verdict


def test_what_cannot_be_measured_well_enough_is_not_decided() -> None:
    """A gradient of 1e-17 beside 1 drowns in differences; the complex step has it."""

    def f(x: Any) -> Any:
        return 1 + 1e-17 * np.sum(G * x)

    for claimed in (0 * G, 1e-17 * G, 2e-17 * G):
        report = gradcheck(f, {"x": claimed}, {"x": X}, method=DIFFERENCES)
        assert report["x"].status == "undecided"
        assert "x is not decided" in report.verdict
    statuses = [gradcheck(f, {"x": one}, {"x": X})["x"].status for one in (0 * G, 1e-17 * G, 2e-17 * G)]
    assert statuses == ["wrong", "right", "wrong"]


def test_a_failed_requirement_says_that_it_is_not_decided() -> None:
    report = gradcheck(into_single, {"x": G * (1 - np.tanh(X) ** 2)}, {"x": X}, method=DIFFERENCES)
    with pytest.raises(
        AssertionError, match=r"1 of 1 gradients undecided by .*\n  x: measured to \de-0\d only"
    ):
        report.require(1e-12)


def test_the_complex_step_knows_its_rounding() -> None:
    report = gradcheck(lambda x: np.sum(np.sin(x)), {"x": np.cos(X)}, {"x": X})
    assert 1e-17 < report["x"].bound < 1e-13
    far = gradcheck(lambda x: np.sum(np.sin(1e6 * x)), {"x": 1e6 * np.cos(1e6 * X)}, {"x": X})
    assert 1e-11 < far["x"].bound < 1e-7


# ---- a gradient that is exactly zero


def shifted_nll(o: Any, k: Any) -> Any:
    """A softmax does not feel a number that is added to all its logits."""
    z = o + k
    return -(z - np.log(np.sum(np.exp(z))))[2]


logits = random.normal(size=5)
softmax = np.exp(logits) / np.exp(logits).sum()


@pytest.mark.parametrize(
    ("claimed", "status"),
    [(0.0, "right"), (1e-16, "right"), (-1e-16, "right"), (1e-14, "wrong"), (1e-9, "wrong"), (1.0, "wrong")],
)
def test_a_zero_is_judged_by_its_rounding(claimed: float, status: str) -> None:
    claims = {"o": softmax - np.eye(5)[2], "k": np.array(claimed)}
    for size in (1.0, 1e-200, 1e100):
        scaled = {name: size * claim for name, claim in claims.items()}
        report = gradcheck(
            lambda o, k, size=size: size * shifted_nll(o, k), scaled, {"o": logits, "k": np.array(0.3)}
        )
        assert report["o"].status == "right"
        assert report["k"].status == status
        assert report.passed(1e-9) == (status == "right")


@pytest.mark.parametrize("leak", [1e-8, 1e-17, 1e-100, 1e-300])
def test_where_nothing_cancels_nothing_but_zero_is_right(leak: float) -> None:
    """What leaks through a mask may vanish through time; absolute or relative would let it pass."""
    mask = np.array([1.0, 1.0, 0.0, 0.0])

    def f(x: Any) -> Any:
        return np.sum(np.tanh(x) * mask)

    claims = (1 - np.tanh(X) ** 2) * mask
    assert gradcheck(lambda h: f(h * mask), {"h": claims}, {"h": X}).passed(1e-14)
    behind = gradcheck(lambda h: f(np.where(mask, X, h)), {"h": leak * G}, {"h": X})
    assert not behind.passed(0.5)
    assert behind["h"].error == math.inf


ZERO = ("K = 1", "zero states", "V = 0", "T = 1, h⁽⁰⁾ = 0", "W = 0")


@pytest.mark.parametrize("name", ZERO)
def test_the_scale_of_a_zero_hides_no_slip(name: str) -> None:
    """Where gradients are exactly zero, every slip shows in the same tensors as by exact comparison."""
    given = examples()[name]
    for loss in ("nll", "squared_error"):
        measured = measured_gradients(given, loss)

        def f(loss: str = loss, **arrays: Any) -> Any:
            return network_loss(Parameters(**arrays), given.x, given.y, given.h0, loss=loss)

        for slip in (slip for slip in SLIPS if slip.loss == loss):
            errors = slip_errors(slip.loss_and_gradients(), given, loss, measured)
            if not errors:
                continue  # it does not conform
            _, wrong = slip.loss_and_gradients()(given.params, given.x, given.y, given.h0, loss=loss)
            report = gradcheck(f, vars(wrong.params), vars(given.params))
            seen = {tensor.name for tensor in report.tensors if tensor.status != "right"}
            assert seen == {name for name in "UWVbc" if not errors[name] <= TOLERANCE}, slip.name
