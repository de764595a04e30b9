"""The report: a verdict at its end, as text, as HTML, as JSON and as a plot of error against step size."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from bptt.measure import GradientReport, compare, gradcheck
from bptt.measure.likeness import likeness

random = np.random.default_rng(8)
A, G = random.normal(size=(3, 3)), random.normal(size=(3, 3))


def f(A: Any, b: Any) -> Any:
    return np.sum(G * np.tanh(A)) + np.sum(b**3)


b = random.normal(size=4)
RIGHT = {"A": G * (1 - np.tanh(A) ** 2), "b": 3 * b**2}


def checked(**claims: Any) -> GradientReport:
    return gradcheck(f, {**RIGHT, **claims}, {"A": A, "b": b})


def test_a_report_ends_in_its_verdict() -> None:
    assert re.fullmatch(r"Verdict: A and b are right, to \de-1\d\.", checked().verdict)
    wrong = checked(A=-RIGHT["A"])
    assert str(wrong).endswith(f"\n{wrong.verdict}")
    assert re.fullmatch(
        r"Verdict: A is wrong, 1 of 2 \(the claim is −1 times what is measured\); b is right, to \de-1\d\.",
        wrong.verdict,
    )
    both = checked(A=2 * RIGHT["A"], b=2 * RIGHT["b"]).verdict
    assert both == "Verdict: A and b are wrong, 2 of 2 (the claim is 2 times what is measured)."
    each = checked(A=2 * RIGHT["A"], b=RIGHT["b"][::-1]).verdict
    assert "(A: the claim is 2 times what is measured; b: the claim is what is measured, in the opp" in each


def test_the_tolerance_of_the_verdict_is_that_of_the_claim() -> None:
    near = {"A": RIGHT["A"] * (1 + 1e-7), "b": RIGHT["b"]}
    assert checked(**near)["A"].status == "wrong"
    single = {name: claim.astype(np.float32) for name, claim in RIGHT.items()}
    assert [tensor.status for tensor in checked(**single).tensors] == ["right", "right"]
    assert checked(A=(1.01 * RIGHT["A"]).astype(np.float32))["A"].status == "wrong"


def test_a_notebook_shows_a_table() -> None:
    report = checked(A=2 * RIGHT["A"])
    root = ElementTree.fromstring(f"<div>{report._repr_html_()}</div>")
    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
    assert [row[0] for row in rows] == ["gradient of", "A", "b"]
    assert [row[-1] for row in rows[1:]] == ["wrong", "right"]
    assert "".join(root.findall("p")[-1].itertext()) == report.verdict
    named = compare({"<b>": A}, {"<b>": A}, method="hand")
    assert "<b>" not in named._repr_html_()


def test_json_holds_what_the_report_does() -> None:
    report = gradcheck(lambda x, y: np.sum(x), {"x": b**0, "y": b}, {"x": b, "y": b}, seed=5)
    kept = json.loads(report.to_json())
    assert kept["verdict"] == report.verdict
    assert kept["seed"] == 5
    assert [(one["name"], one["status"]) for one in kept["tensors"]] == [("x", "right"), ("y", "undecided")]
    assert kept["tensors"][1]["error"] == "inf"
    assert kept["tensors"][0]["shape"] == [4]


def test_the_plot_has_a_floor_where_a_gradient_is_wrong() -> None:
    plot = checked(b=1.01 * RIGHT["b"]).plot()
    assert list(plot.errors) == [
        f"{name}, {method}" for name in "Ab" for method in ("central differences", "complex step")
    ]
    right, exact, wrong, floor = plot.errors.values()
    assert min(right) < 1e-8 < 1e-4 < max(right)
    assert min(exact) < 1e-15
    assert exact[-1] < 1e-15
    assert right[-1] > 1e-4  # rounding, where the step is small
    assert min(wrong[2:]) > 1e-3
    assert min(floor[2:]) > 1e-3
    root = ElementTree.fromstring(plot._repr_svg_())
    assert len(root.findall("{*}polyline")) == 4
    numbers = " ".join(line.get("points", "") for line in root.findall("{*}polyline"))
    values = [float(number) for number in re.split("[ ,]", numbers)]
    assert 0 <= min(values) <= max(values) <= 520
    assert str(plot).splitlines()[0].startswith("step")
    assert repr(plot) == str(plot)


def test_a_plot_needs_something_to_measure() -> None:
    with pytest.raises(ValueError, match=r"^plot: expected a report of gradcheck; received one that"):
        compare({"A": A}, {"A": A}, method="hand").plot()


def test_a_function_without_complex_numbers_has_a_plot_of_differences() -> None:
    report = gradcheck(
        lambda x: np.sum(np.hypot(x, 1)), {"x": b / np.hypot(b, 1)}, {"x": b}, method="central differences"
    )
    assert list(report.plot().errors) == ["x, central differences"]


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        (0 * A, "the claim is 0"),
        (-A, "the claim is −1 times what is measured"),
        (12 * A, "the claim is 12 times what is measured"),
        (A / 6, "the claim is 1/6 times what is measured"),
        (A.T, "the claim is the transpose of what is measured"),
        (A[::-1], "the claim is what is measured, in the opposite order along axis 0"),
        (A[:, ::-1], "the claim is what is measured, in the opposite order along axis 1"),
        (A * [[1], [1], [2]], "the claim is wrong only where axis 0 is at 2"),
        (A * [1, 2, 1], "the claim is wrong only where axis 1 is at 1"),
        (A + G, ""),
    ],
)
def test_a_wrong_claim_is_likened_to_what_is_measured(claimed: Any, said: str) -> None:
    assert likeness(claimed, A) == said
    for size in (1e-150, 1e150):
        assert likeness(size * claimed, size * A) == said
