"""Claims, derivations, computed values and exercises: what they accept, and what they refuse."""

import re

import numpy as np
import pytest
import sympy as sp

from bptt.book import (
    Derivation,
    Disagreement,
    Miscalculated,
    NotProved,
    answered,
    claim,
    computed,
    definition,
    record,
    rejected,
    stated,
)
from bptt.book.evidence import MIME
from bptt.book.notebook import BOOK
from bptt.book.sample import Sample
from bptt.kernel import (
    Index,
    Undecided,
    inner,
    log,
    matrix,
    named,
    onehot,
    outer,
    scalar,
    sizes,
    softmax,
    vector,
    written,
)
from bptt.network import o, t, y
from bptt.numeric import vjp_left
from bptt.numeric.products import loss
from bptt.symbolic import diff, grad

n, k, m = sizes("n k m")
A, B, G = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m)
v, w = vector("v", n), vector("w", n)
L = named("L", inner(G, A @ B))


@pytest.fixture(autouse=True)
def in_the_book(monkeypatch):
    monkeypatch.setenv(BOOK, "1")


def shown(output):
    return output._repr_mimebundle_()


def test_a_claim_shows_what_was_proved_and_carries_it_as_evidence():
    bundle = shown(claim(grad(L, A), G @ B.T, "left", of="S000-23").agrees_with(vjp_left, loss, by=A))
    assert r"\frac{\partial L}{\partial A}" in bundle["text/markdown"]
    assert "$$ (left)" in bundle["text/markdown"]
    assert "{ref}`S000-23 <ledger-s000-23>`" in bundle["text/markdown"]
    evidence = bundle[MIME]
    assert evidence["outcome"] == "proved"
    assert evidence["records"] == [{"id": "S000-23", "role": "as printed", "words": ""}]
    assert evidence["proved_for"] == "all sizes $n, k, m$"
    assert evidence["mutants"]["refuted"] >= 3
    assert evidence["mutants"]["undecided"] == 0
    assert 0 <= evidence["residual"] < 1e-14


def test_outside_the_book_a_claim_shows_markdown_that_every_notebook_reads(monkeypatch):
    monkeypatch.delenv(BOOK)
    bundle = shown(claim(grad(L, A), G @ B.T, "left", of="S000-23"))
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert "$$\n\n**Proved for all sizes · 10 slips caught** \n<details>" in bundle["text/markdown"]
    assert "\n- for all sizes $n, k, m$\n" in bundle["text/markdown"]
    assert "\n- settles S000-23\n" in bundle["text/markdown"]
    assert "- `G @ B` — " not in bundle["text/markdown"].partition("<details>")[0]
    assert not re.search(r":::|\{\w+\}`|\(left\)", bundle["text/markdown"])


def test_a_claim_names_each_symbol_that_it_prints_once():
    markdown = shown(claim(grad(L, A), G @ B.T, "left"))["text/markdown"]
    assert "- symbols: {symbol}`L`, {symbol}`A`, {symbol}`G`, {symbol}`B`\n" in markdown
    in_time = shown(claim(inner(o[t], o[t]), o[t].T @ o[t], "squared", why_few="a square"))
    assert "- symbols: {symbol}`o[t]`, {symbol}`t`\n" in in_time["text/markdown"]


@pytest.mark.parametrize(
    ("right", "reason"),
    [(-G @ B.T, "Refuted"), (2 * (G @ B.T), "Refuted"), ((G * G) @ B.T, "Refuted"), (G, "ShapeError")],
)
def test_a_claim_that_does_not_hold_is_refused_by_name(right, reason):
    with pytest.raises(NotProved, match=f"claim wrong: {reason}"):
        claim(grad(L, A), right, "wrong")


def test_a_true_claim_outside_the_language_is_not_called_proved():
    with pytest.raises(NotProved, match="Undecided"):
        claim(log(v * v), 2 * log(v), "outside")


@pytest.mark.parametrize("by", [-1, 1])
def test_a_label_one_step_off_is_seen_on_the_run_of_the_network(by):
    loss = named("J", -inner(onehot(y[t]), log(softmax(o[t]))))
    proved = claim(grad(loss, o[t]), softmax(o[t]) - onehot(y[t]), "label")
    assert proved.agrees_with(lambda g_o: g_o, by=o[t]).residual < 1e-14
    proved.right = softmax(o[t]) - onehot(y[t + by])
    with pytest.raises(Disagreement, match=r"[.\d]+e[+-]\d+ away"):
        proved.agrees_with(lambda g_o: g_o, by=o[t])


def test_few_wrong_variants_need_a_reason():
    with pytest.raises(NotProved, match="only 2 wrong variants conform"):
        claim(G * 1, G, "few")
    assert claim(G * 1, G, "few", why_few="there is nothing to it").judgement.refuted


@pytest.mark.parametrize(
    "implemented",
    [
        lambda G, B: -G @ B.T,
        lambda G, B: G @ B.T * (1 + 1e-9),
        lambda G, B: (G * G) @ B.T,
        lambda G, B: np.zeros((3, 5)),
        lambda G, B: G @ B.T + 1e-6 * np.eye(len(G), len(B)),
    ],
    ids=["of the other sign", "a little too large", "squared", "zero", "off in some entries"],
)
def test_a_wrong_implementation_is_noticed(implemented):
    proved = claim(grad(L, A), G @ B.T, "left")
    with pytest.raises(Disagreement, match="claim left"):
        proved.agrees_with(implemented, loss, by=A)


def test_a_loss_that_is_not_the_one_of_the_claim_is_noticed():
    with pytest.raises(Disagreement):
        claim(grad(L, A), G @ B.T, "left").agrees_with(vjp_left, lambda A, B, G: 2 * loss(A, B, G), by=A)


def test_an_implementation_may_ask_only_for_symbols_of_the_claim():
    with pytest.raises(TypeError, match="Q, which the formulas do not have"):
        claim(grad(L, A), G @ B.T, "left").agrees_with(lambda Q: Q)


def test_a_claim_says_what_it_assumes():
    shares = claim(inner(v, w) / inner(v, v), inner(w, v) / inner(v, v), "shares")
    needed = r"if $\left\langle v,\, v \right\rangle \ne 0$"
    assert needed in shares.facts()
    assert shares.evidence()["assumes"] == [needed]


def test_a_claim_says_which_wrong_variants_are_undecided():
    a, b = scalar("a"), scalar("b")
    undecided = claim(log(a * b) * 2, log(b * a) * 2, "logarithm", why_few="a logarithm hides what is in it")
    assert undecided.evidence()["mutants"]["undecided"] > 0
    assert any(re.fullmatch(r"`.*` — \*\*undecided\*\*", line) for line in undecided.details())


def test_a_run_of_more_sizes_than_it_knows_is_refused():
    many = sizes("n m k p q r u v")
    with pytest.raises((ValueError, KeyError), match="a run knows 7 different sizes, these have 8"):
        Sample(*(vector(f"v_{size}", size) for size in many))


def test_a_run_has_unequal_sizes_and_is_always_the_same():
    first, second = Sample(A, B, G), Sample(A, B, G)
    assert len(set(first.sizes.values())) == 3
    assert 1 not in first.sizes.values()
    for name, array in first.arrays.items():
        assert (array == second.arrays[name]).all()


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        (lambda: (grad(L, A), -G @ B.T), "refuted"),
        (lambda: (grad(L, A), written(G.T) @ B.T), "does not conform"),
        (lambda: (grad(L, A), grad(L, B)), "does not conform"),
    ],
)
def test_what_is_wrong_is_rejected(statement, outcome):
    assert shown(rejected(statement, "wrong"))[MIME]["outcome"] == outcome


def test_what_does_not_conform_is_shown_as_it_was_written():
    wrong = rejected(lambda: (grad(L, A), written(B.T) @ G + A), "order", of="S000-23")
    assert wrong.equation() == (
        "\\underset{n \\times k}{\\frac{\\partial L}{\\partial A}} = "
        "\\boxed{\\underbrace{B^{\\top}}_{m \\times k}\\;\\underbrace{G}_{n \\times m}}"
        " + \\underset{n \\times k}{A}"
    )
    assert "B.T @ G: B.T is m×k, G is n×m, and k is not n" in wrong.markdown()
    assert repr(wrong).startswith("Does not conform: grad(L, A) = B.T @ G + A")


def test_sides_of_two_shapes_are_shown_with_both():
    wrong = rejected(lambda: (grad(L, A), grad(L, B)), "two-shapes").equation()
    assert wrong.startswith("\\boxed{\\underbrace{")
    assert "}_{n \\times k} = \\underbrace{" in wrong


def test_what_does_not_conform_must_be_written():
    with pytest.raises(NotProved, match=r"B\.T @ G: .* begin with written"):
        rejected(lambda: (grad(L, A), B.T @ G), "order")


AT = {v: sp.Matrix([1, 2]), w: sp.Matrix([3, 4])}


def test_a_wrong_number_is_rejected_beside_the_right_one():
    wrong = rejected(lambda: (inner(v, w), 12), "twelve", at=AT)
    assert wrong.equation() == r"\left\langle v,\, w \right\rangle = 11 \ne 12"
    assert shown(wrong)[MIME]["outcome"] == "refuted"


@pytest.mark.parametrize(("statement", "at"), [((grad(L, A), G @ B.T), None), ((inner(v, w), 11), AT)])
def test_what_holds_cannot_be_rejected(statement, at):
    with pytest.raises(NotProved, match="was to be rejected, and it holds"):
        rejected(lambda: statement, "right", at=at)


def test_only_a_name_has_a_definition():
    with pytest.raises(TypeError, match="expected a named formula"):
        definition(A, "a")


def test_given_values_are_a_definition():
    assert shown(stated(v, [[1], [2]], "values"))[MIME]["outcome"] == "defined"


def test_a_formula_is_computed_at_exact_values():
    assert computed(outer(v, w), [[3, 4], [6, 8]], "outer", at=AT).equation().startswith(r"v\,w^{\top} = ")
    with pytest.raises(Miscalculated, match="computed 11, printed 12"):
        computed(inner(v, w), 12, "inner", at=AT)
    with pytest.raises(ValueError, match="expected n = 2, got 3"):
        computed(inner(v, w), 11, "inner", at={v: sp.Matrix([1, 2]), w: sp.Matrix([1, 2, 3])})


def test_a_claim_with_free_indices_is_compared_entry_by_entry():
    p, q = Index("p", n), Index("q", k)
    proved = claim(diff(L, A[p, q]), (G @ B.T)[p, q], "entry")
    assert proved.agrees_with(vjp_left, loss, by=A).residual < 1e-14
    with pytest.raises(Disagreement):
        proved.agrees_with(lambda G, B: (G @ B.T)[::-1])


def test_a_function_that_asks_for_a_free_index_is_called_at_each_of_its_values():
    a, q = scalar("a"), Index("q", n)
    proved = claim(diff(named("M", v[q] ** 2 * a**3), a), 3 * v[q] ** 2 * a**2, "each")
    assert proved.agrees_with(cube_slope, cube, by=a).residual < 1e-14
    assert proved.measured == ("implementation", "complex step")
    with pytest.raises(Disagreement):
        proved.agrees_with(lambda a, v, q: cube_slope(a, v, 0))
    with pytest.raises(Disagreement):
        proved.agrees_with(cube_slope, lambda a, v, q: cube(a, v, 0), by=a)
    with pytest.raises(TypeError, match="p, which the formulas do not have"):
        proved.agrees_with(lambda a, v, p: cube_slope(a, v, p))


def cube(a, v, q):
    return v[q, 0] ** 2 * a[0, 0] ** 3


def cube_slope(a, v, q):
    return 3 * v[q, 0] ** 2 * a[0, 0] ** 2


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (
            lambda: claim(grad(L, A), G @ B.T, "left"),
            "proved for all n, k, m: grad(L, A) = G @ B.T · slips: 3 refuted by a run, 7 do not conform",
        ),
        (
            lambda: rejected(lambda: (grad(L, A), written(G) @ B), "left"),
            "Does not conform: grad(L, A) = G @ B · G @ B: G is n×m, B is k×m, and m is not k",
        ),
        (
            lambda: Derivation(L, "turned").becomes(inner(G.T, (A @ B).T), "both turned"),
            "Each line proved equal to the one before: L\n  = inner(G.T, (A @ B).T)    (both turned) · "
            "for all sizes n, m, k · 1 step",
        ),
        (lambda: definition(L, "loss"), "Definition: L = inner(G, A @ B) · in code inner(G, A @ B)"),
        (
            lambda: computed(inner(v, w), 11, "inner", at=AT),
            "Computed: inner(v, w) = 11 · with "
            r"v = \left[\begin{matrix}1\\2\end{matrix}\right], "
            r"w = \left[\begin{matrix}3\\4\end{matrix}\right]",
        ),
        (
            lambda: answered("No, see {eq}`left`.", "left", "why", "S000-01"),
            "Answered · No, see left. (see left)",
        ),
    ],
    ids=["claim", "rejected", "derivation", "definition", "computed", "answered"],
)
def test_an_output_can_be_read_at_a_plain_prompt(output, shown):
    assert repr(output()) == shown
    assert output()._repr_mimebundle_()["text/plain"] == shown


def test_what_is_undecided_cannot_be_rejected():
    with pytest.raises(Undecided):
        rejected(lambda: (log(v * v), 2 * log(v)), "outside")


def test_a_definition_shows_the_shapes():
    assert (
        r"\underset{n \times m}{C} = \underset{n \times k}{A}"
        in definition(named("C", A @ B), "c").equation()
    )


def test_every_line_of_a_derivation_is_proved():
    chain = Derivation(inner(G, A @ B), "chain").becomes(inner(A.T @ G, B), "move A over")
    assert "move A over" in chain.equation()
    assert chain.facts()[-1] == "1 step"
    assert shown(chain)[MIME]["outcome"] == "proved"
    with pytest.raises(NotProved, match="derivation chain, a slip: Refuted"):
        chain.becomes(inner(A.T @ G, 2 * B), "a slip")
    with pytest.raises(NotProved, match="changes nothing"):
        chain.becomes(inner(A.T @ G, B), "nothing")
    with pytest.raises(ValueError, match="needs its reason"):
        chain.becomes(inner(G, A @ B), " ")
    with pytest.raises(NotProved, match="no step"):
        shown(Derivation(G, "empty"))
    assert chain.becomes(inner(A, G @ B.T), "move B over").facts()[-1] == "2 steps"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (12, 13),
        (sp.Matrix([[1, 2]]), [[1, 3]]),
        (sp.Matrix([[1, 2]]), [[1], [2]]),
        (sp.Symbol("b") * 2, sp.Symbol("b")),
        (np.array([[1]]), 1),
    ],
)
def test_a_miscalculation_is_noticed(value, printed):
    with pytest.raises(Miscalculated, match="sums: computed"):
        computed(value, printed, "sums")


@pytest.mark.parametrize("value", [12, sp.Integer(12), np.int64(12)])
def test_a_computed_value_is_compared_exactly(value):
    assert shown(computed(value, 12, "twelve"))[MIME]["outcome"] == "computed"
    with pytest.raises(TypeError, match="exact numbers"):
        computed(12.0, 12, "float")


def test_an_answer_in_words_rests_on_equations():
    assert shown(answered("because", "left", "why", of="S000-01"))[MIME]["outcome"] == "argued"
    with pytest.raises(ValueError, match="needs its text"):
        answered("because", (), "why", of="S000-01")


@pytest.mark.parametrize("label", ["Left", "left side", "left_side", ""])
def test_a_label_that_no_page_could_link_is_refused(label):
    with pytest.raises(ValueError, match="label"):
        claim(grad(L, A), G @ B.T, label)


@pytest.mark.parametrize("name", ["S0-1", "000-01", "S000-1", "", None])
def test_an_id_of_no_record_is_refused(name):
    with pytest.raises(ValueError, match="expected a record such as"):
        record(name)


def test_a_record_is_taken_in_one_way():
    with pytest.raises(ValueError, match="expected one way"):
        record("S000-01", under="a", without="b")
