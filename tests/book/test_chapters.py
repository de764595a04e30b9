"""The chapters: their form, their exercises, and that a break in any of them is noticed."""

import ast
import copy
from pathlib import Path
from random import Random

import matplotlib.pyplot as plt
import pytest
import sympy as sp
import yaml
from chapter import (
    CHAPTERS,
    ROOT,
    code_cells,
    each_chapter,
    run_cell,
    run_changed,
    shown,
    unbroken,
    with_text,
)

from bptt import book, kernel, measure
from bptt.book import Disagreement, Wrong, claims
from bptt.kernel import Horizon, Labels, Place
from bptt.kernel.language.formula import free_indices
from bptt.kernel.language.structure import in_order
from bptt.kernel.language.wellformed import series_of, sizes_of
from bptt.kernel.proof.equality import is_same
from bptt.kernel.proof.substitution import with_given
from bptt.kernel.run.evaluate import every_index
from bptt.symbolic.explicit import written_out
from bptt.symbolic.ring import is_zero

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
        body = ast.parse(cell).body
        assert isinstance(body[-1], ast.Expr) or all(map(is_import, body)), cell


def is_import(statement):
    return isinstance(statement, ast.Import | ast.ImportFrom)


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


# For each chapter a file: answers to its exercises, right in an unusual form and wrong, and breaks.
CASES = {
    page: yaml.load((Path(__file__).parent / f"{page}.yml").read_text("utf-8"), yaml.CSafeLoader)
    for page in CHAPTERS
}


@each_chapter
def test_every_exercise_has_its_answers(page):
    assert sum("answer = ..." in cell for cell in code_cells(page)) == len(CASES[page]["answers"])


def listed(kind):
    return [
        pytest.param(page, n, case, id=f"{page.removeprefix('chapters/')}-{n + 1}")
        for page, cases in CASES.items()
        for n, case in enumerate(cases[kind])
    ]


def verdict_on(page, number, answer):
    """What the chapter says to an answer to one of its exercises."""
    places = [n for n, cell in enumerate(code_cells(page)) if "answer = ..." in cell]
    names = {**vars(kernel), **unbroken(page).before[places[number]]}
    return run_cell(code_cells(page)[places[number]].replace("answer = ...", f"answer = {answer}"), names)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number", "case"), listed("answers"))
def test_an_unusual_right_answer_is_right(page, number, case):
    assert str(verdict_on(page, number, "...")).startswith("Your turn")
    assert str(verdict_on(page, number, case["right"])).startswith("Right")


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number", "case"), listed("answers"))
def test_a_wrong_answer_is_told_what_is_wrong(page, number, case):
    with pytest.raises(Wrong, match="is not it"):
        verdict_on(page, number, case["wrong"])


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number", "case"), listed("breaks"))
def test_a_break_in_a_chapter_is_noticed(page, number, case):
    noticed = next(vars(of)[case["noticed"]] for of in (kernel, book, measure) if case["noticed"] in vars(of))
    changed = with_text(page, case["old"], case["new"])
    with pytest.raises(noticed):
        run_changed(page, *changed)


@each_chapter
def test_a_chapter_has_breaks(page):
    assert len(CASES[page]["breaks"]) >= 5


def equal_at_explicit_sizes(claim, formulas):
    """Keep those formulas that equal the left side of a claim in every entry, for every free index."""
    left, *rights = (with_given(side, claim.proof.hypotheses) for side in (claim.left, *formulas))
    sizes = {
        size.name: 3 if isinstance(size, Horizon) else extent
        for size, extent in zip(sizes_of(left, *rights), (2, 4, 3, 5, 2), strict=False)
    }
    labels = {
        item.name: {time: time % sizes[item.size.name] for time in range(-2, 8)}
        for item in series_of(left, *rights)
        if isinstance(item, Labels)
    }
    free = in_order(index for side in (left, *rights) for index in free_indices(side))
    kept = list(zip(formulas, rights, strict=True))
    # What differs at one point differs: only what is left then is compared as it is.
    for entry in (drawn, sp.Symbol):
        for spot in every_index(Place(sizes, {}), free):
            sides = (left, *(right for _, right in kept))
            first, *others = written_out(
                *sides, sizes=sizes, histories=labels, times=spot.indices, entry=entry
            )
            gaps = zip(kept, (first - other for other in others), strict=True)
            kept = [pair for pair, gap in gaps if all(is_zero(item) for item in gap)]
    return [formula for formula, _ in kept]


def drawn(name):
    """Take a whole number for an entry, always the same one; exp of sums of such is a power of one number."""
    return sp.Integer(Random(name).randrange(2, 10**4))


def is_anchored(claim):
    """Tell whether a claim needs nothing that is said of all steps: that can be written out nowhere."""
    return is_same(*(with_given(side, claim.proof.hypotheses) for side in (claim.left, claim.right)))


@pytest.mark.slow
@each_chapter
def test_every_claim_holds_entry_by_entry_at_explicit_sizes(page):
    """A second opinion that shares no proof with the kernel: matrices of SymPy, compared in a ring.

    What a rule concluded for every T is held against the unrolled network in tests/symbolic/test_unrolled.py.
    """
    proved = [item for item in shown(page) if isinstance(item, claims.Claim)]
    anchored = [item for item in proved if is_anchored(item)]
    assert anchored
    for item in anchored:
        wrong = [mutant.formula for mutant, _ in item.judgement.refuted]
        assert equal_at_explicit_sizes(item, [item.right, *wrong]) == [item.right], item.label


@pytest.mark.slow
@each_chapter
def test_with_the_prover_off_the_numbers_still_reject_every_wrong_variant(page):
    assert unbroken(page).compared
    for claim, against, by in unbroken(page).compared:
        assert claim.judgement.refuted
        for mutant, _ in claim.judgement.refuted:
            unproved = copy.copy(claim)
            unproved.right = mutant.formula
            with pytest.raises(Disagreement):
                unproved.agrees_with(*against, **by)
            assert unproved.residual > 1e-3
