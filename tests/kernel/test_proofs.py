"""What the kernel proves, what it refutes and how, and what it does not pretend to know."""

import ast
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path

import pytest

import bptt.kernel
from bptt.kernel import (
    Formula,
    Function,
    Index,
    Place,
    Refuted,
    ShapeError,
    Theorem,
    Undecided,
    by_entry,
    decide,
    delta,
    diag,
    evaluate,
    exp,
    extent,
    eye,
    indices,
    inner,
    log,
    matrix,
    named,
    ones,
    outer,
    prove,
    refute,
    scalar,
    sizes,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language.formula import Number
from bptt.kernel.proof import theorem as rules
from bptt.kernel.proof.equality import normal_key
from bptt.kernel.run.rounded import differ

KERNEL = Path(bptt.kernel.__file__).parent

n, m, k = sizes("n m k")
A, A2, B, G = matrix("A", n, k), matrix("A2", n, k), matrix("B", k, m), matrix("G", n, m)
W, V, S = matrix("W", n, n), matrix("V", n, n), matrix("S", n, n)
x, y, z, u = vector("x", n), vector("y", n), vector("z", n), vector("u", k)
a, b, c = scalar("a"), scalar("b"), scalar("c")
i, j, r = indices("i j r", n)
s, t = indices("s t", k)
q = Index("q", m)
f = Function("f")
h = named("h", tanh(W @ x))
softmax = exp(x) / total(exp(x))

TRUE = {
    "product is associative": ((A @ B) @ G.T, A @ (B @ G.T)),
    "product is distributive": ((A + A2) @ B, A @ B + A2 @ B),
    "transpose turns a product round": ((A @ B).T, B.T @ A.T),
    "transpose twice": (W.T.T, W),
    "trace is cyclic": (inner(eye(n), W @ V), inner(eye(n), V @ W)),
    "trace of a product": (inner(eye(n), G @ B.T @ A.T), inner(G, A @ B)),
    "inner product moves a factor": (inner(G, A @ B), inner(G @ B.T, A)),
    "inner product moves the other": (inner(G, A @ B), inner(A.T @ G, B)),
    "an entry of a product": ((A @ B)[i, q], sum_over(s, A[i, s] * B[s, q])),
    "entry by entry": (A @ B, by_entry(i, q, sum_over(s, A[i, s] * B[s, q]))),
    "entrywise product commutes": (A * A2, A2 * A),
    "square": ((A + A2) ** 2, A**2 + 2 * A * A2 + A2**2),
    "outer product": (outer(x, u)[i, s], x[i] * u[s]),
    "outer product applied": (outer(x, y) @ z, inner(y, z) * x),
    "diag times vector": (diag(x) @ y, x * y),
    "diag from the left scales rows": (diag(x) @ A, (x @ ones(k).T) * A),
    "diag times diag": (diag(x) @ diag(y), diag(x * y)),
    "diag is symmetric": (diag(x).T, diag(x)),
    "identity": (eye(n) @ W @ eye(n), W),
    "identity entrywise": (eye(n) * W, diag(by_entry(i, None, W[i, i]))),
    "all ones": (ones(n, k) @ ones(k, m), extent(k) * ones(n, m)),
    "sum of ones": (total(ones(n, m)), extent(n) * extent(m)),
    "row sums": (ones(n).T @ A @ ones(k), total(A)),
    "scalar to every entry": ((W + a) @ x, W @ x + a * total(x) * ones(n)),
    "scalar factor moves": ((a * A) @ B, A @ (B * a)),
    "delta contracts": (sum_over(j, delta(i, j) * x[j]), x[i]),
    "delta identifies free indices": (delta(i, j) * x[i] * y[j], delta(i, j) * x[j] * y[i]),
    "delta twice": (delta(i, j) ** 2, delta(i, j)),
    "delta chain": (delta(i, j) * delta(j, r) * x[r], delta(r, i) * delta(i, j) * x[j]),
    "delta chain summed": (sum_over(j, delta(i, j) * delta(j, r)), delta(i, r)),
    "delta reaches into a function": (delta(i, j) * f(x[j] + a), f(x[i] + a) * delta(j, i)),
    "delta reaches into a denominator": (delta(i, j) / (x[j] + a), delta(i, j) / (x[i] + a)),
    "trace of the identity": (sum_over(i, delta(i, i)), extent(n)),
    "sum over an unused index": (sum_over(i, a), extent(n) * a),
    "sums change places": (
        sum_over(i, sum_over(s, A[i, s] * u[s])),
        sum_over(s, u[s] * sum_over(i, A[i, s])),
    ),
    "one index object in two sums": (sum_over(i, x[i]) * sum_over(i, y[i]), total(x) * total(y)),
    "one index object in a sum and in a function": (
        sum_over(i, delta(i, j) * y[i]) * f(sum_over(i, x[i])),
        y[j] * f(total(x)),
    ),
    "an index free here and bound inside a name": (
        delta(i, j) * y[j] * f(named("t", sum_over(j, x[j]))),
        delta(i, j) * y[i] * f(total(x)),
    ),
    "a delta summed reaches into a denominator": (sum_over(j, delta(i, j) / (x[j] + a)), 1 / (x[i] + a)),
    "a cycle of three": (
        sum_over(i, sum_over(j, sum_over(r, W[r, i] * W[j, r] * W[i, j]))),
        inner(eye(n), W @ W @ W),
    ),
    "a sum squared": (total(x) ** 2, sum_over(i, sum_over(j, x[i] * x[j]))),
    "a function of a sum squared": (tanh(inner(x, y)) ** 2, tanh(inner(y, x)) * tanh(total(x * y))),
    "functions of equal arguments": (f(W @ (x + y)), f(W @ y + W @ x)),
    "tanh is odd": (tanh(x - y), -tanh(y - x)),
    "tanh is odd, squared": (tanh(-x) ** 2, tanh(x) ** 2),
    "tanh is odd, where the first terms differ in an index alone": (
        tanh(x[i] - x[j] + y[i]),
        -tanh(x[j] - x[i] - y[i]),
    ),
    "tanh of zero": (tanh(W @ (x - x)), x - x),
    "exp of a sum": (exp(x + y), exp(x) * exp(y)),
    "exp of a difference": (exp(a - b), exp(a) / exp(b)),
    "exp of a multiple": (exp(2 * a), exp(a) ** 2),
    "exp of zero": (exp(a - a), Number(1)),
    "halves": (exp(a / 2) ** 3, exp(3 * a / 2)),
    "log of exp": (log(exp(a)), a),
    "log of exponentials": (log(exp(a) ** 2 / exp(b)), 2 * a - b),
    "log of a softmax": (log(softmax), x - log(total(exp(x))) * ones(n)),
    "softmax adds up to one": (total(softmax), Number(1)),
    "softmax is blind to a shift": (exp(x + a) / total(exp(x + a)), softmax),
    "softmax jacobian": (
        (diag(softmax) - outer(softmax, softmax)) @ ones(n),
        softmax - softmax,
    ),
    "tanh jacobian": ((1 - h**2) * (W.T @ y), diag(1 - h**2) @ W.T @ y),
    "fractions": (a / (a + b) + b / (a + b), Number(1)),
    "fraction of fractions": (1 / (1 / (a + b)), a + b),
    "scaled denominators": (x / (2 * a + 2 * b), x / (a + b) / 2),
    "power zero": (x**0, ones(n)),
    "negative power": (x**-2 * x**3, x),
    "a 1×1 product is a scalar": ((x.T @ y) * A, inner(x, y) * A),
    "ones of one entry": (ones(1) * a + eye(1) * a, 2 * a),
    "a name means its definition": (h * h, tanh(W @ x) ** 2),
    "a name bound inside is not printed": (named("g", by_entry(i, None, x[i]))[i], x[i]),
    "large values cancel exactly": (exp(40 * a) + a - exp(40 * a), a),
    "Cayley-Hamilton of a sum of two": ((x * y) ** 2 - x**2 * y**2, x - x),
}


@pytest.mark.parametrize("claim", TRUE, ids=str)
def test_what_is_true_is_proved(claim: str) -> None:
    left, right = TRUE[claim]
    assert isinstance(prove(left, right), Theorem)
    assert isinstance(prove(right, left), Theorem)


FALSE = {
    "swapped product": (W @ V, V @ W),
    "transposed": (W @ x, W.T @ x),
    "transposed diagonal entry agrees": (W, W.T),
    "sign": (A @ B, -(A @ B)),
    "entrywise for matrix product": (W @ V, W * V),
    "outer product the wrong way round": (outer(x, y), outer(y, x)),
    "diag on the wrong side": (diag(x) @ W, W @ diag(x)),
    "dropped term": (W @ x + y, W @ x),
    "dropped factor": (diag(1 - h**2) @ y, y),
    "plus for minus": (1 - tanh(x) ** 2, 1 + tanh(x) ** 2),
    "power": (x**2, x**3),
    "delta of other indices": (delta(i, j) * x[i], delta(i, r) * x[i]),
    "delta dropped": (delta(i, j), Number(1)),
    "sum dropped": (sum_over(i, x[i]) * y[j], x[j] * y[j]),
    "product of sums for sum of products": (sum_over(i, x[i] * y[i]), total(x) * total(y)),
    "square of a sum": (total(x) ** 2, total(x**2)),
    "extent": (total(ones(n)), Number(2)),
    "extents exchanged": (total(A @ ones(k)) * extent(n), total(A) * extent(k)),
    "function": (f(x), f.prime(x)),
    "other function": (f(x), Function("m")(x)),
    "function is not linear": (f(x + y), f(x) + f(y)),
    "a multiple inside a function": (f(2 * x), f(x)),
    "f is not odd": (f(-x), -f(x)),
    "f of a sum is no product": (f(x + y), f(x) * f(y)),
    "squares of entries and entries of the square": (inner(W, W), inner(W, W.T)),
    "inner product with a transpose": (inner(W, V), inner(W, V.T)),
    "Cauchy and Schwarz": (inner(x, y) ** 2, inner(x, x) * inner(y, y)),
    "a weighted mean is not the mean": (
        sum_over(i, (extent(n) * x[i] - total(x)) / (y[i] + 2)),
        Number(0),
    ),
    "tanh is not even": (tanh(-x), tanh(x)),
    "exp of a product": (exp(x * y), exp(x) * exp(y)),
    "softmax of one entry": (softmax, exp(x)),
    "denominator": (1 / (a + b), 1 / a + 1 / b),
    "denominator over a sum": (sum_over(i, x[i] / y[i]), total(x) / total(y)),
    "indices swapped": (W[i, j], W[j, i]),
    "log": (log(a * b), log(a) + log(b) + c),
    "shapes 1×n and n×1 with one sum": (x.T @ W @ x, x.T @ (W - W.T) @ x),
}


@pytest.mark.parametrize("claim", FALSE, ids=str)
def test_what_is_false_is_refuted_by_values_that_do_differ(claim: str) -> None:
    left, right = FALSE[claim]
    with pytest.raises(Refuted) as caught:
        prove(left, right)
    found = caught.value
    by_name = {index.name: index for index in (i, j, r)}
    place = Place(found.sizes, found.point, {by_name[key]: value for key, value in found.indices.items()})
    row, col = found.entry
    assert evaluate(left, place)[row][col] == found.left_value
    assert evaluate(right, place)[row][col] == found.right_value
    assert differ(found.left_value, found.right_value)
    for name, value in [*found.sizes.items(), *((key, at + 1) for key, at in found.indices.items())]:
        assert f"{name} = {value}" in str(found)
    rows, cols = (place.extent(dimension) for dimension in left.shape)
    assert (f"entry ({row + 1}, {col + 1})" in str(found)) == (rows * cols > 1)


@pytest.mark.parametrize("claim", FALSE, ids=str)
def test_what_is_false_is_not_proved_even_without_a_run(claim: str) -> None:
    with pytest.raises(Undecided):
        rules.decide(*FALSE[claim])


OUTSIDE = {
    "log of a product": (log(a * b), log(a) + log(b)),
    "tanh by exp": (tanh(a), (exp(2 * a) - 1) / (exp(2 * a) + 1)),
    "log of a power": (log(a**2 + 1) * 2, log((a**2 + 1) ** 2)),
    "a denominator under a sum": (sum_over(i, (x[i] + y[i]) / (x[i] + y[i])), extent(n)),
    "more terms than are multiplied out": ((a + b + c) ** 20, (a + b + c) ** 20 * 1),
}


@pytest.mark.parametrize("claim", OUTSIDE, ids=str)
def test_what_is_true_but_outside_the_language_is_undecided(claim: str) -> None:
    left, right = OUTSIDE[claim]
    assert refute(left, right) > 0
    with pytest.raises(Undecided):
        prove(left, right)


NO_VALUE = {
    "a denominator that is zero": (1 / (a - a), 1 / (a - a)),
    "a delta in a denominator": (1 / delta(i, j), 1 / delta(i, j)),
    "log of a negative number": (log(-(a**2)), log(-(a**2))),
}


@pytest.mark.parametrize("claim", NO_VALUE, ids=str)
def test_where_no_run_has_a_value_nothing_is_proved(claim: str) -> None:
    with pytest.raises(Undecided):
        prove(*NO_VALUE[claim])


@pytest.mark.parametrize(
    "left", [1 / (a - a), 1 / total(x - x), 1 / delta(i, j), (W - W) ** -1 @ x, 1 / tanh(a - a)], ids=str
)
@pytest.mark.parametrize("right", [Number(0), Number(1)], ids=str)
def test_nothing_is_decided_about_what_has_no_value(left: Formula, right: Formula) -> None:
    """By the rule itself: a run would find that there is nothing to compare."""
    with pytest.raises(Undecided):
        rules.decide(left, right * left)


def test_cayley_hamilton_for_two_rows_holds_at_small_sizes_and_is_never_proved() -> None:
    trace = inner(eye(n), W)
    determinant = (trace**2 - inner(eye(n), W @ W)) / 2
    left, right = W @ W - trace * W + determinant * eye(n), W - W
    half = [[Number(part).value for part in row] for row in ((1, 2), (3, 5))]
    assert evaluate(left, Place({"n": 2}, {"W": half})) == [[0, 0], [0, 0]]
    with pytest.raises(Undecided):
        decide(left, right)
    with pytest.raises(Refuted) as caught:
        prove(left, right)
    assert caught.value.sizes["n"] > 2


i_again, inside = Index("i", n), Index("i", n)
CLASHES: dict[str, tuple[Callable[[], tuple[Formula, Formula]], str]] = {
    "two shapes": (
        lambda: (matrix("A", n, k) @ B, matrix("A", n, m)),
        "'A' is a n×k symbol and a n×m symbol",
    ),
    "symbol and size": (lambda: (scalar("n") * x, extent(n) * x), "'n' is a size and a 1×1 symbol"),
    "symbol and function": (lambda: (f(scalar("f")), f(scalar("f"))), "'f' is a function and a 1×1 symbol"),
    "symbol and free index": (
        lambda: (W[i, j] * scalar("i"), W[i, j]),
        "'i' is an index over n and a 1×1 symbol",
    ),
    "two free indices": (lambda: (x[i], x[i_again]), "'i' is an index over n and an index over n"),
    "two definitions": (lambda: (named("C", A), named("C", -A)), "'C' is a name for"),
    "name and symbol": (lambda: (named("W", V) @ x, W @ x), "'W' is a name for V and a n×n symbol"),
    "free and bound": (
        lambda: (x[i] * total(x), x[i] * sum_over(i, x[i])),
        "'i' is bound in sum_over(i, x[i])",
    ),
    "free here, bound there": (lambda: (x[i], sum_over(i_again, x[i_again])), "'i' is bound"),
    "bound twice": (
        lambda: (sum_over(i, sum_over(inside, W[i, inside])), sum_over(i, W[i, i])),
        "'i' is bound in sum_over(i, W[i, i])",
    ),
}


@pytest.mark.parametrize("clash", CLASHES, ids=str)
@pytest.mark.parametrize("judge", [decide, refute, prove])
def test_a_claim_in_which_a_name_has_two_meanings_is_refused(
    judge: Callable[[Formula, Formula], object], clash: str
) -> None:
    make, message = CLASHES[clash]
    with pytest.raises(ValueError, match=r"another name|two names") as caught:
        judge(*make())
    assert message in str(caught.value)


def test_inside_a_name_an_index_of_the_same_name_as_one_outside_is_no_clash() -> None:
    inside_alone = named("T", sum_over(i, x[i]))
    assert prove(x[i] * inside_alone, total(x) * x[i]).holds_for() == "all n, i"


@pytest.mark.parametrize("judge", [decide, refute, prove])
def test_inside_a_name_an_index_is_free_or_bound_as_outside(
    judge: Callable[[Formula, Formula], object],
) -> None:
    both = named("T", x[i] * sum_over(i_again, x[i_again]))
    with pytest.raises(ValueError, match=r"'i' is bound in sum_over\(i, x\[i\]\)"):
        judge(both, x[i] * total(x))


def test_one_name_means_one_formula_whatever_its_bound_indices_are_called() -> None:
    prove(named("g", total(x) + sum_over(i, x[i])) * a, a * named("g", total(x) + sum_over(j, x[j])))
    prove(named("C", A @ B) + G, G + named("C", A @ B))


@pytest.mark.parametrize("judge", [decide, refute, prove])
def test_one_name_for_two_formulas_is_refused_even_where_these_are_equal(
    judge: Callable[[Formula, Formula], object],
) -> None:
    """Whether they are is found out by the rules: what may stand in a statement does not rest on them."""
    with pytest.raises(ValueError, match=r"'C' is a name for A @ B and a name for \(B.T @ A.T\).T"):
        judge(named("C", A @ B) + G, G + named("C", (B.T @ A.T).T))


@pytest.mark.parametrize("judge", [decide, refute, prove])
def test_sides_of_two_shapes_are_refused(judge: Callable[[Formula, Formula], object]) -> None:
    with pytest.raises(ShapeError, match=r"A = B: A is n×k, B is k×m"):
        judge(A, B)


def test_a_proof_says_for_what_it_holds_and_what_it_assumes() -> None:
    proof = prove((A @ B)[i, q], sum_over(s, A[i, s] * B[s, q]))
    assert proof.holds_for() == "all n, m, k, i, q"
    assert proof.assumes == ()
    assert prove(x / a, x * a**-1).assumes == ("a is not 0",)
    assert prove(log(a) * 2, log(a) + log(a)).assumes == ("a > 0",)
    assert prove(x[i] / y[i], x[i] * y[i] ** -1).assumes == ("y[i] is not 0",)
    assert prove(total(1 / x), sum_over(i, 1 / x[i])).assumes == ("x is not 0", "x[i] is not 0 for all i")
    assert prove(1 / exp(a), exp(-a)).assumes == ()
    assert prove(a + b, b + a).holds_for() == "all values"


def test_a_proof_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError, match="by a rule of the kernel"):
        Theorem(W @ V, V @ W, [])
    with pytest.raises(TypeError, match="by a rule of the kernel"):
        Theorem(W @ V, V @ W, [], object())


def test_proofs_and_refutations_are_no_booleans() -> None:
    with pytest.raises((Refuted, Undecided)):
        bool(prove(W, W.T))
    assert not issubclass(Refuted, AssertionError)
    assert not issubclass(Undecided, Refuted)


def test_a_node_that_the_index_form_does_not_know_is_undecided() -> None:
    class Unheard(Formula):
        """A node of a later issue."""

        def __init__(self) -> None:
            super().__init__((1, 1))

    with pytest.raises(Undecided, match="no index form for Unheard"):
        decide(Unheard(), a)


def test_more_names_than_can_be_tried_are_undecided_at_once() -> None:
    eight = total(x) * total(x) * total(x) * total(x) * total(x) * total(x) * total(x) * total(x)
    with pytest.raises(Undecided, match="40320 ways to name the bound indices of one term"):
        prove(eight, total(x) ** 8)


def test_more_terms_than_are_multiplied_out_are_undecided_at_once() -> None:
    with pytest.raises(Undecided, match="has more than 5000 terms"):
        prove((a + b) ** 13, (b + a) ** 13)


@pytest.mark.parametrize("rows", [[], [[1, 2, 3]], [[1, 2], [3, 4]], [[1, 2, 3], [4, 5]]], ids=str)
def test_a_value_of_another_shape_is_refused(rows: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"A: expected 2 rows of 3, got \["):
        evaluate(A, Place({"n": 2, "k": 3}, {"A": rows}))


def test_normal_keys_name_formulas_and_not_their_numerators() -> None:
    def key(node: Formula) -> object:
        return normal_key(node, None, None)

    assert key(a / (a + b)) == key(a / (b + a))
    assert key(a / (a + b)) != key(a)
    assert key(x[i]) != key(x[j])
    assert key(total(x)) == key(sum_over(j, x[j]))


def imported(module: str) -> set[str]:
    """List what a module of the package imports of the package."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {node.module for node in nodes if node.module and node.module.startswith("bptt")}


def modules(room: str) -> list[str]:
    return [f"bptt.kernel.{room}.{path.stem}" for path in (KERNEL / room).glob("[a-z]*.py")]


def test_what_proves_and_what_runs_share_the_language_alone() -> None:
    """Else one error could stand on both sides."""
    for room in ("proof", "run"):
        assert len(modules(room)) > 1
        allowed = ("bptt.kernel.language", f"bptt.kernel.{room}")
        assert not [name for file in modules(room) for name in imported(file) if not name.startswith(allowed)]
    for file in modules("language"):
        assert not [name for name in imported(file) if not name.startswith("bptt.kernel.language")]


def test_evaluation_and_normal_form_share_no_more_than_the_nodes_of_a_formula() -> None:
    proving = imported("bptt.kernel.proof.index_form") | imported("bptt.kernel.proof.normal_form")
    common = {"bptt.kernel.language" + part for part in ("", ".shape", ".time", ".verdicts")}
    assert imported("bptt.kernel.run.evaluate") & proving == common
