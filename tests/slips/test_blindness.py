"""The table of blind inputs: every cell is run, every blind one has a reason, and no reason is idle."""

import importlib
import re
from functools import cache

import numpy as np
import pytest

from bptt.numeric import forward
from bptt.slips import SLIPS, BlindnessTable, blindness, example, examples
from bptt.slips.blindness import Cell, column
from bptt.slips.inputs import with_states

# The package gives its name to the function.
MODULE = importlib.import_module("bptt.slips.blindness")
FIRST = "all sizes unequal"
NAMES = [slip.name for slip in SLIPS]


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    blindness.cache_clear()


@cache
def cells(name: str) -> tuple[Cell, ...]:
    """The column of an example, which is made once for all tests."""
    return column(name, examples()[name])


@pytest.fixture(scope="module")
def table() -> BlindnessTable:
    return BlindnessTable(tuple(cell for name in examples() for cell in cells(name)))


@pytest.mark.parametrize("name", examples())
def test_what_is_blind_has_its_reason_and_nothing_else_has_one(name: str) -> None:
    assert [cell.slip for cell in cells(name)] == NAMES
    assert [cell.blind for cell in cells(name)] == [bool(cell.why) for cell in cells(name)]


@pytest.mark.parametrize(
    ("name", "reasons", "expected"),
    [
        ("B = 1", {}, "a reason, as it is blind to 'mean over the batch'"),
        ("h⁽⁰⁾ = 0", {"none": ("W not transposed",)}, "no reason, as it is not blind to 'W not transposed'"),
        ("h⁽⁰⁾ = 0", {"none": ("no such slip",)}, "no reason, as it is not blind to 'no such slip'"),
    ],
    ids=["missing", "idle", "of no slip"],
)
def test_a_reason_that_does_not_fit_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, reasons: dict[str, tuple[str, ...]], expected: str
) -> None:
    monkeypatch.setattr(MODULE, "REASONS", {name: reasons})
    with pytest.raises(ValueError, match=f"^REASONS: expected {expected}, for {re.escape(repr(name))}$"):
        column(name, examples()[name])


def test_a_reason_for_no_example_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "REASONS", {"B = 2": {}})
    with pytest.raises(ValueError, match=r"^REASONS: expected names of examples; received 'B = 2'$"):
        blindness()


def test_the_table_is_made_of_all_columns(monkeypatch: pytest.MonkeyPatch, table: BlindnessTable) -> None:
    monkeypatch.setattr(MODULE, "column", lambda name, given: cells(name))
    assert blindness() == table


def test_every_slip_meets_every_example(table: BlindnessTable) -> None:
    assert [(cell.slip, cell.example) for cell in table.cells] == [(s, e) for e in examples() for s in NAMES]
    with pytest.raises(KeyError):
        table["sign", FIRST]


def test_every_slip_shows_somewhere_and_only_degenerate_inputs_are_blind(table: BlindnessTable) -> None:
    for name in NAMES:
        assert not table[name, FIRST].blind
    seeing = [name for name in examples() if not any(table[slip, name].blind for slip in NAMES)]
    assert seeing == [FIRST, "h⁽⁰⁾ = 0", "square sizes"]


def test_found_slips_are_far_off_and_blind_ones_right_to_rounding(table: BlindnessTable) -> None:
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
def test_what_a_cell_shows(table: BlindnessTable, slip: str, name: str, shown: str) -> None:
    cell = table[slip, name]
    assert str(cell) == shown
    assert cell.blind == bool(cell.why)
    assert cell.conforms == bool(cell.errors)


def test_it_prints_the_blind_spots_of_each_example(table: BlindnessTable) -> None:
    text = str(table)
    assert repr(table) == text
    assert text.startswith(f"{FIRST}: finds 29 of 29\nh⁽⁰⁾ = 0: finds 29 of 29\nT = 1: finds 17 of 29\n")
    assert (
        "\ndiagonal W: finds 27 of 29\n"
        "    W is its own transpose\n        W not transposed\n"
        "    diagonal matrices commute\n        diagonal on the other side\n"
    ) in text
    assert "no carry through time (seen in h0)" in text


def test_a_part_of_it_is_a_table_of_what_passes(table: BlindnessTable) -> None:
    matrices = table.table(slip=("W not transposed", "diagonal on the other side"))
    assert matrices._repr_markdown_().splitlines()[::3] == [
        "| example | W not transposed | diagonal on the other side | why it passes |",
        "| T = 1, h⁽⁰⁾ = 0 | ✗ | ✗ | what is carried reaches h⁽⁰⁾ alone, and no parameter |",
        "| symmetric W | ✗ | ✓ | W is its own transpose |",
        "| equal ∣h∣ in all units | ✓ | ✗ | diag(1 − h²) is a multiple of the identity, and commutes |",
        f"| the other {len(examples()) - 10} | ✓ | ✓ |  |",
    ]
    assert str(table.table(example="symmetric V")).splitlines() == [
        "| slip | symmetric V | why it passes |",
        "| --- | :---: | --- |",
        "| V not transposed | ✗ | V is its own transpose |",
        "| the other 28 | ✓ |  |",
    ]
    with pytest.raises(KeyError, match="no such slip"):
        table.table(slip="no such slip")


def test_examples_are_what_their_names_say() -> None:
    given = examples()
    drawn = given[FIRST]
    sizes = (*drawn.params.U.shape, len(drawn.params.V), *drawn.y.shape)
    assert len({*sizes}) == 5
    assert min(sizes) > 1
    for name in given.keys() - {"K = 1", "equal labels at all steps"}:
        assert (given[name].y[1:] != given[name].y[:-1]).all()
    states = {name: forward(one.params, one.x, one.h0) for name, one in given.items()}
    still = states["equal |h| at all steps"]
    assert np.abs(still.h) == pytest.approx(np.abs(still.h_before), rel=1e-12)
    assert (np.sign(still.h) != np.sign(still.h_before)).any()
    level = np.abs(states["equal |h| in all units"].h)
    assert level == pytest.approx(np.repeat(level[..., :1], 3, axis=-1), rel=1e-12)
    assert not states["zero states"].h.any()
    for name, letter in (("symmetric V", "V"), ("symmetric W", "W"), ("diagonal W", "W")):
        X = getattr(given[name].params, letter)
        assert np.array_equal(X, X.T)
    assert not (given["diagonal W"].params.W - np.diag(given["diagonal W"].params.W.diagonal())).any()
    assert not given["h⁽⁰⁾ = 0"].h0.any()
    assert not given["T = 1, h⁽⁰⁾ = 0"].h0.any()
    assert {name for name, one in given.items() if one.loss_at == "last"} == {"loss at the last step only"}


def test_an_example_is_shown_by_shape_and_precision() -> None:
    assert repr(example()) == (
        "Example(U (3, 4), W (3, 3), V (5, 3), b (3,), c (5,), x (6, 2, 4), y (6, 2), h0 (2, 3); "
        "float64, int64), loss_at='all'"
    )


def test_states_can_be_chosen() -> None:
    h = np.random.default_rng(3).uniform(-0.9, 0.9, size=(7, 2, 3))
    given = with_states(example(), h)
    assert forward(given.params, given.x, given.h0).h == pytest.approx(h[1:], rel=1e-12)
