"""The chapters: their form, their exercises, and that a break in any of them is noticed."""

import ast

import matplotlib.pyplot as plt
import pytest
from chapter import CHAPTERS, ROOT, changed, code_cells, each_chapter, run

from bptt.book import Disagreement, Miscalculated, NotProved, Wrong, claims
from bptt.kernel import ShapeError
from bptt.symbolic import differing_entries

MOST_LINES = 12
WIDEST = 79


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@each_chapter
def test_cells_are_short_and_end_in_an_expression(page):
    for cell in code_cells(page):
        lines = cell.splitlines()
        assert len(lines) <= MOST_LINES, cell
        assert max(map(len, lines)) <= WIDEST, cell
        assert isinstance(ast.parse(cell).body[-1], ast.Expr), cell


@each_chapter
def test_a_chapter_begins_with_plain_sympy(page):
    first_claim = next(n for n, cell in enumerate(code_cells(page)) if "bptt.kernel" in cell)
    plain = [cell for cell in code_cells(page)[:first_claim] if "bptt" not in cell]
    assert any("import sympy as sp" in cell for cell in plain)
    assert len(plain) >= 3


@each_chapter
def test_a_chapter_has_the_parts_of_a_chapter(page):
    text = (ROOT / f"{page}.md").read_text("utf-8")
    parts = ["## As printed in the source", "## A common mistake", "## Exercises", "## Where it leads"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "alt:" in text
    assert "*Source*:" in text


# Each answer replaces the dots of one exercise, in order: right ones in an unusual form, and wrong ones.
ANSWERS = {
    "chapters/products/gradient": [
        ("4 + 3", "6"),
        ("A[i, q] * eye(m)[s, j]", "delta(j, s) * A[i, q] * 2"),
        ("(ones(m, n) @ A).T", "A.T @ ones(n, m) * 2"),
    ],
    "chapters/products/chain-rule": [
        ("sum(x * y for x, y in zip((3, 4, 5), (2, 6, 10)))", "26"),
        ("(E @ (G3.T @ A)).T", "-A.T @ G3 @ E.T"),
        ("C @ B.T / 3 + 2 * (A @ (B @ B.T)) / 3", "2 * C @ B.T"),
    ],
}


def with_answer(page: str, number: int, answer: str) -> list[str]:
    """The cells of a chapter in which one exercise is answered."""
    cells, exercises = code_cells(page), 0
    for n, cell in enumerate(cells):
        if "answer = ..." in cell:
            if exercises == number:
                cells[n] = "from bptt.kernel import *\n" + cell.replace("answer = ...", f"answer = {answer}")
            exercises += 1
    return cells


def test_every_chapter_has_its_answers_here():
    assert set(ANSWERS) == set(CHAPTERS)
    for page, answers in ANSWERS.items():
        assert sum("answer = ..." in cell for cell in code_cells(page)) == len(answers)


def answered(position: int) -> list[tuple[str, int, str]]:
    return [(page, n, pair[position]) for page, pairs in ANSWERS.items() for n, pair in enumerate(pairs)]


@pytest.mark.parametrize(("page", "number", "answer"), answered(0))
def test_an_unusual_right_answer_is_right(page, number, answer):
    shown = run(with_answer(page, number, answer))
    assert any(str(value).startswith("Right") and answer[:1] != "." for value in shown)
    assert sum(str(value).startswith("Your turn") for value in shown) == len(ANSWERS[page]) - 1


@pytest.mark.parametrize(("page", "number", "answer"), answered(1))
def test_a_wrong_answer_is_told_what_is_wrong(page, number, answer):
    with pytest.raises(Wrong, match="is not it"):
        run(with_answer(page, number, answer))


COLLAPSE = "claim(grad(S, A), ones(n, m) @ B.T"
LEFT, RIGHT = "claim(grad(L, A), G @ B.T", "claim(grad(L, B), A.T @ G"
DELTA = "claim(diff(C[i, j], A[p, q]), delta(i, p) * B[q, j]"
BREAKS = [  # chapter, a piece of a formula or number, what it becomes, who notices
    ("gradient", DELTA, DELTA + " * 2", NotProved),
    ("gradient", DELTA, DELTA.replace("delta", "-delta"), NotProved),
    ("gradient", DELTA, DELTA.replace("delta(i, p) * ", ""), NotProved),
    ("gradient", '"ip,qj->ijpq"', '"iq,pj->ijpq"', Disagreement),
    ("gradient", "[62, 214, 366]]", "[62, 214, 365]]", Miscalculated),
    ("gradient", "total(by_entry(i, j, delta(i, p) * B[q, j]))", "total(by_entry(i, j, B[q, j]))", NotProved),
    ("gradient", "sum(row), 12", "sum(row), 13", Miscalculated),
    ("gradient", "claim(total(by_a), sum_over(j, B[q, j])", "claim(total(by_a), B[q, j]", NotProved),
    ("gradient", "np.tile(np.sum(B, axis=1), (len(A), 1))", "np.tile(B[:, 0], (len(A), 1))", Disagreement),
    ("gradient", "(grad(C[i, j], A), grad(C[r, s], A))", "(grad(C[i, j], A), grad(C[i, j], A))", NotProved),
    ("gradient", "(by_a, added)", "(by_a, by_a * 1)", NotProved),
    ("gradient", "claim(diff(S, A[p, q]), added", "claim(diff(S, A[p, q]), -added", NotProved),
    ("gradient", COLLAPSE, COLLAPSE.replace("ones", "-ones"), NotProved),
    ("gradient", COLLAPSE, COLLAPSE.removesuffix(".T"), ShapeError),
    ("gradient", "vjp_left(np.ones(", "2 * vjp_left(np.ones(", Disagreement),
    ("chain-rule", "claim(grad(L, C), G,", "claim(grad(L, C), -G,", NotProved),
    ("chain-rule", "(G @ B.T)[p, q]", "(G @ B.T)[p, q] * 2", NotProved),
    ("chain-rule", "sum_over(j, G[p, j] * B[q, j])", "G[p, j] * B[q, j]", NotProved),
    ("chain-rule", "(delta(i, p) * B[q, j])", "B[q, j]", NotProved),
    ("chain-rule", LEFT, LEFT.replace("G @", "-G @"), NotProved),
    ("chain-rule", LEFT, LEFT.removesuffix(".T"), ShapeError),
    ("chain-rule", RIGHT, "claim(grad(L, B), (G.T @ A).T * 2", NotProved),
    ("chain-rule", "(vjp_right, loss,", "(lambda A, G: A.T @ -G, loss,", Disagreement),
    ("chain-rule", "grad(M, C) @ B.T", "f(C) @ B.T", NotProved),
    ("chain-rule", "claim(diff(L, A[p, q]), inner(G, dC)", "claim(diff(L, A[p, q]), total(dC)", NotProved),
    ("chain-rule", "by_entry(p, q, inner(G, dC))", "by_entry(p, q, inner(-G, dC))", NotProved),
    ("chain-rule", "computed(inner(H, X), 20", "computed(inner(H, X), 21", Miscalculated),
    ("chain-rule", "b13, 20,", "b13, 21,", Miscalculated),
    (
        "chain-rule",
        '0 * b11 + 1 * b12 + 2 * b13, "first',
        '0 * b11 + 2 * b12 + 1 * b13, "first',
        Miscalculated,
    ),
    ("chain-rule", "(total(H @ X), 20)", "(total(H @ X), 108)", NotProved),
    ("chain-rule", "H @ (ones(n, n) @ F.T)", "H @ F.T", NotProved),
    ("chain-rule", "(grad(D[i, q], C), grad(D[r, t], C))", "(grad(D[i, q], C), grad(D[i, q], C))", NotProved),
]


@pytest.mark.parametrize(("chapter", "old", "new", "noticed"), BREAKS)
def test_a_break_in_a_chapter_is_noticed(chapter, old, new, noticed):
    with pytest.raises(noticed):
        run(changed(f"chapters/products/{chapter}", old, new))


@each_chapter
def test_an_unbroken_chapter_runs(page):
    assert run(code_cells(page))


@each_chapter
def test_every_claim_holds_entry_by_entry_at_explicit_sizes(page):
    """A second opinion that shares no proof with the kernel: matrices of SymPy, compared in a ring."""
    proved = [shown for shown in run(code_cells(page)) if isinstance(shown, claims.Claim)]
    anchored = [claim for claim in proved if not claim.proof.indices]
    assert anchored
    for claim in anchored:
        names = [size.name for size in claim.proof.sizes]
        sizes = dict(zip(names, (2, 4, 3), strict=False))
        assert differing_entries(claim.left, claim.right, **sizes) == {}
        for mutant, _ in claim.judgement.refuted:
            assert differing_entries(claim.left, mutant.formula, **sizes), mutant


@each_chapter
def test_with_the_prover_off_the_numbers_still_reject_every_wrong_variant(page, monkeypatch):
    measured = []
    agrees_with = claims.Claim.agrees_with

    def remember(claim, *against, **by):
        measured.append((claim, against, by))
        return agrees_with(claim, *against, **by)

    monkeypatch.setattr(claims.Claim, "agrees_with", remember)
    run(code_cells(page))
    assert measured
    for claim, against, by in measured:
        assert claim.judgement.refuted
        monkeypatch.setattr(claims, "prove", lambda left, right, claim=claim: claim.proof)
        monkeypatch.setattr(claims, "judge", lambda left, right, claim=claim: claim.judgement)
        for mutant, _ in claim.judgement.refuted:
            unproved = claims.claim(claim.left, mutant.formula, claim.label, few=claim.few)
            with pytest.raises(Disagreement):
                agrees_with(unproved, *against, **by)
            assert unproved.residual > 1e-3
