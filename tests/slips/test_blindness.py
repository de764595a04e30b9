"""The table of blind inputs: every cell is run, every blind one has a reason, and no reason is idle."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import bptt.numeric
from bptt.slips.inputs import example, examples, with_states

pytestmark = pytest.mark.slow

SLIPS = [slip.name for slip in bptt.numeric.SLIPS]
FIRST = "all sizes unequal"


@pytest.fixture(scope="module")
def table() -> bptt.numeric.BlindnessTable:
    return bptt.slips.blindness()


def test_every_slip_meets_every_example(table: Any) -> None:
    assert [(cell.slip, cell.example) for cell in table.cells] == [(s, e) for e in examples() for s in SLIPS]
    with pytest.raises(KeyError):
        table["sign", FIRST]


def test_every_slip_shows_somewhere_and_only_degenerate_inputs_are_blind(table: Any) -> None:
    for name in SLIPS:
        assert not table[name, FIRST].blind
    seeing = [name for name in examples() if not any(table[slip, name].blind for slip in SLIPS)]
    assert seeing == [FIRST, "h⁽⁰⁾ = 0", "square sizes"]


def test_found_slips_are_far_off_and_blind_ones_right_to_rounding(table: Any) -> None:
    """No cell hangs on the tolerance."""
    errors = [error for cell in table.cells for error in cell.errors.values()]
    assert not [error for error in errors if 1e-13 < error < 1e-5]


@pytest.mark.parametrize(
    ("slip", "name", "shown"),
    [
        ("W not transposed", FIRST, "found"),
        ("V not transposed", FIRST, "does not conform"),
        ("V not transposed", "square sizes", "found"),
        ("V not transposed", "symmetric V", "blind"),
        ("W not transposed", "symmetric W", "blind"),
        ("diagonal on the other side", "symmetric W", "found"),
        ("diagonal on the other side", "diagonal W", "blind"),
        ("no carry through time", "T = 1", "blind (seen in h0)"),
        ("factors of W swapped", "T = 1", "found"),
        ("factors of W swapped", "T = 1, h⁽⁰⁾ = 0", "blind"),
        ("tanh′ one step early", "equal |h| at all steps", "blind"),
        ("h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾", "equal |h| at all steps", "found"),
        ("h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾", "equal states at all steps", "blind"),
        ("label of the step before", "equal labels at all steps", "blind"),
        ("label minus prediction", "K = 1", "blind"),
    ],
)
def test_what_a_cell_shows(table: Any, slip: str, name: str, shown: str) -> None:
    cell = table[slip, name]
    assert str(cell) == shown
    assert cell.blind == bool(cell.why)
    assert cell.conforms == bool(cell.errors)


def test_it_prints_the_blind_spots_of_each_example(table: Any) -> None:
    text = str(table)
    assert repr(table) == text
    assert text.startswith(f"{FIRST}: finds 27 of 27\nh⁽⁰⁾ = 0: finds 27 of 27\nT = 1: finds 15 of 27\n")
    assert (
        "\ndiagonal W: finds 25 of 27\n"
        "    W is its own transpose\n        W not transposed\n"
        "    diagonal matrices commute\n        diagonal on the other side\n"
    ) in text
    assert "no carry through time (seen in h0)" in text


def test_examples_are_what_their_names_say() -> None:
    given = examples()
    drawn = given[FIRST]
    sizes = (*drawn.params.U.shape, len(drawn.params.V), *drawn.y.shape)
    assert len({*sizes}) == 5
    assert min(sizes) > 1
    for one in given.values():
        assert (
            (len(one.x) == 1)
            or (one.y[1:] != one.y[:-1]).all()
            or one
            in (
                given["K = 1"],
                given["equal labels at all steps"],
            )
        )
    states = {name: bptt.numeric.forward(one.params, one.x, one.h0) for name, one in given.items()}
    still = states["equal |h| at all steps"]
    assert np.abs(still.h) == pytest.approx(np.abs(still.h_before), rel=1e-12)
    assert (np.sign(still.h) != np.sign(still.h_before)).any()
    level = np.abs(states["equal |h| in all units"].h)
    assert level == pytest.approx(np.repeat(level[..., :1], 3, axis=-1), rel=1e-12)
    assert not states["zero states"].h.any()


def test_states_can_be_chosen() -> None:
    h = np.random.default_rng(3).uniform(-0.9, 0.9, size=(7, 2, 3))
    given = with_states(example(), h)
    assert bptt.numeric.forward(given.params, given.x, given.h0).h == pytest.approx(h[1:], rel=1e-12)


# ---- what is said of the blind spots is checked, and so is the code of a slip


def makes_a_table(numeric: ModuleType) -> None:
    numeric.blindness()


BREAKS: list[tuple[str, str, str]] = [
    # A reason is missing, or stands for a cell that is not blind.
    ("blindness.py", '"symmetric V": {"V is its own transpose": ("V not transposed",)},', ""),
    ("blindness.py", '("mean over the batch",)', '("mean over the batch", "no such slip")'),
    ("blindness.py", '"symmetric W": {"W is its own', '"square sizes": {"W is its own'),
    # An example is not what its name says.
    ("examples.py", "W=np.diag(np.diag(W))", "W=np.triu(W)"),
    ("examples.py", '"T = 1, h⁽⁰⁾ = 0": replace(one_step, h0=0 * one_step.h0)',
     '"T = 1, h⁽⁰⁾ = 0": replace(one_step, h0=1 * one_step.h0)'),
    ("examples.py", "return X + X.T", "return X + X"),
    ("examples.py", 'loss_at="last"),', 'loss_at="all"),'),
    # The right backward pass is wrong.
    ("backward.py", "np.subtract(1, g_a, out=g_a)", "np.subtract(2, g_a, out=g_a)"),
    # A slip no longer fits the code.
    ("backward.py", "g_h_t += carried", "g_h_t[...] = carried + g_h_t"),
    # A slip does nothing.
    ("slips.py", '"np.dot(g_a_t, W.T, carried)"', '"np.dot(g_a_t, W, carried)"'),
    ("slips.py", "source.replace(self.right, self.wrong)", "source"),
    # What came out is judged otherwise.
    ("blindness.py", "if not error <= TOLERANCE", "if error > 1"),
    ("blindness.py", "not set(self.wrong) & set(PARAMETERS)", "not self.wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Callable[..., bool], file: str, old: str, new: str) -> None:
    assert notices(makes_a_table, replaced(file, old, new))


def test_a_slip_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="stands there 0 times"):
        bptt.numeric.Slip("none", "no such line", "x").loss_and_gradients()
    with pytest.raises(ValueError, match="stands there 2 times"):
        bptt.numeric.Slip("two", "outer(g_a", "x").loss_and_gradients()


def test_a_missing_reason_is_named(replaced: Any) -> None:
    numeric = replaced("blindness.py", '("mean over the batch",)', "()")
    message = "REASONS: expected a reason, as it is blind to 'mean over the batch', for 'B = 1'"
    with pytest.raises(ValueError, match=message):
        numeric.blindness()
