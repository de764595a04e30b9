"""What the kernel proves, what it refutes and how, and what it does not pretend to know."""

import ast
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
from known_claims import FALSE, NO_VALUE, OUTSIDE, TRUE, A, B, G, V, W, a, b, f, i, j, k, m, n, q, r, s, x, y

import bptt.kernel
from bptt.kernel import (
    Formula,
    Index,
    Place,
    Refuted,
    ShapeError,
    Theorem,
    Undecided,
    decide,
    delta,
    evaluate,
    exp,
    extent,
    eye,
    inner,
    log,
    matrix,
    named,
    prove,
    refute,
    scalar,
    sum_over,
    tanh,
    total,
)
from bptt.kernel.language.formula import Add, Number
from bptt.kernel.language.structure import same
from bptt.kernel.proof import theorem as rules
from bptt.kernel.proof.equality import normal_key
from bptt.kernel.run.rounded import differ

KERNEL = Path(bptt.kernel.__file__).parent


@pytest.mark.parametrize("claim", TRUE, ids=str)
def test_what_is_true_is_proved(claim: str) -> None:
    left, right = TRUE[claim]
    assert isinstance(prove(left, right), Theorem)
    assert isinstance(prove(right, left), Theorem)


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


@pytest.mark.parametrize("claim", OUTSIDE, ids=str)
def test_what_is_true_but_outside_the_language_is_undecided(claim: str) -> None:
    left, right = OUTSIDE[claim]
    assert refute(left, right) > 0
    with pytest.raises(Undecided):
        prove(left, right)


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
        decide(Unheard() * 1, a)


def test_a_node_of_which_it_is_not_known_what_it_says_is_like_no_other() -> None:
    class Sum(Add):
        """A node that could say more than the one of its name."""

    with pytest.raises(TypeError, match="what Sum says beside its arguments is not known"):
        same(Sum(a, b), Sum(a, b) * 1)


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
