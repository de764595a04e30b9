"""A slip of each kind, made in a program that is right, is named; and so is what only the numbers tell."""

from pathlib import Path

import numpy as np
import pytest

from bptt.measure import gradcheck
from bptt.slips import check_function
from bptt.slips.function import by_the_numbers

pytestmark = pytest.mark.usefixtures("patient")

PROGRAMS = Path(__file__).parents[1] / "measure" / "programs"

# The program, what stands there, what goes wrong, and the slip.
SLIPPED = {
    "a step is left out": ("char_rnn", "reversed(range(len(inputs)))", "reversed(range(1, len(inputs)))"),
    "the steps run the wrong way": ("char_rnn", "reversed(range(len(inputs)))", "range(len(inputs))"),
    "sign of dhnext": ("char_rnn", "np.dot(Why.T, dy) + dhnext", "np.dot(Why.T, dy) - dhnext"),
    "the slope of another function": ("char_rnn", "(1 - hs[t] * hs[t]) * dh", "hs[t] * (1 - hs[t]) * dh"),
    "inputs in place of targets": ("char_rnn", "dy[targets[t]] -= 1", "dy[inputs[t]] -= 1"),
    "a mean for a sum": ("rnn_layer", "da.sum(axis=0)", "da.mean(axis=0)"),
    "a term is dropped: dprev": ("rnn_layer", "(dh[:, t] + dprev)", "dh[:, t]"),
    "wraps round": ("rnn_layer", "(h[:, t - 1] if t > 0 else h0)", "h[:, t - 1]"),
    "the mask is forgotten": ("fixed_dropout", "do * keep[t] + dh", "do + dh"),
    "a factor of one term": ("fixed_dropout", "(Wy.T @ do * keep[t] + dh)", "(Wy.T @ do + dh) * keep[t]"),
    "keep[t] too many": ("fixed_dropout", "dh = Wh.T @ dz\n", "dh = Wh.T @ dz * keep[t]\n"),
    "the mean is over another count": ("rows_batch_first", "/ (N * T)", "/ N"),
    "one in place of the sum": ("rows_batch_first", "dh.sum(axis=0)}", "dh[0]}"),
    "a factor is dropped: gamma": ("aside/layer_norm_cell", "dnorm = dz * gamma", "dnorm = dz"),
    "the mean": ("aside/layer_norm_cell", "dnorm - dnorm.mean(axis=1, keepdims=True)", "dnorm"),
    "dnorm in place of dz": ("aside/layer_norm_cell", "(dz * norm).sum", "(dnorm * norm).sum"),
    "dout @ V.T": ("aside/layer_norm_cell", "(dh_new + dout @ V.T)", "dh_new"),
    "1 - z in place of z": ("gru_two_biases", "dh = dh * z", "dh = dh * (1 - z)"),
    "the halves are swapped": (
        "gru_two_biases",
        "di, dhh = np.hstack([dr, dz",
        "di, dhh = np.hstack([dz, dr",
    ),
    "2 * lam * W_out": ("second_aside/decayed_leak", " + 2 * lam * W_out", ""),
    "a factor is dropped: 1 - alpha": (
        "second_aside/decayed_leak",
        "(1 - alpha) * dr + W_rec.T",
        "dr + W_rec.T",
    ),
    "a term is dropped: r": ("second_aside/decayed_leak", "dr @ (s - r)", "dr @ s"),
}


@pytest.mark.parametrize("slip", SLIPPED)
def test_a_slip_of_each_kind_is_named(tmp_path: Path, slip: str) -> None:
    name, old, new = SLIPPED[slip]
    source = (PROGRAMS / f"{name}.py").read_text("utf-8")
    assert source.count(old) == 1
    path = tmp_path / "slipped.py"
    path.write_text(source.replace(old, new), "utf-8")
    found = check_function(path)
    assert found.report.with_status("wrong")
    assert slip in found.slip
    assert not found.slip.startswith("either")
    assert found.repair
    path.write_text(found.repair.source, "utf-8")
    assert check_function(path).report.passed(1e-9)


@pytest.mark.parametrize(
    ("factor", "slip"),
    [
        (-1.0, "the sign"),
        (6.0, "the mean is forgotten"),
        (1 / 6, "the mean taken where there is none, or too often"),
        (7 / 12, "either the mean is over another count or a scale is wrong, by 7/12"),
        (0.5 / 140**0.5, "the gradients are clipped, to the norm 0.5"),
        (0.3719264, ""),
    ],
)
def test_a_common_factor_is_named(factor: float, slip: str) -> None:
    """The gradient of Σ w² is 2w, here of norm √140: clipped to 0.5 it is as long as that."""
    w = np.array([1.0, 3.0, 5.0])
    report = gradcheck(lambda w: np.sum(w * w), {"w": factor * 2 * w}, {"w": w})
    assert by_the_numbers(report) == slip
