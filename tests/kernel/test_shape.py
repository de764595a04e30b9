"""Names, sizes and dimensions: which are refused, and which are one."""

import pytest

from bptt.kernel import Horizon, Size, matrix


@pytest.mark.parametrize("name", ["I", "I_3", "delta", "delta_", "delta_ij", "diag", "1n", "", "a b", None])
def test_a_name_that_would_be_read_as_something_else_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match=r"^name: "):
        Size(name)  # type: ignore[arg-type]


def test_a_size_is_its_name_and_no_number_of_steps() -> None:
    assert Size("n") == Size("n") != Size("m")
    assert Size("T") != Horizon("T")
    assert Horizon("T") != Size("T")


@pytest.mark.parametrize("dimension", [0, -1, 2, 1.0, "n", True, None, Horizon("T")])
def test_a_dimension_is_a_size_or_one(dimension: object) -> None:
    with pytest.raises(TypeError, match=r"^rows: "):
        matrix("A", dimension, Size("n"))  # type: ignore[arg-type]
