"""The formulas in a browser, folds closed: few are cut, none with a number or in a line; each is heard."""

import pytest
import visit
from playwright.sync_api import Browser, Page
from visit import MOST_CUT, NARROW, READING, WIDE

from bptt.site import notebooks

pytestmark = pytest.mark.slow


CHAPTER = "chapters/through-time/every-length"


def read(browser: Browser, site: str, width: int) -> dict[str, dict[str, int]]:
    """Say of each page how many displays it has, and what of its formulas is cut."""
    found = {}
    with visit.context(browser, width=width) as context:
        page = context.new_page()
        for name in notebooks.pages(visit.ROOT):
            page.goto(f"{site}{name}.html")
            page.evaluate("document.fonts.ready")
            found[name] = page.evaluate(READING)
    return found


def total(found: dict[str, dict[str, int]], what: str) -> int:
    return sum(one[what] for one in found.values())


def test_on_a_desktop_no_formula_is_cut(browser: Browser, site: str) -> None:
    found = read(browser, site, WIDE)
    assert total(found, "displays") > 300
    assert [name for name, one in found.items() if one["cut"]] == []


def test_on_a_phone_few_formulas_are_cut_none_with_a_number_or_in_a_line(browser: Browser, site: str) -> None:
    found = read(browser, site, NARROW)
    assert [name for name, one in found.items() if one["numbered"] or one["inline"]] == []
    assert total(found, "cut") <= MOST_CUT * total(found, "displays")


@pytest.fixture
def page(browser: Browser):
    with visit.context(browser, width=NARROW) as context:
        yield context.new_page()


def display(width: int, number: str = "") -> str:
    box = f'<span style="display: inline-block; width: {width}px">x</span>'
    line = f'<span class="katex-display" style="display: block; overflow-x: auto">{box}</span>'
    return f'<div class="math">{number and f"<span class=eqno>({number})</span>"}{line}</div>'


def test_a_formula_that_is_too_wide_is_noticed_but_not_in_a_fold(page: Page) -> None:
    folded = f"<details>{display(2 * NARROW, '3')}</details>"
    shown = display(NARROW // 2, "1") + display(2 * NARROW) + display(2 * NARROW, "2")
    page.set_content(f'<main class="bd-article">{shown}{folded}</main>')
    found = page.evaluate(READING)
    assert (found["displays"], found["cut"], found["numbered"]) == (3, 2, 1)


# ---- heard

# How many formulas are seen, and of these how many a screen reader is given, as MathML.
SEEN = "[...document.querySelectorAll('.katex')].filter((formula) => formula.checkVisibility()).length"


def heard(page: Page) -> int:
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return sum(not node["ignored"] and node["role"]["value"] == "MathMLMath" for node in nodes)


def test_every_formula_that_is_seen_can_be_heard_once(page: Page, site: str) -> None:
    page.goto(f"{site}{CHAPTER}.html")
    assert heard(page) == page.evaluate(SEEN) > 100


def test_a_formula_that_is_not_heard_is_noticed(page: Page) -> None:
    formula = '<span class="katex">{}<span aria-hidden="true">x</span></span>'
    math = "<math><mi>x</mi></math>"
    page.set_content(formula.format(math) + formula.format(f'<span aria-hidden="true">{math}</span>'))
    assert (heard(page), page.evaluate(SEEN)) == (1, 2)
