"""A page opened in a browser, and what can be held against it: each check lists its complaints."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

from bptt.site import notebooks

ROOT = Path(__file__).parents[2]
PAGES = [f"{page}.html" for page in (*notebooks.pages(ROOT), "search", "404")]
WIDE, NARROW = 1300, 390
NOT_MODIFIED = 304  # what a server answers where the browser has the file already
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHECKS = Path(__file__).with_suffix(".js").read_text("utf-8")
READING = Path(__file__).with_name("reading.js").read_text("utf-8")
MOST_CUT = 0.05  # of the displayed formulas, on a phone, and none that has a number
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that read a colour, which the theme chooses
PLACES = ["target-size", "scrollable-region-focusable"]  # and those that measure, in a window of some width


class Visit:
    """A page opened in a tab with an empty cache, all unfolded, and what it asked for and complained of."""

    def __init__(self, tab: Page, address: str, home: str = "") -> None:
        self.page = tab
        self.home = home or address
        self.foreign: list[str] = []
        self.failed: list[str] = []
        self.errors: list[str] = []
        self.answers: list[Response] = []
        self.look: tuple[int, str] | None = None
        self.page.on("request", self.note_request)
        self.page.on("requestfailed", self.note_failure)
        self.page.on("response", self.note_answer)
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(error.message))
        session = tab.context.new_cdp_session(tab)
        session.send("Network.clearBrowserCache")
        session.detach()
        self.page.goto(address)
        self.unfold()

    def unfold(self) -> None:
        """Open every folded part, once all has come; what moves then comes to rest."""
        self.page.wait_for_load_state("load")  # by itself, what follows may come before the page's end
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(f"{CHECKS}.unfold()")

    def note_request(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.foreign.append(request.url)

    def note_answer(self, answer: Response) -> None:
        self.answers.append(answer)
        if not answer.ok and answer.status != NOT_MODIFIED:
            self.failed.append(answer.url)

    def note_failure(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page gave it up, for the reader went on
            self.failed.append(f"{request.url}: {request.failure}")

    def shown(self, width: int, theme: str = "light") -> Page:
        """Show the page at a width and in a theme, in which it stays until it is shown otherwise."""
        if self.look != (width, theme):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.evaluate(f"(theme) => {CHECKS}.settle(theme)", theme)
            self.look = width, theme
        return self.page


def context(
    browser: Browser, scripts: bool = True, width: int = WIDE, scheme: Any = "light"
) -> BrowserContext:
    """Open a profile of its own, in which nothing moves."""
    return browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme=scheme,
        reduced_motion="reduce",
    )


def with_axe(page: Page) -> Page:
    """Give axe to a page, whose formulas and code become shorter for it: do nothing with them afterwards."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
        page.evaluate(f"{CHECKS}.shorten()")
    return page


def axe_violations(page: Page) -> list[str]:
    with_axe(page)
    return asked(page, "violations", RULES, COLOURS) + asked(page, "violationsOfLooks", COLOURS)


def axe_violations_anywhere(opened: "Visit") -> list[str]:
    """List what axe finds at any width and in any theme.

    All rules are tried on the wide page. Only some of them read what a theme or a width changes: those are
    tried twice. All are tried again on what is around the content, for there a phone shows other parts. The
    narrow page comes first, in which the tests have left it: to lay it out takes as long as some rules.
    """
    found = asked(with_axe(opened.shown(NARROW)), "violations", PLACES)
    found += axe_violations(opened.shown(WIDE))
    found += asked(opened.shown(WIDE, "dark"), "violationsOfLooks", COLOURS)
    opened.page.evaluate(f"{CHECKS}.keepFrame()")
    for theme in ("light", "dark"):
        found += axe_violations(opened.shown(NARROW, theme))
    return found


def seen_on_a_phone_alone(opened: "Visit") -> list[str]:
    """List the parts of the content that only a phone shows: a check of the wide page would miss them."""
    wide, narrow = (set(opened.shown(width).evaluate(f"{CHECKS}.seen()")) for width in (WIDE, NARROW))
    parts = opened.page.locator(".bd-article *:not(svg *)")
    return [parts.nth(number).evaluate("(part) => part.outerHTML") for number in sorted(narrow - wide)]


def links(page: Page) -> list[str]:
    """List where the links lead that are seen."""
    return list(page.locator("a[href]:visible").evaluate_all("(links) => links.map((link) => link.href)"))


def hidden_formulas(page: Page) -> list[str]:
    return asked(page, "hiddenFormulas")


def missing_figures(page: Page) -> list[str]:
    return asked(page, "missingFigures")


def sideways(page: Page) -> list[str]:
    return asked(page, "sideways")


def asked(page: Page, check: str, *arguments: object) -> list[str]:
    """Call one of the functions of visit.js, which run in the page whether or not its own scripts may."""
    return list(page.evaluate(f"(given) => {CHECKS}.{check}(...given)", arguments))


def illegible_figures(page: Page, theme: str) -> list[str]:
    """List the figures that are not dark on light in the light theme, or light on dark in the dark one."""
    found = []
    for figure in page.locator(".bd-article :is(img, .unrolled svg)").all():
        paper, ink = shades(figure)
        legible = contrast(paper, ink) >= 4.5 and (paper < 0.1 if theme == "dark" else paper > 0.8)
        if not legible:
            found.append(f"{figure.get_attribute('src')}: luminance {ink:.2f} on {paper:.2f}")
    return found


def shades(figure: Locator) -> tuple[float, float]:
    """Return two luminances: of the paper, which is most of a figure, and of the ink farthest from it."""
    image = Image.open(io.BytesIO(figure.screenshot())).convert("RGB")
    colour = np.asarray(image)[2:-2, 2:-2].reshape(-1, 3) / 255  # at its edges the page shines through
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    luminance = (linear @ [0.2126, 0.7152, 0.0722]).round(3)
    values, counts = np.unique(luminance, return_counts=True)
    paper = float(values[counts.argmax()])
    return paper, max(map(float, values), key=lambda ink: contrast(paper, ink))


def contrast(one: float, other: float) -> float:
    """Return the contrast of two luminances as WCAG defines it."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
