"""The slips that people make: all of them are made, and each is judged as what it is."""

import pytest

from bptt.check import Judgement, judge, mutants, unseen
from bptt.kernel import (
    Formula,
    Function,
    Index,
    Place,
    ShapeError,
    Undecided,
    decide,
    delta,
    diag,
    evaluate,
    indices,
    inner,
    log,
    matrix,
    named,
    ones,
    outer,
    scalar,
    sizes,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language.formula import Number
from bptt.kernel.language.shape import Size
from bptt.kernel.proof.equality import normal_key

n, m, k = sizes("n m k")
A, B, G, W, V = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m), matrix("W", n, n), matrix("V", n, n)
x, y, a, b = vector("x", n), vector("y", n), scalar("a"), scalar("b")
i, j = indices("i j", n)
s, q = Index("s", k), Index("q", m)
h = named("h", tanh(W @ x))
f = Function("f")

# Each kind of slip of the issue: the formula, one of its slips in words, what comes of it.
KINDS = {
    "sign": (G @ B.T, "the sign of G @ B.T", "refuted"),
    "sign of a term": (x + W @ y, "the sign of the term W @ y", "refuted"),
    "transpose forgotten": (W.T @ x, "W.T not transposed", "refuted"),
    "transpose forgotten, rectangular": (G @ B.T, "B.T not transposed", "misfits"),
    "transpose added": (W @ x, "W transposed", "refuted"),
    "transpose of what is symmetric": (diag(x) @ y, "diag(x) transposed", "disguised"),
    "ones transposed": (ones(n, m) @ B.T, "ones(n, m) transposed", "misfits"),
    "factor dropped": (W.T @ diag(1 - h**2) @ y, "without the factor diag(1 - h**2)", "refuted"),
    "factor dropped, rectangular": (A @ B, "without the factor A", "misfits"),
    "scalar factor dropped": (a * x, "without the factor a", "refuted"),
    "factor repeated": (x * y, "x twice", "refuted"),
    "factor repeated that is 0 or 1": (delta(i, j) * a, "delta(i, j) twice", "disguised"),
    "entrywise for matrix product": (W @ V, "W @ V entry by entry", "refuted"),
    "matrix for entrywise product": (W * V, "W * V as a matrix product", "refuted"),
    "product swapped": (W @ V @ W.T, "W and V swapped", "refuted"),
    "product swapped, diagonal": (diag(x) @ diag(y), "diag(x) @ diag(y) the other way round", "disguised"),
    "product swapped, rectangular": (A @ B, "A @ B the other way round", "misfits"),
    "three factors turned round": (W @ V @ W.T, "W @ V @ W.T the other way round", "refuted"),
    "outer product the other way round": (outer(x, y), "x @ y.T transposed", "refuted"),
    "term dropped": (x + W @ y, "without the term x", "refuted"),
    "sum dropped": (sum_over(s, A[i, s] * B[s, q]), "no sum over s", "refuted"),
    "sum over entries dropped": (
        inner(x, y),
        "no sum over the entries of inner(x, y)",
        "misfits",
    ),
    "indices swapped": (W[i, j] * x[i], "the indices of W[i, j] swapped", "refuted"),
    "outside the language": (log(a * b) * 2, "the sign of a", "undecided"),
}
LISTS = ("refuted", "misfits", "disguised", "undecided")


def slips_in(judgement: object, kind: str) -> list[str]:
    found = getattr(judgement, kind)
    return [(item[0] if isinstance(item, tuple) else item).slip for item in found]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_kind_of_slip_is_made_and_counted_as_what_it_is(kind: str) -> None:
    right, slip, verdict = KINDS[kind]
    judgement = judge(right, right)
    assert [where for where in LISTS if slip in slips_in(judgement, where)] == [verdict]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_verdict_on_every_mutant_stands_on_its_own(kind: str) -> None:
    right = KINDS[kind][0]
    judgement = judge(right, right)
    for _, found in judgement.refuted:
        assert abs(float(found.left_value) - float(found.right_value)) > 1e-6
    for mutant, proof in judgement.disguised:
        assert mutant.formula is not None
        assert decide(right, mutant.formula).holds_for() == proof.holds_for()
    for mutant in judgement.misfits:
        assert isinstance(mutant.error, ShapeError)
    for mutant, reason in judgement.undecided:
        assert isinstance(reason, Undecided), mutant


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_wrong_formula_is_counted_once_and_none_is_lost(kind: str) -> None:
    right = KINDS[kind][0]
    row, col = (Index("at", d) if isinstance(d, Size) else None for d in right.shape)
    made = [mutant.formula for mutant in mutants(right)]
    conforming = [formula for formula in made if formula is not None and formula.shape == right.shape]
    keys = [normal_key(formula, row, col) for formula in conforming]
    same = keys.count(normal_key(right, row, col))
    judgement = judge(right, right)
    told = [str(mutant.error) for mutant in judgement.misfits]
    assert len(told) == len(set(told))
    assert {str(mutant.error) for mutant in mutants(right) if mutant.error is not None} <= set(told)
    assert len(judgement.disguised) == same
    assert len(judgement.refuted) + len(judgement.undecided) == len(set(keys)) - (same > 0)


def test_mutants_of_one_normal_form_count_once() -> None:
    judgement = judge(W @ x, W @ x)
    signs = [mutant for mutant in mutants(W @ x) if mutant.slip.startswith("the sign of")]
    assert len(signs) == 3, "of W @ x, of W and of x: one wrong formula"
    assert [slip for slip in slips_in(judgement, "refuted") if slip.startswith("the sign of")] == [
        "the sign of W @ x"
    ]


def test_a_slip_leaves_all_else_as_it_is() -> None:
    terms = {mutant.slip: str(mutant.formula) for mutant in mutants(x + y + a * x)}
    assert terms["the sign of the term x"] == "-x + y + a * x"
    assert terms["without the term y"] == "x + a * x"
    factors = {mutant.slip: str(mutant.formula) for mutant in mutants(W @ V @ W.T @ V)}
    assert factors["W and V swapped"] == "V @ W @ W.T @ V"
    assert factors["without the factor W.T"] == "W @ V @ V"


def test_what_does_not_conform_counts_once_however_it_is_said() -> None:
    assert slips_in(judge(G @ B.T, G @ B.T), "misfits") == [
        "G @ B.T transposed",
        "G @ B.T entry by entry",
        "G @ B.T the other way round",
        "without the factor G",
        "without the factor B.T",
        "G transposed",
        "B.T not transposed",
    ]
    assert not any("swapped" in mutant.slip for mutant in mutants(diag(x) @ diag(y)))
    twice = G @ B.T + 2 * (G @ B.T)
    told = [mutant.slip for mutant in mutants(twice) if mutant.error is not None]
    assert told.count("B.T not transposed") == 2
    assert slips_in(judge(twice, twice), "misfits").count("B.T not transposed") == 1


def test_a_fraction_is_not_the_same_mutant_as_its_numerator() -> None:
    judgement = judge(a / (a + b), a / (a + b))
    assert "without the factor (a + b)**-1" in slips_in(judgement, "refuted")
    assert "without the term b" in slips_in(judgement, "refuted")


def test_a_name_is_not_opened() -> None:
    assert all("W" not in mutant.slip for mutant in mutants(h * y))


def test_a_judgement_says_how_many_of_each() -> None:
    assert repr(judge(G @ B.T, G @ B.T)) == "3 refuted by a run, 7 do not conform"
    assert repr(judge(W * V, W * V)) == "8 refuted by a run"
    assert repr(judge(Number(1), Number(1))) == "none"
    one = Judgement()
    one.misfits.append(next(mutant for mutant in mutants(G @ B.T) if mutant.formula is None))
    assert repr(one) == "1 does not conform"
    assert "1 the same in disguise" in repr(judge(diag(x) @ W, diag(x) @ W))


def test_a_mutant_without_a_normal_form_is_undecided_and_not_an_error() -> None:
    right = (a - b) * 0 + 1 / (a + x[i] * 0)
    judgement = judge(right, right)
    assert any("denominator" in str(reason) or "no value" in str(reason) for _, reason in judgement.undecided)


# The numbers of document 000: A is 0..11 in three rows, B its transpose, so that C = A B is symmetric.
COUNTING = [[4 * row + col for col in range(4)] for row in range(3)]
TRANSPOSED = [list(column) for column in zip(*COUNTING, strict=True)]
ALL_ONES = [[1] * 3] * 3
NINE = [[3 * row + col for col in range(3)] for row in range(3)]
P, Q, K = matrix("A", n, k), matrix("B", k, n), matrix("G", n, n)

UNSEEN: list[tuple[Formula, list[list[int]], list[str]]] = [
    (K @ Q.T, ALL_ONES, ["G transposed", "G twice"]),
    (K @ Q.T, NINE, []),
    (P.T @ K, ALL_ONES, ["G transposed", "G twice"]),
    (P.T @ K, NINE, []),
    (P @ Q, ALL_ONES, ["A @ B transposed"]),
    (P @ Q, NINE, ["A @ B transposed"]),
]


@pytest.mark.parametrize(("right", "cotangent", "slips"), UNSEEN, ids=str)
def test_the_documents_numbers_do_not_show_these_slips(
    right: Formula, cotangent: list[list[int]], slips: list[str]
) -> None:
    values = {"A": COUNTING, "B": TRANSPOSED, "G": cotangent}
    place = Place({"n": 3, "k": 4}, values)
    found = unseen(right, {"n": 3, "k": 4}, values)
    assert sorted(mutant.slip for mutant in found) == slips
    for mutant in found:
        assert mutant.formula is not None
        assert evaluate(mutant.formula, place) == evaluate(right, place)


def test_a_slip_that_leaves_an_index_free_is_unseen_only_if_all_its_values_agree() -> None:
    right = sum_over(j, x[j])
    assert [mutant.slip for mutant in unseen(right, {"n": 2}, {"x": [[0], [0]]})] != []
    assert "no sum over j" not in [mutant.slip for mutant in unseen(right, {"n": 2}, {"x": [[5], [0]]})]


def test_ones_and_totals_have_mutants_too() -> None:
    assert {mutant.slip for mutant in mutants(total(x))} >= {
        "ones(n, 1) transposed",
        "no sum over the entries of inner(ones(n, 1), x)",
    }
