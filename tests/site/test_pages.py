"""Every page of the built site in a browser, and each check seen to object to a page that is wrong."""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import visit
from playwright.sync_api import Browser, Page
from visit import NARROW, PAGES, WIDE, Visit
from weight import HEAVIEST, weight

from bptt.site import notebooks

pytestmark = pytest.mark.slow


def tab(browser: Browser, **settings: Any) -> Iterator[Page]:
    """Open a tab for one page after the other: a new one for each would cost more than the page."""
    with visit.context(browser, **settings) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def wide_tab(browser: Browser) -> Iterator[Page]:
    yield from tab(browser)


@pytest.fixture(scope="module")
def narrow_tab(browser: Browser) -> Iterator[Page]:
    yield from tab(browser, width=NARROW)


@pytest.fixture(scope="module")
def plain_tab(browser: Browser) -> Iterator[Page]:
    yield from tab(browser, scripts=False)


# Each page is opened once with scripts and once without; conftest.py gives its tests to one process.
@pytest.fixture(scope="module", params=PAGES)
def opened(wide_tab: Page, site: str, request: pytest.FixtureRequest) -> Visit:
    wide_tab.set_viewport_size({"width": WIDE, "height": 900})
    return Visit(wide_tab, site + request.param, site)


@pytest.fixture(scope="module", params=PAGES)
def plain(plain_tab: Page, site: str, request: pytest.FixtureRequest) -> Visit:
    plain_tab.set_viewport_size({"width": WIDE, "height": 900})
    return Visit(plain_tab, site + request.param, site)


def test_nothing_is_asked_of_another_machine_and_nothing_fails(opened: Visit) -> None:
    assert (opened.foreign, opened.failed, opened.errors) == ([], [], [])


def test_the_page_loads_at_most_400_kb(opened: Visit) -> None:
    assert weight(opened.answers).gzip <= HEAVIEST


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_are_legible(opened: Visit, theme: str) -> None:
    assert visit.illegible_figures(opened.shown(WIDE, theme), theme) == []


def test_no_content_is_for_phones_alone(opened: Visit) -> None:
    assert visit.seen_on_a_phone_alone(opened) == []


def test_the_page_never_scrolls_sideways_on_a_phone(opened: Visit) -> None:
    page = opened.shown(NARROW)
    assert page.evaluate("innerWidth") == NARROW
    assert visit.sideways(page) == []


def test_axe_finds_nothing(opened: Visit) -> None:
    assert visit.axe_violations_anywhere(opened) == []  # the last test: it shortens the page


def test_every_formula_and_figure_is_there_without_scripts(plain: Visit, html: Path) -> None:
    text = (html / plain.page.url.removeprefix(plain.home)).read_text("utf-8")
    assert plain.page.locator(".katex").count() == text.count('class="katex"')
    assert visit.hidden_formulas(plain.page) == []
    assert visit.missing_figures(plain.page) == []
    assert (plain.foreign, plain.failed, plain.errors) == ([], [], [])


# From the first page on, so that links alone lead to every page of the contents.
NEXT = {f"{page}.html": f"{following}.html" for page, following in pairwise(notebooks.pages(visit.ROOT))}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_link_leads_to_the_next_page_without_scripts(plain: Visit, width: int) -> None:
    plain.page.set_viewport_size({"width": width, "height": 900})
    name = plain.page.url.removeprefix(plain.home)
    assert name not in NEXT or plain.home + NEXT[name] in visit.links(plain.page)


# ---- the checks, each seen to object

HEAD = """<title>A page</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="katex/katex.min.css">"""


@pytest.fixture
def show(narrow_tab: Page, folder: str, tmp_path: Path) -> Callable[..., Visit]:
    """Open a page that has only what is given, in its content and around it, and KaTeX's style."""
    (tmp_path / "katex").symlink_to(visit.ROOT / "node_modules/katex/dist")
    (tmp_path / "black.svg").write_text(BLACK)

    def show(body: str, around: str = "") -> Visit:
        main = f'{around}<main class="bd-article"><h1>A page</h1>{body}</main>'
        text = f'<!DOCTYPE html><html lang="en"><head>{HEAD}</head><body>{main}</body></html>'
        (tmp_path / "page.html").write_text(text)
        narrow_tab.set_viewport_size({"width": NARROW, "height": 900})
        return Visit(narrow_tab, f"{folder}page.html", folder)

    return show


BLACK = """<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><path d="M9 9h9v9z"/></svg>"""
FIGURE = '<img src="black.svg" alt="a black triangle">'
LETTERS = '<span class="katex-html"><span class="base">x + y</span></span>'
FORMULA = f'<span class="katex">{LETTERS}</span>'
WIDE_FORMULA = FORMULA.replace("x + y", f'<span style="padding-left: {2 * NARROW}px">y</span>')


def scrolling(formula: str, style: str = "", attributes: str = 'tabindex="0"') -> str:
    style = f"display: block; overflow-x: auto; {style}"
    return f'<span class="katex-display" style="{style}" {attributes}>{formula}</span>'


def complaints(page: Visit) -> dict[str, list[str]]:
    """Collect the complaints of every check that does not depend on a theme."""
    return {
        "foreign": page.foreign,
        "failed": page.failed,
        "errors": page.errors,
        "hidden": visit.hidden_formulas(page.page),
        "missing": visit.missing_figures(page.page),
        "sideways": visit.sideways(page.page),
        "axe": visit.axe_violations(page.page),
    }


@pytest.mark.parametrize(
    "body",
    [FORMULA, FIGURE, scrolling(WIDE_FORMULA)],
    ids=["a formula", "a figure", "a formula that scrolls"],
)
def test_nothing_is_held_against(show, body: str) -> None:
    assert not any(complaints(show(body)).values())


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ('<img src="https://images.example/x.svg" alt="a foreign image">', "foreign failed errors missing"),
        ("<script>fetch('https://data.example/').catch(() => 0)</script>", "foreign failed errors"),
        ('<img src="gone.svg" alt="an image that is not there">', "failed errors missing"),
        ("<script>console.error('bad')</script>", "errors"),
        ("<script>undefined.x</script>", "errors"),
        ("<img src='black.svg' alt='of no size' width='0'>", "missing"),
        ("<img src='black.svg'>", "axe"),
        ("<h4>After a first heading</h4>", "axe"),
        ("<p style='color: #aaa'>pale words</p>", "axe"),
        ("<details><summary>More</summary><p style='color: #aaa'>pale words</p></details>", "axe"),
        ("<button></button>", "axe"),
        (f'<p style="color: #aaa">{FORMULA}</p>', "axe"),
        (FORMULA.replace("y", '<span style="color: #aaa">yz</span>'), "axe"),
        ("<pre><span>one</span> <span>two</span> <span style='color: #aaa'>pale</span></pre>", "axe"),
        ("<style>.p { color: #aaa }</style><code><span>one</span> <span class='p'>pale</span></code>", "axe"),
        ("<table><tr><th></th><td>1</td></tr></table>", "axe"),
        ('<span class="katex">x + y</span>', "hidden"),
        (f'<p style="display: none">{FORMULA}</p>', "hidden"),
        (f'<p style="visibility: hidden">{FORMULA}</p>', "hidden"),
        (f'<p style="opacity: 0">{FORMULA}</p>', "hidden"),
        (f'<p style="font-size: 0">{FORMULA}</p>', "hidden"),
        (f'<p style="position: absolute; left: -999px">{FORMULA}</p>', "hidden sideways"),
        (f"<style>.katex {{ font-family: serif !important }}</style>{FORMULA}", "hidden"),
        (f'<p style="width: {2 * NARROW}px">wide</p>', "sideways"),
        (WIDE_FORMULA, "sideways"),
        (scrolling(WIDE_FORMULA, attributes=""), "axe"),
        (scrolling(f'<span style="margin-left: -50px">{WIDE_FORMULA}</span>'), "sideways"),
        (scrolling(WIDE_FORMULA, "direction: rtl"), "sideways"),
        (scrolling(WIDE_FORMULA, "display: flex; justify-content: center"), "sideways"),
    ],
)
def test_something_is_held_against(show, body: str, by: str) -> None:
    found = complaints(show(body))
    assert [check for check, complaint in found.items() if complaint] == by.split()


IN_THE_DARK = "[data-theme=dark]"
ON_A_PHONE = f"@media (max-width: {NARROW}px)"


FOR_PHONES = f"""<style>
.for-phones {{ display: none }}
{ON_A_PHONE} {{ .for-phones {{ display: block }} }}
{IN_THE_DARK} .for-phones {{ color: #aaa }}
</style>"""


@pytest.mark.parametrize(
    ("body", "around", "rule"),
    [
        ("<p>words</p>", "<nav><button>a button</button></nav>", None),
        (f"<style>{IN_THE_DARK} p {{ color: #aaa }}</style><p>words</p>", "", "color-contrast"),
        (
            f"<style>{IN_THE_DARK} a {{ color: #111; text-decoration: none }}</style>"
            "<p>some words and <a href='#'>a link</a></p>",
            "",
            "link-in-text-block",
        ),
        (
            f"<style>button {{ padding: 1em }} {ON_A_PHONE} {{ button {{ all: unset }} }}</style>"
            "<button>i</button><button>j</button>",
            "",
            "target-size",
        ),
        (
            f"<p style='overflow: auto; white-space: nowrap'>{'word ' * 15}</p>",
            "",
            "scrollable-region-focusable",
        ),
        ("", f"{FOR_PHONES}<nav class='for-phones'><button></button></nav>", "button-name"),
        ("", f"{FOR_PHONES}<nav class='for-phones'>words</nav>", "color-contrast"),
    ],
)
def test_axe_finds_what_the_dark_or_a_phone_alone_shows(show, body, around, rule) -> None:
    found = visit.axe_violations_anywhere(show(body, around))
    assert {line.partition(",")[0] for line in found} == ({rule} if rule else set())


def test_content_for_phones_alone_is_noticed(show) -> None:
    part = '<p class="for-phones">words</p>'
    assert visit.seen_on_a_phone_alone(show(f"{FOR_PHONES}{part}<p>words</p>")) == [part]


def test_what_only_a_style_sheet_asks_for_is_weighed(show, tmp_path: Path) -> None:
    text = "one word, " * 100_000
    light = weight(show(f"<p>{text}</p>").answers)
    assert light.gzip < HEAVIEST < light.raw
    (tmp_path / "heavy.css").write_text("p { background: url(picture.png) }")
    (tmp_path / "picture.png").write_bytes(random.Random(0).randbytes(HEAVIEST))
    assert weight(show("<link rel=stylesheet href=heavy.css><p>one word</p>").answers).gzip > HEAVIEST


def test_a_link_that_is_not_seen_leads_nowhere(show) -> None:
    page = show("<a href='#one'>one</a><a href='#two' style='display: none'>two</a>")
    assert visit.links(page.page) == [f"{page.page.url}#one"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_of_the_other_theme_is_noticed(show, theme: str) -> None:
    paper = {"light": "white", "dark": "black"}
    page = show(f"<style>img {{ background: {paper[theme]} }}</style>{FIGURE}").page
    assert len(visit.illegible_figures(page, "dark")) == 1  # black on black too
    assert len(visit.illegible_figures(page, "light")) == (theme == "dark")


def test_a_figure_inverted_for_the_dark_passes(show) -> None:
    page = show(f"<style>img {{ background: white; filter: invert(1) }}</style>{FIGURE}").page
    assert visit.illegible_figures(page, "dark") == []
