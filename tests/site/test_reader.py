"""What a reader does with the site in a browser: by mouse, by keyboard alone, and from a folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import visit
from playwright.sync_api import Browser, Page, expect
from visit import NARROW, WIDE, Visit

pytestmark = pytest.mark.slow
expect.set_options(timeout=30_000)  # as long as all else is waited for
CHAPTER = "chapters/through-time/state-recursion.html"
LEDGER = "chapters/ledger/index.html"


@pytest.fixture
def read(browser: Browser, site: str) -> Iterator[Page]:
    with visit.context(browser) as context:
        yield context.new_page()


# ---- search


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("S001-18", "chapters/ledger/document-001.html#ledger-s001-18"),
        ("g_o", "chapters/notation.html#symbol-g-o-t"),
        ("LSTM", "chapters/words.html#word-LSTM"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_search_leads_to_a_place_by_keyboard(
    browser: Browser, html: Path, site: str, scheme: str, words: str, place: str
) -> None:
    home = site if scheme == "http" else f"{html.as_uri()}/"
    with visit.context(browser) as context:
        opened = Visit(context.new_page(), home + CHAPTER, home)
        page = opened.page
        page.keyboard.press("Control+K")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{home}search.html?q={words}**")
        found = page.locator("#search-results li a").first
        expect(found).to_have_attribute("href", place)
        while not found.evaluate("(link) => link === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{home}{place.replace('#', '**#')}")
        expect(page.locator(f"#{place.partition('#')[2]}")).to_be_in_viewport()
        assert (opened.foreign, opened.failed, opened.errors) == ([], [], [])


def test_a_search_for_nothing_that_is_there_says_so(read: Page, site: str) -> None:
    read.goto(f"{site}search.html?q=zebra")
    expect(read.locator("#search-results")).to_contain_text("did not match any documents")
    assert read.locator("#search-results li").count() == 0


# ---- light and dark


def theme(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.theme"))


def test_the_theme_is_switched_by_keyboard_and_kept(read: Page, site: str) -> None:
    read.goto(site + CHAPTER)
    assert theme(read) == "light"
    for chosen in ("dark", "light"):
        read.locator(".theme-switch-button:visible").focus()
        read.keyboard.press("Enter")
        assert theme(read) == chosen
        read.reload()
        assert theme(read) == chosen
    assert read.evaluate("localStorage.theme") == "light"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_who_has_not_chosen_gets_what_the_system_says(
    browser: Browser, site: str, scheme: str
) -> None:
    with visit.context(browser, scheme=scheme) as context:
        page = context.new_page()
        page.goto(site)
        assert theme(page) == scheme


# ---- folds

CODE = "details.code > .cell_input"


def test_one_switch_shows_the_code_of_all_claims_and_the_next_page_remembers(read: Page, site: str) -> None:
    read.goto(site + CHAPTER)
    code = read.locator(CODE)
    assert code.count() > 10
    assert not code.first.is_visible()
    for shown in (True, False):
        read.locator("#code-switch").focus()
        read.keyboard.press("Enter")
        assert code.first.is_visible() is code.last.is_visible() is shown
        read.goto(site + "chapters/products/chain-rule.html")
        assert read.locator(CODE).first.is_visible() is shown
        read.goto(site + CHAPTER)


def test_without_scripts_a_fold_opens_and_no_switch_is_shown(browser: Browser, site: str) -> None:
    with visit.context(browser, scripts=False) as context:
        page = context.new_page()
        page.goto(site + CHAPTER)
        assert not page.locator("#code-switch").is_visible()
        fold = page.locator("details.code").first
        fold.locator("summary").click()
        assert fold.locator(".cell_input").is_visible()


def test_a_link_to_what_is_folded_opens_it(read: Page, site: str) -> None:
    read.goto(f"{site}{CHAPTER}#equation-recursion-corrected")
    assert read.locator("#equation-recursion-corrected").is_visible()
    assert read.locator("details.found:not([open])").count() > 0


def test_on_a_phone_a_shape_is_shown_where_its_symbol_is_touched(browser: Browser, site: str) -> None:
    with visit.context(browser, width=NARROW) as context:
        page = context.new_page()
        page.goto(site + CHAPTER)
        shape = page.locator("div.math .op-limits .shape").first
        assert not shape.is_visible()
        page.locator("div.math .op-limits:has(.shape)").first.hover()
        assert shape.is_visible()


# ---- the ledger


RECORDS = "#every-record tbody tr"


@pytest.mark.parametrize(
    ("column", "chosen", "kept"),
    [
        ("verdict", "wrong", lambda row: row["verdict"] == "wrong"),
        ("document", "003", lambda row: row["id"].startswith("S003")),
        ("settled in", "by hand: two steps", lambda row: row["page"] == "chapters/by-hand/two-steps"),
        ("find a record", "s001-1", lambda row: row["id"].startswith("S001-1")),
    ],
)
def test_the_ledger_shows_the_records_that_are_asked_for(
    read: Page, html: Path, site: str, column: str, chosen: str, kept
) -> None:
    records = json.loads((html / "ledger.json").read_text("utf-8"))
    wanted = [row["id"] for row in records if kept(row)]
    read.goto(site + LEDGER)
    field = read.get_by_label(column)
    if column == "find a record":
        field.fill(chosen)
    else:
        field.select_option(chosen)
    assert 0 < len(wanted) < len(records)
    shown = read.locator(f"{RECORDS}:visible")
    assert shown.locator("td:first-child").all_inner_texts() == wanted
    expect(read.get_by_role("status")).to_have_text(f"{len(wanted)} of {len(records)} records")


def test_two_choices_narrow_the_ledger_together(read: Page, html: Path, site: str) -> None:
    records = json.loads((html / "ledger.json").read_text("utf-8"))
    wanted = [row["id"] for row in records if row["verdict"] == "ambiguous" and row["id"].startswith("S004")]
    read.goto(site + LEDGER)
    read.get_by_label("verdict").select_option("ambiguous")
    read.get_by_label("document").select_option("004")
    assert read.locator(f"{RECORDS}:visible td:first-child").all_inner_texts() == wanted


def test_without_scripts_the_ledger_is_a_table_of_all_records(browser: Browser, site: str) -> None:
    with visit.context(browser, scripts=False) as context:
        page = context.new_page()
        page.goto(site + LEDGER)
        assert page.locator(f"{RECORDS}:visible").count() == 192
        assert page.locator("#every-record form").count() == 0


# ---- the notebook


@pytest.mark.parametrize("page", ["index.html", CHAPTER])
def test_a_page_gives_its_notebook_with_outputs(read: Page, site: str, page: str) -> None:
    read.goto(site + page)
    with read.expect_download() as started:
        read.get_by_role("link", name="Notebook", exact=True).click()
    notebook = nbformat.read(started.value.path(), as_version=4)
    nbformat.validate(notebook)
    assert started.value.suggested_filename == page.rpartition("/")[2].replace(".html", ".ipynb")
    assert "%pip install" in notebook.cells[1].source
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert any(cell.outputs for cell in code)
    assert all(cell.execution_count for cell in code if cell.outputs)


# ---- from a folder, without a server


def test_the_site_can_be_read_from_a_folder(browser: Browser, html: Path) -> None:
    home = f"{html.as_uri()}/"
    with visit.context(browser) as context:
        opened = Visit(context.new_page(), f"{home}index.html", home)
        page = opened.page
        page.locator(".map a", has_text="recursion").click()
        page.wait_for_url(home + CHAPTER)
        opened.unfold()
        assert page.locator(".katex").count() > 50
        assert page.locator(".bd-article img").count() > 0
        assert visit.hidden_formulas(page) == []
        assert visit.missing_figures(page) == []
        page.locator(".prev-next-area .right-next").click()
        page.wait_for_url("**/parameters.html")
        assert (opened.foreign, opened.failed, opened.errors) == ([], [], [])


# ---- the keyboard


# What is seen of the focus: how the element looks now that it has it, and once it has lost it.
FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const look = () => [element, ...element.children].map((part) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
    return [outlineStyle === "none" ? "" : outlineWidth, boxShadow].join();
  }).join();
  const { right, bottom } = element.getBoundingClientRect();
  const focused = look();
  element.blur();
  const seen = focused !== look() && right > 0 && bottom > 0;
  element.focus({ focusVisible: true, preventScroll: true });
  const name = element.title || element.ariaLabel || element.textContent.trim();
  return { name, seen, formula: element.matches(".katex-display, span.math") };
}"""


def stops(page: Page, most: int = 400) -> list[dict]:
    """Press Tab until the focus leaves the page, and tell where it stopped."""
    page.add_style_tag(content="* { transition: none !important }")  # the skip link slides in
    found = []
    while len(found) < most:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return found
        found.append(stop)
    pytest.fail(f"still on the page after {most} stops")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("address", ["index.html", CHAPTER])
def test_the_focus_is_seen_wherever_it_goes(read: Page, site: str, address: str, width: int) -> None:
    read.set_viewport_size({"width": width, "height": 900})
    read.goto(site + address)
    if address == CHAPTER and width == NARROW:  # its formulas fit; larger, they do not
        read.add_style_tag(
            content="div.math .katex { font-size: 2em !important; white-space: nowrap !important }"
        )
    found = stops(read)
    names = [stop["name"] for stop in found]
    assert [stop["name"] for stop in found if not stop["seen"]] == []
    assert names[0] == "Skip to main content"
    assert {"Search", "Color mode", "What each symbol means"} <= set(names)
    if address == CHAPTER and width == NARROW:
        assert any(stop["formula"] for stop in found)


def test_a_focus_that_is_not_seen_is_noticed(read: Page) -> None:
    read.set_content("<a href='#a'>one</a><a href='#b' style='outline: none'>two</a>")
    assert [stop["seen"] for stop in stops(read)] == [True, False]


def test_the_skip_link_leads_past_the_navigation(read: Page, site: str) -> None:
    read.goto(site + CHAPTER)
    read.keyboard.press("Tab")
    read.keyboard.press("Enter")
    read.keyboard.press("Tab")
    assert read.evaluate("document.activeElement.closest('main') !== null")


def test_the_contents_open_and_close_by_keyboard_on_a_phone(read: Page, site: str) -> None:
    read.set_viewport_size({"width": NARROW, "height": 900})
    read.goto(site + CHAPTER)
    link = read.locator(".bd-sidebar-primary a", has_text="Notation")
    expect(link).not_to_be_visible()
    read.locator(".primary-toggle").focus()
    read.keyboard.press("Enter")
    expect(link).to_be_visible()
    assert visit.axe_violations(read) == []
    read.keyboard.press("Escape")
    expect(link).not_to_be_visible()
