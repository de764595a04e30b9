"""The slips: each is the right pass but for one line, runs, and makes wrong what it is said to make wrong."""

import itertools
import re

import numpy as np
import pytest

from bptt.measure import GradientError, GradientReport, compare
from bptt.numeric import loss_and_gradients
from bptt.slips import SLIPS, Example, Slip, example
from bptt.slips.blindness import measured_gradients

NAMES = ["U", "W", "V", "b", "c", "h0", "x"]

# The tensors that come out wrong where nothing is blind.
RECURSION = {"U", "W", "b", "h0", "x"}
WRONG: dict[str, set[str]] = {
    "label minus prediction": {*NAMES},
    "softmax′ after the log": {*NAMES},
    "label of the step before": {*NAMES} - {"c"},  # the labels are all there, in another order
    "mean over the batch": {*NAMES},
    "mean over time": {*NAMES},
    "no softmax′": {*NAMES},
    "only the diagonal of softmax′": {*NAMES},
    "factor 2 forgotten": {*NAMES},
    "V not transposed": RECURSION,
    "W not transposed": RECURSION,
    "output term dropped": RECURSION,
    "no carry through time": RECURSION,
    "sign of the carried term": RECURSION,
    "missing tanh′": RECURSION,
    "doubled tanh′": RECURSION,
    "tanh′ one step early": RECURSION,
    "tanh′ one step late": RECURSION,
    "diagonal on the other side": RECURSION,
    "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾": {"W"},
    "h⁽⁰⁾ wraps round to h⁽ᵀ⁾": {"W"},
    "h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾": {"V"},
    "input of the step before": {"U"},
    "factors of W swapped": {"W"},
    "factors of U swapped": {"U"},
    "W of the last step only": {"W"},
    "U overwritten, not added up": {"U"},
    "repeated words added once": {"U"},
    "b without tanh′": {"b"},
    "c of the last step only": {"c"},
}
NEEDS_SQUARE = {"V not transposed", "factors of U swapped"}
UNEQUAL, SQUARE = example(), example(D=3, H=3, K=3, B=3)


def claimed(slip: Slip, given: Example) -> GradientReport:
    """What a slip claims beside what is measured."""
    _, gradients = slip.loss_and_gradients()(given.params, given.x, given.y, given.h0, loss=slip.loss)
    return compare(gradients.by_name(), measured_gradients(given, slip.loss), method="complex step")


def first_alone(given: Example) -> Example:
    """The first sequence, without the axis of the batch."""
    return Example(given.params, given.x[:, 0], given.y[:, 0], given.h0[0])


@pytest.mark.parametrize(
    ("slip", "single"),
    [
        pytest.param(slip, single, id=f"{slip.name}-{'single' if single else 'batch'}")
        for slip, single in itertools.product(SLIPS, (False, True))
        if not (single and slip.name == "mean over the batch")
    ],
)
def test_a_wrong_backward_pass_is_found_and_named(slip: Slip, single: bool) -> None:
    names = WRONG[slip.name]
    for given in (SQUARE,) if slip.name in NEEDS_SQUARE else (UNEQUAL, SQUARE):
        report = claimed(slip, first_alone(given) if single else given)
        assert {tensor.name for tensor in report.failures(1e-3)} == names
        with pytest.raises(GradientError, match=f"{len(names)} of 7 gradients wrong") as caught:
            report.require(1e-12)
        assert {line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]} == names


def test_every_slip_is_expected_somewhere() -> None:
    assert [slip.name for slip in SLIPS] == [*WRONG]


@pytest.mark.parametrize("name", sorted(NEEDS_SQUARE))
def test_unequal_sizes_refuse_a_misfit(name: str) -> None:
    (slip,) = (slip for slip in SLIPS if slip.name == name)
    with pytest.raises(ValueError, match=r"mismatch|not aligned|expected shape"):
        claimed(slip, UNEQUAL)


def test_a_slip_leaves_the_right_pass_as_it_is() -> None:
    given = UNEQUAL
    before = loss_and_gradients(given.params, given.x, given.y, given.h0)[1].params
    for slip in SLIPS:
        slip.loss_and_gradients()
    after = loss_and_gradients(given.params, given.x, given.y, given.h0)[1].params
    assert all(map(np.array_equal, before, after))


@pytest.mark.parametrize(("right", "times"), [("no such line", 0), ("outer(g_a", 2)])
def test_a_slip_that_does_not_fit_is_refused(right: str, times: int) -> None:
    with pytest.raises(
        ValueError, match=f"^right: .*; received '{re.escape(right)}', which stands there {times} times$"
    ):
        Slip("none", right, "x").loss_and_gradients()
