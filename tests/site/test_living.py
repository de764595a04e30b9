"""The living figure: its numbers against `bptt.numeric`, its picture at many settings, and what readers do.

The script is tried as it stands in `_static`, in one page for all settings; the last tests see the site.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import visit
from playwright.sync_api import Browser, Locator, Page, expect
from visit import NARROW, PAGES, WIDE

from bptt.numeric import Parameters, backward, copies, forward, logit_gradients, loss_and_gradients
from bptt.site import living

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / living.SCRIPT).read_text("utf-8")
STYLE = (ROOT / "_static/custom.css").read_text("utf-8")
MOST = 12
Settings = dict[str, Any]

# Every extreme of T, w, u and h0 meets every other; an input is at an end, at rest, or somewhere between.
INPUTS = [[2.0], [-2.0], [2.0, -2.0], [0.0], [0.5, -1.0, 0.7, 0.2, 1.3]]
GRID = [
    {"steps": steps, "w": w, "u": u, "x": x, "h0": h0}
    for steps, w, u, x, h0 in product(
        (1, 2, 5, MOST), (-5.0, 0.0, 0.8, 2.0, 5.0), (-2.0, 0.0, 1.0), INPUTS, (-1.0, 0.0, 0.3, 1.0)
    )
]


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    with visit.context(browser) as context:
        page = context.new_page()
        page.set_content(f"<html data-theme=light><style>{STYLE}</style><div id=paper></div></html>")
        yield page


def in_page(page: Page, script: str, function: str, given: object) -> Any:
    """Call a function of JavaScript that sees what the script gives to Node, `run` and `still`."""
    return page.evaluate(
        f"(given) => {{ const module = {{}}; {script}; return ({function})(given); }}", given
    )


# ---- the numbers

RUN = """(grid) => grid.map((given) => {
  const { h, g, share, sum, path } = module.exports.run(given), times = [...Array(given.steps).keys()];
  const paths = given.loss ? times.slice(0, given.loss).map((s) => path(s + 1, given.loss)) : [];
  return { h, g: g.slice(0, given.steps + 1), share: share.slice(1), sum, paths };
})"""


def filled(settings: Settings) -> Settings:
    """Give all steps an input, as the figure does."""
    return settings | {"x": np.resize(settings["x"], MOST).tolist()}


def by_numeric(settings: Settings) -> Settings:
    """Compute the same with the package: one loss has the gradients of the sequence that ends there."""
    steps, loss = settings["steps"], settings.get("loss", 0)
    one = np.ones((1, 1))
    params = Parameters(
        settings["u"] * one, settings["w"] * one, np.array([[1.0], [0.0]]), np.zeros(1), np.zeros(2)
    )
    x, h0 = np.array(settings["x"], float)[:steps, None], np.array([settings["h0"]], float)
    seen, y = x[: loss or steps], np.zeros(loss or steps, int)
    loss_at = "last" if loss else "all"
    run = forward(params, seen, h0)
    g_o = logit_gradients(run.o, y, loss_at=loss_at)
    back = backward(params, run, g_o)
    later = np.zeros(steps - len(seen))
    share = copies(run, back).W.ravel()
    _, gradients = loss_and_gradients(params, seen, y, h0, loss_at=loss_at)
    return {
        "h": forward(params, x, h0).states.ravel(),
        "g": np.concatenate([back.h0, back.h.ravel(), later]),
        "share": np.concatenate([share, later]),
        "sum": gradients.params.W.item(),
        "paths": share if loss else [],
    }


def farthest(found: list[Settings], grid: list[Settings]) -> float:
    """Compare states relative to their norm, and all that comes back relative to the norm of the gradients.

    A share is a gradient times a slope and a state, neither above 1. A slope near 0 is a difference of
    numbers near 1, so that a share by itself has fewer digits than they have.
    """
    worst = 0.0
    for settings, drawn in zip(grid, found, strict=True):
        right = by_numeric(settings)
        size = {"h": max(np.linalg.norm(right["h"]), 1e-300)}
        for name, value in right.items():
            gap = np.linalg.norm(np.subtract(drawn[name], value))
            worst = max(
                worst, float(np.nan_to_num(gap, nan=np.inf) / size.get(name, np.linalg.norm(right["g"])))
            )
    return worst


def with_losses(grid: list[Settings]) -> list[Settings]:
    """Take all losses, the first alone, and the last alone."""
    return [
        filled(settings | {"loss": loss}) for settings in grid for loss in sorted({0, 1, settings["steps"]})
    ]


def test_the_numbers_are_those_of_the_package(blank: Page) -> None:
    grid = with_losses(GRID)
    assert farthest(in_page(blank, SCRIPT, RUN, grid), grid) < 1e-12


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("slope[t] = 1 - h[t] ** 2", "slope[t] = 1 - h[t - 1] ** 2"),
        ("w * slope[t + 1] * g[t + 1]", "w * slope[t] * g[t + 1]"),
        ("t !== loss ? 0", "t > loss ? 0"),
        ("g[t] * slope[t] * h[t - 1]", "g[t] * slope[t] * h[t]"),
        ("for (let t = r; t > s; t--)", "for (let t = r; t >= s; t--)"),
        ("share.reduce((a, b) => a + b, 0)", "share.at(-1)"),
    ],
)
def test_a_wrong_number_is_noticed(blank: Page, old: str, new: str) -> None:
    grid = with_losses(GRID[::97])
    assert farthest(in_page(blank, SCRIPT, RUN, grid), grid) < 1e-12
    assert farthest(in_page(blank, changed(old, new), RUN, grid), grid) > 1e-6


def changed(old: str, new: str) -> str:
    assert SCRIPT.count(old) == 1
    return SCRIPT.replace(old, new)


# ---- the picture

LOOK = """([grid, widths]) => {
  const paper = document.getElementById("paper"), faults = [];
  for (const given of grid) {
    const drawn = module.exports.still(given);
    const fault = (words) => faults.push(`${words}: ${JSON.stringify(given)}`);
    if (/NaN|Infinity|undefined|null/.test(JSON.stringify(drawn))) fault("no number");
    for (const [form, width] of Object.entries(widths)) {
      paper.style.width = `${width}px`;
      paper.innerHTML = `<div class="unrolled">${drawn[form]}</div>`;
      const svg = paper.querySelector("svg"), { width: across, height: down } = svg.viewBox.baseVal;
      const inside = ({ x, y, width, height }) =>
        x >= 0 && y >= 0 && x + width <= across && y + height <= down;
      const size = (words) => parseFloat(getComputedStyle(words).fontSize) * width / across;
      for (const words of svg.querySelectorAll("text")) {
        if (!inside(words.getBBox())) fault(`off the picture: ${form}, ${words.textContent}`);
        if ([words, ...words.children].some((part) => size(part) < 11)) fault(`small: ${words.textContent}`);
      }
      const bars = [...svg.querySelectorAll(".bar")].map((bar) => bar.getBBox());
      if (bars.some((bar) => !inside(bar) || !(bar.height > 0))) fault("a bar");
    }
  }
  return faults;
}"""
WIDTHS = {"wide": 680, "narrow": 356}  # of the column at 1300 and at 390 px


def drawn_at_random(count: int) -> list[Settings]:
    draw = Random(14)
    found = []
    for _ in range(count):
        steps = draw.choice([1, 2, 3, 4, 5, 6, 7, 8, 10, MOST])
        found.append(
            draw.choice(GRID)
            | {"steps": steps, "loss": draw.choice([0, 1, steps]), "at": draw.randrange(2 * steps + 3)}
            | {"use": draw.choice([0, 1, steps]) if steps <= 4 else 0}
        )
    return found


EXTREME = [  # gradients that explode, that vanish, and that are 0
    {"steps": MOST, "w": w, "u": 1, "x": [x], "h0": h0, "loss": loss}
    for w, x, h0, loss in product((-5, 0, 0.1, 5), (-2, 0, 2), (0, 1), (0, MOST))
]


def test_at_no_setting_is_a_label_off_the_picture_or_no_number(blank: Page) -> None:
    assert in_page(blank, SCRIPT, LOOK, [drawn_at_random(300) + EXTREME, WIDTHS]) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("names, symbol(t", "names + 200, symbol(t", "off the picture"),
        ("right = tight ? 16 :", "right = tight ? 1 :", "off the picture"),
        ("Math.max(Math.ceil(Math.log10(most)), low + 1)", "low", "no number"),
        (".unrolled-picture .sup { font-size: 11px }", ".unrolled-picture .sup { font-size: 10px }", "small"),
        ("(floor - ceiling) * share(", "9 * (floor - ceiling) * share(", "a bar"),
    ],
)
def test_a_picture_that_is_wrong_is_noticed(blank: Page, old: str, new: str, fault: str) -> None:
    found = in_page(blank, changed(old, new), LOOK, [drawn_at_random(60) + EXTREME, WIDTHS])
    assert any(fault in words for words in found)


AXIS = "(grid) => grid.map((given) => /logarithmic/.test(module.exports.still(given).wide))"


def test_the_axis_is_logarithmic_beyond_a_million_and_below_a_millionth_and_says_so(blank: Page) -> None:
    grid = with_losses(EXTREME)
    sizes = [np.abs(by_numeric(settings)["g"]) for settings in grid]
    wanted = [bool(g.max() > 1e6 or g[g > 0].min(initial=1) < 1e-6) for g in sizes]
    assert 0 < sum(wanted) < len(wanted)
    assert in_page(blank, SCRIPT, AXIS, grid) == wanted


def test_the_script_is_small(html: Path) -> None:
    assert len(SCRIPT.encode()) <= 25_000
    assert (html / living.SCRIPT).read_text("utf-8") == SCRIPT


# ---- what a reader does

OPTIONS = {"steps": "4", "w": "0.8", "u": "1", "x": "0.5, -1, 0.7, 0.2", "h0": "0.3"}


@pytest.fixture
def figure(browser: Browser) -> Iterator[Callable[..., Locator]]:
    """Open a page that has only the figure, in a window of its own."""
    opened = []

    def figure(width: int = WIDE, script: str = SCRIPT, style: str = STYLE, **settings: Any) -> Locator:
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        opened.append(context)
        page = context.new_page()
        page.clock.install()
        body = f"{living.opening(ROOT, OPTIONS)}A caption.{living.CLOSING}"
        main = f"<main class=bd-content style='margin: 0 17px; max-width: 680px'>{body}</main>"
        phone = "<meta name=viewport content='width=device-width'>"
        head = f"{phone}<style>{style}</style><script>{script}</script>"
        page.set_content(
            f"<!DOCTYPE html><html data-theme=light><head>{head}</head><body style='margin: 0'>{main}"
        )
        return page.locator("figure")

    yield figure
    for context in opened:
        context.close()


def told(figure: Locator) -> tuple[list[float], dict[int, float]]:
    """Read from the words for the picture the states, and the gradients that have come back."""
    words = figure.locator("svg:visible").get_attribute("aria-label") or ""
    states, _, back = words.partition("by the state: ")
    return (
        [
            number(text)
            for text in re.findall(NUMBER, states.partition("from step 0 on: ")[2].partition(". ")[0])
        ],
        {int(t): number(text) for text, t in re.findall(rf"({NUMBER}) at (\d+)", back)},
    )


NUMBER = r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
LOWERED = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def number(text: str) -> float:
    return float(text.translate(LOWERED).replace("·10", "e"))


def agrees(figure: Locator, settings: Settings) -> None:
    """Hold the words for the picture, which have three digits, two for powers of ten, against the package."""
    states, back = told(figure)
    right = by_numeric(filled(settings))
    np.testing.assert_allclose(states, right["h"], rtol=0.05, atol=1e-15)
    assert back.keys() == set(range(settings["steps"] + 1))
    np.testing.assert_allclose([back[t] for t in sorted(back)], right["g"], rtol=0.05, atol=1e-15)


STARTS = {"steps": 4, "w": 0.8, "u": 1.0, "x": [0.5, -1.0, 0.7, 0.2], "h0": 0.3}


def test_every_setting_can_be_moved(figure: Callable[..., Locator]) -> None:
    made = figure()
    agrees(made, STARTS)
    for label, value in (
        ("number of steps", 5),
        ("weight w", -2.05),
        ("weight u", -1.5),
        ("first state", -0.4),
    ):
        made.get_by_label(label, exact=True).fill(str(value))
    made.get_by_label("input of step 2", exact=True).fill("1.9")
    inputs = [0.5, 1.9, 0.7, 0.2, 0.5]
    moved = {"steps": 5, "w": -2.05, "u": -1.5, "x": inputs, "h0": -0.4}
    agrees(made, moved)
    made.get_by_role("button", name="Reset").click()
    agrees(made, STARTS)


def test_by_keyboard_alone(figure: Callable[..., Locator]) -> None:
    made = figure(reduced_motion="reduce")
    keyboard = made.page.keyboard
    stops = []
    for _ in range(5 + 8 + 3 + 3 + 3):
        keyboard.press("Tab")
        stops.append(made.page.evaluate("document.activeElement.ariaLabel"))
    inputs = [f"input of step {t}" for t in (1, 2, 3, 4)]
    presses = [
        f"the {what} of {'w at ' if what == 'use' else ''}step {t}"
        for t in (1, 2, 3, 4)
        for what in ("loss", "use")
    ]
    assert stops[:5] == ["first state", *inputs]
    assert stops[5:13] == [f"{name} alone" if "loss" in name else name for name in presses]
    assert stops[13:] == [
        *("one step back", "one step on", "the sweep forward and back", "Vanish", "Explode", "Reset"),
        *("number of steps", "weight w", "weight u"),
    ]
    keyboard.press("Shift+Tab")
    keyboard.press("ArrowRight")
    agrees(made, STARTS | {"w": 0.85})
    made.get_by_label("first state").focus()
    keyboard.press("ArrowUp")
    agrees(made, STARTS | {"w": 0.85, "h0": 0.35})
    made.get_by_role("button", name="the loss of step 3 alone").focus()
    keyboard.press("Enter")
    agrees(made, STARTS | {"w": 0.85, "h0": 0.35, "loss": 3})
    keyboard.press("Space")
    agrees(made, STARTS | {"w": 0.85, "h0": 0.35})


@pytest.mark.parametrize("steps", [4, MOST])
def test_by_touch_on_a_phone(figure: Callable[..., Locator], steps: int) -> None:
    made = figure(NARROW, has_touch=True, reduced_motion="reduce")
    made.get_by_label("number of steps").fill(str(steps))
    assert small_targets(made) == []
    assert made.page.evaluate("document.documentElement.scrollWidth") <= NARROW
    made.get_by_role("button", name=f"the loss of step {steps} alone").tap()
    agrees(made, STARTS | {"steps": steps, "loss": steps})
    if steps == 4:
        made.get_by_role("button", name="the use of w at step 2").tap()
        right = by_numeric(filled(STARTS | {"loss": 4}))
        shown = made.locator(".work").inner_text()
        assert f"= {right['share'][1]:.3g}".replace("-", "−") in shown
        assert f"{right['sum']:.3g}".replace("-", "−") in shown
        assert made.locator("text.back").filter(has_text=re.compile(r"^−?0\.\d+$")).count() > 0
        made.get_by_role("button", name="Explode").tap()
    else:
        assert made.get_by_role("button", name="the use of w").count() == 0


def small_targets(figure: Locator) -> list[str]:
    """List what is too small to be touched, or lies over its neighbour."""
    boxes = {
        str(handle.get_attribute("aria-label")): handle.bounding_box() or {"width": 0, "height": 0}
        for handle in figure.locator("button:visible, input").all()
    }
    inputs = [box["x"] for name, box in boxes.items() if name.startswith("input of step")]
    too_near = ["inputs"] if any(b - a < 24 for a, b in pairwise(inputs)) else []
    return [name for name, box in boxes.items() if min(box["width"], box["height"]) < 24] + too_near


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("min-width: max(24px, 5.5%)", "max-width: 20px", "the loss of step 1 alone"),
        ("24px", "20px", "weight w"),
    ],
)
def test_a_small_target_is_noticed(figure: Callable[..., Locator], old: str, new: str, found: str) -> None:
    assert old in STYLE
    assert found in small_targets(figure(NARROW, style=STYLE.replace(old, new)))


def test_a_use_lights_its_paths(figure: Callable[..., Locator]) -> None:
    made = figure()
    lit = made.locator("path.lit:not(.head)")
    assert lit.count() == 0
    made.get_by_role("button", name="the use of w at step 3").click()
    assert lit.count() == 2 + 2  # from w at step 3 through two states to two losses
    made.get_by_role("button", name="the use of w at step 1").click()
    assert lit.count() == 4 + 4


def test_the_sweep_moves(figure: Callable[..., Locator]) -> None:
    made = figure()
    made.get_by_role("button", name="play the sweep").click()
    seen = []
    while len(told(made)[1]) < 5:
        made.page.clock.run_for(100)
        states, back = told(made)
        seen.append((len(states), len(back)))
    stages = list(dict.fromkeys(seen))
    assert stages == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (5, 1), (5, 2), (5, 3), (5, 4), (5, 5)]
    made.get_by_role("button", name="the loss of step 2 alone").click()
    assert told(made)[1].keys() == {3, 4}
    made.page.clock.run_for(10_000)
    agrees(made, STARTS | {"loss": 2})


def test_where_motion_is_not_wanted_nothing_moves(figure: Callable[..., Locator]) -> None:
    made = figure(reduced_motion="reduce")
    expect(made.get_by_role("button", name="play the sweep")).to_be_hidden()
    made.get_by_role("button", name="the loss of step 2 alone").click()
    before = made.inner_html()
    agrees(made, STARTS | {"loss": 2})
    made.page.clock.run_for(10_000)
    assert made.inner_html() == before
    made.get_by_role("button", name="one step back").click()
    assert told(made)[1].keys() == {1, 2, 3, 4}


def test_motion_that_is_not_wanted_is_noticed(figure: Callable[..., Locator]) -> None:
    made = figure(reduced_motion="reduce", script=changed("if (calm.matches) return", "if (false) return"))
    made.get_by_role("button", name="the loss of step 2 alone").click()
    before = made.inner_html()
    made.page.clock.run_for(10_000)
    assert made.inner_html() != before


@pytest.mark.parametrize(("width", "form"), [(WIDE, "wide"), (NARROW, "narrow")])
def test_without_scripts_there_is_a_still_of_the_same(
    figure: Callable[..., Locator], width: int, form: str
) -> None:
    still, live = figure(width, java_script_enabled=False), figure(width)
    picture = still.locator("svg:visible")
    assert picture.count() == 1
    assert form in (picture.get_attribute("class") or "").split()
    assert picture.inner_html() == live.locator("svg").inner_html()
    assert still.locator(".work").inner_text() == live.locator(".work").inner_text()
    assert live.locator("svg").count() == 1


# ---- what a page and a build have of it


def test_what_is_not_said_is_as_in_the_defaults() -> None:
    assert living.settings({"w": "2", "x": "0", "loss": "3"}) == STARTS | {"w": 2, "x": [0], "loss": 3}


def test_the_script_is_loaded_where_the_figure_is_and_nowhere_else(html: Path) -> None:
    texts = {page: (html / page).read_text("utf-8") for page in PAGES}
    having = {page for page, text in texts.items() if '<figure class="unrolled"' in text}
    assert {page for page, text in texts.items() if living.SCRIPT in text} == having
    names = ("start", "state-recursion", "parameters", "sum-over-paths")
    assert {Path(page).stem for page in having} >= {"index", *names}


def test_the_first_page_begins_with_it(browser: Browser, site: str) -> None:
    with visit.context(browser) as context:
        page = context.new_page()
        page.goto(site)
        assert page.locator(".bd-article section > *").nth(2).get_attribute("class") == "unrolled"
        expect(page.locator(".unrolled .controls")).to_be_visible()


@pytest.mark.parametrize("name", ["index", "chapters/through-time/parameters"])
def test_a_notebook_has_the_still(html: Path, name: str) -> None:
    notebook = json.loads((html / "_sources" / f"{name}.ipynb").read_text("utf-8"))
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert any("![A network with one unit, unrolled over" in text for text in texts)
