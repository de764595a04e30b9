"""Things of all kinds under names that collide on purpose: no two that print alike stand in one statement."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations

import pytest

from bptt.kernel import (
    Formula,
    Function,
    decide,
    delta,
    extent,
    eye,
    horizon,
    indices,
    inner,
    labels,
    latex,
    matrix,
    moment,
    named,
    onehot,
    ones,
    scalar,
    series,
    sizes,
    step,
    vector,
)
from bptt.kernel.language.formula import SCALAR, Derivative, Number
from bptt.kernel.language.sign import plain
from bptt.kernel.language.structure import same

(n,) = sizes("n")
T = horizon("T")
t = step("t", T)
i, j = indices("i j", n)
z = scalar("z")

NAMES = ["x", "W", "w", "dx", "x_i", "w_i", "W_ij", "x_t", "delta_ij", "T", "n", "f", "q"]
TEX = [r"x_i", r"x^{(t)}", r"x_i^{(t)}", r"w", r"w_{ij}", r"\mathrm{d}x", r"T", r"n", r"f(z)", r"\{x\}"]
TEX += [r"\mathbf{1}_{n}", r"\mathbf{1}_{x}", r"x^{(1)}"]


def declared() -> Iterator[Callable[[], Formula]]:
    """List ways to make things that the language may refuse."""
    for name in NAMES:
        yield lambda name=name: scalar(name)
        yield lambda name=name: vector(name, n)[i]
        yield lambda name=name: matrix(name, n, n)[i, j]
        yield lambda name=name: named(name, z)
        yield lambda name=name: named(name, vector("z", n))[i]
        yield lambda name=name: Function(name)(z)
        for when in (moment(t), moment(1), moment(T)):
            yield lambda name=name, when=when: series(name)[when]
            yield lambda name=name, when=when: series(name, n)[when][i]
            yield lambda name=name, when=when: series(name, n, n)[when][i, j]
            yield lambda name=name, when=when: onehot(labels(name, n)[when])[i]
        for of in (z, series("x")[t]):
            yield lambda name=name, of=of: Derivative("diff", of, [scalar(name)], Number(1))
    for tex in TEX:
        yield lambda tex=tex: named("r", z, tex)
        yield lambda tex=tex: named("r", vector("z", n), tex)[i]
    yield from (lambda: delta(i, j), lambda: extent(n), lambda: extent(T), lambda: inner(eye(n), ones(n, n)))


def things() -> list[Formula]:
    made = []
    for make in declared():
        with suppress(ValueError, TypeError):  # a word of the language, say
            made.append(make())
    return made


@pytest.mark.parametrize("written", [lambda node: plain(latex(node)), str], ids=["as it is set", "as typed"])
def test_no_two_things_that_print_alike_stand_in_one_statement(written: Callable[[Formula], str]) -> None:
    alike = defaultdict(list)
    for node in things():
        assert node.shape == SCALAR
        alike[written(node)].append(node)
    pairs = [pair for nodes in alike.values() for pair in combinations(nodes, 2) if not same(*pair)]
    assert len(pairs) > 20
    for one, other in pairs:
        with pytest.raises(ValueError, match=r"in one statement|in its own definition"):
            decide(one + other, other + one)
