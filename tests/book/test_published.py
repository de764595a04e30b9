"""The slips under the main results: all of them are wrong, and those that were published say where."""

import re
from pathlib import Path

import pytest

from bptt.book import claim
from bptt.book.published import MAIN, PUBLISHED, SHEET, Published, published
from bptt.check import TARGETS
from bptt.check.judge import MISFIT, NO_SUM, REFUTED
from bptt.kernel import inner, matrix, named, sizes
from bptt.network import V, W, early, g, g_o, slope
from bptt.symbolic import grad

ROOT = Path(__file__).parents[2]
n, k, m = sizes("n k m")
A, B, G = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m)
L = named("L", inner(G, A @ B))


@pytest.mark.parametrize(("name", "typed", "where"), PUBLISHED)
def test_what_was_published_is_wrong_and_is_said_to_be(name: str, typed: str, where: str) -> None:
    slip = Published(TARGETS[name], typed, where)
    assert slip.answer.verdict in (REFUTED, MISFIT, NO_SUM)
    assert slip.words
    assert ("the true value is" in slip.does) == (slip.answer.verdict == REFUTED)


def test_where_it_was_is_what_the_chapters_cite() -> None:
    chapters = "".join(path.read_text("utf-8") for path in (ROOT / "chapters").glob("*/*.md"))
    for _, _, where in PUBLISHED:
        cited = re.findall(r"\((https://.*?)\)|`(S\d{3}-\d\d)", where)
        assert cited
        assert all((address or record) in chapters for address, record in cited)


def test_the_main_results_are_those_of_the_questions_and_of_the_formula_sheet() -> None:
    sheet = re.findall(r"^.*: ([\w-]+)$", (ROOT / "chapters/formulas.md").read_text("utf-8"), re.MULTILINE)
    assert set(sheet) - set(MAIN) == set(SHEET)
    assert None not in MAIN


def folds(markdown: str) -> dict[str, list[str]]:
    """List what is folded in an output, by the words of each fold."""
    found = re.findall(r"^:::\{dropdown\} (.*)\n((?:- .*\n)*):::$", markdown, re.MULTILINE)
    return {words: lines.splitlines() for words, lines in found}


def test_a_main_result_lists_each_slip_once_and_says_what_it_does() -> None:
    shown = claim(grad(L, A), G @ B.T, "vjp-left")
    found = folds(shown.markdown())
    counts = shown.evidence()["mutants"]
    assert len(found["Break this formula"]) == sum(counts.values())
    assert not any("the true value is" in line for line in found["Details"])
    assert any(
        line.startswith("- the sign of G @ B.T: $") and "the true value is" in line
        for line in found["Break this formula"]
    )
    assert any("does not conform" in line for line in found["Break this formula"])


def test_what_was_published_stands_first_and_not_again_among_the_small_changes() -> None:
    right = W.T @ slope(early + 1) @ g[early + 1] + V.T @ g_o[early]
    shown = claim(right, right, "state-recursion")
    known = published(TARGETS["h[t]"])
    lines = folds(shown.markdown())["Break this formula"]
    assert ["Published: " in line for line in lines].count(True) == len(known) == 5
    assert all("Published: " in line for line in lines[:5])
    assert not any(line.startswith("- without the term W.T") for line in lines)


def test_another_claim_keeps_its_slips_among_the_details() -> None:
    found = folds(claim(grad(L, A), G @ B.T, "left").markdown())
    assert list(found) == ["Details"]
    assert any("the true value is" in line for line in found["Details"])
