"""The field in which a reader's formula is checked: what it says, to whom, and what cannot harm it."""

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import visit
from playwright.sync_api import Browser, Locator, Page, expect
from visit import NARROW, WIDE

from bptt.book.published import MAIN, PUBLISHED, SHEET
from bptt.check import TARGETS, check, follow
from bptt.site import yours
from bptt.site.micropython import script as program

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = "chapters/check-yours.html"
SCRIPT = (ROOT / yours.SCRIPT).read_text("utf-8")
LARGEST = 500_000  # bytes of all that a check needs, by gzip
PATIENCE = 40_000  # milliseconds, for a busy machine


@pytest.fixture
def opened(browser: Browser, html: Path) -> Iterator[Callable[..., Page]]:
    """Open the page as a file, with no network, in a profile of its own."""
    contexts = []

    def opened(address: str = "", width: int = NARROW, page: str = PAGE, **settings: Any) -> Page:
        context = visit.context(browser, width=width, **settings)
        context.set_offline(True)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        tab = context.new_page()
        tab.goto(f"{(html / page).as_uri()}{address}")
        return tab

    yield opened
    for context in contexts:
        context.close()


def asking(question: str, formula: str | None = None) -> str:
    """Write the end of an address that asks a question."""
    return "#" + urlencode({"question": question} | ({"formula": formula} if formula is not None else {}))


def field(page: Page) -> Locator:
    return page.get_by_label("Your formula").filter(visible=True)


def reply(page: Page) -> Locator:
    """The live region: what a screen reader reads out when it changes."""
    return page.locator("section:not([hidden]) > * .yours:not([hidden]) [role=status]")


def checked(page: Page, formula: str) -> Locator:
    """Type a formula, press Enter, and wait for what is said of it."""
    field(page).fill(formula)
    field(page).press("Enter")
    expect(reply(page)).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    return reply(page)


def hints(page: Page, count: int) -> None:
    for _ in range(count):
        page.get_by_role("button", name="Hint:").filter(visible=True).click()


# ---- what is said

RECURSIONS = {  # of the gradient by h(t), each with a slip, and a word of what is said of it
    "W @ diag(1 - h[t+1]**2) @ g[t+1] + V.T @ (p[t] - onehot(y[t]))": "transpose",
    "W.T @ g[t+1] + V.T @ (p[t] - onehot(y[t]))": "tanh",
    "W.T @ diag(1 - h[t]**2) @ g[t+1] + V.T @ (p[t] - onehot(y[t]))": "at another step",
    "W.T @ diag(1 - h[t+1]**2) @ g[t+1] + V.T @ (onehot(y[t]) - p[t])": "label",
    "W.T @ diag(1 - h[t+1]**2) @ g[t+1]": "term",
}


def test_five_wrong_recursions_are_refuted_with_slip_run_and_link(opened: Callable[..., Page]) -> None:
    """On a phone, from a file, without a network: all of it in the live region."""
    page = opened(asking("h[t]"))
    hints(page, 3)
    for formula, slip in RECURSIONS.items():
        said = checked(page, formula)
        expect(said).to_contain_text("Refuted")
        expect(said).not_to_contain_text("Looking for it", timeout=PATIENCE)
        text = said.inner_text()
        assert slip in text.partition("the likely slip")[2].partition("where it is proved")[0]
        assert "T = " in text
        assert str(said.locator("a").get_attribute("href")).endswith("#equation-state-recursion")
        said.get_by_text("Show the run").click()
        assert said.get_by_role("row").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


SAID = [
    ("A", "G @ B.T"),
    ("A", "B.T @ G"),
    ("W", "sum_over(s, diag(1 - h[s]**2) @ g[s] @ h[s-1].T)"),
    ("W", "diag(1 - h[t]**2) @ g[t] @ h[t-1].T"),
    ("W", "sum_over(s, g[s] @ h[s-1].T)"),
    ("h[t]", "g[t]"),
    ("softmax", "diag(p) - outer(p, p)"),
    ("softmax", "diag(p) - "),
]


def complaints(page: Page) -> list[str]:
    """List where the page says something else of a formula than the package does."""
    found = []
    for question, formula in SAID:
        page.goto(page.url.partition("#")[0] + asking(question))
        said = checked(page, formula).locator(".verdict-words").inner_text()
        right = check(question, formula).as_dict()
        if right["verdict"] not in said.lower() or right["says"] not in said:
            found.append(f"{formula}: {said}")
    return found


def test_the_page_says_what_the_package_says(opened: Callable[..., Page]) -> None:
    assert len({check(*asked).as_dict()["verdict"] for asked in SAID}) == 6
    assert complaints(opened(width=WIDE)) == []


def test_how_a_formula_is_read_is_shown_while_it_is_typed(opened: Callable[..., Page]) -> None:
    page = opened(asking("A"))
    reading = page.locator(".reading-live").filter(visible=True)
    field(page).press_sequentially("G @ B.T")
    expect(reading.locator(".katex-html")).to_be_visible(timeout=PATIENCE)
    expect(reading.locator(".shape").first).to_be_visible()
    field(page).press_sequentially(" @")
    expect(reading.locator("mark")).to_be_visible()
    expect(reply(page)).to_have_text("")


def test_the_verdict_is_there_when_it_is_wanted(opened: Callable[..., Page]) -> None:
    """It is asked for while a reader looks at the reading, is not shown before, and not asked for again."""
    page = opened(asking("A"))
    page.evaluate(
        """() => {
          const post = Worker.prototype.postMessage;
          globalThis.asked = [];
          Worker.prototype.postMessage = function (message) {
            asked.push(message.call);
            post.call(this, message);
          };
        }"""
    )
    checks = "asked.filter((call) => call === 'check').length"
    for times, letters in enumerate(["G @ B.T", " * 2"], 1):
        field(page).press_sequentially(letters)
        page.wait_for_function(f"{checks} === {times}", timeout=PATIENCE)
        assert "Refuted" not in reply(page).inner_text()
        field(page).press("Enter")
        expect(reply(page)).to_contain_text(["Proved", "Refuted"][times - 1])
    assert page.evaluate(checks) == 2


DERIVATION = """sum(outer(da[t], h[t-1]) for t in range(1, T+1))
= sum(diag(1 - h[t]**2) @ g[t] @ h[t].T for t in range(1, T+1))
= sum(outer(diag(1 - h[t]**2) @ g[t], h[t])
      for t in range(1, T+1))"""


def test_a_derivation_is_followed_line_by_line(opened: Callable[..., Page]) -> None:
    """Of three lines, the last of which is typed on two, the second does not follow."""
    page = opened(asking("W"))
    field(page).press_sequentially(DERIVATION.partition("\n")[0])
    field(page).press("Shift+Enter")
    assert field(page).input_value().endswith("\n")
    said = checked(page, DERIVATION)
    assert follow("W", DERIVATION).says in said.locator(".verdict-words").first.inner_text()
    lines = said.locator("ol > li")
    assert lines.count() == 3
    assert "Refuted" in lines.nth(1).inner_text()
    assert lines.nth(2).inner_text().endswith("follows")
    lines.nth(1).get_by_text("Show the run").click()
    assert said.get_by_role("row").count() > 5
    hints(page, 2)
    expect(said).to_contain_text("A state is taken at another step", timeout=PATIENCE)
    assert page.locator(".reading-live .katex-display").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert "Proved" in checked(page, "sum_t da[t] h[t-1].T\n= sum(t, outer(da[t], h[t-1]))").inner_text()


def test_no_slip_is_denied_in_what_is_not_understood(opened: Callable[..., Page]) -> None:
    page = opened(asking("A"))
    hints(page, 2)
    expect(checked(page, "G @ ??")).to_contain_text("It has to be understood first", timeout=PATIENCE)
    expect(checked(page, "tanh(G @ B.T)")).to_contain_text("none of the usual slips", timeout=PATIENCE)


def test_a_hint_is_given_only_when_it_is_asked_for(opened: Callable[..., Page]) -> None:
    page = opened(asking("A"))
    said = checked(page, "B.T @ G")
    names = ["shapes and terms", "the likely slip", "where it is proved", "the answer"]
    for level in range(len(names) + 1):
        assert [name for name in names if name in said.inner_text()] == names[:level]
        if level < len(names):
            hints(page, 1)
    expect(page.get_by_role("button", name="Hint:")).to_be_hidden()


def test_text_level_and_what_was_proved_stay_in_the_browser(opened: Callable[..., Page]) -> None:
    page = opened(asking("A"))
    checked(page, "G @ B.T")
    hints(page, 1)
    page.goto("about:blank")
    page.go_back()
    page.goto(page.url.partition("#")[0] + asking("A"))
    page.reload()
    assert field(page).input_value() == "G @ B.T"
    expect(reply(page)).to_contain_text("The answer is n × k")
    page.get_by_text("All questions").click()
    assert page.get_by_role("img", name="proved").count() == 1
    page.get_by_role("button", name="Forget").click()
    assert field(page).input_value() == ""
    assert page.evaluate("localStorage.getItem('check-yours')") == "{}"


@pytest.mark.parametrize("kept", ["", "null", "[", "7", '{"A": 7}', '{"A": {"text": 7, "level": "x"}}'])
def test_what_else_is_kept_under_its_name_does_no_harm(opened: Callable[..., Page], kept: str) -> None:
    page = opened()
    page.evaluate("(kept) => localStorage.setItem('check-yours', kept)", kept)
    errors = noted(page)
    page.reload()
    assert field(page).input_value() == ""
    expect(reply(page)).to_have_text("")
    assert errors == []


# ---- how it is reached


def test_by_keyboard_alone(opened: Callable[..., Page]) -> None:
    page = opened(width=WIDE)

    def go_to(name: str) -> None:
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED) == name:
                return
        pytest.fail(f"no way to {name}")

    go_to("softmax")
    page.keyboard.press("Enter")
    go_to("Your formula")
    page.keyboard.type("p @ p.T - diag(p)")
    page.keyboard.press("Enter")
    expect(reply(page)).to_contain_text("Refuted", timeout=PATIENCE)
    go_to("Check")
    go_to("Hint: shapes and terms")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(reply(page)).to_contain_text("sign", timeout=PATIENCE)


FOCUSED = """() => {
  const at = document.activeElement;
  return (at.labels?.[0] ?? at.querySelector("code") ?? at).textContent.trim();
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_in_an_answer(opened: Callable[..., Page], width: int, theme: str) -> None:
    page = opened(asking("A"), width, scheme=theme)
    hints(page, 4)
    checked(page, "-G @ B.T").get_by_text("Show the run").click()
    assert visit.sideways(page) == []
    assert visit.axe_violations(page) == []


def test_without_scripts_it_is_exercises_with_folded_answers(opened: Callable[..., Page]) -> None:
    page = opened(scripts=False)
    assert page.get_by_role("textbox", name="Your formula").count() == 0
    questions = page.locator(".yours")
    assert questions.count() > 15
    answers = questions.locator("details.hint", has=page.get_by_text("the answer", exact=True))
    assert answers.count() == questions.count() - 1  # two sides of one's own have none
    expect(answers.first.locator(".katex-display")).to_be_hidden()
    answers.first.locator("summary").click()
    expect(answers.first.locator(".katex-html").first).to_be_visible()


def test_nothing_is_loaded_before_a_field_is_entered(opened: Callable[..., Page]) -> None:
    page = opened()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_load_state("networkidle")
    assert not any("check.js" in address for address in asked)
    field(page).focus()
    page.wait_for_function("'unrolledCheck' in globalThis", timeout=PATIENCE)
    assert any(address.endswith(yours.PROGRAM) for address in asked)


# ---- the slips under the main results


def results(html: Path) -> dict[str, str]:
    """Find what follows each main result in its chapter, up to the next equation."""
    found = {}
    for file in (html / "chapters").glob("*/*.html"):
        for part in file.read_text("utf-8").split('id="equation-')[1:]:
            label = part.partition('"')[0]
            if label in MAIN or label in SHEET:
                found[label] = part
    return found


def test_each_main_result_has_its_slips_folded_with_who_published_them(html: Path) -> None:
    found = results(html)
    assert set(found) == {*MAIN, *SHEET}
    for label, part in found.items():
        fold = re.search(
            r"<details([^>]*)>\s*<summary[^>]*>(?:(?!</summary>).)*Break this formula", part, re.S
        )
        assert fold, label
        assert not re.search(r"\bopen\b", fold[1])
        slips = part[fold.end() :].partition("</details>")[0]
        assert slips.count("<li>") >= 3, label
        assert "katex" in slips
    for name, _, where in PUBLISHED:
        (address,) = re.findall(r"\((https://.*?)\)|<(ledger-[\w-]+)>", where)[:1]
        assert "".join(address) in found[str(TARGETS[name].proof)]


# ---- what cannot harm it

BAD = "<img src=x onerror=alert(1)>"
HOSTILE = [
    f"#{BAD}",
    f"#{quote(BAD)}",
    asking(BAD),
    asking("W", BAD),
    asking("W", f"</textarea>{BAD}"),
    asking("W", f"</code></p>{BAD}"),
    asking("W", "<script>alert(1)</script>"),
    asking("W", "<svg onload=alert(1)>"),
    asking("W", r"\href{javascript:alert(1)}{W}"),
    asking("W", r"\htmlId{x}{W} \htmlStyle{position:fixed}{W} \htmlData{a=b}{W}"),
    asking("W", r"\includegraphics{http://images.example/x.png}"),
    asking("W", r"\def\a{\a\a}\a"),
    asking("W", "__import__('js').alert(1)"),
    asking("W", "'\"); import js; js.alert(1) #"),
    asking("W", "W" + "(" * 1900),
    asking("W", "9" * 5000),
    asking("W", "\ud800".encode("utf-8", "surrogatepass").hex()) + "%ED%A0%80%00%FF",
    asking("__proto__", "W"),
    asking("constructor", "W"),
    "#question=W&formula=%E0%A4%A",
    "#question=W&question=A&formula=W&formula=%",
    "#javascript:alert(1)",
]


def noted(page: Page) -> list[str]:
    """Note what must not happen: errors, dialogs, and requests of other machines."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(error.message))
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith(OWN) or found.append(request.url))
    return found


OWN = ("file:", "blob:", "data:")
MARKUP = """() => [...document.querySelectorAll(".yours *, .ladder *")].filter((part) =>
  part.matches("img, script, iframe, object, embed, style, link, [href^=javascript], [id=x], [data-a]")
  || [...part.attributes].some(({ name }) => name.startsWith("on"))).map((part) => part.outerHTML)"""


def harm(page: Page, address: str) -> list[str]:
    """Open an address and press all that can be pressed; list what should not have happened."""
    found = noted(page)
    page.goto("about:blank")
    page.goto(address)
    expect(field(page)).to_be_visible()
    if field(page).input_value():
        checked(page, field(page).input_value())
    return found + list(page.evaluate(MARKUP))


@pytest.mark.parametrize("address", HOSTILE)
def test_no_address_does_harm(opened: Callable[..., Page], address: str) -> None:
    page = opened()
    assert harm(page, page.url + address) == []
    assert checked(page, "0 @ W").locator(".verdict-words").inner_text()


# ---- a page that is wrong


@pytest.fixture
def changed(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open the page with a line of the interface or of the program changed."""
    with visit.context(browser) as context:
        context.set_default_timeout(PATIENCE)

        def changed(file: str, old: str, new: str) -> Page:
            text = program.script(ROOT) if file == yours.PROGRAM else SCRIPT
            assert old in text
            page = context.new_page()
            page.route(f"**/{file}*", lambda route: route.fulfill(body=text.replace(old, new)))
            page.goto(site + PAGE)
            return page

        yield changed


def test_a_verdict_that_is_wrong_is_noticed(changed: Callable[..., Page]) -> None:
    page = changed(
        yours.PROGRAM,
        "REFUTED, UNDECIDED = ('proved', 'refuted',",
        "REFUTED, UNDECIDED = ('proved', 'proved',",
    )
    assert len(complaints(page)) == 1


def test_markup_is_noticed(changed: Callable[..., Page]) -> None:
    old = 'make("code", { className: "placed" }, part(0, start), here, part(after))'
    page = changed(yours.SCRIPT, old, 'make("code", { innerHTML: text })')
    page.goto(page.url + asking("W", BAD))
    expect(field(page)).to_have_value(BAD)
    field(page).press("Enter")
    page.wait_for_function(f"({MARKUP})().length > 0", timeout=PATIENCE)


def test_a_program_that_hangs_is_started_again(changed: Callable[..., Page]) -> None:
    page = changed(yours.PROGRAM, "function answer({ call, question, text }) {", HANGS)
    assert "took too long" in checked(page, "forever").inner_text()
    assert "Proved" in checked(page, "G @ B.T").inner_text()


HANGS = "function answer({ call, question, text }) { while (text === `forever`);"


def test_where_the_program_is_missing_the_page_says_so_and_the_hints_remain(
    browser: Browser, site: str
) -> None:
    with visit.context(browser) as context:
        page = context.new_page()
        page.route(f"**/{yours.PROGRAM}", lambda route: route.abort())
        page.goto(site + PAGE)
        field(page).focus()
        expect(reply(page)).to_contain_text("check.js, is missing")
        hints(page, 4)
        expect(reply(page).locator(".katex-html").first).to_be_visible()


# ---- what it weighs, and of what it is made


def test_what_a_check_needs_is_small(html: Path) -> None:
    assert len(SCRIPT.encode()) <= 16_384
    files = [(html / name).read_bytes() for name in (yours.PROGRAM, yours.SCRIPT)]
    assert sum(len(gzip.compress(file)) for file in files) <= LARGEST


def test_the_script_is_loaded_where_a_field_is_and_nowhere_else(html: Path) -> None:
    texts = {page: (html / page).read_text("utf-8") for page in visit.PAGES}
    having = {page for page, text in texts.items() if 'class="yours"' in text}
    assert PAGE in having
    assert {page for page, text in texts.items() if yours.SCRIPT in text} == having


def test_another_micropython_stops_the_build() -> None:
    module = (ROOT / program.PACKAGE / "micropython.mjs").read_text("utf-8")
    assert "import.meta" not in program.classic(module)
    for piece in ("import.meta.url", "export async function", "class PyProxy{"):
        with pytest.raises(program.NotAsExpected):
            program.classic(module.replace(piece, "", 1))


def test_only_what_is_needed_is_taken() -> None:
    files = {
        "bptt/one.py": "from bptt.two import f",
        "bptt/two/__init__.py": "",
        "bptt/two/f.py": "import json",
        "bptt/three.py": "",
        "bptt/__init__.py": "",
    }
    assert program.needed("import bptt.one", files) == [
        "bptt/__init__.py",
        "bptt/one.py",
        "bptt/two/__init__.py",
        "bptt/two/f.py",
    ]
    assert not any(path.startswith("bptt/numeric") for path in program.sources())
