"""What is typed, and how it is read: each spelling, each mistake with its place, and no text that hangs."""

from pathlib import Path

import pytest
import yaml

from bptt.check.reading import read
from bptt.check.scope import DoesNotConform
from bptt.check.tokens import NotUnderstood

READ = yaml.safe_load(Path(__file__).with_name("readings.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", READ, ids=[entry.get("called", entry["text"]) for entry in READ])
def test_each_spelling_is_read_as_what_it_means(entry: "dict[str, str]") -> None:
    assert str(read(entry["target"], entry["text"])) == entry["formula"]


NOTED = [
    ("W", "dW += outer(da[t], h[t-1])", "+= is read as a sum over t = 1..T"),
    ("W", "sum(da[t] @ h[t-1].T)", "this sum is read as one over t = 1..T"),
    (
        "h[t]",
        "W.T @ da[t+1] + V.T @ do[t]",
        "da[t] is read as the gradient by a[t], diag(1 - h[t]**2) @ g[t]",
    ),
    ("o[t]", "p - y", "p without a time is read as p[t]"),
    ("o[t]", "(p[t] - y[t]).T", "read as a row, which is the transpose of the column that is asked for"),
    ("o[t]", "p[t][i] - y[t][i]", "read as the entry (i)"),
    ("W", "sum(t, da[t] * h[t-1].T)", "a column times a row, entry by entry, is read as their outer product"),
    ("W", "sum(t, h[t-1].T * da[t])", "a row times a column, entry by entry, is read as their outer product"),
    (
        "softmax",
        "p * (eye(k) - ones(k) @ p.T)",
        "a column times a matrix, entry by entry, multiplies each row: read as diag(..) @ ..",
    ),
    (
        "softmax",
        "diag(p) - (p @ ones(k).T) * p.T",
        "a row times a matrix, entry by entry, multiplies each column: read as .. @ diag(..)",
    ),
    (
        "softmax",
        "p * (eye(k) - p.T)",
        "a row plus a matrix is read as NumPy does: the row is added to each row",
    ),
    ("mse", "2 * p * (p - q - dot(p, p - q))", "dot of two columns is read as their inner product"),
    ("mse", "2 p (p·p)", "a dot between two columns is read as their inner product"),
    ("h[t]", r"W^T (1 - h_{t+1}^2) ⊙ g_{t+1}", "A B ⊙ C is read as (A B) ⊙ C; parentheses say otherwise"),
    ("W", "W**2", "the power of a matrix is read entry by entry"),
    (
        "linear",
        "prod(W for j in range(1, t+1)) @ h[0]",
        "in a product the steps stand in their order, the earliest on the left",
    ),
]


@pytest.mark.parametrize(("question", "typed", "note"), NOTED)
def test_what_was_taken_for_granted_is_noted(question: str, typed: str, note: str) -> None:
    assert note in read(question, typed).notes


def test_only_a_row_is_turned() -> None:
    assert read("o[t]", "(p[t] - y[t]).T").row
    assert not read("o[t]", "p[t] - y[t]").row


REFUSED = [  # the text, where it is not understood, and what is said of it
    ("W.T @ ", " ", "something is missing at the end"),
    ("W.T @ (g[t+1]", "(", "the ( opened here is not closed"),
    ("g[t+1])", ")", "closes nothing"),
    ("W.T @ * g[t]", "*", "cannot stand here"),
    ("Q @ g[t+1]", "Q", "Q is not known here; known are U, V, W, a[t]"),
    ("W @ g[t+1] V 3 ?", "?", "no sign that is known"),
    ("\\foo g", "\\foo", "\\foo is not known here"),
    ("h[t]**7", "7", "a power is a whole number up to 6"),
    ("h[t]**0.5", "0.5", "a power is a whole number up to 6"),
    ("W**-1", "W**-1", "the inverse of a matrix"),
    ("g[t+10]", "t+10", "at most 9 steps"),
    ("g[s]", "s", "bound by no sum"),
    ("g[2*t]", "2*t", "a time is t, t-1, T or a number"),
    ("h[(t-1) % T]", "%", "times do not wrap round"),
    ("1234567", "1234567", "at most 6 digits"),
    ("g[t] / 0", "0", "divided by 0"),
    ("outer(g[t])", "outer(g[t])", "outer takes 2"),
    ("tanh(", "(", "something is missing at the end"),
    ("sum(g[t], axis=0)", "sum(g[t], axis=0)", "say over what it runs"),
    ("g[t] = a = b", "=", "expected one equals sign"),
    ("g[t] -= V.T", "V.T", "expected the quantity itself"),
    ("I + I", "I + I", "nothing here says of what size"),
    ("sech(a[t])", "sech(a[t])", "understood squared"),
    ("softmax'(o[t])", "softmax'(o[t])", "no derivative"),
    ("(i - 1) @ g", "i", "i is not known here"),
    ("W[1, 2]", "1", "letters such as i and j"),
    ("W[i]", "W[i]", "has entries with 2 letters"),
    ("W[i,j] V[l,i]", "W[i,j] V[l,i]", "an entry has two letters"),
    ("∂L/∂W", "∂L/∂W", "only those by h, o and a"),
    ("∂o[t]/∂x[t]", "∂o[t]/∂x[t]", "of derivatives those of"),
    ("einsum('ij,j', W, g[t])", "einsum('ij,j', W, g[t])", "einsum is understood with a pattern"),
    ("onehot(W @ W)", "onehot(W @ W)", "takes a label"),
    ("f'(a[t])", "f", "f is not known"),
    ("sum over 3 of g[t]", "3", "a sum runs over a letter"),
    ("__import__('os').system('ls')", "", ""),
    ("lambda: 0", "lambda", "cannot stand here"),
]


@pytest.mark.parametrize(("typed", "marked", "says"), REFUSED, ids=[entry[0] for entry in REFUSED])
def test_what_is_not_understood_is_pointed_at(typed: str, marked: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read("h[t]", typed)
    assert says in caught.value.says
    assert typed[caught.value.start : caught.value.end].startswith(marked)


LIMITS = [
    ("W" * 2001, "longer than 2000 characters"),
    ("W+" * 251, "more than 500 words and signs"),
    ("(" * 16 + "W" + ")" * 16, "nested deeper than 15"),
    ("tanh(" * 16 + "a[t]" + ")" * 16, "nested deeper than 15"),
    ("1" * 7, "at most 6 digits"),
    ("h[t]" + ".T" * 11, "too many marks"),
    ("h^{" + "T," * 11 + "}", "too many marks"),
]


NAMED = {"(": ", brackets", "t": ", functions", "h": ", behind"}


@pytest.mark.parametrize(
    ("typed", "says"), LIMITS, ids=[says + NAMED.get(typed[0], "") for typed, says in LIMITS]
)
def test_what_is_too_long_or_too_deep_is_not_read(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says):
        read("h[t]", typed)


def test_just_within_the_limits_it_is_read() -> None:
    assert str(read("o[t]", "(" * 14 + "p[t] - y[t]" + ")" * 14)) == "p[t] - onehot(y[t])"
    assert str(read("o[t]", "p[t]" + ".T" * 8)) == "p[t]"
    assert str(read("o[t]", "p[t+9]**6")) == "p[t+9]**6"


CLASHES = [  # what does not conform, what is said of it, and how it is set
    ("h[t]", "W @ V @ g[t]", "W @ V", "W is n×n, V is k×n, and n is not k", "W"),
    ("h[t]", "W.T @ x[t] + g[t]", "W.T @ x[t]", "W.T is n×n, x[t] is m×1", "boxed"),
    ("h[t]", "g[t] + x[t]", "g[t] + x[t]", "g[t] is n×1, x[t] is m×1", "+"),
    ("h[t]", "x[t] * g[t]", "x[t] * g[t]", "x[t] is m×1, g[t] is n×1", "odot"),
    ("h[t]", "diag(W) @ g[t]", "diag(W)", "expected a column vector", "W"),
    ("W", "sum(t, g[t])", "sum(t, g[t])", "this is n×1, but what is asked for is n×n", "sum"),
    ("W", "W[i,j] x[t][i]", "i", "there are m positions here, but i runs over n", None),
    ("W", "sum(t, W[y[t]])", "y[t]", "there are n positions here, but this label is one of k", None),
    ("W", "outer(W, U)", "outer(W, U)", "an outer product is one of two vectors", None),
]


@pytest.mark.parametrize(
    ("question", "typed", "marked", "says", "tex"), CLASHES, ids=[entry[1] for entry in CLASHES]
)
def test_what_does_not_conform_names_the_product_and_its_shapes(
    question: str, typed: str, marked: str, says: str, tex: "str | None"
) -> None:
    with pytest.raises(DoesNotConform) as caught:
        read(question, typed)
    assert says in caught.value.says
    assert typed[caught.value.start : caught.value.end] == marked
    assert tex is None if caught.value.latex is None else tex and tex in caught.value.latex


def test_the_shape_stands_under_every_factor() -> None:
    assert read("V", "sum(t, (p[t] - y[t]) @ h[t].T)").latex == (
        "\\sum_{t=1}^{T} \\left(\\underset{k}{p^{(t)}} - \\underset{k}{\\mathbf{1}_{y^{(t)}}}\\right)"
        "\\;\\underset{1 \\times n}{h^{(t) \\top}}"
    )


FREE = [
    ("W: n n, x: n; W @ x = (x.T @ W.T).T", "W @ x", "(x.T @ W.T).T"),
    ("A: n m, v: m\nA v = sum_j v_j A @ v", "A @ v", "sum_over(j, (v[j] * A) @ v)"),
    ("x[t]: n, t in 1..T; sum(t, x[t]) = x[1] + sum(t, 2, T, x[t])",
     "sum_over(t_1, x[t_1])", "x[1] + sum_over(t_1=2..T, x[t_1])"),
    ("p[t]: k, y[t]: label k, t in 1..T-1; p[t+1] - y[t] = p[t+1] - onehot(y[t])",
     "p[t+1] - onehot(y[t])", "p[t+1] - onehot(y[t])"),
    ("a: , b: 1; a b = b a", "a * b", "b * a"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "left", "right"), FREE)
def test_symbols_of_ones_own_are_declared_in_a_line(typed: str, left: str, right: str) -> None:
    reading = read("free", typed)
    assert (str(reading.left), str(reading)) == (left, right)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("W @ x = x", "declare the symbols"),
        ("W: n n, W: n; W = W", "declared already"),
        ("W n n; W = W", "expected :"),
        ("W: T; W = W", "expected a size"),
        ("tanh: n; tanh = tanh", "a word of the language"),
        ("t in 1..k; t = t", "expected a limit"),
        ("x: n; x", "expected two sides"),
        ("x: n; x = x = x", "expected two sides"),
        ("x: n; x[i] = x[i]", "i is bound by no sum"),
    ],
)
def test_a_declaration_that_is_none_is_refused(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says):
        read("free", typed)


def test_two_sides_of_two_shapes_do_not_conform() -> None:
    with pytest.raises(DoesNotConform, match=r"x is n×1, x\.T is 1×n"):
        read("free", "x: n; x = x.T")
