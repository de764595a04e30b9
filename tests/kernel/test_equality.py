"""When two formulas are the same to the kernel: only where it knows."""

from bptt.kernel import eye, matrix, ones, scalar, sizes, vector
from bptt.kernel.proof.equality import is_same, normal_difference

n, m = sizes("n m")
a, b, c = scalar("a"), scalar("b"), scalar("c")


def test_what_is_equal_for_all_sizes_is_the_same() -> None:
    assert is_same(eye(n) @ vector("x", n), vector("x", n))
    assert not is_same(a * b, a * b + c)


def test_two_shapes_are_never_the_same() -> None:
    assert normal_difference(ones(n), ones(n).T) == ()  # entry by entry they would be
    assert not is_same(ones(n), ones(n).T)
    assert not is_same(ones(n), ones(m))
    assert not is_same(matrix("A", n, m), matrix("A", m, n))


def test_where_it_is_not_known_two_formulas_are_not_the_same() -> None:
    """Else an induction would drop what its step was given about something else."""
    long = (a + b + c) ** 20
    assert not is_same(long, long * 1)
    assert not is_same(long, a)
