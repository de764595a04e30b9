"""Displays that look alike and contradict each other stop the build; what can be told apart does not."""

import pytest
import sympy as sp
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bptt.book import Derivation, claim, computed, definition, rejected
from bptt.book.evidence import MIME
from bptt.kernel import Equation, Index, horizon, matrix, named, scalar, series, sizes, step, sum_over, vector
from bptt.site import displays
from bptt.site.displays import Collision
from bptt.symbolic import differential

n, m = sizes("n m")
T = horizon("T")
a, b, da = scalar("a"), scalar("b"), scalar("da")
W, v = matrix("W", n, m), vector("v", m)
h = series("h", n)
t, early = step("t", T), step("t", T, 1, T - 1)
few = "there is little in a letter to get wrong"


def proved(left, right, label="one", **words):
    return claim(left, right, label, why_few=few, **words)


def refuted(left, right, label="two", **words):
    return rejected(lambda: (left, right), label, **words)


def chained(label, *lines):
    derivation = Derivation(lines[0], label)
    for line in lines[1:]:
        derivation.becomes(line, "so")
    return derivation


def E(formula):
    return named("E", formula)


def of_an_entry(right):
    """One formula on each page, with indices that are the page's own."""
    i, j = Index("i", n), Index("j", m)
    sides = {"product": (W @ v)[i], "sum": sum_over(j, W[i, j] * v[j])}
    return E(sides["product"]), sides[right]


def check(*outputs):
    """Compare outputs, each on a page of its own."""
    pages = {f"page-{number}": page_of(output) for number, output in enumerate(outputs, 1)}
    displays.check(pages)


def page_of(*outputs):
    data = [{MIME: output.evidence()} for output in outputs]
    return new_notebook(
        cells=[new_code_cell(outputs=[new_output("display_data", data=item)]) for item in data]
    )


at = {a: [[2]], b: [[3]]}
COLLIDING = {
    "one left side, two right sides": lambda: (proved(E(a * b), a * b), proved(E(a * a), a**2, "two")),
    "proved and refuted": lambda: (proved(E(a * b), a * b), refuted(E(a * a), a * b)),
    "refuted and proved": lambda: (
        refuted(E(a * a), a * b, "one"),
        proved(E(a * b), a * b, "two"),
    ),
    "given the same": lambda: (
        proved(E(h[t] * 2), 2 * h[t], given=[Equation(h[t], W @ v)]),
        proved(E(h[t] * 3), 3 * h[t], "two", given=[Equation(h[t], W @ v)]),
    ),
    "given what is called the same": lambda: (
        proved(h[t] * 1, W @ v, given=[Equation(h[t], E(W @ v))]),
        proved(h[t] * 1, 2 * W @ v, "two", given=[Equation(h[t], E(2 * W @ v))]),
    ),
    "in a derivation, at its first line": lambda: (
        chained("one", E(a * b), a * b * 1 + b * 0 + 0, b * a),
        proved(E(a * a), a**2, "two"),
    ),
    "in a derivation, at a later line": lambda: (
        chained("one", a + a, E(2 * a) * 1, 2 * a),
        refuted(E(3 * a) * 1, 2 * a),
    ),
    "computed and refuted": lambda: (
        computed(E(a * b), 6, "one", at=at),
        refuted(E(a + b), 6, at=at),
    ),
    "two values": lambda: (computed(E(a * b), 6, "one", at=at), computed(E(a + b), 5, "two", at=at)),
    "under one condition": lambda: (proved(E(a / b), a / b), proved(E(b / b), b * b / b / b, "two")),
    "in one range": lambda: (proved(E(h[t] * 2), 2 * h[t]), proved(E(h[t] * 3), 3 * h[t], "two")),
}


@pytest.mark.parametrize("case", COLLIDING)
def test_displays_that_contradict_each_other_are_named(case):
    with pytest.raises(Collision) as stopped:
        check(*COLLIDING[case]())
    for where in ("page-1, one", "page-2, two"):
        assert where in str(stopped.value)


def test_one_page_is_enough():
    with pytest.raises(
        Collision, match="page, one, proved: E = a \\* b\n  against page, two, refuted: E = a"
    ):
        displays.check({"page": page_of(proved(E(a * b), a * b), refuted(E(a * a), a * b))})


def test_every_pair_is_named():
    with pytest.raises(Collision) as stopped:
        check(proved(E(a * b), a * b), refuted(E(a * a), a * b), proved(E(a + b), a + b, "three"))
    assert str(stopped.value).count("against") == 2


APART = {
    "two forms of one formula": lambda: (proved(E(a * b), a * b), proved(E(a * b), b * a, "two")),
    "the same twice": lambda: (proved(E(a * b), a * b), proved(E(a * b), a * b, "two")),
    "two refuted": lambda: (refuted(E(a * b), a, "one"), refuted(E(a * b), b)),
    "one right side refuted, another proved": lambda: (proved(E(a * b), a * b), refuted(E(a * b), a)),
    "by another name": lambda: (proved(E(a * b), a * b), refuted(named("F", a * a), a * b)),
    "what moves is printed": lambda: (
        proved(differential(a * b, {a: da}), da * b),
        refuted(differential(a * b, {a: da, b: da}), da * b),
    ),
    "by how much it moves is printed": lambda: (
        proved(differential(a * b, {a: 1, b: da}), b + a * da),
        refuted(differential(a * b, {a: da, b: da}), b + a * da),
    ),
    "given more": lambda: (
        proved(h[t] * 1, W @ v, given=[Equation(h[t], W @ v)]),
        refuted(h[t] * 1, W @ v),
    ),
    "in another range": lambda: (proved(E(h[t] * 2), 2 * h[t]), proved(E(h[early] * 3), 3 * h[early], "two")),
    "at other values": lambda: (
        computed(a * b, 6, "one", at=at),
        computed(a * b, 8, "two", at={a: [[2]], b: [[4]]}),
    ),
    "indices of two pages": lambda: (
        proved(*of_an_entry("product")),
        proved(*of_an_entry("sum"), "two"),
    ),
    "expressions of SymPy": lambda: (
        computed(sp.Symbol("x") * 2, 6, "one", at={sp.Symbol("x"): 3}),
        computed(sp.Symbol("x") * 2, sp.Integer(6), "two", at={sp.Symbol("x"): 3}),
    ),
}


@pytest.mark.parametrize("case", APART)
def test_what_can_be_told_apart_or_says_the_same_passes(case):
    check(*APART[case]())


def saying(formula, label):
    """A page that says what E is, and proves it in other words."""
    return page_of(definition(E(formula), f"{label}-defined"), proved(E(formula), formula * 1, label))


def test_each_page_may_say_what_its_names_mean():
    displays.check({"page-1": saying(a * b, "one"), "page-2": saying(a * a, "two")})


@pytest.mark.parametrize(
    "pages",
    [
        [saying(a * b, "one"), page_of(proved(E(a * a), a * a, "two"))],
        [
            page_of(definition(E(a), "said"), proved(E(a * b), a * b, "one")),
            page_of(definition(E(a), "said"), proved(E(a * a), a * a, "two")),
        ],
        [
            page_of(definition(named("F", a), "f"), proved(E(a * b), a * b, "one")),
            page_of(definition(named("F", b), "f"), proved(E(a * a), a * a, "two")),
        ],
        [page_of(definition(E(a), "said"), proved(E(a * b), a * b), refuted(E(a * a), a * b))],
    ],
    ids=["one page says it", "both say the same", "what is said is another name", "on one page"],
)
def test_a_name_that_two_pages_do_not_tell_apart_has_one_meaning(pages):
    with pytest.raises(Collision, match=", one, proved: E = a"):
        displays.check({f"page-{number}": page for number, page in enumerate(pages, 1)})


def test_what_a_refuted_display_is_given_is_printed():
    assert "given $h^{(t)} = " in refuted(h[t], 2 * h[t], given=[Equation(h[t], W @ v)]).markdown()


def test_the_values_at_which_something_is_computed_are_printed():
    assert "with $a = " in computed(a * b, 6, "one", at=at).markdown()
