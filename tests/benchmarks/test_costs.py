"""The processor time of the tests is shared out among what they are about, all of it and nothing twice."""

import runpy
from pathlib import Path

import pytest

COSTS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks/tests.py"))
CHAPTERS = "tests.book.test_chapters::test_a_break_in_a_chapter_is_noticed"
ELSEWHERE = "tests.site.test_standalone::test_it_gives_the_sites_outputs_again"
PAGES = "tests.site.test_pages::test"
PARTS = [
    {
        "part": "long",
        "wall": 20,
        "work": 30,
        "tests": {
            f"{CHAPTERS}[one-step/start-1]": 4,
            f"{CHAPTERS}[one-step/start-12]": 4,
            "tests.book.test_chapters::test_a_chapter_has_breaks[chapters/products/gradient]": 2,
            "tests.breaks.test_breaks::test_the_break_is_noticed[kernel: a sign]": 1,
            "tests.breaks.test_breaks::test_a_break_is_well_formed[kernel: a sign]": 4,
        },
    },
    {
        "part": "site",
        "wall": 20,
        "work": 10,
        "tests": {
            f"{PAGES}[index.html]": 3,
            f"{PAGES}[chapters/trust.html-light]": 4,
            f"{PAGES}[<p>body</p>]": 1,
            f"{ELSEWHERE}[chapters/one-step/start]": 2,
        },
    },
    {"part": "book", "wall": 50, "work": 100, "tests": {}},
]


def test_all_the_time_is_shared_out():
    found = COSTS["shares"](PARTS)
    assert found == {
        "a chapter, in its tests": (2, pytest.approx(20)),
        "a page, in a browser": (2, pytest.approx(7)),
        "a notebook, run elsewhere": (1, pytest.approx(2)),
        "a break": (1, pytest.approx(2)),
        "any other test": (2, pytest.approx(9)),
    }


def test_the_report_has_each_part_and_each_budget():
    cost = COSTS["Cost"]
    costs = {"installation": cost(90, 95), **{name: cost(10, 20) for name in COSTS["BUDGETS"]}}
    lines = COSTS["report"](costs, PARTS, 20).splitlines()
    assert "| long | 20 | 30 | 5 |" in lines
    assert "| book | 50 | 100 |  |" in lines
    assert "| `make check` | 10 | 20 | 60 |" in lines
    assert "| a chapter, executed and set | 20 | 100 | 5.0 |" in lines
    assert "| a break | 1 | 2 | 2.00 |" in lines
